// jaga adopt
#include <memory>

#include "register/register.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "workflow/registering.hpp"

namespace jaga::cmd {
namespace {

ExitCode adopt(Session& session, bool yes) {
  Ui& ui = session.ui();
  const workflow::Adoption adoption = workflow::preview_adoption(session.context());
  if (adoption.nothing_to_do) {
    ui.say(msg("sop.yaml is what is in force; nothing to adopt"));
    return ExitCode::ok;
  }
  if (!session.json()) {
    for (const std::string& line : adoption.changes)
      ui.print(line, line.starts_with('-') ? Colour::red : Colour::green);
  }
  if (!adoption.loosened.empty()) {
    for (const Message& what : adoption.loosened) ui.complain(what);
    throw Error{ExitCode::not_permitted, msg("sop.yaml permits what the procedure in force had fixed"),
                msg("take these changes back, or begin another working directory")};
  }
  ui.say(msg("in force:   {digest}", {{"digest", session.context().registered->sop.text()}}));
  ui.say(msg("sop.yaml:   {digest}", {{"digest", adoption.digest.text()}}));
  if (!session.confirm(msg("adopt sop.yaml as it is now?"), yes)) return ExitCode::warning;
  const record::Record record = workflow::adopt(session.context());
  const std::string path = "register/" + record::file_name(record.envelope);
  session.recorded(path);
  if (session.json())
    ui.json(yaml::Node::map().set("record", path).set("sop", adoption.digest.text()));
  else
    ui.print(path);
  return ExitCode::ok;
}

}  // namespace

void setup_adopt(Setup& setup) {
  auto yes = std::make_shared<bool>(false);
  setup.flag("--yes", *yes, msg("do not ask"));
  setup.run([yes](Session& session) { return adopt(session, *yes); });
}

}  // namespace jaga::cmd
