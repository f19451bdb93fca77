// jaga verify INCIDENT
#include <memory>

#include "decisions.hpp"
#include "setups.hpp"

namespace jaga::cmd {

void setup_verify(Setup& setup) {
  auto options = std::make_shared<DecisionArguments>();
  declare_decision(setup, *options, msg("a remark to record with the decision"));
  setup.option("--override", "REASON", options->override_why,
               msg("verify the repair although a check fails"));
  setup.run([options](Session& session) { return decide(session, workflow::Command::verify, *options); });
}

}  // namespace jaga::cmd
