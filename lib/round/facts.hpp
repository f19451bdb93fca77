// All facts that checks can report, for validating rules.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::round {

struct KnownFact {
  std::string_view check;  // as in Result::check
  std::string_view fact;   // the key including its unit
  bool number = true;      // false: text
};

// All facts of the checks in lib/probe and parse_collector(), sorted by check and fact. Which of them a
// result has depends on its state and reason.
std::span<const KnownFact> known_facts();

// Looks up a fact of `check`, or of any check if `check` is empty; nullptr if there is none. Plugins name
// their own values, so for them any name with a known unit is accepted: "*_us", "*_percent", "*_bytes",
// "*_count", "*_thousandths". "flap_percent" is a fact of every check.
const KnownFact* known_fact(std::string_view check, std::string_view fact);

// Whether `check` is a value of Result::check, or "self" or "shared" (see fault::diagnose).
bool is_known_check(std::string_view check);
// The known checks of hosts, sorted; that is without "self" and "shared".
std::vector<std::string> known_checks();

}  // namespace jaga::round
