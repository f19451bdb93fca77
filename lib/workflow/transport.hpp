// What a repair does to the world: looking who a target is, running scripts on it, probing again. The only
// seam between the procedure and the network; tests give one of their own.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/message.hpp"
#include "incident/body.hpp"
#include "plan/plan.hpp"
#include "workflow/order.hpp"

namespace jaga::workflow {

// One check to be run again: as in a round, "disk" and "/var".
struct RepeatedProbe {
  std::string host;
  std::string check;
  std::string object;
};

// The text of a result where the target was measured and its facts know no such object (state "unknown").
inline Message not_among_its_facts() {
  return sentence("not found on the host any more");
}

class Transport {
 public:
  virtual ~Transport() = default;
  // With the pinned host keys of `target`, and no other, for a plan that runs by ssh; here, for `local`.
  virtual Answer run(plan::Run how, const plan::Target& target, const Order& order, std::stop_token stop) = 0;
  // Every options has a result (state "unknown" where it could not be measured).
  virtual std::vector<incident::Result> probe(const std::vector<RepeatedProbe>& wishes,
                                              std::stop_token stop) = 0;
};

}  // namespace jaga::workflow
