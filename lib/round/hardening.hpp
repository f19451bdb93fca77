// Private to round: what settings are worth (hardening.yaml), and until when releases live (releases.yaml).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::round {

enum class Worth { good, medium, weak };

struct Ladder {
  std::string usual;  // where a file does not set it; may be empty
  std::vector<std::string> weak, medium;
  std::optional<std::int64_t> weak_above, medium_above;
  Worth of(std::string_view value) const;  // whatever its letters' case
};
using Ladders = std::map<std::string, Ladder, std::less<>>;

const Ladders& sshd_ladders();    // by the key in lower case
const Ladders& sysctl_ladders();  // "kernel.randomize_va_space"

// Days since 1970 of "2028-06-30".
std::optional<std::int64_t> day_of(std::string_view date);

struct Release {
  bool known = false;                // the distribution is one of the table
  std::optional<std::int64_t> last;  // day since 1970 of the last security update
};
// "debian" and "12"; "9.4" counts as "9" where the table has no such.
Release release_of(std::string_view id, std::string_view version);

}  // namespace jaga::round
