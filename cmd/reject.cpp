// jaga reject INCIDENT
#include <memory>

#include "decisions.hpp"
#include "setups.hpp"

namespace jaga::cmd {

void setup_reject(Setup& setup) {
  auto options = std::make_shared<DecisionArguments>();
  declare_decision(setup, *options, msg("why"), true);
  setup
      .option("--back", "STEP", options->back, msg("the step that is due again; default: what sop.yaml says"))
      .option("--correction", "TEXT", options->correction, msg("what the next analysis starts from"));
  setup.run([options](Session& session) { return decide(session, workflow::Command::reject, *options); });
}

}  // namespace jaga::cmd
