#include "fleet/hub.hpp"

namespace jaga::fleet {

void add_hub(yaml::Node& to, const Hub& hub) {
  to.set("servers", yaml::Node::texts(hub.servers));
  to.set("ca", std::string_view(hub.ca));
  to.set("seed", std::string_view(hub.seed));
  to.set("name", std::string_view(hub.name));
}

Hub read_hub(yaml::Fields& fields) {
  Hub out;
  out.servers = fields.texts("servers");
  out.ca = fields.possibly_empty("ca");
  out.seed = fields.text("seed");
  out.name = fields.text("name");
  return out;
}

}  // namespace jaga::fleet
