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
  auto yes = std::make_shared<bool>(false);
  setup.argument("DIR", *folder, msg("the folder of a request, with its signature"))
      .flag("--yes", *yes,
            msg("import it although another version of jaga wrote its preview; ask the signer first what "
                "they saw"));
  setup.run([folder, yes](Session& session) {
    const auto others = *yes ? workflow::OtherVersion::accepted : workflow::OtherVersion::refused;
    const workflow::Written written =
        workflow::import_request(session.acting(), session.absolute(*folder), others);
    session.recorded(written.path);
    if (session.prints_values())
      session.ui().json(Json{{"incident", written.incident}, {"record", written.path}});
    else
      session.ui().print(written.path);
    hint_next(session, written.incident);
    return ExitCode::ok;
  });
}

}  // namespace jaga::cmd
