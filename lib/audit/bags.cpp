// Bags: one alone, and those that a directory has made.
#include <algorithm>

#include "audit/auditor.hpp"
#include "bag/bag.hpp"
#include "base/text.hpp"
#include "incident/evidence.hpp"
#include "incident/incident.hpp"
#include "incident/note.hpp"
#include "record/kind.hpp"
#include "sign/key.hpp"

namespace jaga::audit {
namespace {

constexpr const char* kTagmanifest = "tagmanifest-sha256.txt";

Finding of_signature(Message what) {
  return {{}, "tagmanifest-sha256.txt.sig", std::move(what)};
}

// The end of the day on which the bag says that it was made; nullopt: it does not say.
std::optional<Instant> day_of(const std::string& info) {
  constexpr std::string_view kKey = "Bagging-Date: ";
  for (const auto& line : split(info, '\n'))
    if (line.starts_with(kKey))
      if (const auto day = parse_instant(line.substr(kKey.size()) + "T00:00:00.000Z"))
        return *day + std::chrono::days{1};
  return std::nullopt;
}

// Held then or by a delegation of those days: nothing in a bag says the hour at which it was made.
bool might_hold(const registry::Person& person, const std::string& role, Instant from, Instant until) {
  if (person.left) return false;
  return std::find(person.roles.begin(), person.roles.end(), role) != person.roles.end() ||
         std::any_of(person.delegations.begin(), person.delegations.end(), [&](const auto& delegation) {
           return delegation.role == role && delegation.from < until && delegation.until > from;
         });
}

// A redaction adds its note to a bag, and nothing else may come into one. That the note is believed, and that
// nothing is gone without one, is judged as in a directory.
void judge_redactions(const bag::Check& checked, const store::Folder& data, std::vector<Finding>& findings) {
  const auto about_what_is_gone = [&](const std::string& file) {
    try {
      const record::Note note = record::parse_note(data.require(file), file);
      const auto redacted = incident::removed_evidence(note, record::NoteKind::redact);
      return redacted && redacted->digest &&
             std::any_of(checked.removed.begin(), checked.removed.end(), [&](const std::string& gone) {
               return gone.ends_with("/sha256-" + redacted->digest->hex());
             });
    } catch (const Error&) {
      return false;
    }
  };
  constexpr std::string_view kSignature = ".sig";
  for (const std::string& file : checked.added) {
    if (file.starts_with("register/")) continue;  // its chain is judged whole
    const std::string of =
        file.ends_with(kSignature) ? file.substr(0, file.size() - kSignature.size()) : file;
    if (!about_what_is_gone(of))
      findings.push_back({{}, "data/" + file, msg("it is neither in a manifest of the bag nor redacted")});
  }
}

// Records of the register that came with a redaction: who might archive is judged without them.
std::size_t later_register_records(const bag::Check& checked) {
  return static_cast<std::size_t>(
      std::count_if(checked.added.begin(), checked.added.end(), [](const std::string& file) {
        return file.starts_with("register/") && file.ends_with(".yaml") && file.find('/') == file.rfind('/');
      }));
}

}  // namespace

std::string Auditor::owner_of(const std::string& key) const {
  const registry::Person* person = known_->states.empty() ? nullptr : known_->states.back().owner(key);
  return person == nullptr ? std::string() : person->id;
}

std::vector<Finding> Auditor::judge_bag(const std::string& signer, Instant until, std::size_t later) const {
  const auto& states = known_->states;
  const registry::Register* state = states.size() <= later ? nullptr : &states[states.size() - 1 - later];
  const registry::Person* person = state == nullptr ? nullptr : state->owner(signer);
  if (person == nullptr)
    return {of_signature(msg("the bag is signed with a key that is not in its register"))};
  std::vector<Finding> out;
  if (!person->holds(signer))
    out.push_back(of_signature(msg("the bag is signed with a key that is not a current key of '{person}'",
                                   {{"person", person->id}})));
  const auto incidents = newest_.size();
  if (incidents != 1) {
    out.push_back(
        {{},
         {},
         msg("it contains {count} incidents instead of one", {{"count", std::to_string(incidents)}})});
    return out;
  }
  if (standing_.empty()) return out;  // its order could not be judged, which is said
  const auto& [id, standing] = *standing_.begin();
  const auto name = record::ChainName::incident(id);
  const Instant newest = standing.newest;
  const Instant end = std::max(until, newest + std::chrono::milliseconds{1});
  const auto due = incident::due(standing.state, *standing.procedure, end);
  if (!due || due->step != sop::Step::archive) {
    out.push_back(
        {name.text(),
         {},
         due ? msg("it is archived although its next step is {step}").with("step", sop::word(due->step))
             : msg("it is archived although it was already finished")});
    return out;
  }
  if (std::none_of(due->roles.begin(), due->roles.end(),
                   [&](const std::string& role) { return might_hold(*person, role, newest, end); }))
    out.push_back(of_signature(msg("the bag is signed by '{person}', who holds no role that may archive",
                                   {{"person", person->id}})));
  return out;
}

// What lies in archive/ under the name that the archive record gives has to be what that record names.
void Auditor::judge_bags(const record::Chain& chain) {
  if (options_.part || options_.fresh != nullptr) return;
  const auto text = chain.name.text();
  for (const auto& record : chain.records) {
    if (record.envelope.kind != record::name(record::Kind::archive)) continue;
    const std::string name = record.body.text_at("bag");
    const auto expected = parse_digest(record.body.text_at("manifest"));
    if (!expected || !bag::is_safe_path(name) || name.find('/') != std::string::npos) continue;
    const std::string bag = "archive/" + name;
    guarded(text, bag, [&] {
      if (dir_.list(bag).empty()) {
        ++bags_elsewhere_;
        return;
      }
      const auto manifest = dir_.read(bag + "/" + kTagmanifest);
      if (!manifest)
        say(text, bag, msg("'{file}' is missing", {{"file", kTagmanifest}}));
      else if (sha256(*manifest) != *expected)
        say(text, bag,
            msg("it is not the bag that was archived: the digest of its {file} differs",
                {{"file", kTagmanifest}}));
    });
  }
}

Report audit_bag(const std::string& path) {
  auto checked = bag::check(path);
  std::vector<Finding> findings;
  for (auto& problem : checked.problems) findings.push_back({{}, {}, std::move(problem)});
  const auto signer = sign::verify(checked.tagmanifest, checked.signature, sign::kBagNamespace);
  if (!signer) findings.push_back(of_signature(msg("the signature of the bag is invalid")));
  Report report;
  if (checked.sound()) {
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
    report = auditor.run();
    judge_redactions(checked, data, findings);
    if (signer) {
      report.bag = auditor.owner_of(signer->fingerprint());
      for (auto& one : auditor.judge_bag(signer->fingerprint(), day_of(checked.info).value_or(Instant{}),
                                         later_register_records(checked)))
        findings.push_back(std::move(one));
    }
  }
  report.manifest = sha256(checked.tagmanifest);
  report.findings.insert(report.findings.begin(), findings.begin(), findings.end());
  return report;
}

}  // namespace jaga::audit
