// Private to inventory: one setting read as a value of its kind; each throws Error{config} at its place.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/message.hpp"
#include "inventory/settings_tree.hpp"

namespace jaga::inventory {

[[noreturn]] void fail(const Leaf& leaf, Message message, Message hint = {});
// `path` is not a setting; `known` lists the settings.
[[noreturn]] void unknown(const Leaf& leaf, const std::string& path, std::vector<std::string> known);

std::string text(const Leaf& leaf);
std::vector<std::string> texts(const Leaf& leaf);  // a list, not empty
std::chrono::milliseconds span(const Leaf& leaf);  // "500ms", above zero
std::optional<std::chrono::milliseconds> span_or_off(const Leaf& leaf);
bool truth(const Leaf& leaf);                               // true or false
std::int64_t percent(const Leaf& leaf, std::int64_t most);  // "20%"
std::int64_t integer(const Leaf& leaf, std::int64_t least, std::int64_t most);

// Leaves below a map, each under `prefix` and its way there.
void flatten(const yaml::Node& map, const yaml::Source& source, const std::string& prefix, Layer& layer);

// One item of `checks`: a leaf "on" or "off" under "checks/KIND[:OBJECT]" (the object percent-encoded), its
// settings below that.
void flatten_check(const yaml::Node& item, const yaml::Source& source, Layer& layer);
// A check of `kind` without any settings, one of its settings, and what its settings must be together.
Check make_check(std::string_view kind);
void set_check(Check& check, const std::string& path, const Leaf& leaf);
void check_limits(const Check& check, const Leaf& leaf);
// The order of a host's checks.
bool comes_before(const Check& check, const Check& other);

}  // namespace jaga::inventory
