// What the first lines of a record, or a whole seal, say without the rest being parsed: for commands that
// look at thousands of files to find the few that matter. Only for what is judged elsewhere, or whose digest
// is known: what these accept may still not be a record. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "record/seal.hpp"

namespace jaga::record {

struct Glance {
  Digest register_head{};
  Instant at{};
};
// nullopt: these are not the lines of a record.
[[nodiscard]] std::optional<Glance> glance(std::string_view bytes);

struct SealGlance {
  std::vector<Digest> prev{};
  Seal body{};
};
// Of the bytes of a seal, as parse_record() and parse_seal() would read them; nullopt: only these can tell.
[[nodiscard]] std::optional<SealGlance> glance_at_seal(std::string_view bytes);

}  // namespace jaga::record
