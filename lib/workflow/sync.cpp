#include "workflow/sync.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "exchange/rule.hpp"
#include "git/config.hpp"
#include "git/objects.hpp"
#include "inventory/settings.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/incidents.hpp"
#include "workflow/meetings.hpp"
#include "workflow/memory.hpp"
#include "workflow/remote.hpp"
#include "workflow/repository.hpp"
#include "workflow/restore.hpp"
#include "workflow/seal.hpp"

namespace jaga::workflow {
namespace {

constexpr int kMostTries = 5;

class Syncing {
 public:
  Syncing(const ActingContext& context, const SyncOptions& options)
      : context_(context),
        options_(options),
        folder_(*context.directory),
        git_(folder_.absolute(kGitFolder), folder_.path(), options.git) {}

  Synced run() {
    prepare();
    const store::Lock lock = folder_.lock(kGitFolder);
    require_idle(folder_);
    head_ = head_of(git_);
    if (const auto known = head_.refs.find(accepted_ref(remote_)); known != head_.refs.end())
      accepted_ = known->second;
    commit();
    for (int tried = 0; tried < kMostTries; ++tried) {
      const bool received = receive();
      if (!result_.refused.empty()) return std::move(result_);
      // A sync that was broken off may have committed what this one sends.
      if ((received || head_.commit != offered_) && tried == 0) seal();
      if (send()) {
        finish();
        return std::move(result_);
      }
    }
    throw Error{
        ExitCode::busy,
        msg("others sent to '{remote}' at the same time, again and again", {{"remote", result_.remote}}),
        msg("what they sent is here; run 'jaga sync' again to send yours")};
  }

 private:
  void prepare() {
    prepare_repository(git_, folder_);
    const git::Config config = git::read_config(git_);
    require_harmless(config);
    if (config.ssh_command) git_.set_ssh_command(*config.ssh_command);
    if (!config.name || !config.email) {
      const auto actor = reading_person(context_);
      const std::string name = actor ? actor->person : "jaga";
      git_.set_identity(config.name.value_or(name),
                        config.email.value_or(name + "@" + context_.installation));
    }
    remote_ = options_.bundle ? bundle_remote(*options_.bundle)
                              : find_remote(config, *context_.settings, options_.remote);
    result_.remote = remote_.shown;
  }

  void commit() {
    head_.commit = commit_new(git_, folder_, head_, context_.notice).commit;
    if (head_.commit.empty()) throw Error{ExitCode::no_input, msg("this directory has no file to share")};
  }

  void accept(const std::string& commit) {
    if (commit == accepted_) return;
    if (std::exchange(remote_.is_new, false)) {
      (void)git_.run({"remote", "add", remote_.name, remote_.address});
      result_.remote = remote_.shown = remote_.name;
    }
    set_accepted(git_, remote_, commit);
    accepted_ = commit;
  }

  // Objects that git itself refuses can never be taken over: what was accepted before is put in their place.
  void fetch_tip() {
    try {
      tip_ = fetch(git_, remote_, head_.branch);
      offered_ = tip_;
    } catch (const Error& error) {
      if (!options_.restore || error.code() != ExitCode::data || !accepted_ || remote_.is_bundle) throw;
      offered_ = remote_tip(git_, remote_, head_.branch);
      result_.corrected = true;
      tip_ = *accepted_;
    }
  }

  // Whether anything came. The tip is held against the last one that was accepted from there, and against
  // what it has in common with this clone: that may have come by another remote, of which the first knows
  // nothing.
  bool receive() {
    result_.corrected = false;
    result_.restored.clear();
    fetch_tip();
    if (tip_.empty() && accepted_ && !remote_.is_bundle) {
      result_.refused = {{{}, msg("its branch was deleted")}};
      if (options_.restore) {  // sending brings it back
        result_.refused.clear();
        result_.corrected = true;
      }
      return false;
    }
    if (tip_.empty() || tip_ == accepted_.value_or("")) return unite();
    const std::string common = common_ancestor(tip_);
    // A file that is carried may be older than what was seen of it; nothing is lost by that.
    std::string base = accepted_ && !remote_.is_bundle ? *accepted_ : common;
    if (base.empty()) base = head_.commit;
    bool is_unrelated = common.empty();
    std::vector<std::string> bases{base};
    if (!is_unrelated && common != base) bases.push_back(common);
    for (bool restoring = options_.restore;; restoring = false) {
      for (const std::string& each : bases) {
        const TipQuestion question{each, tip_, head_.commit, context_.settings->repo};
        TipAnswer answer = check_tip(git_, question);
        if (is_unrelated) answer.refused.insert(answer.refused.begin(), {{}, unrelated()});
        chains_.insert(answer.chains.begin(), answer.chains.end());
        if (answer.accepted()) continue;
        if (!restoring) {
          result_.refused = std::move(answer.refused);
          return false;
        }
        tip_ = restore(question, is_unrelated, std::move(answer));
        is_unrelated = false;
      }
      if (!restoring) break;
    }
    accept(tip_);
    return unite();
  }

  static Message unrelated() { return msg("it has no history in common with this clone"); }

  std::string restore(const TipQuestion& question, bool is_unrelated, TipAnswer answer) {
    const Restored done = restore_tip(git_, question, is_unrelated, std::move(answer));
    result_.corrected = true;
    result_.restored.insert(result_.restored.end(), done.paths.begin(), done.paths.end());
    return done.commit;
  }

