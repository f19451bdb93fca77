// Shared by the five decision commands: show the subject, ask, sign; or write a request for a signer
// elsewhere.
#pragma once

#include <optional>
#include <string>

#include "session.hpp"
#include "workflow/decision.hpp"

namespace jaga::cmd {

struct DecisionArguments {
  std::string incident;
  std::optional<std::string> reason, until, override_why, back, correction, paper, occurred, expect, request;
  std::optional<std::string> of, to;
  std::string outcome;
  std::optional<std::int64_t> runs;
  bool yes = false;
};

// INCIDENT, -m, --yes, --expect, --request, --paper, --occurred.
void declare_decision(Setup& setup, DecisionArguments& options, Message reason, bool reason_needed = false);
ExitCode decide(Session& session, workflow::Command command, const DecisionArguments& options);

}  // namespace jaga::cmd
