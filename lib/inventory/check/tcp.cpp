#include "inventory/check/tcp.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "inventory/check.hpp"
#include "inventory/settings_leaf.hpp"
#include "inventory/write_parts.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {

Named TcpCheck::named(const Body& body) {
  const yaml::Node* given = body.node == nullptr ? nullptr : body.node->find("port");
  if (given == nullptr)
    fail(body.here, msg("a tcp check requires a port"), msg("write it as {{tcp: {{port: 443}}}}"));
  return {std::to_string(yaml::integer_of(*given, body.source, 1, 65'535))};
}

void TcpCheck::set(const std::string& path, const Leaf& leaf) {
  if (path == "port")
    port = static_cast<std::uint16_t>(integer(leaf, 1, 65'535));
  else if (path == "timeout")
    timeout = span(leaf);
  else if (path == "unit")
    unit = inventory::text(leaf);
  else
    unknown(leaf, path, {"port", "timeout", "unit"});
}

void TcpCheck::write(yaml::Node& body) const {
  body.set("port", int{port});
  set_span(body, "timeout", timeout, TcpCheck{}.timeout);
  set_text(body, "unit", unit);
}

std::optional<TcpCheck> TcpCheck::typed(std::string_view text) {
  TcpCheck check;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    check.unit = std::string(text.substr(slash + 1));
    if (!is_unit_name(check.unit))
      throw Error{ExitCode::usage, msg("invalid unit name: '{unit}'", {{"unit", printable(check.unit)}}),
                  msg("give it with its type, for example tcp:80/nginx.service")};
  }
  const auto number = parse_port(text.substr(0, slash));
  if (!number) return std::nullopt;
  check.port = *number;
  return check;
}

}  // namespace jaga::inventory
