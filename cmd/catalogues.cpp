#include "catalogues.hpp"

#include <unistd.h>

#include <memory>

#include "base/instant.hpp"
#include "store/directory.hpp"

namespace jaga::cmd {

workflow::Office nearby_office(Session& session) {
  workflow::Office office;
  require_named_folder(session.globals(), session.surroundings());
  if (const auto path = find_working_directory(session.globals(), session.surroundings()))
    office.directory = std::make_shared<store::WorkingDirectory>(
        store::WorkingDirectory::open(*path, {::geteuid(), session.config().trusted}));
  return office;
}

document::Locale timeless_locale(Session& session) {
  return {session.ui().language(), [](Instant at) { return format_instant(at); }};
}

ExitCode complain_of(Session& session, const std::vector<Error>& wrong) {
  for (const Error& error : wrong) {
    session.ui().complain(error.message());
    if (!error.hint().empty()) session.ui().hint(error.hint());
  }
  return wrong.empty() ? ExitCode::ok : ExitCode::config;
}

}  // namespace jaga::cmd
