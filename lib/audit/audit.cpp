#include "audit/audit.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <set>
#include <system_error>
#include <thread>

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
  out.push_back(
      seal == 0 ? counted(newer, msg("no seal yet, 1 record"), msg("no seal yet, {count} records"))
      : newer == 0
          ? msg("verified up to seal {seal}; all records are sealed", {{"seal", number}})
          : counted(newer,
                    msg("verified up to seal {seal}; 1 newer record is not sealed yet (jaga seal)",
                        {{"seal", number}}),
                    msg("verified up to seal {seal}; {count} newer records are not sealed yet (jaga seal)",
                        {{"seal", number}})));
  if (untouched) {
    out.push_back(counted(*untouched, msg("1 chain has nothing new and was not read"),
                          msg("{count} chains have nothing new and were not read")));
    return out;
  }
  std::vector<std::string> others;
  for (const Witness& one : witnesses)
    others.push_back(one.person + " " + std::to_string(one.records) + "/" + std::to_string(sealable));
  out.push_back(others.empty()
                    ? msg("no witness: no other account has sealed any of these records (jaga seal)")
                    : msg("witnesses, with the records that their seals cover: {people}",
                          {{"people", join(others, ", ")}}));
  out.push_back(seen == 0
                    ? msg("not compared with earlier: this account sees these records for the first time")
                    : counted(chains, msg("compared with what this account saw before"),
                              msg("compared with what this account saw before: {seen} of {count} chains "
                                  "(incidents, register)",
                                  {{"seen", std::to_string(seen)}})));
  return out;
}

Auditor::Auditor(const store::Tree& dir, std::string_view repo, const Options& options)
    : dir_(dir), repo_(repo), options_(options), known_(std::make_shared<Known>()) {
  for (const auto& head : options.remembered) known_->seen[head.chain.text()].here.push_back(head);
  for (std::size_t n = 0; n < options.elsewhere.size(); ++n)
    for (const auto& head : options.elsewhere[n].heads)
      known_->seen[head.chain.text()].elsewhere.emplace_back(n, head);
  newer_elsewhere_.resize(options.elsewhere.size());
}

Auditor::Auditor(const Auditor& first, const store::Tree& dir)
    : dir_(dir), repo_(first.repo_), options_(first.options_), known_(first.known_), sops_(first.sops_) {
  sealed_.resize(known_->seals.entries().size());
  newer_elsewhere_.resize(options_.elsewhere.size());
}

void Auditor::begin(Phase phase, std::uint64_t number) {
  constexpr unsigned kOfAPhase = 48;
  constexpr unsigned kOfAnIncident = 16;
  order_ = static_cast<std::uint64_t>(phase) << kOfAPhase | number << kOfAnIncident;
}

void Auditor::say(std::string chain, std::string_view file, Message what,
                  std::optional<registry::Resolved> expected, Finding::Cause cause) {
  findings_.emplace_back(
      order_++, Finding{std::move(chain), printable(file), std::move(what), std::move(expected), cause});
}

bool Auditor::is_fresh(const std::string& file) const {
  return options_.fresh == nullptr || options_.fresh->contains(file) ||
         options_.fresh->contains(file + ".sig");
}

bool Auditor::has_fresh(const std::string& directory) const {
  if (options_.fresh == nullptr) return true;
  const auto first = options_.fresh->lower_bound(directory + "/");
  return first != options_.fresh->end() && first->starts_with(directory + "/");
}

// A loss may have been accepted by what another account had seen of the chain.
bool Auditor::is_resolved(const std::string& chain, const store::RememberedHead& head) {
  if (is_resolved(chain, head.head)) return true;
  const auto& resolved = known_->resolved;
  const auto later = std::find_if(resolved.begin(), resolved.end(),
                                  [&](const registry::Resolved& one) { return one.what == chain; });
  return resolves_of(chain) > head.resolves && is_resolved(chain, later->expected);
}

std::size_t Auditor::resolves_of(const std::string& what) const {
  if (known_->states.empty()) return 0;
  const auto& resolved = known_->states.back().resolved;
  return static_cast<std::size_t>(std::count_if(
      resolved.begin(), resolved.end(), [&](const registry::Resolved& one) { return one.what == what; }));
}

bool Auditor::is_resolved(const std::string& what, const Digest& expected) {
  const auto& resolved = known_->resolved;
  if (std::find(resolved.begin(), resolved.end(), registry::Resolved{what, expected}) == resolved.end())
    return false;
  // Several things may rest on it.
  if (told_.insert(what).second)
    not_checked(
        msg("'{what}' was replaced; an admin accepted this with 'jaga audit --resolve'", {{"what", what}}));
  return true;
}

