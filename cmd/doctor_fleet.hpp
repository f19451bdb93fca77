// jaga doctor --fleet.
#pragma once

#include "base/error.hpp"

namespace jaga::cmd {

class Session;

ExitCode doctor_fleet(Session& session);

}  // namespace jaga::cmd
