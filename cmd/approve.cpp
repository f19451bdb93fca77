// jaga approve INCIDENT
#include <memory>

#include "decisions.hpp"
#include "setups.hpp"

namespace jaga::cmd {

void setup_approve(Setup& setup) {
  auto options = std::make_shared<DecisionArguments>();
  declare_decision(setup, *options, msg("a remark to record with the decision"));
  setup
      .option("--until", "TIME", options->until,
              msg("when the approval expires; default: as set in sop.yaml"))
      .option("--runs", "N", options->runs,
              msg("how many times the plan may be run; default: as set in sop.yaml"));
  setup.run([options](Session& session) { return decide(session, workflow::Command::approve, *options); });
}

}  // namespace jaga::cmd
