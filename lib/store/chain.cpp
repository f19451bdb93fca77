#include "store/chain.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "base/error.hpp"
#include "base/id.hpp"
#include "record/assembler.hpp"
#include "store/long_chain.hpp"
#include "store/names.hpp"

namespace jaga::store {
namespace {

constexpr std::string_view kEvidence = "sha256-";

// A name that ends in .yaml and is not a file, or cannot be read as one, remains in the list with no
// bytes: that is a break, not nothing.
void each_yaml(const Tree& dir, const std::string& directory, const std::function<void(record::File)>& give) {
  for (const Item& item : dir.list(directory)) {
    if (!item.name.ends_with(".yaml")) continue;
    std::string bytes;
    if (item.kind == Item::Kind::file) {
      try {
        std::optional<std::string> got = dir.read(directory + "/" + item.name);
        if (!got) continue;  // gone since
        bytes = std::move(*got);
      } catch (const Error& error) {
        if (error.code() != ExitCode::data) throw;
      }
    }
    give({item.name, std::move(bytes)});
  }
}

std::vector<record::File> read_yaml(const Tree& dir, const std::string& directory) {
  std::vector<record::File> files;
  each_yaml(dir, directory, [&](record::File file) { files.push_back(std::move(file)); });
  return files;
}

std::vector<record::FileName> steps_of(const Tree& dir, const std::string& directory) {
  std::vector<record::FileName> steps;
  for (const Item& item : dir.list(directory)) {
    if (item.kind != Item::Kind::file) continue;
    if (auto name = record::parse_file_name(item.name)) steps.push_back(std::move(*name));
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const record::FileName& a, const record::FileName& b) { return a.seq < b.seq; });
  return steps;
}

void require_digest(std::string_view bytes, const Digest& digest, const std::string& path) {
  if (sha256(bytes) == digest) return;
  throw Error{ExitCode::data, msg("the content of '{path}' does not match its name", {{"path", path}}),
              msg("see all findings with 'jaga audit'")};
}

std::vector<std::string> directories_of(const Tree& dir, std::string_view top) {
  std::vector<std::string> out;
  for (const Item& item : dir.list(top))
    if (item.kind == Item::Kind::directory && is_name(item.name)) out.push_back(item.name);
  return out;
}

// By its bytes, not by its name: somebody who can write there may have been first with other bytes.
bool is_there(const Folder& dir, const std::string& path, const Digest& digest) {
  const std::optional<std::string> bytes = dir.read(path, kMostEvidence);
  if (bytes) require_digest(*bytes, digest, path);
  return bytes.has_value();
}

}  // namespace

record::Chain read_chain(const Tree& dir, const record::ChainName& name, std::string_view repo) {
  return record::assemble(name, repo, read_yaml(dir, name.directory()));
}

record::Chain read_chain(const Tree& dir, const record::ChainName& name, std::string_view repo,
                         const std::function<void(record::Record&)>& each) {
  record::Assembler assembler(name, repo);
  each_yaml(dir, name.directory(), [&](const record::File& file) {
    std::optional<record::Record> record = assembler.parse(file);
    if (!record) return;
    each(*record);
    assembler.add(file.name, std::move(*record));
  });
  return assembler.finish();
}

bool stands(const Folder& dir, const record::Chain& chain) {
  if (!chain.breaks.empty()) return false;
  std::map<std::string, std::string_view> known;
  for (const record::Record& one : chain.records) known.emplace(record::file_name(one.envelope), one.bytes);
  const std::vector<record::File> files = read_yaml(dir, chain.name.directory());
  return files.size() == known.size() &&
         std::all_of(files.begin(), files.end(), [&](const record::File& file) {
           const auto one = known.find(file.name);
           return one != known.end() && one->second == file.bytes;
         });
}

Error damaged(const record::Chain& chain) {
  const record::Break& first = chain.breaks.front();
  return Error{ExitCode::data,
               msg("'{chain}' is damaged: {what}", {{"chain", chain.name.text()}}).with("what", first.text()),
               msg("see all findings with 'jaga audit'")};
}

Error forked(const record::ChainName& name) {
  const bool registry = name.kind == record::ChainName::Kind::registry;
  return Error{ExitCode::not_permitted,
               msg("'{chain}' is forked: two clones have continued it", {{"chain", name.text()}}),
               msg("close the fork with 'jaga merge {id} -m REASON'",
                   {{"id", registry ? std::string("register") : name.id}})};
}

std::vector<IncidentListing> list_incidents(const Tree& dir) {
  std::vector<IncidentListing> out;
  for (const Item& month : dir.list("incidents")) {
    if (month.kind != Item::Kind::directory) continue;
    for (const Item& item : dir.list("incidents/" + month.name)) {
      if (item.kind != Item::Kind::directory || !is_incident_id(item.name)) continue;
      if (incident_month(item.name) != month.name) continue;
      IncidentListing listing{item.name, steps_of(dir, "incidents/" + month.name + "/" + item.name)};
      if (!listing.steps.empty()) out.push_back(std::move(listing));
    }
  }
  std::sort(out.begin(), out.end(),
            [](const IncidentListing& a, const IncidentListing& b) { return a.id < b.id; });
  return out;
}

namespace {

void add_ids(const Tree& dir, const Item& month, const std::function<bool(std::string_view id)>& wanted,
             std::vector<std::string>& out) {
  if (month.kind != Item::Kind::directory) return;
  dir.each("incidents/" + month.name, [&](std::string_view name, Item::Kind kind) {
    if (kind != Item::Kind::directory || !is_incident_id(name) || (wanted && !wanted(name))) return;
    if (incident_month(name) == month.name) out.emplace_back(name);
  });
}

}  // namespace

