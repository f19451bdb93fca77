// What `jaga rules` and `jaga plans` have in common.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "document/locale.hpp"
#include "session.hpp"
#include "workflow/context.hpp"

namespace jaga::cmd {

// The working directory here or above, without anything read of it; outside of one, an office without a
// directory. Throws what require_named_folder() and store::WorkingDirectory::open() throw.
workflow::Office nearby_office(Session& session);
// In the reader's language; nothing that they show has a time.
document::Locale timeless_locale(Session& session);
// Shows the errors of the office's own files; config if there is one.
ExitCode complain_of(Session& session, const std::vector<Error>& wrong);

}  // namespace jaga::cmd
