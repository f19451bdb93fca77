#include "fleet/examination.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "fleet/subjects.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::fleet {
namespace {

using yaml::Node;

constexpr std::string_view kFormat = "jaga/examination@1";
constexpr std::size_t kMostText = 1'024;
constexpr std::array<std::string_view, 11> kSights = {"hub",       "version", "silent",  "stream",
                                                      "different", "missing", "waiting", "taken",
                                                      "unread",    "batch",   "none"};

bool is_stream(std::string_view name) {
  return name == kOrders || name == kResults || name == kStanding;
}

// Whether a line of this kind may have this name.
bool fits(Sight::Kind kind, std::string_view name) {
  switch (kind) {
    case Sight::Kind::hub:
      return name == "tls" || name == "plain";
    case Sight::Kind::version:
    case Sight::Kind::silent:
      return name == "-";
    case Sight::Kind::stream:
    case Sight::Kind::different:
    case Sight::Kind::missing:
    case Sight::Kind::waiting:
    case Sight::Kind::taken:
      return is_stream(name);
    case Sight::Kind::unread:
      return is_stream(name) || is_name(name);
    case Sight::Kind::batch:
    case Sight::Kind::none:
      return is_name(name);
  }
  return false;
}

}  // namespace

std::string write_examination(const Examination& examination) {
  Node top = Node::map();
  top.set("format", kFormat);
  add_hub(top, examination.hub);
  top.set("folder", std::string_view(examination.folder));
  Node sites = Node::list();
  for (const Examination::Site& site : examination.sites) {
    Node map = Node::map();
    map.set("site", std::string_view(site.site)).set("workers", Node::texts(site.workers));
    sites.add(std::move(map));
  }
  top.set("sites", std::move(sites));
  return yaml::write_canonical(top);
}

Examination read_examination(std::string_view bytes, std::string_view file) {
  const yaml::Source source{std::string(file), ExitCode::data};
  const Node top = yaml::read_canonical(bytes, file);
  yaml::Fields fields(top, source);
  if (fields.text("format") != kFormat)
    throw fields.error("format", msg("unknown format of an examination of sites"));
  Examination out;
  out.hub = read_hub(fields);
  out.folder = fields.text("folder");
  for (const Node& node : fields.list("sites")) {
    yaml::Fields each(node, source);
    Examination::Site& site = out.sites.emplace_back();
    site.site = each.name("site");
    site.workers = each.texts("workers");
    for (const std::string& worker : site.workers)
      if (!is_name(worker)) throw each.error("workers", msg("not a name"));
    each.finish();
  }
  fields.finish();
  return out;
}

std::string line_of(const Sight& sight) {
  std::string out(kSights.at(static_cast<std::size_t>(sight.kind)));
  out += ' ';
  out += sight.site;
  out += ' ';
  out += sight.name;
  out += ' ';
  out += std::to_string(sight.number);
  out += ' ';
  out += printable_once(shortened(sight.text, kMostText / 4));
  return out += '\n';
}

std::optional<Sight> parse_sight(std::string_view line) {
  std::array<std::string_view, 4> words;
  for (std::string_view& word : words) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    word = line.substr(0, space);
    line.remove_prefix(space + 1);
  }
  const auto* const kind = std::find(kSights.begin(), kSights.end(), words[0]);
  if (kind == kSights.end() || line.size() > kMostText || printable_once(line) != line) return std::nullopt;
  Sight out{static_cast<Sight::Kind>(kind - kSights.begin()), std::string(words[1]), std::string(words[2]), 0,
            std::string(line)};
  const bool of_hub = out.kind == Sight::Kind::hub || out.kind == Sight::Kind::version;
  if (of_hub ? out.site != "-" : !is_name(out.site)) return std::nullopt;
  if (!fits(out.kind, out.name)) return std::nullopt;
  const auto [end, wrong] = std::from_chars(words[3].data(), words[3].data() + words[3].size(), out.number);
  if (wrong != std::errc{} || end != words[3].data() + words[3].size() || out.number < 0) return std::nullopt;
  return out;
}

std::string batch_file(const std::string& site, const std::string& worker) {
  return site + "/" + worker;
}

}  // namespace jaga::fleet