bool Auditor::is_left_out(const record::ChainName& name) const {
  return options_.incident && name.kind == record::ChainName::Kind::incident && name.id != *options_.incident;
}

record::Chain Auditor::read(const record::ChainName& name) {
  auto chain = guarded(name.text(), name.directory(), [&] { return store::read_chain(dir_, name, repo_); });
  chain.name = name;
  judge_breaks(chain);
  return chain;
}

void Auditor::judge_breaks(const record::Chain& chain) {
  const auto text = chain.name.text();
  for (const auto& broken : chain.breaks) say(text, chain.name.directory() + "/" + broken.file, broken.what);
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
      say(text, {}, msg("fork at {seq}", {{"seq", formatted("{:04}", at)}}), {}, Finding::Cause::meeting);
  }
  report_.records += chain.records.size();
  if (chain.sound())
    for (auto& head : store::heads_of(chain)) report_.heads.push_back(std::move(head));
}

std::vector<Auditor::Job> Auditor::jobs_of(const record::Chain& chain, const std::string& name) const {
  std::vector<Job> jobs;
  for (const auto& record : chain.records) {
    auto file = chain.name.directory() + "/" + record::file_name(record.envelope);
    if (is_fresh(file)) jobs.push_back({&name, std::move(file), record.bytes, record.envelope.key});
  }
  return jobs;
}

void Auditor::verify(const std::vector<Job>& jobs, unsigned threads) {
  std::vector<std::string> signatures(jobs.size());
  std::vector<Message> wrong(jobs.size());
  std::vector<sign::Check> checks;
  for (std::size_t n = 0; n < jobs.size(); ++n) {
    try {
      auto signature = store::read_signature(dir_, jobs[n].file);
      if (signature) {
        judge_sealed(jobs[n].file + ".sig", sha256(*signature));
        signatures[n] = std::move(*signature);
      } else {
        wrong[n] = msg("its signature is missing");
      }
    } catch (const Error& error) {
      wrong[n] = error.message();
    }
  }
  for (std::size_t n = 0; n < jobs.size(); ++n) checks.push_back({jobs[n].bytes, signatures[n]});
  sign::verify_each(checks, sign::kRecordNamespace, threads);
  for (std::size_t n = 0; n < jobs.size(); ++n) {
    if (wrong[n].empty() && !checks[n].signer)
      wrong[n] = msg("its signature is invalid");
    else if (wrong[n].empty() && checks[n].signer->fingerprint() != jobs[n].key)
      wrong[n] = msg("it is signed with a key other than the one it names");
    if (!wrong[n].empty()) say(*jobs[n].chain, jobs[n].file, std::move(wrong[n]));
  }
  report_.signatures += jobs.size();
}

void Auditor::judge_memory(const record::Chain& chain) {
  if (options_.fresh != nullptr) return;
  const auto text = chain.name.text();
  const bool gone = chain.records.empty();
  const auto known = known_->seen.find(text);
  if (known != known_->seen.end()) {
    for (const auto& head : known->second.here) {
      if (chain.find(head.head) != nullptr || is_resolved(text, head)) continue;
      const auto seq = std::to_string(head.seq);
      say(text, {},
          gone ? msg("it was here before, up to record {seq}, and is now missing", {{"seq", seq}})
               : msg("its record {seq}, seen here before, is missing or was changed", {{"seq", seq}}),
          registry::Resolved{text, head.head});
    }
    // Another clone may have gone on, or what it knows may have been taken away here.
    std::map<std::size_t, std::size_t> newer;
    for (const auto& [place, head] : known->second.elsewhere) {
      if (chain.find(head.head) != nullptr) continue;
      const auto& resolved = known_->resolved;
      if (std::find(resolved.begin(), resolved.end(), registry::Resolved{text, head.head}) != resolved.end())
        continue;
      const std::uint32_t last = gone ? 0 : chain.records.back().envelope.seq;
      newer[place] = std::max<std::size_t>(newer[place], head.seq > last ? head.seq - last : 1);
    }
    for (const auto& [place, count] : newer) newer_elsewhere_[place] += count;
  }
  // A rollback that the register accepted stays told, also where nothing remembers what was there before.
  if (options_.part || chain.name.kind == record::ChainName::Kind::seal) return;
  for (const auto& one : known_->resolved) {
    if (one.what != text || chain.find(one.expected) != nullptr) continue;
    const bool told = known != known_->seen.end() &&
                      std::any_of(known->second.here.begin(), known->second.here.end(),
                                  [&](const auto& head) { return head.head == one.expected; });
    if (!told) (void)is_resolved(one.what, one.expected);
  }
}

