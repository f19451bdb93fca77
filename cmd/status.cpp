// jaga status
#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "document/inbox_view.hpp"
#include "inventory/inventory.hpp"
#include "person_change.hpp"
#include "register/register.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "sop/role_titles.hpp"
#include "sop/sop.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/inbox.hpp"
#include "workflow/incidents.hpp"
#include "workflow/lookup.hpp"
#include "workflow/maintenance.hpp"
#include "workflow/meetings.hpp"
#include "workflow/rounds.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  bool mine = false, late = false, all = false, exit_code = false;
  bool inbox = false;  // of `jaga` alone
  std::optional<std::string> step, host;
};

// Where no incident is open, what comes first.
void hint_beginning(Session& session, const workflow::Context& context) {
  if (!context.inventory) return;
  if (context.inventory->hosts.empty())
    return session.ui().hint(msg("add your hosts to hosts.yaml or with 'jaga host add NAME ADDRESS'"));
  const auto skip = [](const store::RoundName&, const Error&) {};  // 'jaga audit' names what is damaged
  const workflow::LatestRounds latest = workflow::latest_rounds(context, skip);
  if (latest.rounds.empty()) return session.ui().hint(msg("measure your hosts: jaga monitor"));
  for (const round::Round& round : latest.rounds) {
    const round::State worst = round::worst(round);
    if (worst == round::State::warning || worst == round::State::critical)
      return session.ui().hint(msg("the latest round found failures: jaga analyze"));
  }
}

// Who exchanges every day need not be told; who does not sees what others may have missed.
void tell_meeting(Session& session) {
  const std::vector<workflow::Meeting> met = workflow::meetings(session.office());
  if (met.empty()) return;
  const auto days = std::chrono::floor<std::chrono::days>(session.now() - met.front().at).count();
  if (days < 1) return;
  const Message::Arguments remote{{"remote", met.front().remote}};
  session.ui().say(counted(static_cast<std::size_t>(days),
                           msg("last exchanged with {remote} 1 day ago", remote),
                           msg("last exchanged with {remote} {count} days ago", remote)));
}

ExitCode status(Session& session, const Options& options) {
  workflow::ActingContext& context = session.acting();
  Ui& ui = session.ui();
  if (options.step && !sop::parse_step(*options.step)) {
    throw Error{ExitCode::usage, msg("unknown step '{step}'", {{"step", printable(*options.step)}}),
                msg("known steps: monitor, analyze, approve, repair, verify, accept, archive")};
  }
  // Nobody acts here, but a name that is typed wrong must not wait for the next decision.
  if (session.globals().person && !options.mine && context.registered)
    (void)find_person(session, *session.globals().person);
  std::optional<std::string> host_wanted;
  if (options.host) host_wanted = workflow::find_host(context, *options.host);
  std::optional<incident::Person> person;
  if (options.mine || options.inbox) {
    const std::optional<workflow::Actor> actor =
        options.inbox ? workflow::reading_person(context) : workflow::acting_person(context);
    if (actor) person = incident::Person{actor->person, actor->roles, actor->key};
  }
  const std::vector<workflow::InboxEntry> waiting = workflow::inbox(
      context, options.all ? workflow::FinishedIncidents::all : workflow::FinishedIncidents::damaged, person);
  // Open incidents are listed even if the maintenance windows cannot be read.
  std::vector<inventory::Window> windows;
  try {
    if (context.inventory) windows = workflow::maintenance_windows(context);
  } catch (const Error& error) {
    if (error.code() != ExitCode::config) throw;
    ui.say(error.message());
  }
  const Instant now = session.now();
  const auto window_of = [&](const std::string& name) {
    const inventory::Host* host = context.inventory ? context.inventory->find(name) : nullptr;
    return host == nullptr ? nullptr : inventory::window_of(windows, *host, now);
  };
  std::vector<document::InboxItem> items;
  std::vector<std::string> unheld;  // roles that something waits for and nobody holds
  for (const workflow::InboxEntry& one : waiting) {
    if (options.step && (!one.due || sop::name(one.due->step) != *options.step)) continue;
    if (host_wanted && one.host != *host_wanted) continue;
    if (options.late && !one.late) continue;
    if (person && !one.mine) continue;
    document::InboxItem item{one};
    item.nobody = one.due && !one.due->only && context.registered &&
                  registry::holders(*context.registered, one.due->roles, now).empty();
    item.window = window_of(one.host);
    items.push_back(item);
    if (!item.nobody) continue;
    const std::string& role = one.due->roles.front();
    if (std::find(unheld.begin(), unheld.end(), role) == unheld.end()) unheld.push_back(role);
  }
  if (session.json())
    for (const document::InboxItem& item : items) ui.json(document::inbox_json(item));
  if (!session.json()) {
    if (!items.empty())
      ui.show({document::inbox_table(items, *context.sop, session.locale())});
    else
      ui.say(person ? msg("no incidents are waiting for you") : msg("no open incidents"));
    if (options.inbox && items.size() < waiting.size()) ui.hint(msg("all open incidents: jaga status"));
    if (options.inbox && waiting.empty()) hint_beginning(session, context);
    for (const inventory::Window& window : windows) {
      if (now < window.from || now >= window.until) continue;
      ui.say(msg("in maintenance until {until}: {hosts}: {reason}", {{"until", session.local(window.until)},
                                                                     {"hosts", join(window.hosts, ", ")},
                                                                     {"reason", window.reason}}));
    }
    for (const std::string& role : unheld)
      ui.hint(sop::with_role_titles(
          msg("nobody holds the role {roles}; an admin registers somebody: jaga person add "
              "ID --role {role} --key FILE.pub",
              {{"roles", role}, {"role", role}}),
          *context.sop));
    if (context.register_chain && context.register_chain->forked())
      ui.hint(msg("close the fork with 'jaga merge register -m REASON'"));
    if (context.registered && context.registered->sop != context.sop_digest) {
      ui.hint(msg("sop.yaml was edited but not adopted; decisions are refused until 'jaga adopt'"));
    }
    tell_meeting(session);
  }
  const auto damaged = static_cast<std::size_t>(std::count_if(
      waiting.begin(), waiting.end(), [](const workflow::InboxEntry& one) { return !one.damaged.empty(); }));
  if (damaged > 0)
    ui.say(counted(damaged, msg("1 chain is damaged; see 'jaga audit'"),
                   msg("{count} chains are damaged; see 'jaga audit'")));
  return options.exit_code && !items.empty() ? ExitCode::warning : ExitCode::ok;
}

}  // namespace

void setup_status(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup
      .flag("--mine", options->mine,
            msg("only steps that I may take: by one of my roles, and not on my own work"))
      .flag("--late", options->late, msg("only incidents that exceed the time standard of their step"))
      .flag("-a,--all", options->all, msg("include finished incidents"))
      .option("--step", "STEP", options->step, msg("only incidents whose next step is this one"))
      .option("--host", "HOST", options->host, msg("only incidents of this host"))
      .flag("--exit-code", options->exit_code, msg("exit with status 1 if any incident is listed"));
  setup.flag("--inbox", options->inbox, msg("what 'jaga' without arguments shows")).hide();
  setup.paged();
  setup.run([options](Session& session) { return status(session, *options); });
}

}  // namespace jaga::cmd
