#include "inventory/check/dns.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings_leaf.hpp"
#include "inventory/write_parts.hpp"
#include "yaml/node.hpp"

namespace jaga::inventory {

namespace {

const std::vector<std::string>& record_types() {
  static const std::vector<std::string> kTypes = {"A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "TXT"};
  return kTypes;
}

// Labels of any printable characters but space: "_dmarc.example.org", an address for PTR.
bool is_dns_name(const std::string& name) {
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '/' && c != '\\';
  });
}

}  // namespace

Named DnsCheck::named(const Body& body) {
  const auto given = body.text("name");
  if (!given)
    fail(body.here, msg("a dns check requires a name"),
         msg("write it as {{dns: {{name: \"www.example.org\", type: \"A\"}}}}"));
  const std::string of_type = body.text("type").value_or(DnsCheck{}.type);
  return {*given + "/" + of_type, {{"type", of_type}}};
}

void DnsCheck::set(const std::string& path, const Leaf& leaf) {
  if (path == "name") {
    name = text(leaf);
  } else if (path == "type") {
    type = text(leaf);
    const auto& types = record_types();
    if (std::find(types.begin(), types.end(), type) == types.end())
      fail(leaf, msg("unknown DNS record type '{text}'", {{"text", printable(type)}}),
           msg("known names: {names}", {{"names", join(types, ", ")}}));
  } else if (path == "expect") {
    expect = leaf.value.is_scalar() ? std::vector<std::string>{text(leaf)} : texts(leaf);
  } else if (path == "server") {
    server = text(leaf);
  } else if (path == "port") {
    port = static_cast<std::uint16_t>(integer(leaf, 1, 65'535));
  } else if (path == "timeout") {
    timeout = span(leaf);
  } else {
    unknown(leaf, path, {"name", "type", "expect", "server", "port", "timeout"});
  }
}

void DnsCheck::fill(const Words& words) {
  words.fill(name);
  words.fill(server);
  for (std::string& text : expect) words.fill(text);
  if (!is_dns_name(name)) words.refuse(msg("invalid DNS name '{text}'", {{"text", printable(name)}}));
  if (!server.empty() && !is_address(server))
    words.refuse(msg("invalid name server '{text}'", {{"text", printable(server)}}));
}

void DnsCheck::write(yaml::Node& body) const {
  body.set("name", name).set("type", type);
  if (!expect.empty()) body.set("expect", yaml::Node::texts(expect));
  set_text(body, "server", server);
  if (port != DnsCheck{}.port) body.set("port", int{port});
  set_span(body, "timeout", timeout, DnsCheck{}.timeout);
}

std::optional<DnsCheck> DnsCheck::typed(std::string_view text) {
  if (text.empty()) return std::nullopt;
  DnsCheck check;
  check.name = std::string(text.substr(0, text.find('/')));
  if (text.find('/') != std::string_view::npos) check.type = std::string(text.substr(text.find('/') + 1));
  return check;
}

}  // namespace jaga::inventory
