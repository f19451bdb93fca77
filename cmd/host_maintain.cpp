// jaga host maintain HOST|@GROUP...
#include "host_maintain.hpp"

#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "workflow/maintenance.hpp"

namespace jaga::cmd {
namespace {

struct HostMaintainArguments {
  std::vector<std::string> hosts;
  std::string until, reason;
  std::optional<std::string> from;
};

ExitCode maintain(Session& session, const HostMaintainArguments& options) {
  workflow::Maintain wish;
  wish.hosts = options.hosts;
  const Instant now = session.now();
  if (options.from) wish.from = session.time_after(*options.from, now);
  wish.until = session.time_until(options.until, wish.from.value_or(now));
  wish.reason = options.reason;
  const workflow::Maintained done = workflow::maintain(session.acting(), wish);
  session.recorded(done.path);
  Ui& ui = session.ui();
  if (session.prints_values()) {
    ui.json(Json{
        {"window", done.path},
        {"hosts", done.window.hosts},
        {"from", format_instant(done.window.from)},
        {"until", format_instant(done.window.until)},
    });
  } else {
    ui.print(done.path);
  }
  ui.say(msg("{hosts}: in maintenance until {until}: checks continue, no incidents are opened",
             {{"hosts", join(done.window.hosts, ", ")}, {"until", session.local(done.window.until)}}));
  return ExitCode::ok;
}

}  // namespace

void setup_host_maintain(Setup& setup) {
  auto options = std::make_shared<HostMaintainArguments>();
  setup.arguments_needed("HOST|@GROUP", options->hosts, msg("the hosts under maintenance"))
      .option("--until", "TIME", options->until,
              msg("end of the maintenance window, or its length, such as 2h"))
      .must()
      .option("--from", "TIME", options->from, msg("when it starts; default: now"))
      .option("-m", "TEXT", options->reason, msg("the reason"))
      .must();
  setup.run([options](Session& session) { return maintain(session, *options); });
}

}  // namespace jaga::cmd
