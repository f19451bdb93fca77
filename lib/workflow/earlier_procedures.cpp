#include "workflow/earlier_procedures.hpp"

#include <algorithm>
#include <map>

#include "inventory/settings.hpp"
#include "register/register.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/doubt.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

std::vector<EarlierProcedure> earlier_procedures(const Context& context) {
  std::vector<EarlierProcedure> result;
  if (!context.registered || context.registered->earlier_sops.empty()) return result;
  std::map<Digest, std::size_t> known;
  for (const auto& listing : store::list_incidents(*context.directory)) {
    if (archived(context, listing)) continue;
    try {
      record::Chain chain = store::read_chain(*context.directory, record::ChainName::incident(listing.id),
                                              context.settings->repo);
      if (chain.records.empty()) continue;
      const registry::Register* began = register_at(context, chain.records.front().envelope.register_head);
      if (began == nullptr || began->sop == context.registered->sop) continue;
      const Digest digest = began->sop;
      const Incident incident = judge_incident(context, listing.id, std::move(chain));
      if (incident.state.finished()) continue;
      const auto [at, is_new] = known.emplace(digest, result.size());
      if (is_new) result.push_back({incident.procedure, {}});
      result[at->second].incidents.push_back(listing.id);
    } catch (const Error&) {
      continue;
    }
  }
  return result;
}

}  // namespace jaga::workflow
