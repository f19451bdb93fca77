// Monitoring rounds: files by installation and time, outside the chain of records, kept for a while.
//
// One thread at a time for each Folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "store/folder.hpp"

namespace jaga::store {

inline constexpr std::size_t kMostRound = std::size_t{256} << 20U;

struct RoundName {
  std::string path;  // rounds/<installation>/2026/11/24/T031522.123Z.yaml
  std::string installation;
  Instant at;
};
// Rounds of what workers of another site measured and what came too late for a round of ours (jaga-fleet(7))
// lie under an installation of their own.
std::string site_installation(std::string_view site);  // "site.NAME"
bool is_site_installation(std::string_view installation);

std::string round_path(std::string_view installation, Instant at);
[[nodiscard]] std::optional<RoundName> parse_round_path(std::string_view path);

// Durable on return; gives the path. Error{cant_create} where that millisecond has one already.
std::string write_round(const Folder& dir, std::string_view installation, Instant at, std::string_view bytes);
// The newest first, by names alone; no `installation`: of all of them but those of sites. Names not of a
// round are passed over, and rounds later than `not_after` (written while a clock was wrong).
std::vector<RoundName> newest_rounds(const Folder& dir, std::size_t most,
                                     std::optional<std::string_view> installation = {},
                                     std::optional<Instant> not_after = {});
// The installations of sites that have rounds here.
std::vector<std::string> site_installations(const Folder& dir);
// Error{no_input} where it is gone.
std::string read_round(const Folder& dir, const RoundName& round);
// Removes the rounds of the days (UTC) that had ended at `before`, and directories that are empty then; gives
// the paths removed. Whole days: a round with only the changes rests on one of the same day. Where some are
// to be kept nothing but names of days is looked at.
std::vector<std::string> expire_rounds(const Folder& dir, Instant before);

}  // namespace jaga::store
