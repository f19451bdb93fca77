#include "workflow/restore.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "exchange/changes.hpp"
#include "record/path.hpp"
#include "workflow/repository.hpp"

namespace jaga::workflow {
namespace {

// What is not believed may hide what rests on it: each round takes away what the one before has shown.
constexpr int kMostRounds = 20;

std::string octal(unsigned mode) {
  std::string out;
  for (; mode != 0; mode >>= 3U) out.insert(out.begin(), static_cast<char>('0' + (mode & 7U)));
  return out.empty() ? "0" : out;
}

// Whether a change belongs to what is refused: the path itself, a record with its signature, or all that is
// new in a chain or directory.
bool is_meant(const exchange::Change& change, const std::set<std::string>& refused) {
  const std::string& path = change.path;
  if (refused.contains(path) || refused.contains(path + ".sig")) return true;
  if (path.ends_with(".sig") && refused.contains(path.substr(0, path.size() - 4))) return true;
  const auto chain = record::chain_of(path);
  if (chain && refused.contains(chain->text())) return true;
  return std::any_of(refused.begin(), refused.end(),
                     [&](const std::string& one) { return path.starts_with(one + "/"); });
}

}  // namespace

Restored restore_tip(const git::Git& git, const TipQuestion& question, bool unrelated, TipAnswer answer) {
  const bool listable = list_tip(git, question.base, question.tip).has_value();
  std::vector<exchange::Change> all;
  if (listable) all = changes_between(git, question.base, question.tip);
  std::set<std::string> refused;
  std::set<std::string> back;
  TipQuestion next = question;
  for (int round = 0;; ++round) {
    bool everything = round == kMostRounds || !listable;
    for (const RefusedPath& one : answer.refused) {
      // Of the whole, and where no path can be taken by itself.
      if (one.path.empty() && !unrelated) everything = true;
      if (!one.path.empty()) refused.insert(one.culprit.empty() ? one.path : one.culprit);
    }
    std::string lines;
    const std::size_t before = back.size();
    for (const exchange::Change& change : all) {
      if (!everything && !is_meant(change, refused)) continue;
      back.insert(change.path);
      const std::string none(change.new_id.size(), '0');
      lines += (change.added() ? "0 " + none : octal(change.old_mode) + " " + change.old_id) + "\t" +
               change.path + '\0';
    }
    if (back.size() == before && round > 0) throw Error{ExitCode::data, describe(answer.refused.front())};
    const std::string tree =
        everything ? git.line({"rev-parse", "--verify", question.base + "^{tree}"})
                   : git.with_index([&](const git::Git& own) {
                       (void)own.run({"read-tree", question.tip});
                       (void)own.run({"update-index", "-z", "--replace", "--index-info"}, lines);
                       return own.line({"write-tree"});
                     });
    std::vector<std::string> parents{question.tip};
    if (unrelated) parents.push_back(question.base);
    next.tip =
        commit_tree(git, tree, parents,
                    everything ? "jaga: restored everything as it was in " + question.base.substr(0, 12)
                               : "jaga: restored " + std::to_string(back.size()) + " files as they were in " +
                                     question.base.substr(0, 12));
    answer = check_tip(git, next);
    if (answer.accepted() || everything) break;
  }
  return {next.tip, {back.begin(), back.end()}};
}

}  // namespace jaga::workflow
