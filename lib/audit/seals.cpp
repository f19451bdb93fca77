// Seals: what they name, and what they cover with all that they rest on.
#include <algorithm>

#include "audit/auditor.hpp"
#include "base/text.hpp"

namespace jaga::audit {
namespace {

bool may_be_sealed(const std::string& path) {
  const auto parts = split(path, '/');
  return (parts.front() == "register" || parts.front() == "incidents" || parts.front() == "papers" ||
          parts.front() == "summaries") &&
         parts.size() > 1 &&
         std::none_of(parts.begin(), parts.end(),
                      [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

}  // namespace

void Auditor::read_seals() {
  for (const auto& installation : guarded({}, "seals", [&] { return store::list_seal_chains(dir_); })) {
    const auto name = record::ChainName::seal(installation);
    const auto& chain = read(name);
    for (const auto& record : chain.records) {
      const auto file = name.directory() + "/" + record::file_name(record.envelope);
      report_.seal = std::max(report_.seal, record.envelope.seq);
      guarded(name.text(), file, [&] {
        seals_.add(record.digest, record.envelope.prev, record::parse_seal(record.body, file));
        seal_chains_.emplace(record.digest, name.text());
      });
    }
  }
  for (const auto& taking : takings_) {
    if (seals_.seals().contains(taking.seal)) continue;
    const auto* record = chains_["register"].find(taking.record);
    say("register", "register/" + record::file_name(record->envelope),
        msg("the seal '{digest}' to which it refers is missing", {{"digest", taking.seal.text()}}));
  }
}

void Auditor::judge_writers(record::ChainName::Kind kind) {
  for (const auto& entry : chains_) {
    const auto& chain = entry.second;
    if (chain.name.kind != kind) continue;
    std::size_t newest = 0;
    for (const auto& record : chain.records) {
      const auto& e = record.envelope;
      const auto file = chain.name.directory() + "/" + record::file_name(e);
      auto wrong = wrong_writer({e.by, e.key, e.at, e.register_head, file, record.digest}, {}, newest);
      if (!wrong.empty()) say(entry.first, file, std::move(wrong));
    }
  }
}

void Auditor::judge_seal_writers() {
  judge_writers(record::ChainName::Kind::seal);
  for (const auto& entry : chains_) {
    const auto& chain = entry.second;
    if (chain.name.kind != record::ChainName::Kind::seal) continue;
    const auto other = std::find_if(chain.records.begin(), chain.records.end(), [&](const auto& record) {
      return record.envelope.key != chain.records.front().envelope.key;
    });
    if (other != chain.records.end())
      report_.remarks.push_back(
          msg("'{chain}' is continued from record {seq} with a key other than its first one, as earlier "
              "versions did",
              {{"chain", entry.first}, {"seq", std::to_string(other->envelope.seq)}}));
  }
}

void Auditor::judge_sealed_file(const std::string& chain, const std::string& path, const Digest& digest) {
  const auto known = sealed_.emplace(path, digest);
  if (!known.second) {
    if (known.first->second != digest) say(chain, path, msg("two seals contradict each other about it"));
    return;
  }
  if (redacted_.contains(path)) return;
  if (options_.incident && path.starts_with("incidents/") &&
      !path.starts_with(record::ChainName::incident(*options_.incident).directory() + "/"))
    return;
  if (!may_be_sealed(path)) {
    say(chain, path, msg("a seal lists it, but it is not a file that seals list"));
    return;
  }
  if (!options_.evidence && path.find("/evidence/") != std::string::npos) return;
  guarded(chain, path, [&] {
    const auto bytes = dir_.read(path, store::kMostEvidence);
    if (bytes && sha256(*bytes) == digest) return;
    if (!bytes && options_.part) return;
    if (!bytes && path.find("/evidence/private/") != std::string::npos) {
      report_.unchecked.push_back(
          msg("'{file}' is sealed but not in this copy", {{"file", printable(path)}}));
      return;
    }
    if (is_resolved(path, digest)) return;
    say(chain, path, bytes ? msg("it differs from what was sealed") : msg("it was sealed but is missing"),
        registry::Resolved{path, digest});
  });
}

void Auditor::judge_sealed() {
  for (const auto& [digest, seal] : seals_.seals()) {
    const std::string& chain = seal_chains_.at(digest);
    for (const auto& item : seal.files) judge_sealed_file(chain, item.path, item.digest);
    for (const auto& other : seal.seen) {
      const auto text = record::ChainName::seal(other.installation).text();
      if (options_.part || seals_.seals().contains(other.head) || is_resolved(text, other.head)) continue;
      say(chain, {},
          msg("the seal of '{installation}' to which it refers is missing",
              {{"installation", other.installation}}),
          registry::Resolved{text, other.head});
    }
  }
  report_.sealed = sealed_.size();
  for (const auto& file : written_) {
    if (!file.starts_with("seals/") && !sealed_.contains(file)) ++report_.newer;
  }
}

}  // namespace jaga::audit
