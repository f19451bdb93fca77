#include "workflow/doubt.hpp"

#include "inventory/settings.hpp"
#include "register/register.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

record::Coverage& Seals::of(const Context& context) {
  if (seals_) return *seals_;
  seals_.emplace();
  for (const std::string& installation : store::list_seal_chains(*context.directory)) {
    const auto name = record::ChainName::seal(installation);
    for (const record::Record& record :
         store::read_chain(*context.directory, name, context.settings->repo).records) {
      try {
        seals_->add(record.digest, record.envelope.prev,
                    record::parse_seal(record.body, record::file_name(record.envelope)));
      } catch (const Error&) {
        continue;  // audit names it, and it covers nothing
      }
    }
  }
  return *seals_;
}

Message doubt(const Context& context, const record::By& by, const std::string& key, Instant at,
              const Digest& register_head, const std::string& file, const Digest& digest) {
  if (!context.registered) return {};
  const registry::State& now = *context.registered;
  return registry::doubt(by, key, at, now, register_at(context, register_head), now.takings,
                         [&](const Digest& seal) {
                           return context.seals && context.seals->of(context).covers(seal, file, digest);
                         });
}

}  // namespace jaga::workflow
