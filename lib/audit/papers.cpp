// The papers that the office has issued, and the numbers that it gave to them.
#include <algorithm>

#include "audit/auditor.hpp"
#include "base/text.hpp"
#include "incident/note.hpp"
#include "record/kind.hpp"

namespace jaga::audit {

void Auditor::judge_papers() {
  for (const auto& installation : guarded({}, "papers", [&] { return store::list_paper_chains(dir_); })) {
    const auto name = record::ChainName::papers(installation);
    if (!has_fresh(name.directory()) || is_untouched(name)) continue;
    const auto chain = read(name);
    const auto text = name.text();
    for (const auto& record : chain.records) {
      const auto file = name.directory() + "/" + record::file_name(record.envelope);
      const auto paper = record.envelope.kind == record::name(record::Kind::paper)
                             ? incident::issued_paper(record.body)
                             : std::nullopt;
      if (!paper)
        say(text, file, msg("it does not state which document was issued"));
      else if (!paper->number.empty())
        numbers_[paper->number].push_back(paper->kind + " (" + text + ")");
      if (!judge_sealed(file, record.digest)) ++report_.newer;
    }
    judge_writers(chain);
    verify(jobs_of(chain, text), options_.threads);
    settle(chain);
  }
}

// Each clone refuses a number that it knows; two of them may each have given it before they met.
void Auditor::judge_numbers() {
  for (auto& [number, papers] : numbers_) {
    std::sort(papers.begin(), papers.end());
    if (papers.size() > 1)
      remark(msg("duplicate number '{number}': {papers}",
                 {{"number", printable(number)}, {"papers", printable(join(papers, ", "))}}));
  }
}

}  // namespace jaga::audit
