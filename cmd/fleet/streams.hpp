// The streams of a site, as jaga makes them (jaga-fleet(7)).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "broker/broker.hpp"
#include "fleet/subjects.hpp"

namespace jaga::cmd {

inline std::vector<broker::StreamConfig> site_streams(const std::string& site) {
  using Keep = broker::StreamConfig::Keep;
  return {{fleet::kOrders,
           {fleet::order_subjects(site)},
           Keep::until_taken,
           fleet::kOrdersKept,
           fleet::kOrdersKept},
          {fleet::kResults,
           {fleet::result_subjects(site)},
           Keep::for_a_time,
           fleet::kResultsKept,
           std::chrono::minutes{2}},
          {fleet::kStanding, {fleet::standing_subjects(site)}, Keep::last_of_subject}};
}

}  // namespace jaga::cmd
