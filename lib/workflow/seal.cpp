#include "workflow/seal.hpp"

#include <map>
#include <set>

#include "bag/bag.hpp"
#include "inventory/settings.hpp"
#include "record/kind.hpp"
#include "record/seal.hpp"
#include "store/append.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"

namespace jaga::workflow {
namespace {

void collect(const store::Folder& folder, const std::string& directory, std::vector<std::string>& out) {
  for (const store::Item& item : folder.list(directory)) {
    const std::string path = directory + "/" + item.name;
    if (item.kind == store::Item::Kind::directory) {
      if (item.name != "private") collect(folder, path, out);
    } else if (item.kind == store::Item::Kind::file && !item.name.starts_with('.') &&
               bag::is_safe_path(path)) {
      out.push_back(path);
    }
  }
}

record::Seal next_seal(const Office& office, const record::ChainName& own) {
  const store::Folder& folder = *office.directory;
  record::Seal seal;
  std::set<std::string> named;
  for (const std::string& installation : store::list_seal_chains(folder)) {
    const record::ChainName name = record::ChainName::seal(installation);
    const record::Chain chain = store::read_chain(folder, name, office.settings->repo);
    for (const record::Record& one : chain.records) {
      for (const record::SealedFile& file :
           record::parse_seal(one.body, record::file_name(one.envelope)).files) {
        named.insert(file.path);
      }
    }
    if (name == own) continue;
    if (const record::Record* head = chain.head()) seal.seen.push_back({installation, head->digest});
  }
  std::vector<std::string> paths;
  collect(folder, "register", paths);
  collect(folder, "incidents", paths);
  collect(folder, "papers", paths);
  collect(folder, "summaries", paths);
  std::map<std::string, Digest> found;
  for (const std::string& path : paths) {
    if (!named.contains(path)) found.emplace(path, sha256(folder.require(path, store::kMostEvidence)));
  }
  for (const auto& [path, digest] : found) seal.files.push_back({path, digest});
  return seal;
}

// A chain goes on under the key that began it: another key begins one of its own, whose first seal names the
// heads of the others.
record::ChainName chain_for(const Office& office, const std::string& key) {
  for (unsigned n = 0;; ++n) {
    const auto name = record::ChainName::seal(record::seal_chain_of(office.installation, key, n));
    const record::Chain chain = store::read_chain(*office.directory, name, office.settings->repo);
    if (chain.records.empty() || chain.records.front().envelope.key == key) return name;
  }
}

}  // namespace

std::optional<Sealed> seal(const ActingContext& context, bool always) {
  const Actor actor = acting_person(context);
  const record::ChainName chain = chain_for(context, actor.key);
  std::size_t files = next_seal(context, chain).files.size();
  if (files == 0 && !always) return std::nullopt;
  if (actor.roles.empty()) {
    throw Error{ExitCode::not_permitted, msg("'{person}' has no role", {{"person", actor.person}})};
  }
  Sealed done;
  Context fresh = context;
  done.record = store::append(
      *context.directory, chain,
      [&](const record::Chain&) {
        load_register(fresh);
        require_register(fresh);
        const record::Seal next = next_seal(fresh, chain);
        files = next.files.size();
        store::RecordDraft draft;
        draft.kind = record::name(record::Kind::seal);
        draft.at = context.now();
        draft.by = {actor.person, actor.roles.front()};
        draft.key = actor.key;
        draft.register_head = fresh.registered->head;
        draft.registered = fresh.register_chain;
        draft.body = record::write_seal(next);
        return draft;
      },
      writing(context, actor));
  done.files = files;
  done.path = chain.directory() + "/" + record::file_name(done.record.envelope);
  return done;
}

}  // namespace jaga::workflow
