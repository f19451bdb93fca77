#include "workflow/tip.hpp"

#include <algorithm>
#include <set>

#include "audit/audit.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "exchange/rule.hpp"
#include "git/objects.hpp"
#include "inventory/settings.hpp"
#include "record/path.hpp"
#include "record/seal.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {
namespace {

constexpr std::size_t kMostNamed = 10;
constexpr std::uint64_t kLoaded = std::uint64_t{4} << 20U;  // larger files are read one at a time

// The blob of that name; nullopt: there is none, or nothing like a record or jaga.yaml.
std::optional<std::string> small_blob(const git::Git& git, const std::string& name) {
  constexpr std::size_t kMost = std::size_t{16} << 20U;
  try {
    return git.run_up_to(kMost, {"cat-file", "blob", name});
  } catch (const Error& error) {
    if (error.code() != ExitCode::io) throw;
    return std::nullopt;
  }
}

void fill_sizes(const git::Git& git, std::vector<exchange::Change>& changes) {
  const auto is_blob = [](const exchange::Change& change) {
    return change.new_mode == exchange::kFileMode || change.new_mode == exchange::kProgramMode ||
           change.new_mode == exchange::kLinkMode;
  };
  std::vector<std::string> ids;
  for (const auto& change : changes)
    if (is_blob(change)) ids.push_back(change.new_id);
  const auto sizes = git::sizes(git, ids);
  auto size = sizes.begin();
  for (auto& change : changes)
    if (is_blob(change)) change.size = *size++;
}

std::string chain_text(const std::string& path) {
  const auto chain = record::chain_of(path);
  return chain ? chain->text() : std::string();
}

// The directory of everything of the chain.
std::string directory_of(const std::string& path) {
  const auto chain = record::chain_of(path);
  return chain ? chain->directory() : std::string();
}

// What audit will read, in few runs of git: the register and the chains that have something new, their new
// signatures, and what new seals name.
void load(const git::ObjectTree& tree, const std::set<std::string>& fresh) {
  std::set<std::string> directories{"register"};
  std::vector<std::string> records;  // whose size was judged: here, or when they were accepted
  std::vector<std::string> evidence;
  for (const std::string& path : fresh) {
    const std::string directory = directory_of(path);
    if (!directory.empty()) directories.insert(directory);
    if (record::is_evidence(path)) {
      evidence.push_back(path);
      continue;
    }
    records.push_back(path);
    // A signature may be new and its record not.
    records.push_back(path.ends_with(".sig") ? path.substr(0, path.size() - 4) : path + ".sig");
  }
  for (const std::string& directory : directories) {
    const std::string prefix = directory + "/";
    const auto& entries = tree.entries();
    for (auto at = entries.lower_bound(prefix); at != entries.end() && at->first.starts_with(prefix); ++at)
      if (at->first.ends_with(".yaml") || at->first.starts_with("register/evidence/"))
        records.push_back(at->first);
  }
  tree.load(records, 0);
  if (!evidence.empty()) tree.load(evidence, kLoaded);
  std::vector<std::string> sealed;
  for (const std::string& path : fresh) {
    if (!path.starts_with("seals/") || !path.ends_with(".yaml")) continue;
    try {
      const auto bytes = tree.read(path);
      if (!bytes) continue;
      for (const auto& file : record::parse_seal(record::parse_record(*bytes, path).body, path).files)
        sealed.push_back(file.path);
    } catch (const Error& error) {
      if (error.code() != ExitCode::data) throw;  // audit says what is wrong with it
    }
  }
  if (!sealed.empty()) tree.load(sealed, kLoaded);
}

struct Judged {
  std::vector<RefusedPath> refused;
  std::set<std::string> redacted;
};

bool same(const audit::Finding& a, const audit::Finding& b) {
  return a.chain == b.chain && a.file == b.file &&
         a.what.render(Language::english) == b.what.render(Language::english);
}

// Whether what is new in the tip is believed. What was wrong before stays for audit to say: only what is
// worse than in the accepted tree is held against the tip.
Judged judge_new(const git::Git& git, const TipQuestion& question, const std::string& repo,
                 const std::string& listing, const std::set<std::string>& fresh) {
  Judged out;
  const git::ObjectTree tree(git, git::parse_tree(listing));
  load(tree, fresh);
  audit::Options options;
  options.fresh = &fresh;
  auto report = audit::audit_directory(tree, repo, options);
  out.redacted = std::move(report.redacted);
  std::optional<std::vector<audit::Finding>> before;
  const auto was_there = [&](const audit::Finding& finding) {
    if (question.base.empty()) return false;
    if (!before) {
      const git::ObjectTree accepted(git, question.base);
      load(accepted, fresh);
      before = audit::audit_directory(accepted, repo, options).findings;
    }
    return std::any_of(before->begin(), before->end(), [&](const auto& one) { return same(one, finding); });
  };
  using Cause = audit::Finding::Cause;
  for (const auto& finding : report.findings) {
    const bool is_new = fresh.contains(finding.file) || fresh.contains(finding.file + ".sig");
    if (finding.cause == Cause::meeting) continue;
    // A later record may take away what an earlier one rested on.
    if (!is_new && !finding.file.empty() && (finding.cause == Cause::writer || finding.cause == Cause::order))
      continue;
    if (!is_new && was_there(finding)) continue;
    RefusedPath one{finding.file.empty() ? finding.chain : finding.file, finding.what};
    if (finding.chain.starts_with("seal/") && !finding.file.starts_with("seals/"))
      one.culprit = finding.chain;
    out.refused.push_back(std::move(one));
  }
  return out;
}

// jaga.yaml makes the directory one: without it, or with another repo, no command of anybody would work.
Message wrong_settings(const git::Git& git, const std::string& tip, const std::string& repo) {
  const auto bytes = small_blob(git, tip + ":" + std::string(store::kMarkFile));
  if (!bytes) return msg("it is missing");
  try {
    const auto settings = inventory::parse_settings(*bytes, store::kMarkFile);
    if (settings.repo != repo) return msg("it names another working directory");
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

std::string repo_of(const git::Git& git, const std::string& commit) {
  const auto bytes = small_blob(git, commit + ":" + std::string(store::kMarkFile));
  if (!bytes) return {};
  try {
    return inventory::parse_settings(*bytes, store::kMarkFile).repo;
  } catch (const Error&) {
    return {};
  }
}

std::vector<std::string> beginnings(const git::Git& git, const std::string& commit) {
  std::vector<std::string> out;
  for (const auto& [path, entry] :
       git::parse_tree(git.run({"ls-tree", "-z", "--full-tree", commit, "register/"}))) {
    const auto name = record::parse_file_name(path.substr(path.rfind('/') + 1));
    if (name && name->seq == 1) out.push_back(path);
  }
  return out;
}

void name_commits(const git::Git& git, const TipQuestion& question, std::vector<RefusedPath>& refused) {
  std::size_t named = 0;
  for (RefusedPath& one : refused) {
    if (++named > kMostNamed) break;
    std::vector<std::string> arguments{"log", "-1", "-z", "--full-history", "-m", "--format=%H%x00%an <%ae>"};
    if (!question.base.empty()) arguments.push_back("^" + question.base);
    arguments.push_back(question.tip);
    // A file may be long there, and the seal that is wrong about it new.
    const auto seal = record::parse_chain_name(one.culprit);
    const std::string path = seal ? seal->directory() : one.path;
    if (!path.empty()) {
      arguments.emplace_back("--");
      arguments.push_back(":(top,literal)" + path);
    }
    auto outcome = git.ask(arguments);
    if (!outcome.ok() || outcome.out.empty())
      outcome = git.ask({"log", "-1", "-z", "--format=%H%x00%an <%ae>", question.tip});
    const auto parts = split(outcome.out, '\0');
    if (!outcome.ok() || parts.size() < 2) continue;
    one.commit = parts[0].substr(0, 12);
    one.author = printable_once(parts[1]);
  }
}

}  // namespace

std::string empty_tree(const git::Git& git) {
  return git.line({"hash-object", "-t", "tree", "--stdin"});
}

std::optional<Digest> genesis_of(const git::Git& git, const std::string& commit) {
  const auto first = beginnings(git, commit);
  if (first.size() != 1) return std::nullopt;
  const auto bytes = small_blob(git, commit + ":" + first.front());
  return bytes ? std::optional(sha256(*bytes)) : std::nullopt;
}

std::vector<exchange::Change> changes_between(const git::Git& git, const std::string& base,
                                              const std::string& tip) {
  return exchange::parse_changes(git.run({"diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev",
                                          "--no-ext-diff", "--ignore-submodules=none", base, tip}));
}

std::optional<std::string> list_tip(const git::Git& git, const std::string& base, const std::string& tip) {
  // A hundred bytes a file and more: 300,000 new ones, and two million of a new clone.
  constexpr std::size_t kMostNew = std::size_t{32} << 20U;
  constexpr std::size_t kMost = std::size_t{256} << 20U;
  const auto listing = [&](std::size_t most, const std::string& commit) {
    return git.run_up_to(most, {"ls-tree", "-r", "-z", "--full-tree", commit});
  };
  try {
    std::size_t most = kMost;
    if (!base.empty())
      if (const auto before = listing(kMost, base)) most = before->size() + kMostNew;
    return listing(most, tip);
  } catch (const Error& error) {
    if (error.code() != ExitCode::io) throw;
    return std::nullopt;
  }
}

Message describe(const RefusedPath& refused) {
  constexpr std::size_t kMostShown = 300;
  const bool is_long = refused.path.size() > kMostShown;
  const Message::Arguments path{
      {"path", is_long ? printable(refused.path.substr(0, kMostShown)) + "..." : printable(refused.path)}};
  Message what =
      refused.path.empty() ? refused.what : msg("'{path}': {what}", path).with("what", refused.what);
  if (refused.commit.empty()) return what;
  return msg("{what} (commit {commit}, whose author field says {author})",
             {{"commit", refused.commit}, {"author", refused.author}})
      .with("what", std::move(what));
}

TipAnswer check_tip(const git::Git& git, const TipQuestion& question) {
  TipAnswer answer;
  const bool first = question.base.empty();
  const std::string base = first ? empty_tree(git) : question.base;
  auto listing = list_tip(git, question.base, question.tip);
  if (!listing) {
    answer.refused.push_back({{}, msg("it holds more files than can be compared")});
    name_commits(git, question, answer.refused);
    return answer;
  }
  auto changes = changes_between(git, base, question.tip);
  exchange::Limits limits;
  limits.first = first;
  auto judgement = exchange::judge(changes, limits);
  if (judgement.good()) {
    fill_sizes(git, changes);
    judgement = exchange::judge(changes, limits);
  }
  for (auto& refusal : judgement.refusals)
    answer.refused.push_back({std::move(refusal.path), std::move(refusal.what)});
  answer.records = judgement.new_records.size();
  answer.others = changes.size() - judgement.new_records.size() - judgement.gone_evidence.size();

  std::string repo = question.repo;
  if (repo.empty()) repo = repo_of(git, first ? question.tip : question.base);
  const auto changed = [&](std::string_view name) {
    return std::any_of(changes.begin(), changes.end(), [&](const auto& one) { return one.path == name; });
  };
  if (answer.accepted() && (first || changed(store::kMarkFile)))
    if (Message what = wrong_settings(git, question.tip, repo); !what.empty())
      answer.refused.push_back({std::string(store::kMarkFile), std::move(what)});
  if (answer.accepted() && first && question.genesis && genesis_of(git, question.tip) != question.genesis)
    answer.refused.push_back({"register", msg("its first record does not have the digest {digest}",
                                              {{"digest", question.genesis->text()}})});
  if (answer.accepted() && !first) {
    const auto begins = [](const std::string& path) {
      const auto name = record::parse_file_name(path.substr(path.rfind('/') + 1));
      return path.starts_with("register/") && name && name->seq == 1;
    };
    if (std::any_of(judgement.new_records.begin(), judgement.new_records.end(), begins) &&
        !beginnings(git, question.base).empty())
      answer.refused.push_back({"register", msg("the register has a second beginning")});
  }

  std::set<std::string> fresh;
  for (auto& path : judgement.new_records)
    if (record::is_record_file(path)) fresh.insert(path);
  if (!question.known.empty() && !fresh.empty() && answer.accepted()) {
    std::set<std::string> differs;
    for (const auto& change : changes_between(git, question.known, question.tip)) differs.insert(change.path);
    std::erase_if(fresh, [&](const std::string& path) { return !differs.contains(path); });
  }
  fresh.insert(judgement.gone_evidence.begin(), judgement.gone_evidence.end());
  std::set<std::string> chains;
  for (const std::string& path : fresh) chains.insert(chain_text(path));
  chains.erase("");
  answer.chains.assign(chains.begin(), chains.end());

  if (answer.accepted() && !fresh.empty()) {
    Judged judged = judge_new(git, question, repo, *listing, fresh);
    answer.refused = std::move(judged.refused);
    for (const std::string& path : judgement.gone_evidence)
      if (!judged.redacted.contains(path))
        answer.refused.push_back({path, msg("it was deleted, and no believed note redacts it")});
  }
  name_commits(git, question, answer.refused);
  return answer;
}

}  // namespace jaga::workflow
