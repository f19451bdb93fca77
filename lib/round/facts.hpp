// Every fact that a measurement may give, so that a rule that asks for another one is caught.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::round {

struct KnownFact {
  std::string_view check;  // as in Result::check
  std::string_view fact;   // the key, with its unit
  bool number = true;      // else text
};

// By check, then fact. What probe and parse_collector() put into Result::facts is in here, and nothing else;
// which of them a result has depends on its state and reason.
std::span<const KnownFact> known_facts();

// nullptr where that check gives no such fact; `check` empty: the first of any check. The values of a plugin
// have names of its own, known by their unit: "*_us", "*_percent", "*_bytes", "*_count", "*_thousandths".
// "flap_percent" any result has.
const KnownFact* known_fact(std::string_view check, std::string_view fact);

// A name of Result::check, or "self" or "shared" (see fault::diagnose).
bool is_known_check(std::string_view check);
// Those of them that a host may have, sorted.
std::vector<std::string> known_checks();

}  // namespace jaga::round
