// Private to round: rates security settings (hardening.yaml) and knows when releases end (releases.yaml).
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
  std::string usual;  // default, for a setting that no file contains; may be empty
  std::vector<std::string> weak, medium;
  std::optional<std::int64_t> weak_above, medium_above;
  Worth of(std::string_view value) const;  // case-insensitive
};
using Ladders = std::map<std::string, Ladder, std::less<>>;

const Ladders& sshd_ladders();    // key: option in lower case
const Ladders& sysctl_ladders();  // key: "kernel.randomize_va_space"

// Converts a date such as "2028-06-30" to days since 1970-01-01; nullopt if it is not a date.
std::optional<std::int64_t> day_of(std::string_view date);

struct Release {
  bool known = false;                // whether the table has this distribution
  std::optional<std::int64_t> last;  // last day with security updates, as days since 1970-01-01
};
// Looks up a release by ID and VERSION_ID of os-release(5), such as "debian" and "12". Falls back to the
// major version: "9" for "9.4".
Release release_of(std::string_view id, std::string_view version);

}  // namespace jaga::round
