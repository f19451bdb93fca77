#include <algorithm>

#include "base/id.hpp"
#include "base/text.hpp"
#include "inventory/check.hpp"
#include "plan/plan.hpp"

namespace jaga::plan {
namespace {

bool is_path(std::string_view value) {
  if (value.empty() || value.size() > 4096 || value.front() != '/') return false;
  for (const auto& part : split(value, '/'))
    if (part == ".." || part == ".") return false;
  return true;
}

std::optional<std::int64_t> number(std::string_view value) {
  const bool minus = value.starts_with('-');
  if (minus) value.remove_prefix(1);
  if (value.empty() || value.size() > 13 || (value.size() > 1 && value[0] == '0')) return std::nullopt;
  std::int64_t out = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + (c - '0');
  }
  return minus ? -out : out;
}

std::string filled(const Word& word, const Frozen& plan) {
  if (!word.parameter) return word.text;
  for (const auto& [name, value] : plan.parameters)
    if (name == word.text) return value;
  throw Error{ExitCode::software, msg("a plan uses the unknown parameter '{name}'", {{"name", word.text}})};
}

FrozenCommand filled(const Command& command, const Frozen& plan) {
  FrozenCommand out;
  out.title = command.title;
  out.script = command.script;
  for (const auto& word : command.arguments) out.arguments.push_back(filled(word, plan));
  for (const auto& [name, word] : command.environment) out.environment.emplace_back(name, filled(word, plan));
  out.timeout = command.timeout;
  out.expect = command.expect;
  out.sudo = command.sudo;
  out.repeatable = command.repeatable;
  out.reboot = command.reboot;
  if (Message why = why_not(out); !why.empty())
    throw Error{ExitCode::usage, std::move(why), msg("split it into several commands, or shorten it")};
  return out;
}

void check_identity(const Template& plan, const Target& target) {
  if (plan.run == Run::ssh && target.host_keys.empty())
    throw Error{ExitCode::not_permitted,
                msg("no host key is pinned for '{host}', so '{plan}' cannot be bound to it",
                    {{"host", target.host}, {"plan", plan.name}}),
                msg("pin it with: jaga host trust {host}", {{"host", target.host}})};
  if ((plan.run == Run::ssh || plan.run == Run::local) && target.machine_id.empty())
    throw Error{ExitCode::not_permitted,
                msg("no machine-id is known for '{host}', so '{plan}' cannot be bound to it",
                    {{"host", target.host}, {"plan", plan.name}}),
                msg("pin it with: jaga host trust {host}", {{"host", target.host}})};
}

}  // namespace

bool FrozenCommand::expects(int exit_code) const {
  return std::find(expect.begin(), expect.end(), exit_code) != expect.end();
}

Message why_not(const FrozenCommand& command) {
  const auto is_variable = [](std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
  };
  const Message::Arguments sizes{{"most", std::to_string(kMostScript)},
                                 {"words", std::to_string(kMostWords)}};
  if (command.script.size() > kMostScript) return msg("a script is larger than {most} bytes", sizes);
  bool has_nul = command.script.find('\0') != std::string::npos;
  std::size_t size = 0;
  for (const std::string& argument : command.arguments) {
    size += argument.size() + 1;
    has_nul = has_nul || argument.find('\0') != std::string::npos;
  }
  for (const auto& [name, value] : command.environment) {
    if (!is_variable(name))
      return msg("invalid name of an environment variable: '{name}'", {{"name", printable(name)}});
    size += name.size() + value.size() + 2;
    has_nul = has_nul || value.find('\0') != std::string::npos;
  }
  if (has_nul) return msg("a script, its arguments or its environment contain a NUL byte");
  if (size > kMostWords)
    return msg("the arguments and the environment of a command are larger than {words} bytes", sizes);
  return {};
}

