// jaga approve INCIDENT
#include <memory>

#include "decisions.hpp"
#include "setups.hpp"

namespace jaga::cmd {

void setup_approve(Setup& setup) {
  auto options = std::make_shared<DecisionArguments>();
  declare_decision(setup, *options, msg("a remark that is recorded"));
  setup.option("--until", "TIME", options->until, msg("when the approval ends; default: what sop.yaml says"))
      .option("--runs", "N", options->runs, msg("how often it may be run; default: what sop.yaml says"));
  setup.run([options](Session& session) { return decide(session, workflow::Command::approve, *options); });
}

}  // namespace jaga::cmd