std::vector<std::string> incident_ids(const Tree& dir,
                                      const std::function<bool(std::string_view id)>& wanted) {
  std::vector<std::string> out;
  for (const Item& month : dir.list("incidents")) add_ids(dir, month, wanted, out);
  std::sort(out.begin(), out.end());
  return out;
}

void newest_incidents_first(const Tree& dir, const std::function<bool(std::string_view id)>& visit,
                            std::string_view last) {
  const std::string last_month = incident_month(last);
  const auto not_after = [last](std::string_view id) { return date_of(id) <= last; };
  const std::vector<Item> months = dir.list("incidents");
  for (auto month = months.rbegin(); month != months.rend(); ++month) {
    if (month->name > last_month) continue;
    std::vector<std::string> ids;
    add_ids(dir, *month, not_after, ids);
    std::ranges::sort(ids, std::greater());
    for (const std::string& id : ids)
      if (!visit(id)) return;
  }
}

std::string_view date_of(std::string_view id) {
  constexpr std::size_t kDate = 8;
  return id.substr(0, kDate);
}

std::string_view subject_of(std::string_view id) {
  constexpr std::size_t kDate = 9;
  constexpr std::size_t kSuffix = 7;
  return id.substr(kDate, id.size() - kDate - kSuffix);
}

std::optional<IncidentListing> find_incident(const Tree& dir, std::string_view id) {
  if (!is_incident_id(id)) return std::nullopt;
  IncidentListing listing{std::string(id),
                          steps_of(dir, record::ChainName::incident(std::string(id)).directory())};
  if (listing.steps.empty()) return std::nullopt;
  return listing;
}

std::vector<std::string> list_seal_chains(const Tree& dir) {
  return directories_of(dir, "seals");
}
std::vector<std::string> list_paper_chains(const Tree& dir) {
  return directories_of(dir, "papers");
}

Notes read_notes(const Tree& dir, std::string_view incident, std::string_view repo) {
  Notes out;
  const record::ChainName chain = record::ChainName::incident(std::string(incident));
  for (record::File& file : read_yaml(dir, chain.directory() + "/notes")) {
    const std::string path = "notes/" + file.name;
    try {
      record::Note note = record::parse_note(file.bytes, path);
      if (note.repo != repo) {
        out.breaks.push_back({path, msg("it belongs to another working directory")});
      } else if (!(note.chain == chain)) {
        out.breaks.push_back({path, msg("it belongs to '{chain}'", {{"chain", note.chain.text()}})});
      } else if (note.id + ".yaml" != file.name) {
        out.breaks.push_back({path, msg("its file name does not match its id")});
      } else {
        out.notes.push_back(std::move(note));
      }
    } catch (const Error& error) {
      out.breaks.push_back({path, error.message()});
    }
  }
  std::sort(out.notes.begin(), out.notes.end(), [](const record::Note& a, const record::Note& b) {
    return a.at != b.at ? a.at < b.at : a.id < b.id;
  });
  return out;
}

std::optional<std::string> read_signature(const Tree& dir, std::string_view file) {
  return dir.read(std::string(file) + ".sig", std::size_t{1} << 16U);
}

std::string evidence_path(const record::ChainName& chain, const Digest& digest, bool is_private) {
  return chain.directory() + "/evidence/" + (is_private ? "private/" : "") + std::string(kEvidence) +
         digest.hex();
}

Digest add_evidence(const Folder& dir, const record::ChainName& chain, std::string_view bytes,
                    bool is_private) {
  const Digest digest = sha256(bytes);
  const std::string path = evidence_path(chain, digest, is_private);
  if (!is_there(dir, path, digest)) {
    try {
      is_private ? dir.publish_secret(path, bytes) : dir.publish(path, bytes);
    } catch (const Error& error) {
      // Somebody was faster with the same bytes.
      if (error.code() != ExitCode::cant_create || !is_there(dir, path, digest)) throw;
    }
  }
  dir.sync_directory(parent_of(path));
  return digest;
}

std::optional<std::string> read_evidence(const Tree& dir, const record::ChainName& chain,
                                         const Digest& digest) {
  for (const bool is_private : {false, true}) {
    const std::string path = evidence_path(chain, digest, is_private);
    std::optional<std::string> bytes = dir.read(path, kMostEvidence);
    if (!bytes) continue;
    require_digest(*bytes, digest, path);
    return bytes;
  }
  return std::nullopt;
}

bool remove_evidence(const Folder& dir, const record::ChainName& chain, const Digest& digest) {
  const bool open = dir.remove(evidence_path(chain, digest, false));
  const bool secret = dir.remove(evidence_path(chain, digest, true));
  return open || secret;
}

std::vector<Attachment> list_evidence(const Tree& dir, const record::ChainName& chain) {
  std::vector<Attachment> out;
  for (const bool is_private : {false, true}) {
    for (const Item& item : dir.list(chain.directory() + (is_private ? "/evidence/private" : "/evidence"))) {
      if (item.kind != Item::Kind::file || !item.name.starts_with(kEvidence)) continue;
      if (const auto digest = parse_digest("sha256:" + item.name.substr(kEvidence.size())))
        out.push_back({*digest, is_private});
    }
  }
  std::sort(out.begin(), out.end(),
            [](const Attachment& a, const Attachment& b) { return a.digest < b.digest; });
  return out;
}

}  // namespace jaga::store
