// jaga.yaml: what marks a working directory and belongs to all of it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/message.hpp"

namespace jaga::inventory {

struct Settings {
  std::string repo;  // id of the working directory, as in genesis: a name
  std::string organisation;
  Language language = Language::indonesian;  // of paper; of the screen where nothing else says
  std::vector<std::string> letterhead;       // lines above letters; empty: those of the procedure's header
  // For papers; each may be empty.
  std::string city;                  // where they are signed
  std::string address;               // of the office
  std::vector<std::string> contact;  // telephone, e-mail ...: lines below the address
  std::string emblem;                // file of the coat of arms, below the working directory
  std::string classification;        // "RAHASIA", on every page
  enum class PaperSize { a4, f4 };
  PaperSize paper = PaperSize::a4;
  std::string board;  // file that each round writes the board to, below the working directory; empty: none
  std::chrono::milliseconds keep_rounds = std::chrono::hours{24 * 90};  // at least kLeastKeeping
  // `record`: whether every round is written whole, or once a day whole and what changed in between.
  enum class Rounds { full, changes };
  Rounds record = Rounds::full;
  // What `sync` may be told by name: the name and an address by ssh or https, in the order of the file.
  std::vector<std::pair<std::string, std::string>> remotes{};
  // Sites whose hosts are measured by workers there (jaga-fleet(7)); not set: there are none.
  struct Fleet {
    std::vector<std::string> servers;            // of NATS
    std::string ca;                              // file below the working directory; empty: the system's
    std::vector<std::string> sites;              // place.site of their hosts
    std::chrono::milliseconds deadline{60'000};  // of a round, for the answers of the sites
    // How often a site measures by itself while the office is not heard there (fleet/standing.hpp).
    std::chrono::milliseconds standing{300'000};
  };
  std::optional<Fleet> fleet{};
};
inline constexpr std::chrono::milliseconds kLeastKeeping = std::chrono::hours{24};

// Throws Error{config}.
Settings parse_settings(std::string_view bytes, std::string_view file);
// What `init` writes; parse_settings reads it back.
std::string settings_yaml(const Settings& settings);

}  // namespace jaga::inventory
