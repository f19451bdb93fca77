// When this account last exchanged this clone with a remote: one small file a remote in its state folder.
// Lost, it is only not shown.
#pragma once

#include <string>
#include <vector>

#include "base/instant.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

struct Meeting {
  std::string remote;  // as it is shown
  Instant at;
};

// What cannot be stored is a notice.
void remember_meeting(const Context& context, const std::string& remote, Instant at);
// The latest first. A file that cannot be read says nothing.
std::vector<Meeting> meetings(const Office& office);

}  // namespace jaga::workflow
