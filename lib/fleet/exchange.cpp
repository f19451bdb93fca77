#include "fleet/exchange.hpp"

#include <array>
#include <charconv>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/format.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::fleet {
namespace {

using yaml::Node;

constexpr std::string_view kFormat = "jaga/exchange@1";
constexpr std::array<std::string_view, 5> kEvents = {"connected", "published", "stored", "standing",
                                                     "silent"};

}  // namespace

std::optional<int> standing_part(std::string_view file) {
  const std::string_view digits = file.substr(file.rfind('.') + 1);
  int part = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), part);
  const bool good =
      digits.size() < file.size() && end.ec == std::errc{} && end.ptr == digits.data() + digits.size();
  return good && part > 0 ? std::optional(part) : std::nullopt;
}

std::string write_exchange(const Exchange& exchange) {
  Node top = Node::map();
  top.set("format", kFormat);
  add_hub(top, exchange.hub);
  top.set("spool", std::string_view(exchange.spool));
  Node sites = Node::list();
  for (const Exchange::Site& site : exchange.sites) {
    Node map = Node::map();
    map.set("site", std::string_view(site.site)).set("orders", Node::texts(site.orders));
    map.set("standing", Node::texts(site.standing));
    sites.add(std::move(map));
  }
  top.set("sites", std::move(sites));
  return yaml::write_canonical(top);
}

Exchange read_exchange(std::string_view bytes, std::string_view file) {
  const yaml::Source source{std::string(file), ExitCode::data};
  const Node top = yaml::read_canonical(bytes, file);
  yaml::Fields fields(top, source);
  if (fields.text("format") != kFormat)
    throw fields.error("format", msg("unknown format of an exchange with sites"));
  Exchange out;
  out.hub = read_hub(fields);
  out.spool = fields.text("spool");
  for (const Node& node : fields.list("sites")) {
    yaml::Fields each(node, source);
    out.sites.push_back({each.name("site"), each.texts("orders"), each.texts("standing")});
    each.finish();
  }
  fields.finish();
  return out;
}

std::string line_of(const Event& event) {
  return std::string(kEvents.at(static_cast<std::size_t>(event.kind))) + " " + event.site + " " +
         printable(event.text) + "\n";
}

std::optional<Event> parse_event(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  Event event{Event::Kind::silent, std::string(line.substr(first + 1, second - first - 1)),
              std::string(line.substr(second + 1))};
  if (event.site != "-" && !is_name(event.site)) return std::nullopt;
  for (std::size_t kind = 0; kind < kEvents.size(); ++kind)
    if (line.substr(0, first) == kEvents.at(kind)) {
      event.kind = static_cast<Event::Kind>(kind);
      return event;
    }
  return std::nullopt;
}

std::string spool_file(const std::string& site, std::uint64_t sequence, std::string_view message) {
  const std::string digest = sha256(message).text();
  return site + "/" + formatted("{:020}-{}", sequence, digest.substr(digest.find(':') + 1, 8));
}

}  // namespace jaga::fleet
