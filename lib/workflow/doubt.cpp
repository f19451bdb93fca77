#include "workflow/doubt.hpp"

#include <algorithm>
#include <map>

#include "inventory/settings.hpp"
#include "record/kind.hpp"
#include "register/register.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {
namespace {

// Compromised keys, and since when.
std::map<std::string, Instant> compromised(const registry::Register& state) {
  std::map<std::string, Instant> result;
  for (const auto& [id, person] : state.people)
    for (const registry::Key& key : person.keys)
      if (key.compromised_since) result.emplace(key.fingerprint, *key.compromised_since);
  return result;
}

}  // namespace

record::Coverage& Seals::of(const Office& office) {
  if (seals_) return *seals_;
  seals_.emplace();
  for (const std::string& installation : store::list_seal_chains(*office.directory)) {
    const auto name = record::ChainName::seal(installation);
    for (const record::Record& record :
         store::read_chain(*office.directory, name, office.settings->repo).records) {
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

Message doubt(const Office& office, const record::By& by, const std::string& key, Instant at,
              const Digest& register_head, const std::string& file, const Digest& digest) {
  if (!office.registered) return {};
  const registry::Register& now = *office.registered;
  return registry::doubt(by, key, at, now, register_at(office, register_head), now.takings,
                         [&](const Digest& seal) {
                           return office.seals && office.seals->of(office).covers(seal, file, digest);
                         });
}

bool archived(const Office& office, const store::IncidentListing& listing) {
  const record::FileName& last = listing.steps.back();
  if (last.kind != record::name(record::Kind::archive)) return false;
  if (!office.registered) return true;
  const registry::Register& now = *office.registered;
  if (now.takings.empty() && compromised(now).empty()) return true;
  const std::string file =
      record::ChainName::incident(listing.id).directory() + "/" + record::file_name(last);
  try {
    const record::Record record = record::parse_record(office.directory->require(file), file);
    const registry::Register* cited = register_at(office, record.envelope.register_head);
    if (cited == nullptr || compromised(*cited) != compromised(now)) return false;
    return std::all_of(now.takings.begin(), now.takings.end(), [&](const registry::Taking& taking) {
      // A seal that names the last record was made where all before it lay.
      return std::find(cited->takings.begin(), cited->takings.end(), taking) != cited->takings.end() ||
             (office.seals && office.seals->of(office).covers(taking.seal, file, record.digest));
    });
  } catch (const Error&) {
    return false;  // damaged: reported by those who read all of it
  }
}

}  // namespace jaga::workflow
