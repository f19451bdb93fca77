// jaga verify INCIDENT
#include <memory>

#include "decisions.hpp"
#include "setups.hpp"

namespace jaga::cmd {

void setup_verify(Setup& setup) {
  auto options = std::make_shared<DecisionArguments>();
  declare_decision(setup, *options, msg("a remark that is recorded"));
  setup.option("--override", "REASON", options->override_why, msg("pass it although a probe fails"));
  setup.run([options](Session& session) { return decide(session, workflow::Command::verify, *options); });
}

}  // namespace jaga::cmd
