// jaga status
#include <algorithm>
#include <memory>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "document/inbox_view.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "next.hpp"
#include "parse.hpp"
#include "people.hpp"
#include "person_change.hpp"
#include "register/register.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "sop/role_titles.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/inbox.hpp"
#include "workflow/incidents.hpp"
#include "workflow/lookup.hpp"
#include "workflow/maintenance.hpp"
#include "workflow/meetings.hpp"
#include "workflow/papers.hpp"
#include "workflow/rounds.hpp"

namespace jaga::cmd {
namespace {

struct StatusArguments {
  bool mine = false, late = false, all = false, exit_code = false, mail = false;
  bool inbox = false;  // of `jaga` alone
  std::optional<std::string> step, host;
};
using Reader = std::optional<incident::Person>;

// Where no incident is open, what comes first.
void hint_beginning(Session& session) {
  try {
    const std::vector<NextAction> actions = next_actions(session);
    if (!actions.empty())
      session.ui().hint(msg("{what}: {command}")
                            .with("what", actions.front().what)
                            .with("command", actions.front().command));
  } catch (const Error& error) {
    if (error.code() != ExitCode::config) throw;  // what is wrong is told at the end
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

// How old the newest round is. A clone in which nobody measures has none.
std::optional<Message> round_text(Session& session, bool only_overdue) {
  const std::optional<workflow::RoundAge> age = workflow::round_age(session.context());
  if (!age) return std::nullopt;
  const Instant now = session.now();
  const Message::Arguments what{{"span", span_text(std::max(now - age->at, std::chrono::milliseconds{0}))},
                                {"time", session.local(age->at)},
                                {"gap", age->gap ? span_text(*age->gap) : ""}};
  if (age->overdue(now))
    return msg(
        "no round for {span}, since {time}; they usually come every {gap}: is 'jaga monitor' still run?",
        what);
  if (only_overdue) return std::nullopt;
  return msg("last round: {span} ago ({time})", what);
}

std::optional<Message> vacant_text(Session& session) {
  Message steps = vacant_steps(session);
  if (steps.empty()) return std::nullopt;
  return msg("no registered person may do these steps: {steps}").with("steps", std::move(steps));
}

// A letter for cron(8), which sends what a command prints: nothing where nothing waits.
void print_mail(Session& session, const std::vector<document::InboxItem>& items, const Reader& reader) {
  constexpr std::size_t kColumns = 72;
  const workflow::Context& context = session.context();
  const std::optional<Message> overdue = round_text(session, true);
  const bool waits = std::any_of(items.begin(), items.end(), [&](const document::InboxItem& item) {
    return !reader || item.waiting.mine || item.waiting.late || !item.waiting.damaged.empty() ||
           item.waiting.forked;
  });
  if (!waits && !overdue) return;
  Ui& ui = session.ui();
  const auto words = [&](std::string text) {
    document::Lines lines;
    lines.add(std::move(text));
    ui.raw(document::to_screen(std::vector<document::Block>{std::move(lines)}, {kColumns, false}));
  };
  const Message counts = document::inbox_summary(items, reader.has_value());
  words("jaga: " + ui.text(counts.empty() ? *overdue : counts));
  ui.raw("\n");
  words(workflow::agency_of(context.sop->header, *context.settings));
  words(context.directory->path());
  const std::string time = session.local(session.now());
  words(reader ? ui.text(msg("{time}, for {person}", {{"time", time}, {"person", reader->id}})) : time);
  ui.raw(document::to_screen(
      document::inbox_blocks(items, reader.has_value(), *context.sop, session.locale()), {kColumns, false}));
  ui.raw("\n");
  for (const std::optional<Message>& line : {round_text(session, false), vacant_text(session)})
    if (line) words(ui.text(*line));
}

// Whose inbox it is: for --mine who may act, whose key has to be here.
Reader reader_for(Session& session, const StatusArguments& options) {
  if (!options.mine) return reader_of(session);
  const workflow::Actor actor = workflow::acting_person(session.acting());
  return incident::Person{actor.person, actor.roles, actor.key};
}

// What is read by a person who asked for all of it; scripts get one table.
bool is_in_sections(Session& session, const StatusArguments& options) {
  return session.ui().columns() > 0 && !options.mine && !options.inbox;
}

void print_items(Session& session, const StatusArguments& options,
                 const std::vector<document::InboxItem>& items, const Reader& reader) {
  Ui& ui = session.ui();
  const sop::Sop& procedure = *session.context().sop;
  if (session.prints_values()) {
    for (const document::InboxItem& item : items) ui.row(document::inbox_json(item, reader.has_value()));
  } else if (items.empty()) {
    ui.say(reader && (options.mine || options.inbox) ? msg("no incidents are waiting for you")
                                                     : msg("no open incidents"));
  } else if (is_in_sections(session, options)) {
    ui.show(document::inbox_blocks(items, reader.has_value(), procedure, session.locale()));
  } else {
    ui.show({document::inbox_table(items, procedure, session.locale())});
  }
}

// The age of the rounds and the vacant steps: below the sections of a screen, which may go through a pager,
// and elsewhere on standard error.
void tell_state(Session& session, bool below) {
  Ui& ui = session.ui();
  if (below && ui.quiet()) return;
  bool first = true;
  for (const std::optional<Message>& line : {round_text(session, false), vacant_text(session)}) {
    if (!line) continue;
    if (!below) {
      ui.say(*line);
      continue;
    }
    if (first) ui.raw("\n");
    first = false;
    ui.words(*line);
  }
}

ExitCode status(Session& session, const StatusArguments& options) {
  workflow::ActingContext& context = session.acting();
  Ui& ui = session.ui();
  if (options.step && !sop::parse_step(*options.step)) {
    throw Error{ExitCode::usage, msg("unknown step '{step}'", {{"step", printable(*options.step)}}),
                msg("known steps: monitor, analyze, approve, repair, verify, accept, archive")};
  }
  if (options.mail && session.prints_values())
    throw not_together("--mail", session.globals().format_option());
  // Nobody acts here, but a name that is typed wrong must not wait for the next decision.
  if (session.globals().person && !options.mine && context.registered)
    (void)find_person(session, *session.globals().person);
  std::optional<std::string> host_wanted;
  if (options.host) host_wanted = workflow::find_host(context, *options.host);
  const Reader reader = reader_for(session, options);
  const std::vector<workflow::InboxEntry> waiting = workflow::inbox(
      context, options.all ? workflow::FinishedIncidents::all : workflow::FinishedIncidents::damaged, reader);
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
  const bool only_mine = options.mine || (options.inbox && reader);
  std::vector<document::InboxItem> items;
  std::vector<std::string> unheld;  // roles that something waits for and nobody holds
  for (const workflow::InboxEntry& one : waiting) {
    if (options.step && (!one.due || sop::name(one.due->step) != *options.step)) continue;
    if (host_wanted && one.host != *host_wanted) continue;
    if (options.late && !one.late) continue;
    if (only_mine && !one.mine) continue;
    document::InboxItem item{one};
    item.nobody = one.due && !one.due->only && context.registered &&
                  registry::holders(*context.registered, one.due->roles, now).empty();
    item.window = window_of(one.host);
    items.push_back(item);
    if (!item.nobody) continue;
    const std::string& role = one.due->roles.front();
    if (std::find(unheld.begin(), unheld.end(), role) == unheld.end()) unheld.push_back(role);
  }
  const ExitCode code = options.exit_code && !items.empty() ? ExitCode::warning : ExitCode::ok;
  if (options.mail) {
    print_mail(session, items, reader);
    return code;
  }
  print_items(session, options, items, reader);
  if (!session.prints_values()) {
    if (options.inbox && items.size() < waiting.size()) ui.hint(msg("all open incidents: jaga status"));
    if (options.inbox && waiting.empty()) hint_beginning(session);
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
    tell_state(session, is_in_sections(session, options) && !items.empty());
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
  return code;
}

}  // namespace

void setup_status(Setup& setup) {
  auto options = std::make_shared<StatusArguments>();
  setup
      .flag("--mine", options->mine,
            msg("only steps that I may take: by one of my roles, and not on my own work"))
      .flag("--late", options->late, msg("only incidents that exceed the time standard of their step"))
      .flag("-a,--all", options->all, msg("include finished incidents"))
      .option("--step", "STEP", options->step, msg("only incidents whose next step is this one"))
      .option("--host", "HOST", options->host, msg("only incidents of this host"))
      .flag("--mail", options->mail,
            msg("print the inbox as mail text for cron; nothing if nothing waits or is late"))
      .flag("--exit-code", options->exit_code, msg("exit with status 1 if any incident is listed"));
  setup.flag("--inbox", options->inbox, msg("what 'jaga' without arguments shows")).hide();
  setup.paged().rows("incident,host,fault_key,due,roles,deadline,late",
                     "finished,mine,command,nobody,only,escalated,escalates_to,escalates_at,reopens,"
                     "maintenance,since,opened,closed,in_place_of,outcome,last_no,gross_ms,paused_ms,net_ms,"
                     "clocks,clock_of,standard_ms,forked,damaged,remarks");
  setup.run([options](Session& session) { return status(session, *options); });
}

}  // namespace jaga::cmd
