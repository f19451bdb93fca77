#include <algorithm>
#include <array>
#include <embedded/plan_clean_disk.hpp>
#include <embedded/plan_manual.hpp>
#include <embedded/plan_reboot.hpp>
#include <embedded/plan_remount.hpp>
#include <embedded/plan_renew_certificate.hpp>
#include <embedded/plan_replace_md_disk.hpp>
#include <embedded/plan_restart_unit.hpp>
#include <embedded/plan_security_updates.hpp>
#include <embedded/plan_set_clock.hpp>
#include <embedded/plan_vendor.hpp>

#include "base/id.hpp"
#include "base/text.hpp"
#include "plan/plan.hpp"
#include "yaml/read.hpp"
#include "yaml/title.hpp"

namespace jaga::plan {
namespace {

using yaml::Fields;
using yaml::Node;
using yaml::Source;

constexpr std::array<std::string_view, 4> kRuns = {"ssh", "local", "manual", "vendor"};
constexpr std::array<std::string_view, 3> kOrigins = {"builtin", "office", "adhoc"};
constexpr std::array<std::string_view, 6> kTypes = {"text", "integer", "name", "unit", "path", "choice"};
using Builtin = std::pair<std::string_view, const embedded::Named*>;
// By name.
constexpr std::array<Builtin, 10> kBuiltins = {{
    {"clean-disk", &embedded::plan_clean_disk},
    {"manual", &embedded::plan_manual},
    {"reboot", &embedded::plan_reboot},
    {"remount", &embedded::plan_remount},
    {"renew-certificate", &embedded::plan_renew_certificate},
    {"replace-md-disk", &embedded::plan_replace_md_disk},
    {"restart-unit", &embedded::plan_restart_unit},
    {"security-updates", &embedded::plan_security_updates},
    {"set-clock", &embedded::plan_set_clock},
    {"vendor", &embedded::plan_vendor},
}};
constexpr std::int64_t kMostNumber = 1'000'000'000'000;

bool is_identifier(std::string_view text, bool upper) {
  if (text.empty() || text.size() > 64) return false;
  const auto letter = [&](char c) {
    return (c >= 'a' && c <= 'z') || (upper && ((c >= 'A' && c <= 'Z') || c == '_'));
  };
  return letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
           return letter(c) || c == '_' || (c >= '0' && c <= '9');
         });
}

// What other tools fill in: "$unit", "${unit}", "{{ unit }}", "{unit}", "<unit>".
std::string_view placeholder(std::string_view text) {
  if (text.starts_with('$')) text.remove_prefix(1);
  for (const auto& [open, close] : {std::pair{'{', '}'}, {'{', '}'}, {'<', '>'}})
    if (text.size() > 2 && text.front() == open && text.back() == close)
      text = trim(text.substr(1, text.size() - 2));
  return text;
}

Word word(const Node& node, const Template& plan, const Source& source) {
  if (node.is_scalar()) {
    const std::string_view inner = placeholder(node.value());
    for (const auto& parameter : plan.parameters)
      if (inner == parameter.name && inner != node.value())
        throw yaml::error_at(source.code, source.file, node.mark(),
                             msg("'{text}' is not filled in", {{"text", printable(node.value())}}),
                             msg("write {{parameter: {name}}}", {{"name", parameter.name}}));
    return {false, node.value()};
  }
  Fields fields(node, source);
  Word out{true, fields.text("parameter")};
  std::vector<std::string> known;
  for (const auto& parameter : plan.parameters) known.push_back(parameter.name);
  if (std::find(known.begin(), known.end(), out.text) == known.end()) {
    const std::string near = nearest(out.text, known);
    throw fields.error("parameter", msg("unknown parameter '{name}'", {{"name", printable(out.text)}}),
                       near.empty() ? Message{} : msg("did you mean '{name}'?", {{"name", near}}));
  }
  fields.finish();
  return out;
}

Parameter parameter(const Node& node, const Source& source) {
  Fields fields(node, source);
  Parameter out;
  out.name = fields.text("name");
  if (!is_identifier(out.name, false))
    throw fields.error("name", msg("invalid parameter name: '{name}'", {{"name", printable(out.name)}}),
                       msg("use lower-case letters, digits and '_'"));
  out.type = static_cast<Type>(fields.choice("type", kTypes));
  out.title = yaml::title_or_none(fields, "title");
  if (out.title.empty()) out.title = {out.name, out.name};
  out.fallback = fields.optional_text("default");
  if (out.type == Type::integer) {
    if (!fields.has("least") || !fields.has("most"))
      throw fields.error("name", msg("an integer requires 'least' and 'most'"));
    out.least = fields.integer("least", -kMostNumber, kMostNumber);
    out.most = fields.integer("most", -kMostNumber, kMostNumber);
    if (out.most < out.least) throw fields.error("most", msg("'most' is less than 'least'"));
  }
  if (out.type == Type::choice) {
    out.choices = fields.texts_or_none("choices");
    if (out.choices.empty())
      throw fields.error(fields.has("choices") ? "choices" : "name",
                         msg("a parameter of type choice requires 'choices'"),
                         msg("write them as choices: [\"one\", \"two\"]"));
  }
  if (out.fallback) {
    if (Message why = why_not(out, *out.fallback); !why.empty())
      throw fields.error("default", std::move(why));
  }
  fields.finish();
  return out;
}

