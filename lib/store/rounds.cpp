#include "store/rounds.hpp"

#include <algorithm>

#include "base/date.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/text.hpp"

namespace jaga::store {
namespace {

// Names of directories (or files), the newest first.
std::vector<std::string> names(const Folder& dir, const std::string& directory, Item::Kind kind) {
  std::vector<std::string> out;
  for (const Item& item : dir.list(directory)) {
    if (item.kind == kind) out.push_back(item.name);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

// Calls `visit` with each round of the installation, the newest first, until it says false.
template <typename Visit>
void walk(const Folder& dir, const std::string& installation, const Visit& visit) {
  const std::string root = "rounds/" + installation;
  for (const std::string& year : names(dir, root, Item::Kind::directory)) {
    for (const std::string& month : names(dir, root + "/" + year, Item::Kind::directory)) {
      for (const std::string& day : names(dir, root + "/" + year + "/" + month, Item::Kind::directory)) {
        const std::string directory = root + "/" + year + "/" + month + "/" + day;
        for (const std::string& file : names(dir, directory, Item::Kind::file)) {
          if (const auto round = parse_round_path(directory + "/" + file)) {
            if (!visit(*round)) return;
          }
        }
      }
    }
  }
}

std::vector<std::string> installations(const Folder& dir) {
  std::vector<std::string> out;
  for (const Item& item : dir.list("rounds")) {
    if (item.kind == Item::Kind::directory && is_name(item.name)) out.push_back(item.name);
  }
  return out;
}

constexpr std::string_view kSite = "site.";

std::vector<std::string> own_installations(const Folder& dir) {
  std::vector<std::string> out = installations(dir);
  std::erase_if(out, is_site_installation);
  return out;
}

}  // namespace

std::string site_installation(std::string_view site) {
  return std::string(kSite) + std::string(site);
}
bool is_site_installation(std::string_view installation) {
  return installation.starts_with(kSite);
}
std::vector<std::string> site_installations(const Folder& dir) {
  std::vector<std::string> out = installations(dir);
  std::erase_if(out, [](const std::string& name) { return !is_site_installation(name); });
  return out;
}

std::string round_path(std::string_view installation, Instant at) {
  const std::string text = format_instant(at);  // 2026-11-24T03:15:22.123Z
  return "rounds/" + std::string(installation) + "/" + text.substr(0, 4) + "/" + text.substr(5, 2) + "/" +
         text.substr(8, 2) + "/T" + text.substr(11, 2) + text.substr(14, 2) + text.substr(17) + ".yaml";
}

std::optional<RoundName> parse_round_path(std::string_view path) {
  const std::vector<std::string> parts = split(path, '/');
  if (parts.size() != 6 || parts[0] != "rounds" || !is_name(parts[1])) return std::nullopt;
  const std::string& file = parts[5];  // T031522.123Z.yaml
  if (file.size() != 17 || file[0] != 'T' || !file.ends_with("Z.yaml")) return std::nullopt;
  const auto at = parse_instant(parts[2] + "-" + parts[3] + "-" + parts[4] + "T" + file.substr(1, 2) + ":" +
                                file.substr(3, 2) + ":" + file.substr(5, 7));
  if (!at) return std::nullopt;
  return RoundName{std::string(path), parts[1], *at};
}

std::string write_round(const Folder& dir, std::string_view installation, Instant at,
                        std::string_view bytes) {
  std::string path = round_path(installation, at);
  dir.create(path, bytes);
  return path;
}

std::vector<RoundName> newest_rounds(const Folder& dir, std::size_t most,
                                     std::optional<std::string_view> installation,
                                     std::optional<Instant> not_after) {
  std::vector<RoundName> out;
  const std::vector<std::string> from =
      installation ? std::vector<std::string>{std::string(*installation)} : own_installations(dir);
  for (const std::string& one : from) {
    std::size_t taken = 0;
    walk(dir, one, [&](const RoundName& round) {
      if (not_after && round.at > *not_after) return true;
      if (taken++ >= most) return false;
      out.push_back(round);
      return true;
    });
  }
  std::sort(out.begin(), out.end(), [](const RoundName& a, const RoundName& b) {
    return a.at != b.at ? a.at > b.at : a.installation < b.installation;
  });
  if (out.size() > most) out.erase(out.begin() + static_cast<std::ptrdiff_t>(most), out.end());
  return out;
}

std::string read_round(const Folder& dir, const RoundName& round) {
  return dir.require(round.path, kMostRound);
}

std::vector<std::string> expire_rounds(const Folder& dir, Instant before) {
  const std::string first_kept = iso_date(before, std::chrono::minutes{0});
  std::vector<std::string> gone;
  for (const std::string& installation : installations(dir)) {
    const std::string root = "rounds/" + installation;
    for (const std::string& year : names(dir, root, Item::Kind::directory)) {
      for (const std::string& month : names(dir, root + "/" + year, Item::Kind::directory)) {
        const std::string of_month = root + "/" + year + "/" + month;
        for (const std::string& day : names(dir, of_month, Item::Kind::directory)) {
          if (year + "-" + month + "-" + day >= first_kept) continue;
          const std::string directory = of_month + "/" + day;
          for (const std::string& file : names(dir, directory, Item::Kind::file)) {
            const std::string path = directory + "/" + file;
            if (parse_round_path(path) && dir.remove(path)) gone.push_back(path);
          }
          dir.remove_directory(directory);
        }
        if (year + "-" + month < first_kept.substr(0, 7)) dir.remove_directory(of_month);
      }
      if (year < first_kept.substr(0, 4)) dir.remove_directory(root + "/" + year);
    }
  }
  return gone;
}

}  // namespace jaga::store
