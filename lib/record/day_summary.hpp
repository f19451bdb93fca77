// What an installation measured on one day, a line a host: summaries/<installation>/2026/11/24.yaml
// (jaga-record(5), format jaga/summary@1). Rounds are let go after a while and never leave where they were
// made; a day's summary is made of them once, signed, sealed, kept and exchanged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "record/record.hpp"
#include "yaml/read.hpp"

namespace jaga::record {

inline constexpr std::string_view kSummaryFormat = "jaga/summary@1";

// Minutes, each from 0 to those of a day. All are 0 only of a host that was not measured, which has no line.
struct HostDay {
  std::string host{};
  std::int64_t ok = 0;
  std::int64_t warning = 0;
  std::int64_t critical = 0;
  std::int64_t unknown = 0;           // something could not be measured, and nothing is known to be worse
  std::int64_t maintenance = 0;       // in a maintenance window; not among the others
  std::vector<std::string> failed{};  // checks that were in warning or critical state, the longest first
  std::int64_t more = 0;              // such checks that have no room in `failed`

  std::int64_t measured() const { return ok + warning + critical + unknown + maintenance; }
  // Adds the minutes, which may then be more than those of a day; `host`, `failed` and `more` stay as they
  // are.
  HostDay& operator+=(const HostDay& other);
  bool operator==(const HostDay&) const = default;
};
inline constexpr std::int64_t kMinutesOfDay = 24 * 60;
// Of the names in `failed` together, so that a host takes no more than a kilobyte.
inline constexpr std::size_t kMostFailedBytes = 700;
// Cuts `failed` to names of so many bytes together, separators included; `more` counts those that are cut.
void limit_failed(HostDay& day, std::size_t most);

struct DaySummary {
  std::string repo{};
  std::string installation{};
  std::string date{};           // "2026-11-24", the office's
  std::int64_t utc_offset = 0;  // minutes; of that date
  std::string id{};             // is_random_id()
  Digest register_head{};
  Instant at{};  // when it was written
  By by{};
  std::string key{};             // fingerprint
  std::int64_t rounds = 0;       // that it is made of
  std::vector<HostDay> hosts{};  // by name
  std::string bytes{};
  Digest digest{};  // of bytes
};

inline constexpr std::size_t kMostSummaryBytes = yaml::kMostBytes;
// Shortens `failed` of all hosts until the file fits into kMostSummaryBytes, so that a day with thousands of
// failing hosts is stored, with fewer names. Without any names the limit is reached at about 40,000 hosts.
// The times of the states are not changed.
void fit_summary(DaySummary& summary);

// Exact in both directions, as parse_record(); Error{data} with file, line and column.
DaySummary parse_day_summary(std::string_view bytes, std::string_view file);
DaySummary make_day_summary(const DaySummary& summary);  // fills bytes and digest

struct SummaryName {
  std::string path{};
  std::string installation{};
  std::string date{};
};
std::string summary_path(std::string_view installation, std::string_view date);
[[nodiscard]] std::optional<SummaryName> parse_summary_path(std::string_view path);

}  // namespace jaga::record
