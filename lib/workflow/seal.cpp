#include "workflow/seal.hpp"

#include <algorithm>
#include <utility>

#include "inventory/settings.hpp"
#include "record/kind.hpp"
#include "record/path.hpp"
#include "record/seal.hpp"
#include "store/append.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "store/long_chain.hpp"
#include "workflow/acting_person.hpp"
#include "yaml/read.hpp"

namespace jaga::workflow {
namespace {

void collect(const store::Folder& folder, const std::string& directory, std::vector<std::string>& out) {
  for (const store::Item& item : folder.list(directory)) {
    const std::string path = directory + "/" + item.name;
    if (item.kind == store::Item::Kind::directory) {
      if (item.name != "private") collect(folder, path, out);
    } else if (item.kind == store::Item::Kind::file && record::is_record_file(path)) {
      out.push_back(path);
    }
  }
}

// The files of a seal, at most: 4 MiB hold them with their digests and the rest of the record.
constexpr std::size_t kMostBytes = yaml::kMostBytes - (std::size_t{512} << 10U);
constexpr std::size_t kBesidesPath = 100;  // of a file's line

// What no seal names, and the newest seals of other chains.
struct Unsealed {
  std::vector<std::string> seals{};  // the files of seals that were read
  std::vector<std::string> paths{};  // sorted
  std::vector<record::SeenSeal> seen{};
};

std::vector<std::string> files_of_seals(const store::Folder& folder) {
  std::vector<std::string> files;
  for (const std::string& installation : store::list_seal_chains(folder)) {
    const std::string directory = record::ChainName::seal(installation).directory();
    for (const store::Item& item : folder.list(directory))
      if (item.name.ends_with(".yaml")) files.push_back(directory + "/" + item.name);
  }
  std::sort(files.begin(), files.end());
  return files;
}

Unsealed unsealed(const Office& office, const record::ChainName& own) {
  const store::Folder& folder = *office.directory;
  Unsealed out;
  out.seals = files_of_seals(folder);
  record::Coverage named;
  for (const std::string& installation : store::list_seal_chains(folder)) {
    const record::ChainName name = record::ChainName::seal(installation);
    const record::Chain chain =
        store::read_chain(folder, name, office.settings->repo, [&](record::Record& record) {
          named.add(record.digest, {}, record::parse_seal(record.body, record::file_name(record.envelope)));
          record.body = {};
          record.bytes = {};
        });
    if (name == own) continue;
    if (const record::Record* head = chain.head()) out.seen.push_back({installation, head->digest});
  }
  for (const char* directory : {"incidents", "papers", "register", "summaries"})
    collect(folder, directory, out.paths);
  std::erase_if(out.paths, [&](const std::string& path) { return named.names(path); });
  std::sort(out.paths.begin(), out.paths.end());
  return out;
}

// Takes as many of the paths as one seal holds.
record::Seal next_seal(const store::Folder& folder, const Unsealed& from) {
  record::Seal seal;
  seal.seen = from.seen;
  std::size_t bytes = 0;
  for (const std::string& path : from.paths) {
    bytes += path.size() + kBesidesPath;
    if (bytes > kMostBytes) break;
    seal.files.push_back({path, sha256(folder.require(path, store::kMostEvidence))});
  }
  return seal;
}

// Whose key began the chain; empty: nobody yet.
std::string first_key(const store::Folder& folder, const record::ChainName& name) {
  for (const store::Item& item : folder.list(name.directory())) {
    if (!item.name.ends_with(".yaml") || item.kind != store::Item::Kind::file) continue;
    try {
      const std::string path = name.directory() + "/" + item.name;
      return record::parse_record(folder.require(path), path).envelope.key;
    } catch (const Error& error) {
      if (error.code() != ExitCode::data) throw;  // append() names it
    }
  }
  return {};
}

// A chain goes on under the key that began it: another key begins one of its own, whose first seal names the
// heads of the others.
record::ChainName chain_for(const Office& office, const std::string& key) {
  for (unsigned n = 0;; ++n) {
    const auto name = record::ChainName::seal(record::seal_chain_of(office.installation, key, n));
    const std::string first = first_key(*office.directory, name);
    if (first.empty() || first == key) return name;
  }
}

}  // namespace

std::optional<Sealed> seal(const ActingContext& context, bool always) {
  const Actor actor = acting_person(context);
  const record::ChainName chain = chain_for(context, actor.key);
  Unsealed open = unsealed(context, chain);
  if (open.paths.empty() && !always) return std::nullopt;
  if (actor.roles.empty()) {
    throw Error{ExitCode::not_permitted, msg("'{person}' has no role", {{"person", actor.person}})};
  }
  Context fresh = context;
  std::optional<Sealed> done;
  do {
    record::Seal next;
    Sealed made;
    made.record = store::append(
        *context.directory, chain,
        [&](const record::Chain&) {
          load_register(fresh);
          require_register(fresh);
          // Another command has sealed meanwhile.
          if (files_of_seals(*context.directory) != open.seals) open = unsealed(fresh, chain);
          next = next_seal(*context.directory, open);
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
    made.files = next.files.size();
    made.path = chain.directory() + "/" + record::file_name(made.record.envelope);
    open.paths.erase(open.paths.begin(), open.paths.begin() + static_cast<std::ptrdiff_t>(made.files));
    open.seals.push_back(made.path);
    std::sort(open.seals.begin(), open.seals.end());
    if (done) {
      made.earlier = std::exchange(done->earlier, {});
      made.earlier.push_back(std::move(*done));
    }
    done = std::move(made);
  } while (!open.paths.empty());
  return done;
}

}  // namespace jaga::workflow
