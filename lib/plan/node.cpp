#include <algorithm>
#include <array>

#include "base/duration.hpp"
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

// Names of variables are upper case, which a record's keys are not: a list of pairs.
Node pairs(const std::vector<std::pair<std::string, std::string>>& list) {
  Node node = Node::list();
  for (const auto& [name, value] : list) {
    Node one = Node::map();
    one.set("name", name).set("value", value);
    node.add(std::move(one));
  }
  return node;
}
std::vector<std::pair<std::string, std::string>> pairs_of(Fields& fields, std::string_view key) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& item : fields.list(key)) {
    Fields one(item, fields.source());
    std::string name = one.text("name");
    out.emplace_back(std::move(name), one.possibly_empty("value"));
    one.finish();
  }
  return out;
}

// A frozen argument may be empty, which Fields::texts does not promise.
std::vector<std::string> words_of(Fields& fields, std::string_view key) {
  std::vector<std::string> out;
  for (const auto& item : fields.list(key)) out.push_back(yaml::text_of(item, fields.source()));
  return out;
}

Node commands(const std::vector<FrozenCommand>& list) {
  Node node = Node::list();
  for (const auto& command : list) {
    Node one = Node::map();
    one.set("title", yaml::title_node(command.title)).set("script", command.script);
    one.set("arguments", Node::texts(command.arguments)).set("environment", pairs(command.environment));
    one.set("timeout", format_duration(command.timeout));
    Node expect = Node::list();
    for (const int code : command.expect) expect.add(Node::integer(code));
    one.set("expect", std::move(expect)).set("sudo", command.sudo).set("repeatable", command.repeatable);
    if (command.reboot) one.set("reboot", true);
    node.add(std::move(one));
  }
  return node;
}
std::vector<FrozenCommand> commands_of(Fields& fields, std::string_view key) {
  std::vector<FrozenCommand> out;
  for (const auto& item : fields.list(key)) {
    Fields one(item, fields.source());
    FrozenCommand command;
    command.title = yaml::title_of(one.map("title"), fields.source());
    command.script = one.text("script");
    command.arguments = words_of(one, "arguments");
    command.environment = pairs_of(one, "environment");
    command.timeout = one.duration("timeout");
    for (const auto& code : one.list("expect"))
      command.expect.push_back(static_cast<int>(yaml::integer_of(code, fields.source(), 0, 125)));
    command.sudo = one.boolean("sudo");
    command.repeatable = one.boolean("repeatable");
    command.reboot = one.boolean_or("reboot", false);
    one.finish();
    if (Message why = why_not(command); !why.empty())
      throw yaml::error_at(fields.source().code, fields.source().file, item.mark(), std::move(why));
    out.push_back(std::move(command));
  }
  return out;
}

Node probes(const std::vector<FrozenProbe>& list) {
  Node node = Node::list();
  for (const auto& probe : list) {
    Node one = Node::map();
    one.set("check", probe.check).set("object", probe.object);
    if (probe.known) one.set("known", true);
    node.add(std::move(one));
  }
  return node;
}
std::vector<FrozenProbe> probes_of(Fields& fields, std::string_view key) {
  std::vector<FrozenProbe> out;
  for (const auto& item : fields.list(key)) {
    Fields one(item, fields.source());
    FrozenProbe probe;
    probe.check = one.text("check");
    probe.object = one.possibly_empty("object");
    probe.known = one.boolean_or("known", false);
    one.finish();
    out.push_back(std::move(probe));
  }
  return out;
}

Node files(const std::vector<FrozenFile>& list) {
  Node node = Node::list();
  for (const auto& file : list) {
    Node one = Node::map();
    one.set("name", file.name).set("size", file.size).set("digest", file.digest.text());
    node.add(std::move(one));
  }
  return node;
}
std::vector<FrozenFile> files_of(Fields& fields, std::string_view key) {
  std::vector<FrozenFile> out;
  for (const auto& item : fields.list_or_none(key)) {
    Fields one(item, fields.source());
    FrozenFile file;
    file.name = one.name("name");
    file.size = one.integer("size", 0, static_cast<std::int64_t>(kMostFiles));
    file.digest = one.digest("digest");
    one.finish();
    out.push_back(std::move(file));
  }
  return out;
}

}  // namespace

Node to_node(const Target& target) {
  Node node = Node::map();
  node.set("host", target.host).set("address", target.address).set("port", target.port);
  node.set("login", target.login).set("host_keys", Node::texts(target.host_keys));
  node.set("machine_id", target.machine_id).set("serials", Node::texts(target.serials));
  return node;
}

Target target_of_node(const Node& node, const Source& source) {
  Fields fields(node, source);
  Target out;
  out.host = fields.name("host");
  out.address = fields.possibly_empty("address");
  out.port = fields.integer("port", 0, 65535);
  out.login = fields.possibly_empty("login");
  out.host_keys = words_of(fields, "host_keys");
  out.machine_id = fields.possibly_empty("machine_id");
  out.serials = words_of(fields, "serials");
  fields.finish();
  return out;
}

Node to_node(const Frozen& plan) {
  Node node = Node::map();
  node.set("name", plan.name).set("origin", name(plan.origin)).set("template", plan.template_digest.text());
  node.set("title", yaml::title_node(plan.title));
  if (!plan.description.empty()) node.set("description", yaml::title_node(plan.description));
  node.set("run", name(plan.run)).set("parameters", pairs(plan.parameters));
  node.set("commands", commands(plan.commands)).set("rollback", commands(plan.rollback));
  node.set("before", probes(plan.before)).set("after", probes(plan.after));
  if (!plan.files.empty()) node.set("files", files(plan.files));
  node.set("parts", Node::texts(plan.parts)).set("emergency", plan.emergency);
  if (plan.window) node.set("window", true);
  Node targets = Node::list();
  for (const auto& target : plan.targets) targets.add(to_node(target));
  node.set("targets", std::move(targets));
  return node;
}

Frozen of_node(const Node& node, const Source& source) {
  Fields fields(node, source);
  Frozen out;
  out.name = fields.name("name");
  out.origin = static_cast<Origin>(fields.choice("origin", kOrigins));
  out.template_digest = fields.digest("template");
  out.title = yaml::title_of(fields.map("title"), source);
  out.description = yaml::title_or_none(fields, "description");
  out.run = static_cast<Run>(fields.choice("run", kRuns));
  out.parameters = pairs_of(fields, "parameters");
  out.commands = commands_of(fields, "commands");
  out.rollback = commands_of(fields, "rollback");
  out.before = probes_of(fields, "before");
  out.after = probes_of(fields, "after");
  out.files = files_of(fields, "files");
  out.parts = words_of(fields, "parts");
  out.emergency = fields.boolean("emergency");
  out.window = fields.boolean_or("window", false);
  for (const auto& item : fields.list("targets")) out.targets.push_back(target_of_node(item, source));
  fields.finish();
  return out;
}

}  // namespace jaga::plan