void Auditor::judge_elsewhere() {
  for (std::size_t n = 0; n < options_.elsewhere.size(); ++n) {
    if (newer_elsewhere_[n] == 0) continue;
    const Message::Arguments path{{"path", printable(options_.elsewhere[n].path)}};
    remark(counted(newer_elsewhere_[n],
                   msg("this account has seen 1 record in '{path}' that is missing here", path),
                   msg("this account has seen {count} records in '{path}' that are missing here", path)));
  }
}

void Auditor::settle(const record::Chain& chain) {
  const auto text = chain.name.text();
  visited_.insert(text);
  judge_memory(chain);
  if (options_.now)
    for (auto& what : record::clock_remarks(chain, *options_.now))
      remark(msg("'{chain}': {what}", {{"chain", text}}).with("what", std::move(what)));
  if (chain.name.kind == record::ChainName::Kind::seal || chain.records.empty()) return;
  ++report_.chains;
  report_.sealable += chain.records.size();
  if (const auto known = known_->seen.find(text); known != known_->seen.end() && !known->second.here.empty())
    ++report_.seen;
  if (known_->witnesses.empty()) return;
  for (const auto& record : chain.records) {
    const auto named = known_->seals.of(chain.name.directory() + "/" + record::file_name(record.envelope));
    std::string by(known_->witnesses.size(), '0');
    for (const auto& entry : named)
      for (std::size_t n = 0; n < by.size(); ++n)
        if (entry.digest == record.digest && known_->witnesses[n].reach[entry.seal]) by[n] = '1';
    ++witnessed_[by];
  }
}

// What a chain of seals says does not count where something is wrong with it.
void Auditor::count_witnesses() {
  std::set<std::string> broken;
  for (const auto& [order, finding] : findings_) broken.insert(finding.chain);
  std::map<std::string, std::vector<std::size_t>> people;
  for (std::size_t n = 0; n < known_->witnesses.size(); ++n)
    if (!broken.contains(known_->witnesses[n].chain)) people[known_->witnesses[n].person].push_back(n);
  for (const auto& [person, places] : people) {
    std::size_t records = 0;
    for (const auto& [by, count] : witnessed_)
      if (std::any_of(places.begin(), places.end(),
                      [&by = by](std::size_t place) { return by[place] == '1'; }))
        records += count;
    if (records > 0) report_.witnesses.push_back({person, records});
  }
}

void Auditor::work(std::atomic<std::size_t>& next, const std::vector<std::string>& directories,
                   unsigned threads) {
  for (std::size_t n = next++; n < directories.size(); n = next++) {
    begin(Phase::incidents, n);
    const std::string& directory = directories[n];
    judge_directory(directory);
    const std::string id = directory.substr(directory.rfind('/') + 1);
    if (options_.incident && *options_.incident != id) continue;
    if (!is_untouched(record::ChainName::incident(id))) judge_incident(id, threads);
  }
}

// Each incident by itself; several threads take the next one as they get to it.
void Auditor::judge_incidents() {
  constexpr std::size_t kWorthOne = 4;  // incidents, to start a thread for
  const bool one = options_.incident.has_value() || options_.part;
  const std::size_t most =
      one || options_.fresh != nullptr
          ? 1
          : std::min<std::size_t>(options_.threads, incident_directories_.size() / kWorthOne);
  std::atomic<std::size_t> next = 0;
  std::vector<std::unique_ptr<store::Tree>> trees;
  std::vector<std::unique_ptr<Auditor>> helpers;
  std::vector<std::exception_ptr> failed(most);
  {
    std::vector<std::jthread> threads;
    try {
      for (std::size_t n = 1; n < most; ++n) {
        auto own = dir_.another();  // each is for one thread
        if (!own) break;
        trees.push_back(std::move(own));
        helpers.emplace_back(new Auditor(*this, *trees.back()));
        threads.emplace_back([&, n, helper = helpers.back().get()] {
          try {
            helper->work(next, incident_directories_, 1);
          } catch (...) {
            failed[n] = std::current_exception();
            next = incident_directories_.size();
          }
        });
      }
    } catch (const std::system_error&) {
      // The system gives no more; those that there are do it.
    } catch (const Error&) {
      // The folder cannot be opened again.
    }
    work(next, incident_directories_, one ? options_.threads : 1);
  }
  for (const auto& each : failed)
    if (each) std::rethrow_exception(each);
  for (auto& helper : helpers) take(std::move(*helper));
}

