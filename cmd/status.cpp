// jaga status
#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "inventory/inventory.hpp"
#include "plan_view.hpp"
#include "register/register.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "sop/sop.hpp"
#include "workflow/incidents.hpp"
#include "workflow/maintenance.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  bool mine = false, late = false, all = false, exit_code = false;
  bool inbox = false;  // of `jaga` alone
  std::optional<std::string> step, host;
};

std::string titles(Session& session, const std::vector<std::string>& roles) {
  std::vector<std::string> out;
  for (const std::string& role : roles)
    out.push_back(session.context().sop->role_title(role, session.ui().language()));
  return join(out, ", ");
}

ExitCode status(Session& session, const Options& options) {
  workflow::Context& context = session.context();
  Ui& ui = session.ui();
  if (options.step && !sop::parse_step(*options.step)) {
    throw Error{ExitCode::usage, msg("'{step}' is no step", {{"step", printable(*options.step)}}),
                msg("the steps are monitor, analyze, approve, repair, verify, accept, archive")};
  }
  if (options.host) workflow::require_host(context, *options.host);
  std::optional<incident::Person> person;
  if (options.mine) {
    const workflow::Actor actor = workflow::who_acts(context);
    person = incident::Person{actor.person, actor.roles, actor.key};
  }
  const std::vector<workflow::Waiting> waiting =
      workflow::waiting(context, options.all ? workflow::Finished::all : workflow::Finished::damaged, person);
  Table table(
      {std::string(translate("incident", ui.language())), std::string(translate("due", ui.language())),
       std::string(translate("who", ui.language())), std::string(translate("since", ui.language())),
       std::string(translate("elapsed", ui.language())), std::string(translate("worked", ui.language())),
       std::string(translate("standard", ui.language())), std::string(translate("deadline", ui.language())),
       std::string(translate("what", ui.language()))});
  // What waits is told all the same where nobody can say which host is in maintenance.
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
  std::size_t found = 0;
  std::vector<std::string> unheld;  // roles that something waits for and nobody holds
  for (const workflow::Waiting& one : waiting) {
    const std::string step = one.due ? std::string(sop::name(one.due->step)) : "";
    if (options.step && step != *options.step) continue;
    if (options.host && one.host != *options.host) continue;
    if (options.late && !one.late) continue;
    if (options.mine && !one.mine) continue;
    ++found;
    std::string who = !one.due ? "" : one.due->only ? *one.due->only : titles(session, one.due->roles);
    const bool nobody = one.due && !one.due->only && context.registered &&
                        registry::holders(*context.registered, one.due->roles, now).empty();
    if (nobody) {
      who = ui.text(msg("nobody: {roles}", {{"roles", who}}));
      const std::string& role = one.due->roles.front();
      if (std::find(unheld.begin(), unheld.end(), role) == unheld.end()) unheld.push_back(role);
    }
    std::string what = one.due ? ui.text(one.due->what) : "";
    if (one.last_no) {
      what += "; " + ui.text(msg("no to {step} by {person}: {reason}", {{"step", one.last_no->step},
                                                                        {"person", one.last_no_by},
                                                                        {"reason", one.last_no->reason}}));
      if (one.last_no->correction)
        what += "; " + ui.text(msg("correction: {text}", {{"text", *one.last_no->correction}}));
    }
    for (const std::string& line : left_behind_lines(ui, one.left_behind)) what += "; " + line;
    if (one.due && !one.due->escalated.empty())
      what += "; " + ui.text(msg("it has waited so long that these may too: {roles}",
                                 {{"roles", titles(session, one.due->escalated)}}));
    if (one.due && one.due->next && one.due->next->at)
      what += "; " + ui.text(msg("from {time} on also: {roles}",
                                 {{"time", session.local(*one.due->next->at)},
                                  {"roles", titles(session, one.due->next->roles)}}));
    if (one.due && !one.reopens.empty())
      what += "; " + ui.text(msg("reopens {incident}", {{"incident", one.reopens}}));
    if (!one.outcome.empty()) what = one.outcome;  // a key, the same in both languages
    if (one.forked)
      what = ui.text(msg("forked; close it with 'jaga merge {incident} -m REASON'", {{"incident", one.id}}));
    if (!one.damaged.empty()) what = ui.text(one.damaged);
    for (const Message& remark : one.remarks) what += "; " + ui.text(remark);
    const inventory::Window* window = window_of(one.host);
    if (session.json()) {
      yaml::Node node = yaml::Node::map();
      node.set("incident", one.id).set("host", one.host).set("fault_key", one.fault_key);
      node.set("finished", !one.due && one.damaged.empty() && !one.forked);
      if (one.due) {
        node.set("due", step).set("roles", yaml::Node::texts(one.due->roles));
        if (nobody) node.set("nobody", true);
        if (one.due->only) node.set("only", *one.due->only);
        if (!one.due->escalated.empty()) node.set("escalated", yaml::Node::texts(one.due->escalated));
        if (one.due->next) {
          node.set("escalates_to", yaml::Node::texts(one.due->next->roles));
          if (one.due->next->at) node.set("escalates_at", format_instant(*one.due->next->at));
        }
      }
      if (!one.reopens.empty()) node.set("reopens", one.reopens);
      if (window != nullptr) node.set("maintenance", window->name);
      if (one.since) node.set("since", format_instant(*one.since));
      if (one.damaged.empty()) node.set("opened", format_instant(one.opened));
      if (one.closed) node.set("closed", format_instant(*one.closed));
      if (one.due && one.due->in_place_of) node.set("in_place_of", *one.due->in_place_of);
      node.set("outcome", one.outcome);
      if (one.last_no) {
        yaml::Node no = yaml::Node::map().set("step", one.last_no->step).set("reason", one.last_no->reason);
        no.set("person", one.last_no_by);
        if (one.last_no->correction) no.set("correction", *one.last_no->correction);
        node.set("last_no", std::move(no));
      }
      node.set("gross_ms", static_cast<std::int64_t>(one.gross.count()));
      node.set("paused_ms", static_cast<std::int64_t>(one.paused.count()));
      node.set("net_ms", static_cast<std::int64_t>(one.net.count()));
      if (!one.clock_of.empty()) node.set("clock_of", one.clock_of);
      if (one.standard) node.set("standard_ms", static_cast<std::int64_t>(one.standard->count()));
      if (one.deadline) node.set("deadline", format_instant(*one.deadline));
      node.set("late", one.late).set("forked", one.forked).set("damaged", !one.damaged.empty());
      yaml::Node remarks = yaml::Node::list();
      for (const Message& remark : one.remarks)
        remarks.add(yaml::Node::text(remark.render(Language::english)));
      node.set("remarks", std::move(remarks));
      ui.json(node);
      continue;
    }
    if (window != nullptr)
      what += "; " + ui.text(msg("maintenance until {until}", {{"until", session.local(window->until)}}));
    const bool finished = !one.due && one.damaged.empty() && !one.forked;
    table.row(
        {one.id, finished ? std::string(translate("finished", ui.language())) : step, who,
         one.since ? session.local(*one.since) : "", one.due ? span_text(one.gross) : "",
         one.due ? work_text(one.net) : "",
         !one.due       ? ""
         : one.standard ? work_text(*one.standard) + (one.clock_of.empty() ? "" : " (" + one.clock_of + ")") +
                              (one.late ? " !" : "")
                        : "-",
         one.deadline ? session.local(*one.deadline) : "", what},
        !one.damaged.empty() || one.forked ? Colour::red
        : one.late                         ? Colour::yellow
        : finished                         ? Colour::dim
                                           : Colour::none);
  }
  if (!session.json()) {
    if (found > 0)
      table.print(ui);
    else
      ui.say(msg("nothing waits"));
    for (const inventory::Window& window : windows) {
      if (now < window.from || now >= window.until) continue;
      ui.say(msg("in maintenance until {until}: {hosts}: {reason}", {{"until", session.local(window.until)},
                                                                     {"hosts", join(window.hosts, ", ")},
                                                                     {"reason", window.reason}}));
    }
    for (const std::string& role : unheld)
      ui.hint(
          msg("nobody holds {roles}; an admin registers somebody: jaga person add ID --role {role} --key "
              "FILE.pub",
              {{"roles", role}, {"role", role}}));
    if (context.register_chain && context.register_chain->forked())
      ui.hint(msg("close the fork with 'jaga merge register -m REASON'"));
    if (context.registered && context.registered->sop != context.sop_digest) {
      ui.hint(msg("sop.yaml was edited and is not adopted; decisions wait for 'jaga adopt'"));
    }
  }
  const auto damaged = static_cast<std::size_t>(std::count_if(
      waiting.begin(), waiting.end(), [](const workflow::Waiting& one) { return !one.damaged.empty(); }));
  if (damaged > 0)
    ui.say(counted(damaged, msg("1 chain is damaged; see 'jaga audit'"),
                   msg("{count} chains are damaged; see 'jaga audit'")));
  return options.exit_code && found > 0 ? ExitCode::warning : ExitCode::ok;
}

}  // namespace

void setup_status(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup.flag("--mine", options->mine, msg("what waits for me: a role of mine, and not my own work"))
      .flag("--late", options->late, msg("what is over the standard of its step"))
      .flag("-a,--all", options->all, msg("finished incidents too"))
      .option("--step", "STEP", options->step, msg("where this step is due"))
      .option("--host", "HOST", options->host, msg("about this host"))
      .flag("--exit-code", options->exit_code, msg("answer 1 where something waits"));
  setup.flag("--inbox", options->inbox, msg("what 'jaga' alone shows")).hide();
  setup.run([options](Session& session) { return status(session, *options); });
}

}  // namespace jaga::cmd
