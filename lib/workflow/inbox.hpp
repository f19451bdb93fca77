// The open incidents, with who must act next and by when.
#pragma once

#include <optional>
#include <vector>

#include "document/inbox_view.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

using document::InboxEntry;

// Which of the finished ones are told as well: `damaged` are those of which file names show it, or, of the
// newest, what is in their files.
enum class FinishedIncidents { none, damaged, all };
// By file names where they tell enough, else by reading. What is late first, then what has waited longest.
std::vector<InboxEntry> inbox(const Context& context, FinishedIncidents wanted,
                              const std::optional<incident::Person>& person = {});

}  // namespace jaga::workflow
