// Which results of a site the office believes (jaga-fleet(7)). The signatures of a batch were checked when it
// was read (fleet::read_batch); here: by whom they are, and whether what is signed answers an order of this
// office.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "base/message.hpp"
#include "fleet/batch.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

struct Disbelief {
  // As fleet::Received counts what was refused: "worker", "order", "time", "host", "result".
  std::string kind;
  Message why;
};

// Whether the batch is signed by a worker of the site, which is in the register and has not left it, with a
// key that it holds now.
bool is_of_worker(const ActingContext& context, const fleet::ReceivedBatch& received,
                  const std::string& site);

// Whether the workers of the site measure this host, by today's hosts.yaml.
bool is_measured_at(const ActingContext& context, const std::string& host, const std::string& site);

// Why the batch is not believed; empty: it is. `asked`: the hosts of its order, where that is one of this
// round, else null.
std::optional<Disbelief> why_not_believed(const ActingContext& context, const fleet::ReceivedBatch& received,
                                          const std::string& site, const std::set<std::string>* asked);

}  // namespace jaga::workflow
