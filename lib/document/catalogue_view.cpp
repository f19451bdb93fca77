#include "document/catalogue_view.hpp"

#include "base/duration.hpp"
#include "base/text.hpp"
#include "document/plan_view.hpp"
#include "document/words.hpp"

namespace jaga::document {
namespace {

std::string origin_text(const Locale& locale, bool of_office, const std::string& file) {
  return of_office ? file : locale.text(msg("built in"));
}

// "mount (path): Mount point", with what it may be.
std::string parameter_line(const plan::Parameter& parameter, const Locale& locale) {
  std::string line = parameter.name + " (";
  line += parameter.type == plan::Type::choice ? join(parameter.choices, "|") : plan::name(parameter.type);
  if (parameter.type == plan::Type::integer)
    line += " " + std::to_string(parameter.least) + "..." + std::to_string(parameter.most);
  line += "): " + parameter.title.in(locale.language);
  if (parameter.fallback)
    line += locale.text(msg(" (default: {text})", {{"text", "'" + *parameter.fallback + "'"}}));
  return line;
}

std::string word_text(const plan::Word& word) {
  return word.parameter ? "{" + word.text + "}" : word.text;
}

void add_commands(const std::vector<plan::Command>& commands, const Locale& locale, Lines& out) {
  int number = 0;
  for (const plan::Command& command : commands) {
    const std::string line = std::to_string(++number) + ". " + command.title.in(locale.language);
    out.add(line + step_marks(locale, command.sudo, command.reboot, command.repeatable));
    for (const std::string& text : split(command.script, '\n'))
      if (!text.empty()) out.add("   | " + text);
    std::vector<std::string> words;
    for (const plan::Word& word : command.arguments) words.push_back(word_text(word));
    if (!words.empty())
      out.add("   " + locale.text(msg("arguments: {words}", {{"words", join(words, " ")}})));
    for (const auto& [name, word] : command.environment) out.add("   " + name + "=" + word_text(word));
    out.add("   " + locale.text(msg("time limit: {time}", {{"time", brief_duration(command.timeout)}})));
  }
}

std::string probes_text(const std::vector<plan::Probe>& probes) {
  std::vector<std::string> out;
  for (const plan::Probe& probe : probes)
    out.push_back(probe.object.text.empty() ? probe.check : probe.check + ":" + word_text(probe.object));
  return join(out, ", ");
}

}  // namespace

std::string suggestion_text(const fault::Suggestion& suggestion) {
  std::string out = suggestion.plan;
  for (const auto& [name, value] : suggestion.parameters) out += " " + name + "=" + value;
  return out;
}

Message run_word(plan::Run run) {
  switch (run) {
    case plan::Run::ssh:
      return msg("on the hosts, over SSH");
    case plan::Run::local:
      return msg("on this machine");
    case plan::Run::manual:
      return msg("by a person");
    case plan::Run::vendor:
      return msg("by a vendor");
  }
  return {};
}

std::vector<Block> rule_view(const fault::Rule& rule, const Locale& locale) {
  Pairs pairs;
  const auto add = [&](const Message& label, std::string value) {
    pairs.rows.emplace_back(locale.text(label), std::move(value));
  };
  add(msg("severity"), word(fault::name(rule.severity), locale.language));
  add(msg("class"), rule.fault_class);
  add(msg("what to do"), rule.remedy.in(locale.language));
  add(msg("if nothing is done"), rule.if_left.in(locale.language));
  add(msg("to confirm it"), rule.next_command.in(locale.language));
  for (const fault::Suggestion& suggestion : rule.suggestions) add(msg("plan"), suggestion_text(suggestion));
  add(msg("spare part"), rule.part.in(locale.language));
  add(msg("defined in"), origin_text(locale, rule.file.starts_with("rules/"), rule.file));
  return {Heading{rule.id + ": " + rule.title.in(locale.language)}, std::move(pairs)};
}

std::vector<Block> template_view(const plan::Template& plan, const Locale& locale) {
  Pairs pairs;
  const auto add = [&](const Message& label, std::string value) {
    pairs.rows.emplace_back(locale.text(label), std::move(value));
  };
  add(msg("runs"), locale.text(run_word(plan.run)));
  add(msg("description"), plan.description.in(locale.language));
  for (const plan::Parameter& parameter : plan.parameters)
    add(msg("parameter"), parameter_line(parameter, locale));
  if (plan.emergency) add(msg("emergency"), locale.text(msg("may run with --emergency")));
  if (plan.window) add(msg("window"), locale.text(msg("only in a maintenance window")));
  add(msg("measured before"), probes_text(plan.before));
  add(msg("must be OK afterwards"), probes_text(plan.after));
  std::vector<std::string> files;
  for (const plan::File& file : plan.files) files.push_back(file.name);
  add(msg("files"), join(files, ", "));
  add(msg("spare part"), join(plan.parts, ", "));
  add(msg("defined in"),
      origin_text(locale, plan.origin == plan::Origin::office, "plans/" + plan.name + ".yaml"));
  std::vector<Block> out{Heading{plan.name + ": " + plan.title.in(locale.language)}, std::move(pairs)};
  const auto add_part = [&](const Message& title, const std::vector<plan::Command>& commands) {
    if (commands.empty()) return;
    Lines lines;
    add_commands(commands, locale, lines);
    out.emplace_back(Heading{locale.text(title), 2});
    out.emplace_back(std::move(lines));
  };
  add_part(msg("steps"), plan.commands);
  add_part(msg("rollback"), plan.rollback);
  return out;
}

}  // namespace jaga::document
