// jaga-fleet, which monitor --fleet and doctor --fleet start.
#pragma once

#include "workflow/sites.hpp"

namespace jaga::cmd {

class Session;

// How jaga-fleet is started. Throws Error{no_input} where it is not installed.
workflow::SitesOptions fleet_program(const Session& session);

}  // namespace jaga::cmd
