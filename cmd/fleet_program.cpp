#include "fleet_program.hpp"

#include "base/error.hpp"
#include "process/run.hpp"
#include "session.hpp"

namespace jaga::cmd {

workflow::SitesOptions fleet_program(const Session& session) {
  workflow::SitesOptions sites;
  sites.environment = session.surroundings().environment;
  const auto program = process::find_program("jaga-fleet", session.surroundings().variable("PATH"));
  if (!program)
    throw Error{ExitCode::no_input, msg("jaga-fleet is not in PATH"),
                msg("install the package jaga-fleet; a build from source has it where libnats is installed")};
  sites.program = *program;
  return sites;
}

}  // namespace jaga::cmd
