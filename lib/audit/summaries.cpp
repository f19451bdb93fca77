// The summaries of days: their form, who signed them, and that each is where it belongs.
#include "store/summaries.hpp"

#include "audit/auditor.hpp"

namespace jaga::audit {

void Auditor::judge_summaries() {
  for (const auto& name : guarded({}, "summaries", [&] { return store::list_summaries(dir_).names; })) {
    guarded({}, name.path, [&] {
      const auto summary = store::read_summary(dir_, name, repo_);
      written_.insert(name.path);
      jobs_.push_back({{}, name.path, summary.bytes, summary.key});
      ++report_.summaries;
      if (options_.now && summary.at > *options_.now + record::kClockSlack)
        notes_ahead_.emplace(name.path, summary.at);
      std::size_t any = 0;
      auto wrong = wrong_writer(
          {summary.by, summary.key, summary.at, summary.register_head, name.path, summary.digest}, {}, any);
      if (!wrong.empty()) say({}, name.path, std::move(wrong));
    });
  }
}

}  // namespace jaga::audit
