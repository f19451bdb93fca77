#include "fleet/order.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "fleet/signed_text.hpp"
#include "inventory/write.hpp"
#include "round/collector.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::fleet {
namespace {

using yaml::Node;

constexpr std::array<std::string_view, 2> kKinds = {"once", "standing"};
constexpr std::size_t kMostHops = 8;
constexpr int kMostParts = 10'000;

Node keys_node(const std::vector<sshkey::PublicKey>& keys) {
  Node list = Node::list();
  for (const sshkey::PublicKey& key : keys) list.add(Node::text(key.line()));
  return list;
}

std::vector<sshkey::PublicKey> keys_of(yaml::Fields& fields) {
  std::vector<sshkey::PublicKey> out;
  for (const std::string& line : fields.texts("keys")) {
    auto key = sshkey::parse_public_key(line);
    if (!key) throw fields.error("keys", msg("not a public key"));
    out.push_back(std::move(*key));
  }
  return out;
}

// Where a connection goes, without what it goes through.
void put_target(Node& map, const ssh::Target& target) {
  map.set("address", std::string_view(target.address));
  map.set("port", int{target.port});
  map.set("user", std::string_view(target.user));
  map.set("keys", keys_node(target.known));
}

ssh::Target target_of(yaml::Fields& fields, std::string name) {
  ssh::Target target;
  target.name = std::move(name);
  target.address = fields.text("address");
  if (!inventory::is_address(target.address)) throw fields.error("address", msg("invalid address"));
  target.port = static_cast<std::uint16_t>(fields.integer("port", 1, 65'535));
  target.user = fields.text("user");
  if (!inventory::is_login_name(target.user)) throw fields.error("user", msg("not the name of an account"));
  target.known = keys_of(fields);
  return target;
}

Node login_node(const std::string& host, const ssh::Target& way, const probe::Request& request) {
  Node map = Node::map();
  map.set("host", std::string_view(host));
  put_target(map, way);
  if (const auto pin = request.pins.find(host); pin != request.pins.end() && !pin->second.machine_id.empty())
    map.set("machine_id", std::string_view(pin->second.machine_id));
  if (const auto look = request.looks.find(host);
      look != request.looks.end() && !look->second.sections.empty())
    map.set("sections", Node::texts(look->second.sections));
  Node through = Node::list();  // the nearest to the host first
  for (const ssh::Target* at = way.jump.get(); at != nullptr; at = at->jump.get()) {
    Node hop = Node::map();
    hop.set("name", std::string_view(at->name));
    put_target(hop, *at);
    through.add(std::move(hop));
  }
  if (!through.items().empty()) map.set("through", std::move(through));
  return map;
}

void read_login(const Node& node, const yaml::Source& source, probe::Request& request) {
  yaml::Fields fields(node, source);
  const std::string host = fields.name("host", inventory::kMostHostName);
  ssh::Target target = target_of(fields, host);
  probe::Pin pin{target.known, fields.text_or("machine_id", "")};
  round::Look look;
  look.sections = fields.texts_or_none("sections");
  const auto& known = round::collector_sections();
  for (const std::string& section : look.sections)
    if (std::find(known.begin(), known.end(), section) == known.end())
      throw fields.error("sections", msg("unknown section of the collector"));
  const std::vector<Node>& hops = fields.list_or_none("through");
  if (hops.size() > kMostHops) throw fields.error("through", msg("too many jump hosts"));
  std::shared_ptr<const ssh::Target> before;
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    yaml::Fields each(*hop, source);
    ssh::Target next = target_of(each, each.text("name"));
    each.finish();
    next.jump = std::move(before);
    before = std::make_shared<ssh::Target>(std::move(next));
  }
  target.jump = std::move(before);
  fields.finish();
  if (!request.ways.emplace(host, std::move(target)).second)
    throw fields.error("host", msg("duplicate host"));
  request.pins.emplace(host, std::move(pin));
  if (!look.sections.empty()) request.looks.emplace(host, std::move(look));
}

// As the workers are told of it: what it names beyond these hosts is the office's to know.
inventory::Host alone(inventory::Host host, const std::set<std::string_view>& names) {
  const auto is_elsewhere = [&](const std::string& name) { return !names.contains(name); };
  std::erase_if(host.parents.any, is_elsewhere);
  std::erase_if(host.parents.all, is_elsewhere);
  host.needs.clear();
  host.groups.clear();
  host.jump.clear();
  host.hardware = {};
  return host;
}

}  // namespace

Node to_node(const OrderHead& head) {
  Node map = Node::map();
  map.set("format", kOrderFormat);
  map.set("office", std::string_view(head.office)).set("installation", std::string_view(head.installation));
  map.set("site", std::string_view(head.site)).set("order", std::string_view(head.id));
  map.set("kind", kKinds.at(static_cast<std::size_t>(head.kind)));
  map.set("at", std::string_view(format_instant(head.at)));
  map.set("until", std::string_view(format_instant(head.until)));
  if (head.kind == OrderHead::Kind::standing) {
    map.set("every", std::string_view(format_duration(head.every)));
    map.set("part", head.part).set("parts", head.parts);
  }
  return map;
}

OrderHead read_order_head(const Node& node, std::string_view name) {
  const yaml::Source source{std::string(name), ExitCode::data};
  yaml::Fields fields(node, source);
  const std::string format = fields.text("format");
  if (format != kOrderFormat)
    throw fields.error(
        "format", msg("not an order that this jaga can read: {format}", {{"format", printable(format)}}));
  OrderHead head;
  head.office = fields.name("office");
  head.installation = fields.name("installation");
  head.site = fields.name("site");
  head.id = fields.text("order");
  if (!is_random_id(head.id)) throw fields.error("order", msg("not the id of an order"));
  head.kind = static_cast<OrderHead::Kind>(fields.choice("kind", kKinds));
  head.at = fields.instant("at");
  head.until = fields.instant("until");
  if (head.kind == OrderHead::Kind::standing) {
    head.every = fields.duration("every");
    if (head.every < std::chrono::seconds{1})
      throw fields.error("every", msg("the interval must be at least 1s"));
    head.parts = static_cast<int>(fields.integer("parts", 1, kMostParts));
    head.part = static_cast<int>(fields.integer("part", 1, head.parts));
  }
  (void)fields.optional_digest("text");
  (void)fields.optional_integer("bytes", 0, std::int64_t{kMostText});
  fields.finish();
  return head;
}

std::string write_asked(const probe::Request& request) {
  std::set<std::string_view> names;
  for (const inventory::Host& host : request.hosts) names.insert(host.name);
  std::vector<inventory::Host> hosts;
  Node logins = Node::list();
  for (const inventory::Host& host : request.hosts) {
    hosts.push_back(alone(host, names));
    if (const auto way = request.ways.find(host.name); way != request.ways.end() && host.over_ssh())
      logins.add(login_node(host.name, way->second, request));
  }
  Node top = Node::map();
  top.set("inventory", std::string_view(request.inventory.text()));
  if (!request.kinds.empty()) top.set("kinds", Node::texts(request.kinds));
  if (request.count) top.set("count", *request.count);
  if (request.timeout) top.set("timeout", std::string_view(format_duration(*request.timeout)));
  top.set("rate", std::int64_t{request.rate});
  top.set("logins", std::move(logins));
  top.set("hosts", inventory::hosts_node(hosts));
  return yaml::write_canonical(top);
}

probe::Request read_asked(std::string_view text, std::string_view name) {
  const yaml::Source source{std::string(name), ExitCode::data};
  const Node top = yaml::read_canonical(text, name);
  yaml::Fields fields(top, source);
  probe::Request request;
  request.inventory = fields.digest("inventory");
  request.kinds = fields.texts_or_none("kinds");
  if (const auto count = fields.optional_integer("count", 1, 100)) request.count = static_cast<int>(*count);
  request.timeout = fields.optional_duration("timeout");
  request.rate = static_cast<std::uint32_t>(fields.integer("rate", 0, 10'000'000));
  const std::vector<Node>& hosts = fields.list("hosts");
  if (hosts.empty() || hosts.size() > kMostOrderHosts)
    throw fields.error("hosts",
                       msg("an order is for 1 to {most} hosts", {{"most", std::to_string(kMostOrderHosts)}}));
  request.hosts = inventory::load_hosts(fields.node("hosts"), source).hosts;
  for (const Node& login : fields.list("logins")) read_login(login, source, request);
  fields.finish();
  return request;
}

}  // namespace jaga::fleet
