// What a shell completes a word to. By names alone and without the register: it must be there before the key
// is released.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/folder.hpp"

namespace jaga::workflow {

struct CompletedIncident {
  std::string id;
  std::string host;
  std::string
      fault;  // "disk-full /var"; empty where there are many incidents, or its first record is damaged
};

// Incidents whose id, or whose host, begins with `word`: the open ones as the kinds of their last records
// tell, or all if none is open. Looks into the newest kMostCompleted of them only; a longer word reaches the
// others. Sorted by id.
inline constexpr std::size_t kMostCompleted = 1000;
std::vector<CompletedIncident> completed_incidents(const store::Folder& folder, std::string_view word);

}  // namespace jaga::workflow
