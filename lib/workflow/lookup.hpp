// The incident or host that a person means by what they typed.
#pragma once

#include <string>

#include "workflow/context.hpp"

namespace jaga::workflow {

// "web01" of "20261124-web01-k7f3q2". Precondition: is_incident_id.
std::string host_of(const std::string& incident);
// The incident that a person means: an id, a unique prefix of one, or the host of the only open incident.
// Throws Error{no_input} with the nearest name, Error{usage} that tells several apart.
std::string find_incident(const Context& context, const std::string& text);
// The same for a step: where no incident of a host is open the hint is how one comes to be.
std::string find_open_incident(const Context& context, const std::string& text);

// The host of that name, which the inventory knows or an incident is about. Throws Error{no_input} with the
// nearest name.
std::string find_host(const Office& office, const std::string& text);

}  // namespace jaga::workflow
