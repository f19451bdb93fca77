// jaga doctor --fleet.
#pragma once

#include "base/error.hpp"
#include "workflow/sites.hpp"

namespace jaga::cmd {

class Session;

// How jaga-fleet is started. Throws Error{no_input} where it is not installed.
workflow::SitesOptions fleet_program(const Session& session);

ExitCode doctor_fleet(Session& session);

}  // namespace jaga::cmd
