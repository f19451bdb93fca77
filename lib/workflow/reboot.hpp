// A command that restarts its target, and a plan that waits for a maintenance window.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "base/message.hpp"
#include "plan/plan.hpp"
#include "workflow/context.hpp"
#include "workflow/transport.hpp"

namespace jaga::workflow {

// Who answers as `target` now. It is `target` where the boot id is not empty: same host key, same machine-id.
struct Presence {
  std::string boot_id;   // "" with `why`
  bool another = false;  // somebody answers, and it is not the target
  Message why;
};
Presence look_for(Transport& transport, const plan::Target& target, std::stop_token stop);

struct Return {
  std::string boot_id;  // the new one; "": not back, `why` says it
  Message why;
};
// Looks until `target` is back with another boot id than `before`, at most `limit`; at once gives up on a
// host that is another, and when asked to stop. `pause`: between two looks.
Return wait_for_return(Transport& transport, const plan::Target& target, const std::string& before,
                       std::chrono::milliseconds limit, std::stop_token stop,
                       std::chrono::milliseconds pause = std::chrono::seconds{1});

// Throws Error{not_permitted} for a target that is not in a maintenance window now, where the plan wants one.
void require_window(const Context& context, const plan::Frozen& plan);

}  // namespace jaga::workflow
