#include "document/plan_view.hpp"

#include <algorithm>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "document/words.hpp"
#include "incident/incident.hpp"

namespace jaga::document {
namespace {

std::string step_line(const Locale& locale, int number, const plan::FrozenCommand& command) {
  std::string line = "  " + std::to_string(number) + ". ";
  line += command.title.in(locale.language);
  return line + step_marks(locale, command.sudo, command.reboot, command.repeatable);
}

void script_lines(const Locale& locale, int number, const plan::FrozenCommand& command,
                  std::vector<std::string>& out) {
  out.push_back(step_line(locale, number, command));
  for (const std::string& text : split(command.script, '\n')) {
    if (!text.empty()) out.push_back("       | " + text);
  }
  if (!command.arguments.empty()) {
    std::vector<std::string> words;
    for (const std::string& argument : command.arguments) words.push_back("'" + argument + "'");
    out.push_back("       " + locale.text(msg("arguments: {words}", {{"words", join(words, " ")}})));
  }
  for (const auto& [name, value] : command.environment) out.push_back("       " + name + "='" + value + "'");
  std::vector<std::string> codes;
  for (const int code : command.expect) codes.push_back(std::to_string(code));
  out.push_back("       " +
                locale.text(msg("at most {time}, success means exit {codes}",
                                {{"time", brief_duration(command.timeout)}, {"codes", join(codes, ", ")}})));
}

std::string title_line(const Locale& locale, const plan::Frozen& plan) {
  std::string origin;
  switch (plan.origin) {
    case plan::Origin::builtin:
      origin = locale.text(msg("built in, unmodified"));
      break;
    case plan::Origin::office:
      origin = locale.text(msg("the office's plans/{name}.yaml", {{"name", plan.name}}));
      break;
    case plan::Origin::adhoc:
      origin = locale.text(msg("a script written for this incident, not tested"));
      break;
  }
  return locale.text(
      msg("plan {name}: {title} ({origin})",
          {{"name", plan.name}, {"title", plan.title.in(locale.language)}, {"origin", origin}}));
}

}  // namespace

std::string step_marks(const Locale& locale, bool sudo, bool reboot, bool repeatable) {
  std::string out;
  if (sudo) out += locale.text(msg(" (as root, by sudo)"));
  if (reboot) out += locale.text(msg(" (restarts the host and waits until it is back)"));
  if (repeatable) out += locale.text(msg(" (may be repeated)"));
  return out;
}

std::vector<std::string> cause_lines(const Locale& locale, const incident::Analyze& analysis) {
  std::vector<std::string> out{
      locale.text(msg("cause: {fault} on {host}",
                      {{"fault", analysis.fault + (analysis.object.empty() ? "" : " " + analysis.object)},
                       {"host", analysis.root}}))};
  for (const Sentence& line : analysis.evidence) out.push_back("  + " + line.in(locale.language));
  for (const Sentence& line : analysis.against) out.push_back("  - " + line.in(locale.language));
  if (analysis.part)
    out.push_back(locale.text(msg("spare part: {part}", {{"part", analysis.part_in(locale.language)}})));
  if (analysis.reason) out.push_back(locale.text(msg("reason: {reason}", {{"reason", *analysis.reason}})));
  return out;
}

Tone tone_of(round::State state) {
  switch (state) {
    case round::State::ok:
      return Tone::green;
    case round::State::warning:
      return Tone::yellow;
    case round::State::critical:
      return Tone::red;
    case round::State::unknown:
      break;
  }
  return Tone::none;
}

std::vector<std::string> plan_summary(const Locale& locale, const plan::Frozen& plan) {
  std::vector<std::string> out{title_line(locale, plan)};
  for (const auto& [name, value] : plan.parameters) out.push_back("  " + name + " = '" + value + "'");
  int n = 0;
  for (const plan::FrozenCommand& command : plan.commands) out.push_back(step_line(locale, ++n, command));
  if (plan.runs())
    out.push_back("  " +
                  locale.text(plan.rollback.empty()
                                  ? msg("the plan has no rollback")
                                  : counted(plan.rollback.size(), msg("the plan has a rollback of 1 step"),
                                            msg("the plan has a rollback of {count} steps"))));
  return out;
}

std::vector<std::string> plan_lines(const Locale& locale, const plan::Frozen& plan) {
  std::vector<std::string> out{title_line(locale, plan)};
  for (const std::string& line : split(plan.description.in(locale.language), '\n')) {
    if (!line.empty()) out.push_back("  " + line);
  }
  for (const auto& [name, value] : plan.parameters) out.push_back("  " + name + " = '" + value + "'");
  if (plan.window) out.push_back("  " + locale.text(msg("only in a maintenance window")));
  for (const plan::Target& target : plan.targets) {
    std::string line = "  " + locale.text(msg("on {host}", {{"host", target.host}}));
    if (plan.run == plan::Run::ssh) {
      line += " (" + target.login + "@" + target.address + ":" + std::to_string(target.port) + ")";
    }
    out.push_back(line);
    for (const std::string& key : target.host_keys) {
      if (const std::string fingerprint = incident::fingerprint_of(key); !fingerprint.empty())
        out.push_back("    " + key.substr(0, key.find(' ')) + " " + fingerprint);
    }
    if (!target.machine_id.empty()) out.push_back("    machine-id " + target.machine_id);
    if (!target.serials.empty()) out.push_back("    serial " + join(target.serials, ", "));
  }
  int n = 0;
  for (const plan::FrozenCommand& command : plan.commands) script_lines(locale, ++n, command, out);
  n = 0;
  if (!plan.rollback.empty()) out.push_back("  " + locale.text(msg("rollback:")));
  for (const plan::FrozenCommand& command : plan.rollback) script_lines(locale, ++n, command, out);
  for (const plan::FrozenFile& file : plan.files)
    out.push_back("  " +
                  locale.text(msg("file {name}, {size} bytes, {digest}", {{"name", file.name},
                                                                          {"size", std::to_string(file.size)},
                                                                          {"digest", file.digest.text()}})));
  for (const plan::FrozenProbe& probe : plan.after) {
    out.push_back(
        "  " +
        locale.text(msg("afterwards '{check}' must be OK",
                        {{"check", probe.object.empty() ? probe.check : probe.check + ":" + probe.object}})));
  }
  if (!plan.parts.empty())
    out.push_back("  " + locale.text(msg("parts: {parts}", {{"parts", join(plan.parts, ", ")}})));
  return out;
}

std::vector<std::string> plan_difference(const Locale& locale, const plan::Frozen& before,
                                         const plan::Frozen& now) {
  std::vector<std::string> out;
  const auto say = [&](const Message& message) { out.push_back("  " + locale.text(message)); };
  if (before.name != now.name)
    say(msg("the plan was '{old}' and is now '{new}'", {{"old", before.name}, {"new", now.name}}));
  for (const auto& [name, value] : now.parameters) {
    const auto old = std::find_if(before.parameters.begin(), before.parameters.end(),
                                  [&name = name](const auto& one) { return one.first == name; });
    if (old == before.parameters.end())
      say(msg("new: {name} = '{new}'", {{"name", name}, {"new", value}}));
    else if (old->second != value)
      say(msg("{name} was '{old}' and is now '{new}'",
              {{"name", name}, {"old", old->second}, {"new", value}}));
  }
  for (const auto& [name, value] : before.parameters)
    if (std::none_of(now.parameters.begin(), now.parameters.end(),
                     [&name = name](const auto& one) { return one.first == name; }))
      say(msg("{name} was '{old}' and was removed", {{"name", name}, {"old", value}}));
  if (before.targets != now.targets) say(msg("the targets differ"));
  if (before.commands != now.commands) say(msg("the commands differ"));
  if (before.rollback != now.rollback) say(msg("the rollback differs"));
  if (before.files != now.files) say(msg("the files differ"));
  if (before.name == now.name && before.template_digest != now.template_digest)
    say(msg("the template was changed"));
  return out;
}

std::vector<std::string> result_lines(const Locale& locale, std::span<const incident::Result> results) {
  std::vector<std::string> out;
  for (const incident::Result& result : results) {
    out.push_back(result.host + " " + result.check + ": " + word(round::name(result.state), locale.language) +
                  (result.text.empty() ? "" : ", " + result.text.in(locale.language)));
  }
  return out;
}

}  // namespace jaga::document
