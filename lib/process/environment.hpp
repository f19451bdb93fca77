// The environment of a program as data: a list of "NAME=VALUE". Pure: nothing here looks at the
// environment of this process.
//
// Values come back as copies; any thread may call these.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jaga::process {

// `base` with `changes` made in order: a value sets the variable (the last place wins, no name twice),
// nullopt removes it. Entries of `base` without '=' are dropped.
using Change = std::pair<std::string, std::optional<std::string>>;
std::vector<std::string> environment_with(std::span<const std::string> base, std::span<const Change> changes);

// The value of `name`, or nullopt. Of two entries the first counts, as in getenv(3).
std::optional<std::string> variable(std::span<const std::string> environment, std::string_view name);

}  // namespace jaga::process
