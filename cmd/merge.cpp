// jaga merge register|INCIDENT
#include <memory>

#include "document/json.hpp"
#include "next.hpp"
#include "register/tell.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "workflow/incidents.hpp"
#include "workflow/lookup.hpp"
#include "workflow/registering.hpp"

namespace jaga::cmd {
namespace {

struct MergeArguments {
  std::string what;
  std::string reason;
};

ExitCode merge(Session& session, const MergeArguments& options) {
  std::string path;
  std::optional<std::string> incident;
  std::vector<Message> merged;
  if (options.what == "register") {
    const record::Record record = workflow::merge_register(session.acting(), options.reason);
    path = "register/" + record::file_name(record.envelope);
    workflow::Context context = session.context();
    workflow::load_register(context);
    const auto local = [&](Instant at) { return session.local(at); };
    if (context.register_chain) merged = registry::told(*context.register_chain, local)[record.digest];
  } else {
    incident = workflow::find_incident(session.context(), options.what);
    path = workflow::merge_incident(session.acting(), *incident, options.reason).path;
  }
  session.recorded(path);
  if (session.prints_values())
    session.ui().json(Json{{"record", path}});
  else
    session.ui().print(path);
  for (const Message& what : merged) session.ui().say(what);
  if (incident) hint_next(session, *incident);
  return ExitCode::ok;
}

}  // namespace

void setup_merge(Setup& setup) {
  auto options = std::make_shared<MergeArguments>();
  setup.argument("register|INCIDENT", options->what, msg("the forked chain"))
      .option("-m", "REASON", options->reason, msg("how the fork came about"))
      .must();
  setup.run([options](Session& session) { return merge(session, *options); });
}

}  // namespace jaga::cmd
