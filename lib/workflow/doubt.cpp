#include "workflow/doubt.hpp"

#include <algorithm>
#include <set>

#include "inventory/settings.hpp"
#include "record/seal.hpp"
#include "register/register.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

void Seals::read(const Context& context) {
  read_ = true;
  for (const std::string& installation : store::list_seal_chains(*context.directory)) {
    const auto name = record::ChainName::seal(installation);
    for (const record::Record& record :
         store::read_chain(*context.directory, name, context.settings->repo).records) {
      try {
        const record::Seal seal = record::parse_seal(record.body, record::file_name(record.envelope));
        One one;
        for (const auto& file : seal.files) one.files.emplace(file.path, file.digest);
        one.rests_on = record.envelope.prev;
        for (const auto& other : seal.seen) one.rests_on.push_back(other.head);
        seals_.emplace(record.digest, std::move(one));
      } catch (const Error&) {
        continue;  // audit names it, and it covers nothing
      }
    }
  }
}

bool Seals::covers(const Context& context, const Digest& seal, const std::string& file,
                   const Digest& digest) {
  if (!read_) read(context);
  auto known = covered_.find(seal);
  if (known == covered_.end()) {
    std::map<std::string, Digest> files;
    std::set<Digest> seen;
    std::vector<Digest> open{seal};
    while (!open.empty()) {
      const Digest at = open.back();
      open.pop_back();
      const auto found = seals_.find(at);
      if (found == seals_.end() || !seen.insert(at).second) continue;
      for (const auto& [path, sealed] : found->second.files) files.emplace(path, sealed);
      open.insert(open.end(), found->second.rests_on.begin(), found->second.rests_on.end());
    }
    known = covered_.emplace(seal, std::move(files)).first;
  }
  const auto found = known->second.find(file);
  return found != known->second.end() && found->second == digest;
}

Message doubt(const Context& context, const record::By& by, const std::string& key, Instant at,
              const Digest& register_head, const std::string& file, const Digest& digest) {
  if (!context.registered) return {};
  const registry::State& now = *context.registered;
  if (const registry::Person* owner = now.owner(key))
    for (const registry::Key& one : owner->keys)
      if (one.fingerprint == key && one.compromised_since && *one.compromised_since <= at)
        return msg("its key '{key}' was in other hands by then", {{"key", key}});
  const registry::State* then = nullptr;
  for (const registry::Taking& taking : now.takings) {
    const bool of_key = !taking.key.empty() && taking.key == key;
    const bool of_role = !taking.role.empty() && taking.person == by.person && taking.role == by.role;
    if (!of_key && !of_role) continue;
    if (then == nullptr) then = register_at(context, register_head);
    // Known by then: it was given again since.
    if (then != nullptr && std::any_of(then->takings.begin(), then->takings.end(),
                                       [&](const auto& other) { return other.record == taking.record; }))
      continue;
    if (context.seals && context.seals->covers(context, taking.seal, file, digest)) continue;
    return of_key ? msg("its key '{key}' was retired since, and the seal of then does not name it",
                        {{"key", key}})
                  : msg("the role '{role}' was taken from '{person}' since, and the seal of then does not "
                        "name it",
                        {{"role", taking.role}, {"person", taking.person}});
  }
  return {};
}

}  // namespace jaga::workflow
