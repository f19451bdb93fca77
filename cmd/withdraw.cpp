// jaga withdraw INCIDENT
#include <memory>

#include "decisions.hpp"
#include "setups.hpp"

namespace jaga::cmd {

void setup_withdraw(Setup& setup) {
  auto options = std::make_shared<DecisionArguments>();
  declare_decision(setup, *options, msg("the reason"), true);
  setup
      .choice("--outcome", "recovered|false-alarm|duplicate|risk-accepted|handed-over", options->outcome,
              msg("the outcome"))
      .must()
      .option("--of", "INCIDENT", options->of, msg("for duplicate: the other incident"))
      .option("--until", "TIME", options->until, msg("for risk-accepted: until when"))
      .option("--to", "TEXT", options->to, msg("for handed-over: the recipient"));
  setup.run([options](Session& session) { return decide(session, workflow::Command::withdraw, *options); });
}

}  // namespace jaga::cmd
