// jaga note INCIDENT
#include "incident/note.hpp"

#include <memory>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "document/json.hpp"
#include "record/kind.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/incidents.hpp"
#include "workflow/lookup.hpp"

namespace jaga::cmd {
namespace {

struct NoteArguments {
  std::string incident;
  std::optional<std::string> text;
  std::optional<std::string> occurred;
};

ExitCode note(Session& session, const NoteArguments& options) {
  const workflow::ActingContext& context = session.acting();
  const std::string id = workflow::find_incident(context, options.incident);
  const workflow::Actor actor = workflow::acting_person(context);
  const std::string given = options.text ? *options.text : session.read_input("-", std::size_t{1} << 20U);
  const std::string text = sanitized(trim(given));
  if (text.empty())
    throw Error{ExitCode::usage, msg("empty note"), msg("give the text with -m TEXT or on standard input")};
  require_recordable("-m", text);
  const record::Note written =
      workflow::write_note(context, id, actor, record::NoteKind::note, to_node(incident::Remark{text}), {},
                           session.past("--occurred", options.occurred));
  const std::string path = record::ChainName::incident(id).directory() + "/notes/" + written.id + ".yaml";
  session.recorded(path);
  if (session.prints_values())
    session.ui().json(Json{{"incident", id}, {"note", path}});
  else
    session.ui().print(path);
  return ExitCode::ok;
}

}  // namespace

void setup_note(Setup& setup) {
  auto options = std::make_shared<NoteArguments>();
  setup.argument("INCIDENT", options->incident, msg("the incident"))
      .option("-m", "TEXT", options->text, msg("the text of the note; default: standard input"))
      .option("--occurred", "TIME", options->occurred, msg("when it happened, if earlier"));
  setup.run([options](Session& session) { return note(session, *options); });
}

}  // namespace jaga::cmd
