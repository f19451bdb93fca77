#include "workflow/doubt.hpp"

#include <algorithm>
#include <map>

#include "inventory/settings.hpp"
#include "record/glance.hpp"
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
    const std::string directory = record::ChainName::seal(installation).directory();
    for (const store::Item& item : office.directory->list(directory)) {
      if (item.kind != store::Item::Kind::file || !record::parse_file_name(item.name)) continue;
      try {
        const std::string file = directory + "/" + item.name;
        const std::string bytes = office.directory->require(file);
        // By its digest alone: the register names a seal by it, and a seal those that it rests on.
        if (const auto seal = record::glance_at_seal(bytes)) {
          seals_->add(sha256(bytes), seal->prev, seal->body);
        } else {
          const record::Record record = record::parse_record(bytes, file);
          seals_->add(record.digest, record.envelope.prev, record::parse_seal(record.body, item.name));
        }
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
  const auto keys = compromised(now);
  if (now.takings.empty() && keys.empty()) return true;
  const std::string file =
      record::ChainName::incident(listing.id).directory() + "/" + record::file_name(last);
  // A seal that names the last record was made where all before it lay. That it is still what was sealed,
  // audit finds out.
  const auto covered = [&](const registry::Taking& taking) {
    return office.seals && office.seals->of(office).covers_name(taking.seal, file);
  };
  if (keys.empty() && std::all_of(now.takings.begin(), now.takings.end(), covered)) return true;
  try {
    const auto record = record::glance(office.directory->require(file));
    const registry::Register* cited = record ? register_at(office, record->register_head) : nullptr;
    if (cited == nullptr) return false;
    const auto known = compromised(*cited);
    for (const auto& [key, since] : keys)
      if (since <= record->at && !known.contains(key)) return false;
    return std::all_of(now.takings.begin(), now.takings.end(), [&](const registry::Taking& taking) {
      return std::find(cited->takings.begin(), cited->takings.end(), taking) != cited->takings.end() ||
             covered(taking);
    });
  } catch (const Error&) {
    return false;  // damaged: reported by those who read all of it
  }
}

}  // namespace jaga::workflow
