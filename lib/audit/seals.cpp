// Seals: what they name, and what they cover with all that they rest on.
#include <algorithm>

#include "audit/auditor.hpp"
#include "base/text.hpp"
#include "record/assembler.hpp"
#include "record/glance.hpp"
#include "store/long_chain.hpp"

namespace jaga::audit {
namespace {

bool may_be_sealed(const std::string& path) {
  const auto parts = split(path, '/');
  return (parts.front() == "register" || parts.front() == "incidents" || parts.front() == "papers" ||
          parts.front() == "summaries") &&
         parts.size() > 1 && std::none_of(parts.begin(), parts.end(), [](const std::string& part) {
           return part.empty() || part == "." || part == "..";
         });
}

}  // namespace

bool Auditor::judge_sealed(const std::string& path, const Digest& digest) {
  if (path.starts_with("seals/")) return false;  // no seal names them
  if (options_.fresh != nullptr) return known_->seals.names(path);
  const auto named = known_->seals.of(path);
  if (named.empty()) return false;
  const auto first = static_cast<std::size_t>(&named.front() - known_->seals.entries().data());
  for (std::size_t n = 0; n < named.size(); ++n) sealed_[first + n] = true;
  const auto& entry = named.front();
  if (entry.digest != digest && !redacted_.contains(path) && !is_resolved(path, entry.digest))
    say(known_->seal_files[entry.seal].chain, path, msg("it differs from what was sealed"),
        registry::Resolved{path, entry.digest});
  return true;
}

void Auditor::add_seal(const std::string& chain, const std::string& file, const record::Record& record,
                       record::Seal seal) {
  report_.seal = std::max(report_.seal, record.envelope.seq);
  std::erase_if(seal.files, [&](const record::SealedFile& sealed) {
    if (!may_be_sealed(sealed.path)) {
      say(chain, sealed.path, msg("a seal lists this file, but files of this kind are never sealed"));
      return true;
    }
    return options_.incident && sealed.path.starts_with("incidents/") &&
           !sealed.path.starts_with(record::ChainName::incident(*options_.incident).directory() + "/");
  });
  const auto before = known_->seals.seals().size();
  known_->seals.add(record.digest, record.envelope.prev, seal);
  if (known_->seals.seals().size() > before) known_->seal_files.push_back({chain, file});
  if (is_fresh(file))
    for (const auto& other : seal.seen) seen_seals_.push_back({chain, other});
}

// One seal after the other: of each only what it names is kept.
void Auditor::read_seal_chain(const record::ChainName& name) {
  const auto text = name.text();
  auto chain = guarded(text, name.directory(), [&] {
    return store::read_chain(dir_, name, repo_, [&](record::Record& record) {
      const auto file = name.directory() + "/" + record::file_name(record.envelope);
      report_.seal = std::max(report_.seal, record.envelope.seq);
      guarded(text, file, [&] { add_seal(text, file, record, record::parse_seal(record.body, file)); });
      record.body = {};
      if (!is_fresh(file)) {
        record.bytes = {};
        return;
      }
      const Order kept = order_;
      begin(Phase::signatures);
      order_ += findings_.size();
      verify({{&text, file, record.bytes, record.envelope.key}}, 1);
      order_ = kept;
      record.bytes = {};
    });
  });
  chain.name = name;
  judge_breaks(chain);
  seal_chains_.push_back(std::move(chain));
}

// The same without signatures and with as little parsing as the form of seals permits: most of them are among
// those that were verified, which their digests tell once all are here.
void Auditor::glance_at_seal_chain(const record::ChainName& name) {
  constexpr std::string_view kBody = "\nbody:\n";
  const auto text = name.text();
  record::Assembler assembler(name, repo_);
  guarded(text, name.directory(), [&] {
    for (const auto& item : dir_.list(name.directory())) {
      if (!item.name.ends_with(".yaml")) continue;
      const auto file = name.directory() + "/" + item.name;
      std::string bytes;
      if (item.kind == store::Item::Kind::file)
        guarded(text, file, [&] { bytes = dir_.read(file).value_or(""); });
      auto seal = record::glance_at_seal(bytes);
      const std::string head = seal ? bytes.substr(0, bytes.find(kBody) + 1) + "body: {}\n...\n" : bytes;
      auto record = assembler.parse({item.name, head});
      if (!record) continue;
      record->digest = sha256(bytes);
      guarded(text, file, [&] {
        add_seal(text, file, *record, seal ? std::move(seal->body) : record::parse_seal(record->body, file));
      });
      record->bytes = {};
      record->body = {};
      assembler.add(item.name, std::move(*record));
    }
  });
  auto chain = assembler.finish();
  judge_breaks(chain);
  seal_chains_.push_back(std::move(chain));
}

// The newest first, since that is what others have seen.
bool Auditor::has_seal(const record::ChainName& chain, const Digest& head) const {
  if (known_->seals.contains(head)) return true;
  if (options_.fresh == nullptr) return false;
  const auto items = dir_.list(chain.directory());
  return std::any_of(items.rbegin(), items.rend(), [&](const store::Item& item) {
    if (!record::parse_file_name(item.name) || item.kind != store::Item::Kind::file) return false;
    const auto bytes = dir_.read(chain.directory() + "/" + item.name);
    return bytes && sha256(*bytes) == head;
  });
}

void Auditor::find_verified() {
  const auto& seals = known_->seals.seals();
  const auto verified = known_->seals.reach(options_.verified);
  std::vector<Digest> since;
  for (const auto& beginning : options_.since) {
    std::vector<std::size_t> found;
    for (std::size_t n = 0; n < seals.size(); ++n)
      if (seals[n].text().starts_with(beginning)) found.push_back(n);
    if (found.empty())
      throw Error{ExitCode::no_input, msg("unknown seal '{seal}'", {{"seal", printable(beginning)}}),
                  msg("give the digest that 'jaga seal' printed, the file of the seal, or 'last'")};
    if (found.size() > 1)
      throw Error{ExitCode::usage, msg("'{seal}' matches several seals", {{"seal", printable(beginning)}}),
                  msg("give more digits of the digest")};
    if (!verified[found.front()])
      throw Error{
          ExitCode::not_permitted,
          msg("this account has not verified the seal '{seal}'", {{"seal", seals[found.front()].text()}}),
          msg("check everything once: jaga audit")};
    since.push_back(seals[found.front()]);
  }
  known_->verified = known_->seals.reach(since);
}

// Those that are not verified, read as in any audit.
void Auditor::judge_new_seals() {
  for (std::size_t place = 0; place < known_->verified.size(); ++place) {
    if (known_->verified[place]) continue;
    const auto& [chain, file] = known_->seal_files[place];
    guarded(chain, file, [&, &chain = chain, &file = file] {
      const auto record = record::parse_record(dir_.require(file), file);
      (void)record::parse_seal(record.body, file);
      if (record.digest != known_->seals.seals()[place])
        throw Error{ExitCode::data, msg("'{file}' has changed in the meantime", {{"file", file}})};
      verify({{&chain, file, record.bytes, record.envelope.key}}, 1);
    });
  }
}

bool Auditor::is_verified(const std::string& path) {
  const auto named = known_->seals.of(path);
  const bool is = std::any_of(named.begin(), named.end(),
                              [&](const auto& entry) { return known_->verified[entry.seal]; });
  if (!is) return false;
  const auto first = static_cast<std::size_t>(&named.front() - known_->seals.entries().data());
  for (std::size_t n = 0; n < named.size(); ++n) sealed_[first + n] = true;
  return true;
}

bool Auditor::is_untouched(const record::ChainName& name) {
  if (known_->verified.empty()) return false;
  const auto text = name.text();
  std::vector<record::FileName> steps;
  const auto all_verified = [&](const auto& self, const std::string& directory, bool is_private) -> bool {
    bool all = true;
    for (const auto& item : dir_.list(directory)) {
      const auto path = directory + "/" + item.name;
      if (item.kind == store::Item::Kind::directory)
        all = self(self, path, is_private || item.name == "private") && all;
      else if (item.kind == store::Item::Kind::file && !item.name.starts_with('.') && !is_private)
        all = is_verified(path) && all;
      if (directory == name.directory())
        if (auto step = record::parse_file_name(item.name)) steps.push_back(std::move(*step));
    }
    return all;
  };
  bool untouched = false;
  guarded(text, name.directory(), [&] { untouched = all_verified(all_verified, name.directory(), false); });
  if (!untouched || steps.empty()) return false;
  // Where names do not show all that this account remembers, the records are read.
  const auto known = known_->seen.find(text);
  if (known != known_->seen.end() &&
      !std::all_of(known->second.here.begin(), known->second.here.end(), [&](const auto& head) {
        return std::any_of(steps.begin(), steps.end(), [&](const record::FileName& step) {
          return step.seq == head.seq && step.short_id == head.short_id;
        });
      }))
    return false;
  visited_.insert(text);
  ++untouched_;
  return true;
}

void Auditor::read_seals() {
  for (const auto& installation : guarded({}, "seals", [&] { return store::list_seal_chains(dir_); })) {
    const auto name = record::ChainName::seal(installation);
    // Those of before matter where a key or role was taken away: they say what it wrote until then.
    if (known_->takings.empty() && !has_fresh(name.directory())) continue;
    options_.since.empty() ? read_seal_chain(name) : glance_at_seal_chain(name);
  }
  sealed_.resize(known_->seals.entries().size());
  if (!options_.since.empty()) {
    find_verified();
    judge_new_seals();
  }
  for (const auto& taking : known_->takings) {
    if (known_->seals.contains(taking.seal)) continue;
    const auto* record = register_.find(taking.record);
    say("register", "register/" + record::file_name(record->envelope),
        msg("the seal '{digest}' to which it refers is missing", {{"digest", taking.seal.text()}}));
  }
  std::set<std::string> own;
  for (const auto& chain : seal_chains_)
    if (!chain.records.empty() &&
        record::is_seal_chain_of(chain.name.id, options_.installation, chain.records.front().envelope.key))
      own.insert(chain.records.front().envelope.key);
  for (const auto& chain : seal_chains_) {
    judge_seal_writers(chain);
    std::map<std::string, std::vector<Digest>> others;
    for (const auto& record : chain.records)
      if (!own.contains(record.envelope.key)) others[record.envelope.by.person].push_back(record.digest);
    report_.seals.insert(report_.seals.end(), chain.heads.begin(), chain.heads.end());
    if (options_.fresh != nullptr) others.clear();
    for (auto& [person, seals] : others)
      known_->witnesses.push_back({chain.name.text(), person, std::move(seals), {}});
    settle(chain);
  }
  seal_chains_.clear();
  for (auto& one : known_->witnesses) one.reach = known_->seals.reach(one.seals);
  // The register is judged here, where it is known what seals cover.
  const auto name = register_.name.text();
  std::set<Digest> there;
  judge_attachments(register_.name, there);
  for (const auto& record : register_.records)
    if (!judge_sealed(register_.name.directory() + "/" + record::file_name(record.envelope), record.digest))
      ++report_.newer;
  settle(register_);
  begin(Phase::signatures, 1);
  verify(jobs_of(register_, name), options_.threads);
}

void Auditor::judge_writers(const record::Chain& chain) {
  std::size_t newest = 0;
  for (const auto& record : chain.records) {
    const auto& e = record.envelope;
    const auto file = chain.name.directory() + "/" + record::file_name(e);
    auto wrong = wrong_writer({e.by, e.key, e.at, e.register_head, file, record.digest}, {}, newest);
    if (!wrong.empty()) say(chain.name.text(), file, std::move(wrong), {}, Finding::Cause::writer);
  }
}

void Auditor::judge_seal_writers(const record::Chain& chain) {
  judge_writers(chain);
  const auto other = std::find_if(chain.records.begin(), chain.records.end(), [&](const auto& record) {
    return record.envelope.key != chain.records.front().envelope.key;
  });
  if (other != chain.records.end())
    remark(
        msg("'{chain}' is continued from record {seq} with a key other than its first one, as earlier "
            "versions did",
            {{"chain", chain.name.text()}, {"seq", std::to_string(other->envelope.seq)}}));
}

void Auditor::judge_sealed_file(const std::string& chain, const std::string& path, const Digest& digest,
                                bool is_verified_seal) {
  if (redacted_.contains(path)) return;
  if (is_verified_seal && dir_.exists(path)) return;
  if (!options_.evidence && path.find("/evidence/") != std::string::npos) return;
  guarded(chain, path, [&] {
    const auto bytes = dir_.read(path, store::kMostEvidence);
    if (bytes && sha256(*bytes) == digest) return;
    if (!bytes && options_.part) return;
    if (!bytes && path.find("/evidence/private/") != std::string::npos) {
      not_checked(msg("'{file}' is sealed but not in this copy", {{"file", printable(path)}}));
      return;
    }
    if (is_resolved(path, digest)) return;
    say(chain, path, bytes ? msg("it differs from what was sealed") : msg("it was sealed but is missing"),
        registry::Resolved{path, digest});
  });
}

// What seals name and nothing has read: what is missing, above all. Its path is looked for in the seal again.
void Auditor::judge_unread() {
  const auto& entries = known_->seals.entries();
  std::map<std::uint32_t, std::size_t> wanted;  // seals, and how many of their files
  for (std::size_t n = 0; n < entries.size(); ++n) {
    const bool again = n > 0 && entries[n].path == entries[n - 1].path;
    if (again && entries[n].digest != entries[n - 1].digest) sealed_[n] = false;
    if (!is_fresh(known_->seal_files[entries[n].seal].file)) sealed_[n] = true;
    if (!sealed_[n]) ++wanted[entries[n].seal];
  }
  for (const auto& [chain, other] : seen_seals_) {
    const auto name = record::ChainName::seal(other.installation);
    const auto text = name.text();
    if (options_.part || has_seal(name, other.head) || is_resolved(text, other.head)) continue;
    say(chain, {},
        msg("the seal of '{installation}' to which it refers is missing",
            {{"installation", other.installation}}),
        registry::Resolved{text, other.head});
  }
  std::map<std::string, Digest> judged;
  for (const auto& [place, count] : wanted) {
    const auto& [chain, file] = known_->seal_files[place];
    guarded(chain, file, [&, &chain = chain, &file = file, place = place] {
      const auto bytes = dir_.require(file);
      if (sha256(bytes) != known_->seals.seals()[place])
        throw Error{ExitCode::data, msg("'{file}' has changed in the meantime", {{"file", file}})};
      for (const auto& item : record::parse_seal(record::parse_record(bytes, file).body, file).files) {
        const auto named = known_->seals.of(item.path);
        const std::size_t first =
            named.empty() ? 0 : static_cast<std::size_t>(&named.front() - entries.data());
        for (std::size_t n = 0; n < named.size(); ++n) {
          if (named[n].seal != place || sealed_[first + n]) continue;
          if (named.front().digest != named[n].digest) {
            say(chain, item.path, msg("two seals contradict each other about it"));
          } else if (judged.emplace(item.path, item.digest).second) {
            judge_sealed_file(chain, item.path, item.digest,
                              !known_->verified.empty() && known_->verified[place]);
          }
        }
      }
    });
  }
}

}  // namespace jaga::audit
