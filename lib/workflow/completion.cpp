#include "workflow/completion.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "fault/key.hpp"
#include "record/kind.hpp"
#include "store/chain.hpp"
#include "store/names.hpp"

namespace jaga::workflow {
namespace {

constexpr std::size_t kMostDescribed = 20;

// Archived, or closed by the second of two withdrawals.
bool looks_finished(const std::vector<record::FileName>& steps) {
  const std::string_view withdraw = record::name(record::Kind::withdraw);
  if (steps.back().kind == record::name(record::Kind::archive)) return true;
  return steps.size() > 1 && steps.back().kind == withdraw && steps[steps.size() - 2].kind == withdraw;
}

// As its first record says, unverified: it is shown beside the id.
std::string fault_of(const store::Folder& folder, const std::string& id) {
  try {
    const auto listing = store::find_incident(folder, id);
    if (!listing) return {};
    const std::string file =
        record::ChainName::incident(id).directory() + "/" + record::file_name(listing->steps.front());
    const record::Record first = record::parse_record(folder.require(file), file);
    const yaml::Node* key = first.body.find("fault_key");
    if (key == nullptr || key->kind() != yaml::Node::Kind::text) return {};
    const fault::Key fault = fault::parse_key(key->value());
    return printable(fault.object.empty() ? fault.type : fault.type + " " + fault.object);
  } catch (const Error&) {
    return {};  // audit's
  }
}

}  // namespace

std::vector<CompletedIncident> completed_incidents(const store::Folder& folder, std::string_view word) {
  std::vector<std::string> open;
  std::vector<std::string> finished;
  std::size_t looked_into = 0;
  store::newest_incidents_first(folder, [&](std::string_view id) {
    if (!id.starts_with(word) && !store::subject_of(id).starts_with(word)) return true;
    if (const auto listing = store::find_incident(folder, id))
      (looks_finished(listing->steps) ? finished : open).emplace_back(id);
    return ++looked_into < kMostCompleted;
  });
  std::vector<std::string>& ids = open.empty() ? finished : open;
  std::ranges::reverse(ids);
  std::vector<CompletedIncident> out;
  for (std::string& id : ids) {
    std::string fault = ids.size() <= kMostDescribed ? fault_of(folder, id) : "";
    std::string host(store::subject_of(id));
    out.push_back({std::move(id), std::move(host), std::move(fault)});
  }
  return out;
}

}  // namespace jaga::workflow