Command command(const Node& node, const Template& plan, const Source& source) {
  Fields fields(node, source);
  Command out;
  out.title = yaml::title_of(fields.node("title"), source);
  out.script = fields.text("script");
  out.script_mark = fields.node("script").mark();
  const std::string_view first = std::string_view(out.script).substr(0, out.script.find('\n'));
  if (first.starts_with("#!") && first.substr(first.find_last_of("/ ") + 1) != "sh")
    throw fields.error(
        "script",
        msg("scripts are run by sh, but the first line names another interpreter: '{line}'",
            {{"line", printable(first)}}),
        msg("write it for sh without that line ('set -e' for its -e), or let sh call the other interpreter"));
  for (const auto& item : fields.list_or_none("arguments")) out.arguments.push_back(word(item, plan, source));
  if (const Node* environment = fields.optional_map("environment")) {
    for (const auto& entry : environment->entries()) {
      if (!is_identifier(entry.key, true))
        throw yaml::error_at(source.code, source.file, entry.mark,
                             msg("invalid variable name: '{name}'", {{"name", printable(entry.key)}}),
                             msg("use letters, digits and '_', not beginning with a digit"));
      out.environment.emplace_back(entry.key, word(entry.value, plan, source));
    }
  }
  out.timeout = fields.optional_duration("timeout").value_or(out.timeout);
  if (out.timeout.count() == 0) throw fields.error("timeout", msg("a command requires a time limit"));
  if (fields.has("expect")) {
    out.expect.clear();
    for (const auto& item : fields.list("expect"))
      out.expect.push_back(static_cast<int>(yaml::integer_of(item, source, 0, 125)));
    if (out.expect.empty())
      throw fields.error("expect", msg("a command requires an exit code that means success"));
  }
  out.sudo = fields.boolean_or("sudo", false);
  out.repeatable = fields.boolean_or("repeatable", false);
  out.reboot = fields.boolean_or("reboot", false);
  if (out.reboot && plan.run != Run::ssh)
    throw fields.error("reboot", msg("only a plan that runs over ssh can restart its target"));
  fields.finish();
  return out;
}

std::vector<Probe> probes(Fields& fields, std::string_view key, const Template& plan) {
  std::vector<Probe> out;
  for (const auto& item : fields.list_or_none(key)) {
    if (item.is_scalar())
      throw yaml::error_at(fields.source().code, fields.source().file, item.mark(),
                           msg("invalid check '{text}'", {{"text", printable(item.value())}}),
                           msg("write it as {{check: \"tcp\", object: \"443\"}}"));
    Fields one(item, fields.source());
    Probe probe{one.name("check"), {}, false, item.mark()};
    if (const Node* object = one.optional_node("object")) probe.object = word(*object, plan, fields.source());
    if (key == "before") probe.known = one.boolean_or("known", false);
    if (probe.known && probe.object == Word{})
      throw one.error("known", msg("a check with 'known' requires an object"));
    one.finish();
    out.push_back(std::move(probe));
  }
  return out;
}

// A parameter that goes nowhere is one that its author meant to write elsewhere.
void require_used(const Template& plan, const std::vector<Node>& marks, const Source& source) {
  std::vector<std::string> used;
  const auto note = [&](const Word& word) {
    if (word.parameter) used.push_back(word.text);
  };
  for (const auto* commands : {&plan.commands, &plan.rollback})
    for (const Command& command : *commands) {
      for (const Word& argument : command.arguments) note(argument);
      for (const auto& variable : command.environment) note(variable.second);
    }
  for (const auto* probes : {&plan.before, &plan.after})
    for (const Probe& probe : *probes) note(probe.object);
  for (std::size_t i = 0; i < plan.parameters.size(); ++i) {
    const std::string& name = plan.parameters[i].name;
    if (std::find(used.begin(), used.end(), name) != used.end()) continue;
    throw yaml::error_at(
        source.code, source.file, marks.at(i).mark(), msg("unused parameter '{name}'", {{"name", name}}),
        msg("write {{parameter: {name}}} among the arguments of a command", {{"name", name}}));
  }
}

Node read(std::string_view bytes, std::string_view file) {
  for (const Builtin& one : kBuiltins)
    if (one.second->bytes == bytes) return yaml::parse_canonical(one.second->canonical, file);
  return yaml::read_hand_edited(bytes, file);
}

}  // namespace

