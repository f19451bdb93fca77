// jaga import DIR
#include <memory>

#include "document/json.hpp"
#include "next.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "workflow/request.hpp"

namespace jaga::cmd {

void setup_import(Setup& setup) {
  auto folder = std::make_shared<std::string>();
  setup.argument("DIR", *folder, msg("the folder of a request, with its signature"));
  setup.run([folder](Session& session) {
    const workflow::Written written = workflow::import_request(session.acting(), session.absolute(*folder));
    session.recorded(written.path);
    if (session.json())
      session.ui().json(Json{{"incident", written.incident}, {"record", written.path}});
    else
      session.ui().print(written.path);
    hint_next(session, written.incident);
    return ExitCode::ok;
  });
}

}  // namespace jaga::cmd
