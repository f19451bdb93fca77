#include "workflow/analysis_text.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "plan/plan.hpp"

namespace jaga::workflow {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

bool is_one_line(const std::string& text) {
  return text.find('\n') == std::string::npos;
}

Parameters last_parameters(const incident::Analyze& last, const std::string& plan) {
  if (last.plan.entries().empty()) return {};
  const plan::Frozen frozen = plan::of_node(last.plan, {"analyze", ExitCode::data});
  return frozen.name == plan ? frozen.parameters : Parameters{};
}
std::string last_plan(const incident::Analyze& last) {
  return last.plan.entries().empty() ? "manual" : plan::of_node(last.plan, {"analyze", ExitCode::data}).name;
}

void comment(std::string& out, const std::string& text) {
  out += text.empty() ? "#\n" : "# " + printable(text) + "\n";
}

Error wrong(std::string_view file, int line, Message message) {
  message.location = Location{std::string(file), line, 1};
  return Error{ExitCode::usage, std::move(message),
               msg("each line is 'fault: TYPE', 'plan: NAME', 'parameter: KEY=VALUE' or 'part: TEXT'; then "
                   "an empty line and the reason")};
}

}  // namespace

std::string analysis_text(const AnalysisText& about, const OwnAnalysis& options, Language language) {
  const auto say = [&](const Message& message) { return message.render(language); };
  const incident::Analyze& last = about.last;
  std::string out;
  comment(out, say(msg("Your analysis of {incident}.", {{"incident", about.incident}})));
  comment(out,
          say(msg("Lines that begin with '#' are ignored. If nothing remains, or if nothing was changed")));
  comment(out,
          say(msg("and no reason is given, nothing is recorded. The last analysis remains in its record.")));
  out += "\n";
  const std::string plan = options.plan.value_or(last_plan(last));
  out += "fault: " + options.fault.value_or(last.fault) + "\n";
  out += "plan: " + plan + "\n";
  Parameters parameters = last_parameters(last, plan);
  for (const auto& one : options.parameters) {
    const auto known = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const auto& other) { return other.first == one.first; });
    if (known == parameters.end())
      parameters.push_back(one);
    else
      known->second = one.second;
  }
  for (const auto& one : parameters)
    if (is_one_line(one.second)) out += "parameter: " + one.first + "=" + one.second + "\n";
  out += "part: " + options.part.value_or(last.part.value_or("")) + "\n\n";
  comment(out, say(msg("The reason, in your own words, in any number of lines, below this one:")));
  out += options.reason.empty() ? "\n\n" : options.reason + "\n\n";
  if (!about.by.empty()) comment(out, say(msg("The last analysis, by {person}:", {{"person", about.by}})));
  comment(out, "  " + last.fault + " " + last.root + (last.object.empty() ? "" : " " + last.object));
  for (const Sentence& line : last.evidence) comment(out, "  + " + line.in(language));
  for (const Sentence& line : last.against) comment(out, "  - " + line.in(language));
  for (const std::string& line : last.symptoms) comment(out, "  ~ " + line);
  std::vector<std::string> others;
  for (const incident::Candidate& one : last.candidates) others.push_back(one.fault);
  if (!others.empty()) comment(out, say(msg("  could also be: {types}", {{"types", join(others, ", ")}})));
  comment(out, "");
  comment(out, say(msg("fault types: {names}", {{"names", join(about.types, " ")}})));
  comment(out, "");
  comment(out, say(msg("plans: {names}", {{"names", join(about.plans, " ")}})));
  // An editor may look at the last five lines for its own settings.
  for (int i = 0; i < 5; ++i) comment(out, "");
  return out;
}

OwnAnalysis parse_analysis_text(std::string_view text, std::string_view file) {
  OwnAnalysis out;
  out.all_parameters = true;
  bool begun = false;
  bool in_reason = false;
  int number = 0;
  for (const std::string& whole : split(text, '\n')) {
    ++number;
    if (whole.starts_with('#')) continue;
    const std::string_view line = trim(whole);
    if (in_reason) {
      out.reason += std::string(whole) + "\n";
      continue;
    }
    if (line.empty()) {
      in_reason = begun;
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string key(trim(line.substr(0, colon == std::string_view::npos ? 0 : colon)));
    const std::string value(colon == std::string_view::npos ? std::string_view{}
                                                            : trim(line.substr(colon + 1)));
    const auto once = [&](std::optional<std::string>& to, bool may_be_empty) {
      if (to) throw wrong(file, number, msg("'{key}' is given twice", {{"key", key}}));
      if (value.empty() && !may_be_empty) throw wrong(file, number, msg("'{key}' is empty", {{"key", key}}));
      to = value;
    };
    if (key == "fault") {
      once(out.fault, false);
    } else if (key == "plan") {
      once(out.plan, false);
    } else if (key == "part") {
      once(out.part, true);
    } else if (key == "parameter") {
      const std::size_t equals = value.find('=');
      if (equals == std::string::npos || equals == 0)
        throw wrong(file, number, msg("'{text}' is not KEY=VALUE", {{"text", printable(value)}}));
      out.parameters.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    } else if (begun) {
      throw wrong(file, number, msg("cannot understand '{text}'", {{"text", printable(line)}}));
    } else {
      in_reason = true;
      out.reason += std::string(whole) + "\n";
      continue;
    }
    begun = true;
  }
  out.reason = std::string(trim(out.reason));
  // No lines remain: the parameters are not given either.
  if (!begun) out.all_parameters = false;
  return out;
}

bool says_anything(const OwnAnalysis& options, const incident::Analyze& last) {
  if (!options.reason.empty()) return true;
  if (options.fault && *options.fault != last.fault) return true;
  if (options.part && *options.part != last.part.value_or("")) return true;
  const std::string before = last_plan(last);
  if (options.plan && *options.plan != before) return true;
  if (!options.all_parameters && options.parameters.empty()) return false;
  std::map<std::string, std::string> then;
  for (const auto& one : last_parameters(last, before))
    if (is_one_line(one.second)) then.insert(one);
  const std::map<std::string, std::string> now(options.parameters.begin(), options.parameters.end());
  return now != then || now.size() != options.parameters.size();
}

}  // namespace jaga::workflow