std::string_view name(Run run) {
  return kRuns.at(static_cast<std::size_t>(run));
}
std::string_view name(Origin origin) {
  return kOrigins.at(static_cast<std::size_t>(origin));
}
std::string_view name(Type type) {
  return kTypes.at(static_cast<std::size_t>(type));
}

Template parse(std::string_view bytes, std::string_view file, std::string_view name, Origin origin) {
  const Node top = read(bytes, file);
  const Source source{std::string(file), ExitCode::config};
  Fields fields(top, source);
  if (!fields.has("format") || fields.text("format") != "jaga/plan@1")
    throw fields.error("format",
                       fields.has("format") ? msg("unknown format of a plan")
                                            : msg("missing key '{key}'", {{"key", "format"}}),
                       msg("this version of jaga reads format: \"jaga/plan@1\""));
  Template out;
  out.name = name;
  out.origin = origin;
  out.digest = sha256(bytes);
  out.title = yaml::title_of(fields.node("title"), source);
  out.description = yaml::title_or_none(fields, "description");
  out.run = static_cast<Run>(fields.choice("run", kRuns));
  for (const auto& item : fields.list_or_none("parameters")) {
    Parameter one = parameter(item, source);
    for (const auto& other : out.parameters)
      if (other.name == one.name)
        throw yaml::error_at(source.code, source.file, item.mark(),
                             msg("duplicate parameter '{name}'", {{"name", one.name}}));
    out.parameters.push_back(std::move(one));
  }
  const bool runs = out.run == Run::ssh || out.run == Run::local;
  for (const auto& item : runs ? fields.list("commands") : fields.list_or_none("commands"))
    out.commands.push_back(command(item, out, source));
  for (const auto& item : fields.list_or_none("rollback")) out.rollback.push_back(command(item, out, source));
  if (runs == out.commands.empty() || (!runs && !out.rollback.empty()))
    throw fields.error("commands", runs ? msg("a plan of kind ssh or local requires commands")
                                        : msg("a manual or vendor plan must not have commands"));
  out.before = probes(fields, "before", out);
  out.after = probes(fields, "after", out);
  for (const auto& item : fields.list_or_none("files")) {
    File named{yaml::text_of(item, source), item.mark()};
    if (!is_name(named.name))
      throw yaml::error_at(source.code, source.file, item.mark(),
                           msg("invalid file name '{name}'", {{"name", printable(named.name)}}),
                           msg("use lower-case letters, digits, '.', '_' and '-'; the file is in {folder}",
                               {{"folder", "plans/" + out.name + ".files"}}));
    for (const File& other : out.files)
      if (other.name == named.name)
        throw yaml::error_at(source.code, source.file, item.mark(),
                             msg("duplicate file '{name}'", {{"name", named.name}}));
    out.files.push_back(std::move(named));
  }
  if (!out.files.empty() && !runs)
    throw fields.error("files", msg("only a plan that runs commands can have files"));
  for (const auto* commands : {&out.commands, &out.rollback})
    for (const Command& one : *commands)
      for (const auto& variable : one.environment)
        if (!out.files.empty() && variable.first == kFilesVariable)
          throw fields.error(
              "files",
              msg("the variable '{name}' is reserved for the folder of the files, but a command sets it",
                  {{"name", std::string(kFilesVariable)}}));
  out.parts = fields.texts_or_none("parts");
  out.emergency = fields.boolean_or("emergency", false);
  out.window = fields.boolean_or("window", false);
  if (out.window && !runs)
    throw fields.error("window", msg("only a plan that runs commands can wait for a maintenance window"));
  fields.finish();
  if (runs) require_used(out, fields.list_or_none("parameters"), source);
  return out;
}

std::vector<std::string> builtin_names() {
  std::vector<std::string> out;
  for (const auto& [name, file] : kBuiltins) out.emplace_back(name);
  return out;
}

std::optional<std::string_view> builtin(std::string_view name) {
  for (const auto& [known, file] : kBuiltins)
    if (known == name) return file->bytes;
  return std::nullopt;
}

Template find(std::string_view name, std::span<const OfficePlan> office) {
  std::vector<std::string> known = builtin_names();
  for (const auto& one : office) {
    if (one.name == name) return parse(one.bytes, "plans/" + one.name + ".yaml", name, Origin::office);
    if (std::find(known.begin(), known.end(), one.name) == known.end()) known.push_back(one.name);
  }
  if (const auto bytes = builtin(name))
    return parse(*bytes, std::string(name) + ".yaml", name, Origin::builtin);
  const std::string near = nearest(name, known);
  throw Error{ExitCode::no_input, msg("unknown plan '{name}'", {{"name", printable(name)}}),
              near.empty() ? msg("known plans: {names}", {{"names", join(known, ", ")}})
                           : msg("did you mean '{name}'?", {{"name", near}})};
}

}  // namespace jaga::plan
