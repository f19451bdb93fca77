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
  std::vector<std::string> ids = store::incident_ids(folder, [&](std::string_view id) {
    return id.starts_with(word) || store::subject_of(id).starts_with(word);
  });
  if (ids.size() > kMostCompleted)
    ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(kMostCompleted));
  std::vector<std::string> open;
  std::vector<std::string> finished;
  for (std::string& id : ids) {
    const auto listing = store::find_incident(folder, id);
    if (listing) (looks_finished(listing->steps) ? finished : open).push_back(std::move(id));
  }
  return open.empty() ? finished : open;
}

}  // namespace jaga::workflow
