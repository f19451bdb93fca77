#include "next.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "incident/next_command.hpp"
#include "inventory/inventory.hpp"
#include "people.hpp"
#include "register/register.hpp"
#include "session.hpp"
#include "sop/sop.hpp"
#include "workflow/inbox.hpp"
#include "workflow/incidents.hpp"
#include "workflow/outlook.hpp"

namespace jaga::cmd {
namespace {

std::string who_is_next(Session& session, const incident::Due& due) {
  if (due.only) return *due.only;
  return session.office().sop->role_titles(due.roles, session.ui().language());
}

// What has to come back signed on paper before that step, or should.
void hint_copies(Session& session, const workflow::Incident& incident, sop::Step step) {
  for (const sop::SignedCopy& copy :
       incident::missing_copies(incident.state, incident.notes, incident.procedure, step, incident.now)) {
    const Message::Arguments what{{"paper", copy.paper.empty() ? "repair" : copy.paper}, {"id", incident.id}};
    session.ui().hint(copy.required ? msg("the signed document is required: 'jaga report {paper} {id}', then "
                                          "'jaga evidence add {id} --signed-copy {paper} SCAN'",
                                          what)
                                    : msg("the signed document is expected: 'jaga report {paper} {id}', then "
                                          "'jaga evidence add {id} --signed-copy {paper} SCAN'",
                                          what));
  }
}

}  // namespace

Message next_step(Session& session, const incident::State& state, const incident::Due& due) {
  const Message command = incident::next_command(state, due);
  if (due.step == sop::Step::repair && !due.withdrawal && incident::waits_for_vendor(state))
    return msg("after the vendor's visit: {command}").with("command", command);
  return msg("next: {who}: {command}", {{"who", who_is_next(session, due)}}).with("command", command);
}

void hint_next(Session& session, const std::string& id) {
  if (session.ui().quiet()) return;
  try {
    const workflow::Incident incident = workflow::load_incident(session.context(), id);
    const std::optional<incident::Due> due = incident.due();
    if (due) session.ui().hint(next_step(session, incident.state, *due));
    if (due) hint_copies(session, incident, due->step);
  } catch (const Error&) {
    // The record is written; the next command reports what has happened to the chain since.
  }
}

namespace {

constexpr std::size_t kMostNamed = 3;  // hosts or incidents; of more, only how many there are

void add_people(Session& session, std::vector<NextAction>& to) {
  const workflow::Office& office = session.office();
  if (!office.register_chain)
    return to.push_back({msg("register the first person"), msg("jaga person add ID --role ROLE")});
  if (office.register_chain->forked())
    return to.push_back({msg("close the fork of the register"), msg("jaga merge register -m REASON")});
  if (!office.registered) return;
  for (const std::string& role : roles_wanted(*office.registered, *office.sop, session.now()))
    to.push_back({msg("register somebody with the role {role}",
                      {{"role", office.sop->role_title(role, session.ui().language())}}),
                  msg("jaga person add ID --role {role} --key FILE.pub", {{"role", role}})});
  if (office.registered->sop != office.sop_digest)
    to.push_back({msg("adopt the edited sop.yaml"), msg("jaga adopt")});
}

void add_unpinned(const workflow::Office& office, std::vector<NextAction>& to) {
  if (!office.registered) return;
  const std::vector<std::string> hosts = workflow::unpinned_hosts(office);
  if (hosts.empty()) return;
  if (hosts.size() <= kMostNamed)
    return to.push_back({msg("pin the identity of {hosts}", {{"hosts", join(hosts, ", ")}}),
                         msg("jaga host trust {hosts}", {{"hosts", join(hosts, " ")}})});
  to.push_back({msg("pin the identity of {count} hosts", {{"count", std::to_string(hosts.size())}}),
                msg("jaga host trust")});
}

void add_waiting(Session& session, const std::vector<workflow::InboxEntry>& open,
                 std::vector<NextAction>& to) {
  const auto mine = std::count_if(open.begin(), open.end(), [](const auto& entry) { return entry.mine; });
  if (static_cast<std::size_t>(mine) > kMostNamed)
    return to.push_back({msg("{count} incidents wait for you", {{"count", std::to_string(mine)}}),
                         msg("jaga status --mine")});
  for (const workflow::InboxEntry& entry : open) {
    if (!entry.mine) continue;
    const std::string fault = entry.fault_text(session.ui().language());
    to.push_back({literal(fault.empty() ? entry.host : entry.host + ", " + fault), entry.command});
  }
}

}  // namespace

std::vector<NextAction> next_actions(Session& session) {
  const workflow::ActingContext& context = session.acting();
  std::vector<NextAction> out;
  const bool has_hosts = !context.inventory->hosts.empty();
  if (!has_hosts) out.push_back({msg("add your hosts"), msg("jaga host add NAME ADDRESS")});
  add_people(session, out);
  add_unpinned(context, out);
  const std::vector<workflow::InboxEntry> open =
      workflow::inbox(context, workflow::FinishedIncidents::none, reader_of(session));
  if (has_hosts && !workflow::is_measured(context))
    out.push_back({msg("measure your hosts"), msg("jaga monitor")});
  else if (workflow::has_new_faults(context, open))
    out.push_back({msg("the latest round found failures"), msg("jaga analyze")});
  add_waiting(session, open, out);
  return out;
}

}  // namespace jaga::cmd