  std::string common_ancestor(const std::string& commit) const {
    const auto outcome = git_.ask({"merge-base", head_.commit, commit});
    return outcome.ok() ? std::string(trim(outcome.out)) : std::string();
  }

  // Brings the accepted tip and this clone's branch together.
  bool unite() {
    if (tip_.empty() || tip_ == head_.commit) return false;
    const std::string common = common_ancestor(tip_);
    if (common == tip_) return false;
    const std::string to = common == head_.commit ? tip_ : merged();
    count(head_.commit, to, result_.received);
    require_kept(to);
    apply(git_, folder_, head_, to);
    head_.commit = to;
    look();
    return true;
  }

  std::string merged() {
    const auto outcome =
        git_.ask({"merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", head_.commit, tip_});
    const auto parts = split(outcome.out, '\0');
    if (!outcome.ok() && (outcome.code != 1 || parts.size() < 2))
      throw Error{ExitCode::io, msg("git {command} failed: {reason}",
                                    {{"command", "merge-tree"}, {"reason", git::last_words(outcome.err)}})};
    if (outcome.ok())
      return commit_tree(git_, parts.front(), {head_.commit, tip_}, "jaga: united with " + remote_.shown);
    std::set<std::string> names;
    for (auto part = parts.begin() + 1; part != parts.end(); ++part)
      if (!part->empty()) names.insert(printable(*part));
    throw Error{
        ExitCode::not_permitted,
        msg("edited here and in '{remote}': {files}",
            {{"remote", remote_.shown}, {"files", join(std::vector(names.begin(), names.end()), ", ")}}),
        msg("nothing was changed here; run 'git merge {ref}', edit these files, run 'git add' and "
            "'git commit', then 'jaga sync'",
            {{"ref", accepted_ref(remote_).substr(5)}})};
  }

  void count(const std::string& from, const std::string& to, Counts& counts) const {
    for (const auto& change : changes_between(git_, from, to))
      ++(exchange::is_protected(change.path) ? counts.records : counts.others);
  }

  // The tip was accepted against what this clone had of the remote; it must not take away what only this
  // clone has.
  void require_kept(const std::string& to) const {
    const auto judgement = exchange::judge(changes_between(git_, head_.commit, to), {.first = true});
    // Evidence that another remote had may be gone here by a merge alone.
    if (judgement.good() && !judgement.gone_evidence.empty()) {
      const TipAnswer answer = check_tip(git_, {head_.commit, to, {}, context_.settings->repo});
      if (!answer.accepted())
        throw Error{ExitCode::data, describe(answer.refused.front()), msg("nothing was changed here")};
    }
    if (judgement.good()) return;
    const auto& first = judgement.refusals.front();
    throw Error{ExitCode::data,
                msg("'{path}': {what}", {{"path", printable(first.path)}}).with("what", first.what),
                msg("nothing was changed here")};
  }

  // What came is remembered, and chains that have two heads now are named.
  void look() {
    Context fresh = context_;
    load_register(fresh);
    for (const std::string& text : chains_) {
      const auto name = record::parse_chain_name(text);
      if (!name) continue;
      const record::Chain chain = store::read_chain(folder_, *name, context_.settings->repo);
      if (name->kind == record::ChainName::Kind::registry ||
          name->kind == record::ChainName::Kind::incident) {
        (void)look_at(fresh, chain);
        const std::string id = name->kind == record::ChainName::Kind::registry ? "register" : name->id;
        if (chain.forked() && !contains(result_.forked, id)) result_.forked.push_back(id);
      }
    }
  }

  // Who cannot seal here exchanges all the same.
  void seal() {
    if (!options_.seal) return;
    try {
      ActingContext fresh = context_;
      load_register(fresh);
      if (!fresh.registered) return;
      if (const auto sealed = workflow::seal(fresh)) {
        result_.seal = sealed->path;
        commit();
      }
    } catch (const Error& error) {
      if (must_end(error)) throw;
      if (context_.notice) context_.notice(msg("not sealed: {reason}").with("reason", error.message()));
    }
  }

  // False: somebody was faster.
  bool send() {
    if (offered_ == head_.commit) return true;
    const TipAnswer own = check_tip(git_, {tip_, head_.commit, {}, context_.settings->repo});
    if (!own.accepted())
      throw Error{
          ExitCode::data,
          msg("not sent, because every other clone would refuse it: {what}")
              .with("what", describe(own.refused.front())),
          msg("see all findings with 'jaga audit'; jaga-trust(7) says how to take back what was not sent")};
    if (options_.bundle)
      write_bundle(git_, remote_, head_.branch);
    else if (push(git_, remote_, head_, offered_) == Push::behind)
      return false;
    count_sent();
    accept(head_.commit);
    return true;
  }

  void count_sent() { count(tip_.empty() ? empty_tree(git_) : tip_, head_.commit, result_.sent); }

  void finish() {
    result_.commit = head_.commit;
    remember_meeting(context_, remote_.shown, context_.now());
  }

  const ActingContext& context_;
  const SyncOptions& options_;
  const store::WorkingDirectory& folder_;
  git::Git git_;
  Remote remote_;
  Head head_;
  std::optional<std::string> accepted_{};
  std::string offered_;  // the remote's commit; empty: it has none
  std::string tip_;      // that, or what a restored remote has in its place
  std::set<std::string> chains_;
  Synced result_;
};

}  // namespace

Synced sync(const ActingContext& context, const SyncOptions& options) {
  return Syncing(context, options).run();
}

}  // namespace jaga::workflow
