// jaga adopt
#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "people.hpp"
#include "register/register.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "sop/role_titles.hpp"
#include "sop/sop.hpp"
#include "workflow/earlier_procedures.hpp"
#include "workflow/incidents.hpp"
#include "workflow/registering.hpp"

namespace jaga::cmd {
namespace {

// Open incidents keep the procedure under which they were opened; warns about roles that the new one lacks.
void tell_kept(Session& session) {
  Ui& ui = session.ui();
  session.reload_register();
  for (const workflow::EarlierProcedure& kept : workflow::earlier_procedures(session.context())) {
    std::vector<std::string> roles;
    for (const auto& [id, role] : kept.procedure.roles)
      if (session.office().sop->find_role(id) == nullptr) roles.push_back(id);
    if (roles.empty()) continue;
    ui.say(
        msg("open incidents continue under the procedure with which they were opened: {incidents}; it "
            "requires roles that the new procedure does not have: {roles}",
            {{"incidents", join(kept.incidents, ", ")}, {"roles", join(roles, ", ")}}));
    ui.hint(msg("keep these roles assigned until those incidents are finished; they can still be assigned"));
  }
  for (const Message& what : vacant_in_open_incidents(session)) ui.say(what);
}

ExitCode adopt(Session& session, bool yes) {
  Ui& ui = session.ui();
  const workflow::Adoption adoption = workflow::preview_adoption(session.office());
  if (adoption.nothing_to_do) {
    ui.say(msg("sop.yaml is already in force: nothing to adopt"));
    return ExitCode::ok;
  }
  if (!session.prints_values()) {
    for (const std::string& line : adoption.changes)
      ui.print(line, line.starts_with('-') ? Colour::red : Colour::green);
  }
  if (!adoption.loosened.empty()) {
    for (const Message& what : adoption.loosened) ui.complain(what);
    throw Error{ExitCode::not_permitted, msg("sop.yaml relaxes a policy that the valid procedure locks"),
                msg("undo these changes, or create another working directory")};
  }
  ui.say(msg("in force:   {digest}", {{"digest", session.office().registered->sop.text()}}));
  ui.say(msg("sop.yaml:   {digest}", {{"digest", adoption.digest.text()}}));
  const sop::Sop& procedure = *session.office().sop;
  for (const sop::Step step : registry::vacant(*session.office().registered, procedure, session.now())) {
    const std::vector<std::string>& roles = procedure.row(step).roles;
    ui.say(sop::with_role_titles(msg("under this procedure nobody has a role for step '{step}': {roles}",
                                     {{"roles", join(roles, ", ")}}),
                                 procedure)
               .with("step", sop::word(step)));
    ui.hint(msg("an admin assigns the role to somebody: jaga person change ID --role {role}",
                {{"role", roles.front()}}));
  }
  if (!session.confirm(msg("Adopt this sop.yaml?"), yes)) return ExitCode::warning;
  const record::Record record = workflow::adopt(session.acting());
  const std::string path = "register/" + record::file_name(record.envelope);
  session.recorded(path);
  tell_kept(session);
  if (session.prints_values())
    ui.json(Json{{"record", path}, {"sop", adoption.digest.text()}});
  else
    ui.print(path);
  return ExitCode::ok;
}

}  // namespace

void setup_adopt(Setup& setup) {
  auto yes = std::make_shared<bool>(false);
  setup.flag("--yes", *yes, msg("do not ask for confirmation"));
  setup.run([yes](Session& session) { return adopt(session, *yes); });
}

}  // namespace jaga::cmd