void Auditor::take(Auditor&& other) {
  report_.records += other.report_.records;
  report_.notes += other.report_.notes;
  report_.signatures += other.report_.signatures;
  report_.attachments += other.report_.attachments;
  report_.newer += other.report_.newer;
  report_.chains += other.report_.chains;
  report_.seen += other.report_.seen;
  report_.sealable += other.report_.sealable;
  std::move(other.report_.heads.begin(), other.report_.heads.end(), std::back_inserter(report_.heads));
  std::move(other.findings_.begin(), other.findings_.end(), std::back_inserter(findings_));
  std::move(other.unchecked_.begin(), other.unchecked_.end(), std::back_inserter(unchecked_));
  std::move(other.remarks_.begin(), other.remarks_.end(), std::back_inserter(remarks_));
  for (std::size_t n = 0; n < sealed_.size(); ++n)
    if (other.sealed_[n]) sealed_[n] = true;
  told_.merge(other.told_);
  visited_.merge(other.visited_);
  duplicates_.merge(other.duplicates_);
  reopened_.merge(other.reopened_);
  redacted_.merge(other.redacted_);
  notes_ahead_.merge(other.notes_ahead_);
  without_summary_ += other.without_summary_;
  bags_elsewhere_ += other.bags_elsewhere_;
  untouched_ += other.untouched_;
  for (auto& [number, papers] : other.numbers_)
    std::move(papers.begin(), papers.end(), std::back_inserter(numbers_[number]));
  for (const auto& [by, count] : other.witnessed_) witnessed_[by] += count;
  for (std::size_t n = 0; n < newer_elsewhere_.size(); ++n) newer_elsewhere_[n] += other.newer_elsewhere_[n];
}

Report Auditor::run() {
  begin(Phase::names);
  judge_names();
  begin(Phase::people);
  judge_register();
  begin(Phase::seals);
  read_seals();
  begin(Phase::papers);
  judge_papers();
  judge_summaries();
  judge_incidents();
  begin(Phase::last);
  if (without_summary_ > 0)
    remark(counted(without_summary_,
                   msg("1 decision does not state what was decided: an earlier version wrote it"),
                   msg("{count} decisions do not state what was decided: an earlier version wrote them")));
  judge_duplicates();
  judge_numbers();
  judge_unread();
  if (bags_elsewhere_ > 0)
    not_checked(counted(bags_elsewhere_, msg("1 bag that is not in archive/"),
                        msg("{count} bags that are not in archive/")));
  for (const auto& [file, at] : notes_ahead_)
    remark(
        msg("'{file}': its time, {time}, is in the future", {{"file", file}, {"time", format_instant(at)}}));
  for (const auto& name : options_.forgotten)
    if (!is_left_out(name))
      not_checked(msg("what this account has seen of '{chain}', because the file is damaged",
                      {{"chain", name.text()}}));
  std::set<std::string> gone;
  for (const auto& entry : known_->seen) gone.insert(entry.first);
  for (const auto& one : known_->resolved) gone.insert(one.what);
  for (const auto& text : gone) {
    const auto name = record::parse_chain_name(text);
    if (!name || visited_.contains(text) || is_left_out(*name)) continue;
    record::Chain none;
    none.name = *name;
    judge_memory(none);
  }
  judge_elsewhere();
  return finish();
}

Report Auditor::finish() {
  count_witnesses();
  if (!options_.since.empty()) report_.untouched = untouched_;
  report_.redacted = std::move(redacted_);
  // What is wrong with a chain, or lies below its directory.
  std::set<std::string> broken;
  for (const auto& [order, finding] : findings_) {
    broken.insert(finding.chain);
    for (auto slash = finding.file.find('/'); slash != std::string::npos;
         slash = finding.file.find('/', slash + 1))
      broken.insert(finding.file.substr(0, slash + 1));
  }
  std::erase_if(report_.heads, [&](const store::RememberedHead& head) {
    return broken.contains(head.chain.text()) || broken.contains(head.chain.directory() + "/");
  });
  std::sort(report_.heads.begin(), report_.heads.end(),
            [](const auto& a, const auto& b) { return a.chain.text() < b.chain.text(); });
  std::sort(findings_.begin(), findings_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second.chain, a.first) < std::tie(b.second.chain, b.first);
  });
  for (auto& one : findings_) report_.findings.push_back(std::move(one.second));
  const auto give = [](auto& from, std::vector<Message>& to) {
    std::sort(from.begin(), from.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::set<std::string> told;  // the same may have been found by two
    for (auto& one : from)
      if (told.insert(one.second.render(Language::english)).second) to.push_back(std::move(one.second));
  };
  give(unchecked_, report_.unchecked);
  give(remarks_, report_.remarks);
  return std::move(report_);
}

Report audit_directory(const store::Tree& dir, std::string_view repo, const Options& options) {
  return Auditor(dir, repo, options).run();
}

}  // namespace jaga::audit
