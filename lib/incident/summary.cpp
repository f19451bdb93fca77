#include "incident/summary.hpp"

#include <array>

#include "incident/choice.hpp"

namespace jaga::incident {
namespace {

using yaml::Fields;
using yaml::Node;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::array kOrigins = {plan::Origin::builtin, plan::Origin::office, plan::Origin::adhoc};
constexpr std::array kRuns = {plan::Run::ssh, plan::Run::local, plan::Run::manual, plan::Run::vendor};

// A list that is there only where it holds something.
template <typename T, typename Write>
void put(Node& node, const char* key, const std::vector<T>& list, const Write& write) {
  if (list.empty()) return;
  Node items = Node::list();
  for (const T& one : list) items.add(write(one));
  node.set(key, std::move(items));
}
template <typename T, typename Write>
void put_always(Node& node, const char* key, const std::vector<T>& list, const Write& write) {
  Node items = Node::list();
  for (const T& one : list) items.add(write(one));
  node.set(key, std::move(items));
}

Node pair_node(const std::pair<std::string, std::string>& one) {
  return std::move(Node::map().set("name", one.first).set("value", one.second));
}
Node host_node(const Summary::Host& one) {
  return std::move(Node::map().set("host", one.host).set("address", one.address));
}
Node script_node(const Summary::Script& one) {
  Node node = Node::map();
  node.set("sha256", one.digest.text());
  put(node, "arguments", one.arguments, [](const std::string& word) { return Node::text(word); });
  put(node, "environment", one.environment, pair_node);
  if (one.sudo) node.set("sudo", true);
  return node;
}
Node file_node(const Summary::File& one) {
  return std::move(Node::map().set("name", one.name).set("sha256", one.digest.text()));
}
Node probe_node(const Summary::Probe& one) {
  return std::move(
      Node::map().set("host", one.host).set("check", one.check).set("state", round::name(one.state)));
}

// Each item of a list taken apart as a map by `read`.
template <typename T, typename Read>
std::vector<T> maps_of(const std::vector<Node>& list, const yaml::Source& source, const Read& read) {
  std::vector<T> result;
  for (const Node& node : list) {
    Fields item(node, source);
    result.push_back(read(item));
    item.finish();
  }
  return result;
}

Pairs pairs_of(Fields& fields, std::string_view key) {
  return maps_of<Pairs::value_type>(fields.list_or_none(key), fields.source(), [](Fields& item) {
    std::string name = item.text("name");
    return Pairs::value_type(std::move(name), item.possibly_empty("value"));
  });
}
std::vector<Summary::Script> scripts_of(Fields& fields, std::string_view key) {
  return maps_of<Summary::Script>(fields.list_or_none(key), fields.source(), [](Fields& item) {
    Summary::Script script;
    script.digest = item.digest("sha256");
    for (const Node& word : item.list_or_none("arguments"))
      script.arguments.push_back(yaml::text_of(word, item.source()));
    script.environment = pairs_of(item, "environment");
    script.sudo = item.boolean_or("sudo", false);
    return script;
  });
}
std::vector<Summary::Probe> probes_of(Fields& fields, std::string_view key) {
  return maps_of<Summary::Probe>(fields.list(key), fields.source(), [](Fields& item) {
    Summary::Probe probe;
    probe.host = item.text("host");
    probe.check = item.text("check");
    probe.state = choice(item, "state", kStates);
    return probe;
  });
}

Summary::Plan plan_of(Fields& fields) {
  Summary::Plan plan;
  plan.name = fields.text("name");
  plan.origin = choice(fields, "origin", kOrigins);
  plan.run = choice(fields, "run", kRuns);
  plan.parameters = pairs_of(fields, "parameters");
  plan.hosts = maps_of<Summary::Host>(fields.list("hosts"), fields.source(), [](Fields& item) {
    std::string host = item.text("host");
    return Summary::Host{std::move(host), item.possibly_empty("address")};
  });
  plan.scripts = scripts_of(fields, "scripts");
  plan.rollback = scripts_of(fields, "rollback");
  plan.files = maps_of<Summary::File>(fields.list_or_none("files"), fields.source(), [](Fields& item) {
    std::string name = item.text("name");
    return Summary::File{std::move(name), item.digest("sha256")};
  });
  plan.part = fields.optional_text("part");
  return plan;
}

std::vector<Summary::Script> scripts(const std::vector<plan::FrozenCommand>& commands) {
  std::vector<Summary::Script> result;
  result.reserve(commands.size());
  for (const plan::FrozenCommand& command : commands)
    result.push_back({command.script_digest(), command.arguments, command.environment, command.sudo});
  return result;
}

}  // namespace

Summary::Plan summary_of(const plan::Frozen& plan, const std::optional<std::string>& part) {
  Summary::Plan result;
  result.name = plan.name;
  result.origin = plan.origin;
  result.run = plan.run;
  result.parameters = plan.parameters;
  for (const plan::Target& target : plan.targets) result.hosts.push_back({target.host, target.address});
  result.scripts = scripts(plan.commands);
  result.rollback = scripts(plan.rollback);
  for (const plan::FrozenFile& file : plan.files) result.files.push_back({file.name, file.digest});
  result.part = part;
  return result;
}

yaml::Node to_node(const Summary& summary) {
  Node node = Node::map();
  node.set("fault", summary.fault);
  if (summary.plan) {
    const Summary::Plan& plan = *summary.plan;
    Node map = Node::map();
    map.set("name", plan.name).set("origin", plan::name(plan.origin)).set("run", plan::name(plan.run));
    put(map, "parameters", plan.parameters, pair_node);
    put_always(map, "hosts", plan.hosts, host_node);
    put(map, "scripts", plan.scripts, script_node);
    put(map, "rollback", plan.rollback, script_node);
    put(map, "files", plan.files, file_node);
    if (plan.part) map.set("part", *plan.part);
    node.set("plan", std::move(map));
  }
  if (summary.repair) {
    Node map = Node::map();
    map.set("mode", name(summary.repair->mode)).set("outcome", name(summary.repair->outcome));
    put_always(map, "before", summary.repair->before, probe_node);
    put_always(map, "after", summary.repair->after, probe_node);
    node.set("repair", std::move(map));
  }
  if (summary.until) node.set("until", format_instant(*summary.until));
  return node;
}

Summary summary_of_node(const yaml::Node& node, const yaml::Source& source) {
  Fields fields(node, source);
  Summary summary;
  summary.fault = fields.text("fault");
  if (const Node* map = fields.optional_map("plan")) {
    Fields plan(*map, source);
    summary.plan = plan_of(plan);
    plan.finish();
  }
  if (const Node* map = fields.optional_map("repair")) {
    Fields repair(*map, source);
    Summary::Repair ended;
    ended.mode = choice<RepairMode>(repair, "mode");
    ended.outcome = choice<RepairOutcome>(repair, "outcome");
    ended.before = probes_of(repair, "before");
    ended.after = probes_of(repair, "after");
    summary.repair = std::move(ended);
    repair.finish();
  }
  summary.until = fields.optional_instant("until");
  fields.finish();
  return summary;
}

}  // namespace jaga::incident
