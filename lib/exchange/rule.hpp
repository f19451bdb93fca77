// Which changes another clone may bring. Records are written once: what the last accepted tree holds of them
// must be in the next one as it was, whatever commits lie between. Whether new records are believed is for
// audit. Pure, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/message.hpp"
#include "exchange/changes.hpp"

namespace jaga::exchange {

// In bytes and numbers of files that one exchange may add or change. Nothing larger is read.
struct Limits {
  std::uint64_t record = std::uint64_t{4} << 20U;  // record or note, as jaga reads them
  std::uint64_t signature = std::uint64_t{64} << 10U;
  std::uint64_t evidence = std::uint64_t{256} << 20U;
  std::uint64_t other = std::uint64_t{16} << 20U;   // what people edit
  std::uint64_t bytes = std::uint64_t{512} << 20U;  // of all but evidence together
  std::size_t records = 50'000;                     // files in protected directories
  std::size_t others = 5'000;
  bool first = false;  // nothing was accepted before: `records` and `bytes` do not count
};

// register, incidents, seals, papers, summaries with all below them, and .gitattributes.
bool is_protected(std::string_view path);
// rounds, archive, reports and private evidence, which stay in the clone that made them.
bool stays_here(std::string_view path);

struct Refusal {
  std::string path;  // empty: of the whole
  Message what;
};

struct Judgement {
  std::vector<Refusal> refusals;         // in the order of the changes
  std::vector<std::string> new_records;  // protected paths that are new, sorted
  // Evidence that is gone: allowed if audit finds that it was redacted.
  std::vector<std::string> gone_evidence;
  bool good() const { return refusals.empty(); }
};
// `changes`: from the last accepted tree to the next. Sizes are judged where they are filled in.
Judgement judge(const std::vector<Change>& changes, const Limits& limits);

}  // namespace jaga::exchange
