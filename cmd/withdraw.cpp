// jaga withdraw INCIDENT
#include <memory>

#include "decisions.hpp"
#include "setups.hpp"

namespace jaga::cmd {

void setup_withdraw(Setup& setup) {
  auto options = std::make_shared<DecisionArguments>();
  declare_decision(setup, *options, msg("why"), true);
  setup
      .choice("--outcome", "recovered|false-alarm|duplicate|risk-accepted|handed-over", options->outcome,
              msg("how it ends"))
      .must()
      .option("--of", "INCIDENT", options->of, msg("duplicate: of this one"))
      .option("--until", "TIME", options->until, msg("risk-accepted: until then"))
      .option("--to", "TEXT", options->to, msg("handed-over: to whom"));
  setup.run([options](Session& session) { return decide(session, workflow::Command::withdraw, *options); });
}

}  // namespace jaga::cmd
