#include <algorithm>
#include <array>
#include <embedded/rules.hpp>

#include "base/id.hpp"
#include "base/text.hpp"
#include "fault/catalogue.hpp"
#include "yaml/read.hpp"
#include "yaml/title.hpp"

namespace jaga::fault {
namespace {

using yaml::Fields;
using yaml::Node;
using yaml::Source;

constexpr std::array<std::string_view, 2> kSeverities = {"warning", "critical"};
constexpr std::array<std::string_view, 7> kClasses = {"reachability", "service", "access", "resources",
                                                      "hardware",     "upkeep",  "meta"};
constexpr std::int64_t kMost = 1'000'000'000'000;

round::State state(const std::string& text, Fields& fields, std::string_view key) {
  const auto found = round::parse_state(text);
  if (!found) throw fields.error(key, msg("unknown state '{state}'", {{"state", printable(text)}}));
  return *found;
}
round::Reason reason(const std::string& text, Fields& fields, std::string_view key) {
  const auto found = round::parse_reason(text);
  if (!found) throw fields.error(key, msg("unknown reason '{reason}'", {{"reason", printable(text)}}));
  return *found;
}

FactTest fact_test(const Node& node, const Source& source) {
  Fields fields(node, source);
  FactTest out;
  out.mark = node.mark();
  out.fact = fields.text("fact");
  if (const auto number = fields.optional_integer("at_least", -kMost, kMost)) {
    out.number = *number;
  } else if (const auto most = fields.optional_integer("at_most", -kMost, kMost)) {
    out.compare = FactTest::Compare::at_most;
    out.number = *most;
  } else if (const auto same = fields.optional_text("equals")) {
    out.compare = FactTest::Compare::equals;
    out.text = *same;
  } else {
    out.compare = FactTest::Compare::is_not;
    out.text = fields.text("is_not");
  }
  fields.finish();
  return out;
}

Condition condition(const Node& node, const Source& source) {
  Fields fields(node, source);
  Condition out;
  out.mark = node.mark();
  out.checks = fields.texts_or_none("checks");
  out.objects = fields.texts_or_none("objects");
  out.objects_of = fields.texts_or_none("objects_of");
  for (const auto& text : fields.texts_or_none("states")) out.states.push_back(state(text, fields, "states"));
  for (const auto& text : fields.texts_or_none("reasons"))
    out.reasons.push_back(reason(text, fields, "reasons"));
  for (const auto& item : fields.list_or_none("facts")) out.facts.push_back(fact_test(item, source));
  out.proves_up = fields.boolean_or("proves_up", false);
  out.proves_down = fields.boolean_or("proves_down", false);
  out.same_object = fields.boolean_or("same_object", false);
  fields.finish();
  if (node.entries().empty())
    throw yaml::error_at(source.code, source.file, node.mark(), msg("a condition is always true"));
  return out;
}

std::vector<Condition> conditions(Fields& fields, std::string_view key) {
  std::vector<Condition> out;
  for (const auto& item : fields.list_or_none(key)) out.push_back(condition(item, fields.source()));
  return out;
}

round::Result case_result(const Node& node, const Source& source) {
  Fields fields(node, source);
  round::Result out;
  out.host = "case";
  out.check = fields.text("check");
  out.object = fields.text_or("object", "");
  out.state = state(fields.text("state"), fields, "state");
  out.reason = reason(fields.text_or("reason", "none"), fields, "reason");
  out.phase = fields.text_or("phase", "");
  out.hard = fields.boolean_or("hard", true);
  out.history = fields.text_or("history", "");
  if (const Node* facts = fields.optional_map("facts")) {
    for (const auto& entry : facts->entries()) {
      const std::string value = yaml::text_of(entry.value, source);
      const bool is_number = entry.value.kind() == Node::Kind::plain && !value.empty() &&
                             value.find_first_not_of("0123456789") == std::string::npos;
      out.facts[entry.key] =
          is_number ? round::Fact{yaml::integer_of(entry.value, source, 0, kMost)} : round::Fact{value};
    }
  }
  fields.finish();
  return out;
}

Case rule_case(const Node& node, const Source& source) {
  Fields fields(node, source);
  Case out;
  out.mark = node.mark();
  out.title = fields.text("title");
  const bool positive = fields.boolean("fault");
  if (positive) out.object = fields.possibly_empty("object");
  for (const auto& item : fields.list("results")) out.results.push_back(case_result(item, source));
  fields.finish();
  return out;
}

Suggestion suggestion(const Node& node, const Source& source) {
  Fields fields(node, source);
  Suggestion out;
  out.plan = fields.name("plan");
  if (const Node* parameters = fields.optional_map("parameters"))
    for (const auto& entry : parameters->entries())
      out.parameters.emplace_back(entry.key, yaml::text_of(entry.value, source));
  fields.finish();
  return out;
}

Node read(std::string_view bytes, std::string_view file) {
  for (const embedded::Named& one : embedded::rules)
    if (one.bytes == bytes) return yaml::parse_canonical(one.canonical, file);
  return yaml::read_hand_edited(bytes, file);
}

}  // namespace

Rule parse_rule(std::string_view bytes, std::string_view file, std::string_view id) {
  const Node top = read(bytes, file);
  const Source source{std::string(file), ExitCode::config};
  Fields fields(top, source);
  if (fields.text("format") != "jaga/rule@1")
    throw fields.error("format", msg("unknown format of a rule"),
                       msg("this version of jaga reads jaga/rule@1"));
  Rule out;
  out.id = id;
  if (!is_name(id))
    throw Error{ExitCode::config, msg("invalid fault type name: '{name}'", {{"name", printable(id)}}),
                msg("rename '{file}'", {{"file", source.file}})};
  out.file = file;
  out.title = yaml::title_of(fields.node("title"), source);
  out.fault_class = kClasses.at(fields.choice("class", kClasses));
  out.severity = static_cast<Severity>(fields.choice("severity", kSeverities));
  out.priority = static_cast<int>(fields.optional_integer("priority", 0, 100).value_or(50));
  out.whole_host = fields.boolean_or("whole_host", false);
  out.required = conditions(fields, "required");
  if (out.required.empty()) throw fields.error("required", msg("a rule requires a condition"));
  out.supporting = conditions(fields, "supporting");
  out.excluding = conditions(fields, "excluding");
  out.remedy = yaml::title_of(fields.node("remedy"), source);
  out.if_left = yaml::title_or_none(fields, "if_left");
  const std::string next = fields.text_or("next_command", "");
  out.next_command = {next, next};
  for (const auto& item : fields.list_or_none("suggestions"))
    out.suggestions.push_back(suggestion(item, source));
  out.part = yaml::title_or_none(fields, "part");
  for (const auto& item : fields.list_or_none("cases")) out.cases.push_back(rule_case(item, source));
  fields.finish();
  return out;
}

}  // namespace jaga::fault
