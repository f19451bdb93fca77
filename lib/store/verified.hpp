// Up to which seals an OS account has audited everything: a file of its state folder, `verified`. It says
// what this account did, not what lies in the directory: what is there by now, only another audit can tell.
//
// Replaced by rename without a sync, as what it remembers of chains (store/memory.hpp); a torn file says
// nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"

namespace jaga::store {

struct VerifiedSeals {
  std::vector<Digest> seals{};  // the newest of each chain of seals
  Instant at{};                 // when that was
  Instant whole{};              // when everything under them was last read, not only what was new
  bool operator==(const VerifiedSeals&) const = default;
};
// `folder`: the installation's. nullopt: nothing, or a file that cannot be understood. Error{io}.
std::optional<VerifiedSeals> read_verified(const std::string& folder);
void write_verified(const std::string& folder, const VerifiedSeals& verified);

// The text of such a file, and back. Pure.
std::string verified_text(const VerifiedSeals& verified);
[[nodiscard]] std::optional<VerifiedSeals> parse_verified(std::string_view text);

}  // namespace jaga::store
