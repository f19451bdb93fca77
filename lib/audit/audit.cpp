#include "audit/audit.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "audit/auditor.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "sign/key.hpp"

namespace jaga::audit {

std::vector<Message> Report::extent() const {
  if (!bag.empty())
    return {msg("signed as a whole by '{person}'; the seal of its archive record is in the working directory",
                {{"person", bag}})};
  const auto number = std::to_string(seal);
  std::vector<Message> out;
  out.push_back(seal == 0
                    ? counted(newer, msg("no seal yet, 1 record"), msg("no seal yet, {count} records"))
                    : counted(newer, msg("verified up to seal {seal}; 1 newer record", {{"seal", number}}),
                              msg("verified up to seal {seal}; {count} newer records", {{"seal", number}})));
  std::vector<std::string> others;
  for (const Witness& one : witnesses)
    others.push_back(one.person + " " + std::to_string(one.records) + "/" + std::to_string(sealable));
  out.push_back(others.empty() ? msg("no witness: no other key has sealed any of these records")
                               : msg("witnesses, with the records that their seals cover: {people}",
                                     {{"people", join(others, ", ")}}));
  out.push_back(seen == 0 ? msg("this account has not seen any of these chains before")
                          : counted(chains, msg("this account has seen this chain before"),
                                    msg("this account has seen {seen} of {count} chains before",
                                        {{"seen", std::to_string(seen)}})));
  return out;
}

void Auditor::say(std::string chain, std::string_view file, Message what,
                  std::optional<registry::Resolved> expected) {
  report_.findings.push_back({std::move(chain), printable(file), std::move(what), std::move(expected)});
}

// A loss may have been accepted by what another account had seen of the chain.
bool Auditor::is_resolved(const std::string& chain, const store::RememberedHead& head) {
  if (is_resolved(chain, head.head)) return true;
  const auto later = std::find_if(resolved_.begin(), resolved_.end(),
                                  [&](const registry::Resolved& one) { return one.what == chain; });
  return resolves_of(chain) > head.resolves && is_resolved(chain, later->expected);
}

std::size_t Auditor::resolves_of(const std::string& what) const {
  if (states_.empty()) return 0;
  const auto& resolved = states_.back().resolved;
  return static_cast<std::size_t>(std::count_if(
      resolved.begin(), resolved.end(), [&](const registry::Resolved& one) { return one.what == what; }));
}

bool Auditor::is_resolved(const std::string& what, const Digest& expected) {
  if (std::find(resolved_.begin(), resolved_.end(), registry::Resolved{what, expected}) == resolved_.end())
    return false;
  // Several things may rest on it.
  if (told_.insert(what).second)
    report_.unchecked.push_back(msg("'{what}' was replaced, as resolved in the register", {{"what", what}}));
  return true;
}

const record::Chain& Auditor::read(const record::ChainName& name) {
  const auto text = name.text();
  auto chain = guarded(text, name.directory(), [&] { return store::read_chain(dir_, name, repo_); });
  chain.name = name;
  for (const auto& broken : chain.breaks) say(text, name.directory() + "/" + broken.file, broken.what);
  if (chain.heads.size() > 1) {
    std::map<Digest, std::uint32_t> children;
    std::uint32_t at = 0;
    for (const auto& record : chain.records) {
      for (const auto& prev : record.envelope.prev) {
        if (++children[prev] == 2 && (at == 0 || record.envelope.seq < at)) at = record.envelope.seq;
      }
    }
    // Several heads without a record that two name: what lay between is gone, which the breaks say.
    if (at != 0 || chain.breaks.empty())
      say(text, {}, msg("fork at {seq}", {{"seq", formatted("{:04}", at)}}));
  }
  report_.records += chain.records.size();
  for (const auto& record : chain.records) {
    const auto file = name.directory() + "/" + record::file_name(record.envelope);
    written_.insert(file);
    jobs_.push_back({text, file, record.bytes, record.envelope.key});
  }
  if (chain.sound())
    for (auto& head : store::heads_of(chain)) report_.heads.push_back(std::move(head));
  return chains_[text] = std::move(chain);
}

void Auditor::verify_all() {
  for (auto& job : jobs_) {
    try {
      auto signature = store::read_signature(dir_, job.file);
      if (signature)
        job.signature = std::move(*signature);
      else
        job.wrong = msg("its signature is missing");
    } catch (const Error& error) {
      job.wrong = error.message();
    }
  }
  std::vector<sign::Check> checks;
  for (const auto& job : jobs_) checks.push_back({job.bytes, job.signature});
  sign::verify_each(checks, sign::kRecordNamespace, options_.threads);
  for (std::size_t n = 0; n < jobs_.size(); ++n) {
    auto& job = jobs_[n];
    if (!job.wrong.empty()) continue;
    if (!checks[n].signer) {
      job.wrong = msg("its signature is invalid");
    } else if (checks[n].signer->fingerprint() != job.key) {
      job.wrong = msg("it is signed with a key other than the one it names");
    }
  }
  for (auto& job : jobs_) {
    if (!job.wrong.empty()) say(job.chain, job.file, job.wrong);
  }
  report_.signatures = jobs_.size();
}

void Auditor::judge_memory() {
  std::set<std::string> seen;
  for (const auto& head : options_.remembered) seen.insert(head.chain.text());
  for (const auto& [text, chain] : chains_) {
    if (chain.name.kind == record::ChainName::Kind::seal || chain.records.empty()) continue;
    ++report_.chains;
    report_.sealable += chain.records.size();
    if (seen.contains(text)) ++report_.seen;
  }
  for (const auto& name : options_.forgotten) {
    if (!options_.incident || name.kind != record::ChainName::Kind::incident || name.id == *options_.incident)
      report_.unchecked.push_back(
          msg("this account's state of '{chain}', because the file is damaged", {{"chain", name.text()}}));
  }
  judge_elsewhere();
  for (const auto& remembered : options_.remembered) {
    const auto text = remembered.chain.text();
    const auto found = chains_.find(text);
    const bool gone = found == chains_.end() || found->second.records.empty();
    if (found == chains_.end() && options_.incident &&
        remembered.chain.kind == record::ChainName::Kind::incident)
      continue;
    if (!gone && found->second.find(remembered.head) != nullptr) continue;
    if (is_resolved(text, remembered)) continue;
    const auto seq = std::to_string(remembered.seq);
    say(text, {},
        gone ? msg("it was here before, up to record {seq}, and is now missing", {{"seq", seq}})
             : msg("its record {seq}, seen here before, is missing or was changed", {{"seq", seq}}),
        registry::Resolved{text, remembered.head});
  }
  // A rollback that the register accepted stays told, also where nothing remembers what was there before.
  for (const auto& one : resolved_) {
    const auto name = record::parse_chain_name(one.what);
    if (!name || name->kind == record::ChainName::Kind::seal || options_.part) continue;
    if (options_.incident && name->kind == record::ChainName::Kind::incident &&
        name->id != *options_.incident)
      continue;
    const auto found = chains_.find(one.what);
    if (found != chains_.end() && found->second.find(one.expected) != nullptr) continue;
    const bool told = std::any_of(
        options_.remembered.begin(), options_.remembered.end(),
        [&](const auto& head) { return head.chain.text() == one.what && head.head == one.expected; });
    if (!told) (void)is_resolved(one.what, one.expected);
  }
}

// Another clone may have gone on, or what it knows may have been taken away here.
void Auditor::judge_elsewhere() {
  for (const auto& other : options_.elsewhere) {
    std::map<std::string, std::size_t> newer;
    for (const auto& head : other.heads) {
      if (options_.incident && head.chain.kind == record::ChainName::Kind::incident &&
          head.chain.id != *options_.incident)
        continue;
      const auto text = head.chain.text();
      const auto found = chains_.find(text);
      const bool here = found != chains_.end() && !found->second.records.empty();
      if (here && found->second.find(head.head) != nullptr) continue;
      if (std::find(resolved_.begin(), resolved_.end(), registry::Resolved{text, head.head}) !=
          resolved_.end())
        continue;
      const std::uint32_t last = here ? found->second.records.back().envelope.seq : 0;
      newer[text] = std::max<std::size_t>(newer[text], head.seq > last ? head.seq - last : 1);
    }
    std::size_t count = 0;
    for (const auto& entry : newer) count += entry.second;
    if (count == 0) continue;
    const Message::Arguments path{{"path", printable(other.path)}};
    report_.remarks.push_back(
        counted(count, msg("this account has seen 1 record at '{path}' that is missing here", path),
                msg("this account has seen {count} records at '{path}' that are missing here", path)));
  }
}

void Auditor::judge_times() {
  if (!options_.now) return;
  for (const auto& [text, chain] : chains_)
    for (auto& remark : record::clock_remarks(chain, *options_.now))
      report_.remarks.push_back(msg("'{chain}': {what}", {{"chain", text}}).with("what", std::move(remark)));
  for (const auto& [file, at] : notes_ahead_)
    report_.remarks.push_back(
        msg("'{file}': its time, {time}, is in the future", {{"file", file}, {"time", format_instant(at)}}));
}

void Auditor::find_witness() {
  std::set<std::string> own;
  for (const auto& [text, chain] : chains_) {
    if (chain.name.kind == record::ChainName::Kind::seal && !chain.records.empty() &&
        record::is_seal_chain_of(chain.name.id, options_.installation, chain.records.front().envelope.key))
      own.insert(chain.records.front().envelope.key);
  }
  std::map<std::string, std::set<Digest>> covered;
  for (const auto& [text, chain] : chains_) {
    const bool broken = std::any_of(report_.findings.begin(), report_.findings.end(),
                                    [&, &name = text](const Finding& one) { return one.chain == name; });
    if (chain.name.kind != record::ChainName::Kind::seal || broken) continue;
    for (const auto& seal : chain.records) {
      if (own.contains(seal.envelope.key)) continue;
      for (const auto& [other, records] : chains_) {
        if (records.name.kind == record::ChainName::Kind::seal) continue;
        for (const auto& record : records.records)
          if (seals_.covers(seal.digest, records.name.directory() + "/" + record::file_name(record.envelope),
                            record.digest))
            covered[seal.envelope.by.person].insert(record.digest);
      }
    }
  }
  for (const auto& [person, records] : covered) report_.witnesses.push_back({person, records.size()});
}

Report Auditor::run() {
  judge_names();
  judge_register();
  read_seals();
  judge_seal_writers();
  judge_papers();
  judge_summaries();
  for (const auto& incident : guarded({}, "incidents", [&] { return store::list_incidents(dir_); })) {
    if (!options_.incident || *options_.incident == incident.id) judge_incident(incident.id);
  }
  if (without_summary_ > 0)
    report_.remarks.push_back(counted(
        without_summary_, msg("1 decision does not state what was decided: an earlier version wrote it"),
        msg("{count} decisions do not state what was decided: an earlier version wrote them")));
  judge_duplicates();
  judge_numbers();
  judge_sealed();
  judge_bags();
  judge_times();
  judge_memory();
  verify_all();
  find_witness();
  std::erase_if(report_.heads, [&](const store::RememberedHead& head) {
    const auto text = head.chain.text();
    const auto directory = head.chain.directory() + "/";
    return std::any_of(report_.findings.begin(), report_.findings.end(), [&](const Finding& one) {
      return one.chain == text || one.file.starts_with(directory);
    });
  });
  std::stable_sort(report_.findings.begin(), report_.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.chain < b.chain; });
  return std::move(report_);
}

Report audit_directory(const store::Folder& dir, std::string_view repo, const Options& options) {
  return Auditor(dir, repo, options).run();
}

}  // namespace jaga::audit
