// Names of things: who may be called what, and the random ids of records.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace jaga {

// Fills a span with random bytes. Given by cmd/ (getrandom(2)); tests give a counter.
using RandomBytes = std::function<void(std::span<std::byte>)>;

// 128 random bits as 26 digits of Crockford's base32, lower case (0-9 a-z without i l o u).
std::string random_id(const RandomBytes& random);
bool is_random_id(std::string_view text);  // exactly such a text
// `count` (at most 26) random Crockford digits: the tail of an incident's id.
std::string random_suffix(const RandomBytes& random, std::size_t count);
bool is_random_suffix(std::string_view text, std::size_t count);  // exactly such a text

// [a-z0-9][a-z0-9._-]*, no "..", at most `most` characters: ids of people, roles, hosts (most = 40),
// plans, fault types.
inline constexpr std::size_t kLongestName = 128;
bool is_name(std::string_view text, std::size_t most = kLongestName);

// <YYYYMMDD>-<subject>-<6 Crockford digits>, the subject a name.
bool is_incident_id(std::string_view text);
// "2026-11" of "20261124-web01-k7f3q2": the directory of an incident. Precondition: is_incident_id.
std::string incident_month(std::string_view id);

}  // namespace jaga
