#include "workflow/completion.hpp"

#include <algorithm>

#include "record/kind.hpp"
#include "store/chain.hpp"
#include "store/names.hpp"

namespace jaga::workflow {
namespace {

// Archived, or closed by the second of two withdrawals.
bool looks_finished(const std::vector<record::FileName>& steps) {
  const std::string_view withdraw = record::name(record::Kind::withdraw);
  if (steps.back().kind == record::name(record::Kind::archive)) return true;
  return steps.size() > 1 && steps.back().kind == withdraw && steps[steps.size() - 2].kind == withdraw;
}

}  // namespace

std::vector<std::string> completed_incidents(const store::Folder& folder, std::string_view word) {
  std::vector<std::string> open;
  std::vector<std::string> finished;
  std::size_t looked_into = 0;
  store::newest_incidents_first(folder, [&](std::string_view id) {
    if (!id.starts_with(word) && !store::subject_of(id).starts_with(word)) return true;
    if (const auto listing = store::find_incident(folder, id))
      (looks_finished(listing->steps) ? finished : open).emplace_back(id);
    return ++looked_into < kMostCompleted;
  });
  std::vector<std::string>& out = open.empty() ? finished : open;
  std::ranges::reverse(out);
  return std::move(out);
}

}  // namespace jaga::workflow
