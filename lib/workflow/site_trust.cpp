#include "workflow/site_trust.hpp"

#include <algorithm>
#include <chrono>

#include "fleet/order.hpp"
#include "fleet/standing.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "register/register.hpp"

namespace jaga::workflow {
namespace {

// How far the clocks of a site and the office may be apart.
constexpr std::chrono::minutes kClocks{10};

bool is_order_of_office(const ActingContext& context, const fleet::ReceivedBatch& received) {
  const registry::Person* office = context.registered->owner(received.office.fingerprint());
  const auto is_good = [&](const registry::Key& key) {
    return key.fingerprint == received.office.fingerprint() && !key.compromised_since;
  };
  const fleet::OrderHead& order = received.batch.order;
  return order.office == context.settings->repo && order.installation == context.installation &&
         office != nullptr && office->machine && office->site.empty() &&
         std::any_of(office->keys.begin(), office->keys.end(), is_good);
}

}  // namespace

bool is_of_worker(const ActingContext& context, const fleet::ReceivedBatch& received,
                  const std::string& site) {
  const registry::Person* worker = context.registered->owner(received.worker.fingerprint());
  return worker != nullptr && worker->machine && !worker->left && worker->site == site &&
         worker->id == received.batch.worker && worker->holds(received.worker.fingerprint());
}

bool is_measured_at(const ActingContext& context, const std::string& host, const std::string& site) {
  const inventory::Host* known = context.inventory->find(host);
  return known != nullptr && known->place.site == site && !known->has_check("local");
}

std::optional<Disbelief> why_not_believed(const ActingContext& context, const fleet::ReceivedBatch& received,
                                          const std::string& site, const std::set<std::string>* asked) {
  const fleet::Batch& batch = received.batch;
  if (!is_of_worker(context, received, site))
    return Disbelief{
        "worker", msg("it is signed with {key}, not with a current key of the worker '{worker}' of this site",
                      {{"key", received.worker.fingerprint()}, {"worker", batch.worker}})};
  if (!is_order_of_office(context, received))
    return Disbelief{"order", msg("it answers an order that was not given here")};
  if (batch.order.site != site)
    return Disbelief{"order", msg("it answers an order to the site '{site}'", {{"site", batch.order.site}})};
  const Instant at = batch.round.at;
  const Instant now = context.now();
  if (at < batch.order.at - kClocks || at > batch.order.until + kClocks || at > now + kClocks)
    return Disbelief{"time",
                     msg("it was measured at {time}, by the worker's clock", {{"time", format_instant(at)}})};
  if (batch.slot && (!fleet::is_slot_of(batch.order, *batch.slot, now, kClocks) ||
                     at < *batch.slot - kClocks || at > *batch.slot + batch.order.every + kClocks))
    return Disbelief{"time", msg("it was due at {time}, which is not a time of its standing order",
                                 {{"time", format_instant(*batch.slot)}})};
  if (!batch.round.schedule.empty() || !batch.round.source.empty())
    return Disbelief{"result", msg("it has a result that its worker did not measure")};
  for (const round::Result& result : batch.round.results) {
    if (asked != nullptr && (!is_measured_at(context, result.host, site) || !asked->contains(result.host)))
      return Disbelief{"host", msg("it has a result of '{host}', which was not asked of this site",
                                   {{"host", result.host}})};
    if (result.measured || !result.measured_by.empty())
      return Disbelief{"result", msg("it has a result that its worker did not measure")};
  }
  return {};
}

}  // namespace jaga::workflow
