#include "register/body.hpp"

#include <algorithm>
#include <array>

namespace jaga::registry {
namespace {

void set_instant(yaml::Node& node, const char* key, const std::optional<Instant>& at) {
  if (at) node.set(key, format_instant(*at));
}

}  // namespace

yaml::Node to_node(const Person& person) {
  auto keys = yaml::Node::list();
  for (const auto& key : person.keys) {
    auto node = yaml::Node::map();
    node.set("key", key.line);
    node.set("fingerprint", key.fingerprint);
    set_instant(node, "from", key.from);
    set_instant(node, "retired", key.retired);
    set_instant(node, "compromised_since", key.compromised_since);
    keys.add(std::move(node));
  }
  auto delegations = yaml::Node::list();
  for (const auto& delegation : person.delegations) {
    auto node = yaml::Node::map();
    node.set("role", delegation.role);
    node.set("from", format_instant(delegation.from));
    node.set("until", format_instant(delegation.until));
    node.set("letter", delegation.letter);
    delegations.add(std::move(node));
  }
  auto node = yaml::Node::map();
  node.set("id", person.id);
  node.set("name", person.name);
  node.set("nip", person.nip);
  // Records of earlier versions have neither.
  if (!person.rank.empty()) node.set("rank", person.rank);
  if (!person.position.empty()) node.set("position", person.position);
  node.set("machine", person.machine);
  if (!person.site.empty()) node.set("site", person.site);
  node.set("roles", yaml::Node::texts(person.roles));
  node.set("keys", std::move(keys));
  node.set("delegations", std::move(delegations));
  set_instant(node, "left", person.left);
  return node;
}

yaml::Node to_node(const Pin& pin) {
  auto node = yaml::Node::map();
  node.set("name", pin.host);
  node.set("host_keys", yaml::Node::texts(pin.host_keys));
  node.set("machine_id", pin.machine_id);
  node.set("serials", yaml::Node::texts(pin.serials));
  node.set("verified", pin.verified);
  return node;
}

yaml::Node to_node(const std::vector<Pin>& pins) {
  auto list = yaml::Node::list();
  for (const auto& pin : pins) list.add(to_node(pin));
  return list;
}

namespace {

Person read_entry(yaml::Fields& fields) {
  const auto& source = fields.source();
  Person person;
  person.id = fields.name("id");
  person.name = fields.possibly_empty("name");
  person.nip = fields.possibly_empty("nip");
  person.rank = fields.text_or("rank", "");
  person.position = fields.text_or("position", "");
  person.machine = fields.boolean("machine");
  if (fields.has("site")) person.site = fields.name("site");
  person.roles = fields.texts("roles");
  for (const auto& item : fields.list("keys")) {
    yaml::Fields of_key(item, source);
    Key key;
    key.line = of_key.text("key");
    key.fingerprint = of_key.text("fingerprint");
    key.from = of_key.optional_instant("from");
    key.retired = of_key.optional_instant("retired");
    key.compromised_since = of_key.optional_instant("compromised_since");
    of_key.finish();
    person.keys.push_back(std::move(key));
  }
  for (const auto& item : fields.list("delegations")) {
    yaml::Fields of_delegation(item, source);
    Delegation delegation;
    delegation.role = of_delegation.name("role");
    delegation.from = of_delegation.instant("from");
    delegation.until = of_delegation.instant("until");
    delegation.letter = of_delegation.possibly_empty("letter");
    of_delegation.finish();
    person.delegations.push_back(std::move(delegation));
  }
  person.left = fields.optional_instant("left");
  return person;
}

}  // namespace

Person read_person(const yaml::Node& node, const yaml::Source& source) {
  yaml::Fields fields(node, source);
  auto person = read_entry(fields);
  fields.finish();
  return person;
}

PersonBody read_person_body(const yaml::Node& node, const yaml::Source& source) {
  yaml::Fields fields(node, source);
  PersonBody body;
  body.entry = read_entry(fields);
  body.seal = fields.optional_digest("seal");
  fields.finish();
  return body;
}

yaml::Node to_node(const PersonBody& body) {
  auto node = to_node(body.entry);
  if (body.seal) node.set("seal", body.seal->text());
  return node;
}

ResolveBody read_resolve(const yaml::Node& node, const yaml::Source& source) {
  yaml::Fields fields(node, source);
  ResolveBody body;
  body.found = fields.text("found");
  for (const auto& item : fields.list("expected")) {
    yaml::Fields of_item(item, source);
    Resolved one;
    one.what = of_item.text("what");
    one.expected = of_item.digest("digest");
    of_item.finish();
    body.expected.push_back(std::move(one));
  }
  body.reason = fields.text("reason");
  fields.finish();
  return body;
}

yaml::Node to_node(const ResolveBody& body) {
  auto expected = yaml::Node::list();
  for (const auto& one : body.expected) {
    auto node = yaml::Node::map();
    node.set("what", one.what);
    node.set("digest", one.expected.text());
    expected.add(std::move(node));
  }
  auto node = yaml::Node::map();
  node.set("found", body.found);
  node.set("expected", std::move(expected));
  node.set("reason", body.reason);
  return node;
}

std::vector<Person> read_people(const std::vector<yaml::Node>& nodes, const yaml::Source& source) {
  std::vector<Person> people;
  for (const auto& node : nodes) people.push_back(read_person(node, source));
  return people;
}

std::vector<Pin> read_pins(const std::vector<yaml::Node>& nodes, const yaml::Source& source) {
  std::vector<Pin> pins;
  for (const auto& node : nodes) {
    yaml::Fields fields(node, source);
    Pin pin;
    pin.host = fields.name("name", 40);
    pin.host_keys = fields.texts("host_keys");
    pin.machine_id = fields.possibly_empty("machine_id");
    pin.serials = fields.texts("serials");
    pin.verified = fields.text("verified");
    fields.finish();
    pins.push_back(std::move(pin));
  }
  return pins;
}

bool same(const Key& a, const Key& b) {
  return a.line == b.line && a.fingerprint == b.fingerprint && a.from == b.from && a.retired == b.retired &&
         a.compromised_since == b.compromised_since;
}

bool same(const Delegation& a, const Delegation& b) {
  return a.role == b.role && a.from == b.from && a.until == b.until && a.letter == b.letter;
}

bool same_but_delegations(const Person& a, const Person& b) {
  return a.id == b.id && a.name == b.name && a.nip == b.nip && a.rank == b.rank && a.position == b.position &&
         a.machine == b.machine && a.site == b.site && a.roles == b.roles && a.left == b.left &&
         std::equal(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(),
                    [](const Key& x, const Key& y) { return same(x, y); });
}

bool same(const Person& a, const Person& b) {
  return same_but_delegations(a, b) &&
         std::equal(a.delegations.begin(), a.delegations.end(), b.delegations.begin(), b.delegations.end(),
                    [](const Delegation& x, const Delegation& y) { return same(x, y); });
}

bool same(const Pin& a, const Pin& b) {
  return a.host == b.host && a.host_keys == b.host_keys && a.machine_id == b.machine_id &&
         a.serials == b.serials && a.verified == b.verified;
}

}  // namespace jaga::registry