Message why_not(const Parameter& parameter, std::string_view value) {
  const Message::Arguments arguments = {{"name", parameter.name}, {"value", printable(value)}};
  constexpr std::size_t kLongest = 4096;
  if (value.size() > kLongest)
    return msg("'{name}' is larger than {most} bytes",
               {{"name", parameter.name}, {"most", std::to_string(kLongest)}});
  if (!is_line(value)) return msg("'{name}' must be a single line of plain text: '{value}'", arguments);
  switch (parameter.type) {
    case Type::text:
      return value.empty() ? msg("'{name}' is empty", {{"name", parameter.name}}) : Message{};
    case Type::integer: {
      const auto n = number(value);
      if (n && *n >= parameter.least && *n <= parameter.most) return {};
      return msg("invalid value for '{name}': '{value}' (expected a number from {least} to {most})",
                 {{"name", parameter.name},
                  {"least", std::to_string(parameter.least)},
                  {"most", std::to_string(parameter.most)},
                  {"value", printable(value)}});
    }
    case Type::name:
      return is_name(value) ? Message{}
                            : msg("invalid value for '{name}': '{value}' (expected a name)", arguments);
    case Type::unit:
      return inventory::is_unit_name(value) ? Message{}
                                            : msg("invalid value for '{name}': '{value}' (expected a unit "
                                                  "with its type, such as nginx.service)",
                                                  arguments);
    case Type::path:
      return is_path(value)
                 ? Message{}
                 : msg("invalid value for '{name}': '{value}' (expected an absolute path without '..')",
                       arguments);
    case Type::choice:
      break;
  }
  if (std::find(parameter.choices.begin(), parameter.choices.end(), value) != parameter.choices.end())
    return {};
  return msg(
      "invalid value for '{name}': '{value}' (expected one of {choices})",
      {{"name", parameter.name}, {"choices", join(parameter.choices, ", ")}, {"value", printable(value)}});
}

Frozen freeze(const Template& plan, const Values& values, std::vector<Target> targets,
              std::vector<FrozenFile> files) {
  std::vector<std::string> known;
  for (const auto& parameter : plan.parameters) known.push_back(parameter.name);
  for (const auto& [name, value] : values) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = nearest(name, known);
    throw Error{
        ExitCode::usage,
        msg("the plan '{plan}' has no parameter '{name}'", {{"plan", plan.name}, {"name", printable(name)}}),
        near.empty() ? msg("its parameters: {names}", {{"names", known.empty() ? "-" : join(known, ", ")}})
                     : msg("did you mean '{name}'?", {{"name", near}})};
  }
  if (targets.empty())
    throw Error{ExitCode::usage, msg("the plan '{plan}' has no targets", {{"plan", plan.name}})};

  Frozen out;
  out.name = plan.name;
  out.origin = plan.origin;
  out.template_digest = plan.digest;
  out.title = plan.title;
  out.description = plan.description;
  out.run = plan.run;
  for (const auto& parameter : plan.parameters) {
    const auto given = values.find(parameter.name);
    if (given == values.end() && !parameter.fallback)
      throw Error{ExitCode::usage,
                  msg("the plan '{plan}' requires '{name}'", {{"plan", plan.name}, {"name", parameter.name}}),
                  msg("give it with: -p {name}=VALUE", {{"name", parameter.name}})};
    const std::string& value = given == values.end() ? *parameter.fallback : given->second;
    if (Message why = why_not(parameter, value); !why.empty()) throw Error{ExitCode::usage, std::move(why)};
    out.parameters.emplace_back(parameter.name, value);
  }
  for (const auto& command : plan.commands) out.commands.push_back(filled(command, out));
  for (const auto& command : plan.rollback) out.rollback.push_back(filled(command, out));
  for (const auto& probe : plan.before)
    out.before.push_back({probe.check, filled(probe.object, out), probe.known});
  for (const auto& probe : plan.after) out.after.push_back({probe.check, filled(probe.object, out), false});
  if (!std::equal(plan.files.begin(), plan.files.end(), files.begin(), files.end(),
                  [](const File& wanted, const FrozenFile& given) { return wanted.name == given.name; }))
    throw Error{ExitCode::software, msg("the files of the plan '{plan}' are missing", {{"plan", plan.name}})};
  out.files = std::move(files);
  out.parts = plan.parts;
  out.emergency = plan.emergency;
  out.window = plan.window;
  for (auto& target : targets) {
    check_identity(plan, target);
    std::sort(target.host_keys.begin(), target.host_keys.end());
  }
  out.targets = std::move(targets);
  return out;
}

bool comes_from(const Frozen& frozen, const Template& plan, std::vector<FrozenFile> files) {
  if (frozen.template_digest != plan.digest || frozen.origin != plan.origin) return false;
  try {
    return freeze(plan, {frozen.parameters.begin(), frozen.parameters.end()}, frozen.targets,
                  std::move(files)) == frozen;
  } catch (const Error&) {
    return false;  // with such parameters there is none
  }
}

}  // namespace jaga::plan
