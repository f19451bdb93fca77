// jaga accept INCIDENT
#include <memory>

#include "decisions.hpp"
#include "setups.hpp"

namespace jaga::cmd {

void setup_accept(Setup& setup) {
  auto options = std::make_shared<DecisionArguments>();
  declare_decision(setup, *options, msg("a remark to record with the decision"));
  setup.run([options](Session& session) { return decide(session, workflow::Command::accept, *options); });
}

}  // namespace jaga::cmd
