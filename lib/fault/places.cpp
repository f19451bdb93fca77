#include "fault/places.hpp"

namespace jaga::fault {

std::optional<std::string> fill_placeholders(const std::string& text, const inventory::Host& host,
                                             const std::string& object, const round::Result& deciding) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text[at] == '{' ? text.find('}', at) : std::string::npos;
    if (end == std::string::npos) {
      out += text[at++];
      continue;
    }
    const std::string place = text.substr(at + 1, end - at - 1);
    std::string value;
    if (place == "host")
      value = host.name;
    else if (place == "address")
      value = host.address;
    else if (place == "object")
      value = object;
    else if (place == "unit") {
      for (const auto& check : host.checks)
        if (const auto* tcp = std::get_if<inventory::TcpCheck>(&check);
            tcp != nullptr && std::to_string(tcp->port) == object)
          value = tcp->unit;
    } else if (place.starts_with("fact:")) {
      const auto number = round::number(deciding, place.substr(5));
      value = number ? std::to_string(*number) : round::text(deciding, place.substr(5)).value_or("");
    }
    if (value.empty()) return std::nullopt;
    out += value;
    at = end + 1;
  }
  return out;
}

}  // namespace jaga::fault
