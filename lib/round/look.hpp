// Decides what a look at a host requests from the collector, and which earlier results are carried instead.
//
// Slow sections (inventory::slow_sections) are requested once per period. The time within the period depends
// on the host's name, which spreads the hosts over it without any stored schedule. Pure.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::round {

// A slow section that is not ok is requested again after this time, or after its period if that is shorter;
// the updates always after their period.
inline constexpr std::chrono::hours kAgainAfter{1};

struct Look {
  std::string machine_id;             // last known one of the host; may be empty
  std::vector<std::string> sections;  // to request; empty: all
  // Results of the sections that are not requested, with the time of their measurement.
  std::vector<Result> carried;
  // Results of requested slow sections that are still within their period, for use if the login fails.
  std::vector<Result> kept;
};

// `previous`: the newest results, sorted, with Result::measured set where they are older than previous.at.
// All sections are requested if it has no result of a slow section for the host. Results measured before
// `repaired` are ignored.
Look plan_look(const inventory::Host& host, const Round& previous, Instant now, Instant repaired = {});

// Adds the carried results of these hosts, which were asked for their other sections, unless another machine
// answered, and the kept ones where the login failed. Results need not be sorted.
void add_carried(Round& round, const std::set<std::string>& hosts, const std::map<std::string, Look>& looks);

// Whether the host's time within the period lies between `then` and `now`, or a whole period has passed. True
// if `now` is not after `then`, since a clock was set back.
bool is_due(std::string_view host, std::chrono::milliseconds period, Instant then, Instant now);

// Whether the result comes from a slow section of the collector.
bool is_slow(const Result& result);

}  // namespace jaga::round
