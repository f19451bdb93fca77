// The summaries of days: their form, who signed them, and that each is where it belongs.
#include "store/summaries.hpp"

#include "audit/auditor.hpp"

namespace jaga::audit {

void Auditor::judge_summaries() {
  const std::string no_chain;
  for (const auto& name : guarded({}, "summaries", [&] { return store::list_summaries(dir_).names; })) {
    if (!is_fresh(name.path)) continue;
    if (!known_->verified.empty() && is_verified(name.path) && is_verified(name.path + ".sig")) continue;
    guarded({}, name.path, [&] {
      const auto summary = store::read_summary(dir_, name, repo_);
      if (!judge_sealed(name.path, summary.digest)) ++report_.newer;
      ++report_.summaries;
      if (options_.now && summary.at > *options_.now + record::kClockSlack)
        notes_ahead_.emplace(name.path, summary.at);
      std::size_t any = 0;
      auto wrong = wrong_writer(
          {summary.by, summary.key, summary.at, summary.register_head, name.path, summary.digest}, {}, any);
      if (!wrong.empty()) say({}, name.path, std::move(wrong), {}, Finding::Cause::writer);
      verify({{&no_chain, name.path, summary.bytes, summary.key}}, 1);
    });
  }
}

}  // namespace jaga::audit
