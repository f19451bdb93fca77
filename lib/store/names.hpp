// Incidents by the names of their directories, for commands that need few of many.
//
// One thread at a time for each Tree.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/tree.hpp"

namespace jaga::store {

// Ids of all incidents, or of those that `wanted` says, sorted. Whether there is a record is not looked at:
// find_incident() tells.
std::vector<std::string> incident_ids(const Tree& dir,
                                      const std::function<bool(std::string_view id)>& wanted = {});

// The same one by one, the newest first, until `visit` answers false; those opened after the day `last`
// ("20261124") are left out. A month is read when its first one is due, so who needs few pays for few.
void newest_incidents_first(const Tree& dir, const std::function<bool(std::string_view id)>& visit,
                            std::string_view last = "99999999");

// "20261124" of "20261124-web01-k7f3q2": the day on which it was opened. Precondition: is_incident_id.
std::string_view date_of(std::string_view id);
// "web01" of "20261124-web01-k7f3q2". Precondition: is_incident_id.
std::string_view subject_of(std::string_view id);

}  // namespace jaga::store
