// jaga reject INCIDENT
#include <memory>

#include "decisions.hpp"
#include "setups.hpp"

namespace jaga::cmd {

void setup_reject(Setup& setup) {
  auto options = std::make_shared<DecisionArguments>();
  declare_decision(setup, *options, msg("the reason"), true);
  setup.option("--back", "STEP", options->back, msg("the step to go back to; default: as set in sop.yaml"))
      .option("--correction", "TEXT", options->correction, msg("the starting point for the next analysis"));
  setup.run([options](Session& session) { return decide(session, workflow::Command::reject, *options); });
}

}  // namespace jaga::cmd
