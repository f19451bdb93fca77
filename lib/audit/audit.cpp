#include "audit/audit.hpp"

#include <algorithm>

#include "audit/auditor.hpp"
#include "bag/bag.hpp"
#include "base/duration.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "sign/key.hpp"

namespace jaga::audit {

Message Report::extent(Instant now) const {
  if (!bag.empty())
    return msg(
        "signed as a whole by '{person}'; the seal of its archive record lies in the working directory",
        {{"person", bag}});
  const auto number = std::to_string(seal);
  Message newest = seal == 0
                       ? counted(newer, msg("no seal yet, 1 record"), msg("no seal yet, {count} records"))
                       : counted(newer, msg("checked to seal {seal}, 1 record newer", {{"seal", number}}),
                                 msg("checked to seal {seal}, {count} records newer", {{"seal", number}}));
  if (!witness) return msg("{seals}, no outside witness").with("seals", std::move(newest));
  const auto ago = std::chrono::floor<std::chrono::seconds>(now - *witness);
  return msg("{seals}, last outside witness {ago} ago",
             {{"ago", ago < std::chrono::seconds{1} ? "0s" : brief_duration(ago)}})
      .with("seals", std::move(newest));
}

void Auditor::say(std::string chain, std::string_view file, Message what,
                  std::optional<registry::Resolved> expected) {
  report_.findings.push_back({std::move(chain), printable(file), std::move(what), std::move(expected)});
}

bool Auditor::is_resolved(const std::string& what, const Digest& expected) {
  if (std::find(resolved_.begin(), resolved_.end(), registry::Resolved{what, expected}) == resolved_.end())
    return false;
  // Several things may rest on it.
  if (told_.insert(what).second)
    report_.unchecked.push_back(
        msg("'{what}' is not what it was, as the register has resolved", {{"what", what}}));
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
  if (const auto* head = chain.head(); head != nullptr && chain.sound()) {
    report_.heads.push_back({name, head->envelope.seq, head->digest});
  }
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
      job.wrong = msg("its signature is bad");
    } else if (checks[n].signer->fingerprint() != job.key) {
      job.wrong = msg("it is signed by another key than it names");
    }
  }
  for (auto& job : jobs_) {
    if (!job.wrong.empty()) say(job.chain, job.file, job.wrong);
  }
  report_.signatures = jobs_.size();
}

void Auditor::judge_memory() {
  for (const auto& remembered : options_.remembered) {
    const auto text = remembered.chain.text();
    const auto found = chains_.find(text);
    const bool gone = found == chains_.end() || found->second.records.empty();
    if (found == chains_.end() && options_.incident &&
        remembered.chain.kind == record::ChainName::Kind::incident)
      continue;
    if (!gone && found->second.find(remembered.head) != nullptr) continue;
    if (is_resolved(text, remembered.head)) continue;
    const auto seq = std::to_string(remembered.seq);
    say(text, {},
        gone ? msg("it was here before, to record {seq}, and is gone", {{"seq", seq}})
             : msg("its record {seq}, seen here before, is missing or changed", {{"seq", seq}}),
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

void Auditor::find_witness() {
  if (!options_.remembered.empty()) report_.witness = options_.remembered_at;
  for (const auto& entry : chains_) {
    const auto& chain = entry.second;
    if (chain.name.kind != record::ChainName::Kind::seal || chain.name.id == options_.installation) continue;
    for (const auto& record : chain.records) {
      if (!report_.witness || *report_.witness < record.envelope.at) report_.witness = record.envelope.at;
    }
  }
}

Report Auditor::run() {
  judge_names();
  judge_register();
  read_seals();
  judge_seal_writers();
  for (const auto& incident : guarded({}, "incidents", [&] { return store::list_incidents(dir_); })) {
    if (!options_.incident || *options_.incident == incident.id) judge_incident(incident.id);
  }
  if (without_summary_ > 0)
    report_.remarks.push_back(counted(
        without_summary_, msg("1 decision does not say what it is about: an earlier version wrote it"),
        msg("{count} decisions do not say what they are about: an earlier version wrote them")));
  judge_sealed();
  judge_memory();
  find_witness();
  verify_all();
  std::stable_sort(report_.findings.begin(), report_.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.chain < b.chain; });
  return std::move(report_);
}

Report audit_directory(const store::Folder& dir, std::string_view repo, const Options& options) {
  return Auditor(dir, repo, options).run();
}

Report audit_bag(const std::string& path) {
  auto checked = bag::check(path);
  std::vector<Finding> findings;
  for (auto& problem : checked.problems) findings.push_back({{}, {}, std::move(problem)});
  const auto signer = sign::verify(checked.tagmanifest, checked.signature, sign::kBagNamespace);
  if (!signer) findings.push_back({{}, "tagmanifest-sha256.txt.sig", msg("the signature of the bag is bad")});
  if (!checked.sound()) {
    Report report;
    report.findings = std::move(findings);
    return report;
  }
  const store::Folder data(path + "/data");
  std::string repo;
  for (const auto& item : data.list("register")) {
    if (!item.name.starts_with("0001-") || !item.name.ends_with(".yaml")) continue;
    try {
      repo = record::parse_record(data.require("register/" + item.name), item.name).envelope.repo;
    } catch (const Error& error) {
      findings.push_back({"register", "register/" + item.name, error.message()});
    }
  }
  Options options;
  options.part = true;
  Auditor auditor(data, repo, options);
  auto report = auditor.run();
  const auto* state = auditor.newest_register();
  if (signer && (state == nullptr || state->owner(signer->fingerprint()) == nullptr)) {
    findings.push_back({{},
                        "tagmanifest-sha256.txt.sig",
                        msg("the bag is signed by a key that its register does not know")});
  }
  report.findings.insert(report.findings.begin(), findings.begin(), findings.end());
  if (signer && state != nullptr)
    if (const auto* owner = state->owner(signer->fingerprint())) report.bag = owner->id;
  return report;
}

}  // namespace jaga::audit
