// What a look at a host asks the collector for, and what it carries on from the last one: sections that change
// slowly are asked for after a period of their own (inventory::slow_sections), spread over the hosts by their
// names. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::round {

// A section that is not good is asked for again after this, or after its period if that is shorter; the
// updates after their period.
inline constexpr std::chrono::hours kAgainAfter{1};

struct Look {
  std::string machine_id;             // of the host, as it was known last; may be empty
  std::vector<std::string> sections;  // to ask for; empty: all
  // Results of the sections that are not, each with the time at which it was measured.
  std::vector<Result> carried;
  // The same of those that are, for a look that does not come about: they still count for their period.
  std::vector<Result> kept;
};

// `previous`: what was measured last, by host, check and object, with Result::measured where that was before
// previous.at. A host of which it has nothing that a collector told is asked for everything. What was measured
// before `repaired` is as if it were not there.
Look plan_look(const inventory::Host& host, const Round& previous, Instant now, Instant repaired = {});

// Whether between the two times one of the moments lies at which the host is due, one in each period: for each
// host another one, always the same. True also where the second is not after the first.
bool is_due(std::string_view host, std::chrono::milliseconds period, Instant then, Instant now);

// Told by the collector in a section that changes slowly.
bool is_slow(const Result& result);

}  // namespace jaga::round
