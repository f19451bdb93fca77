// `jaga analyze INCIDENT`: a person's judgement of one incident.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "session.hpp"

namespace jaga::cmd {

struct OwnOptions {
  bool confirm = false, edit = false;
  std::optional<std::string> fault, plan, part, reason;
  std::vector<std::string> parameters;
  bool says_more() const { return fault || plan || part || !parameters.empty(); }
  bool any() const { return confirm || edit || reason || says_more(); }
};
ExitCode analyze_one(Session& session, const std::string& what, const OwnOptions& options, bool dry_run);

}  // namespace jaga::cmd
