#include "decisions.hpp"

#include "base/text.hpp"
#include "document/decision_view.hpp"
#include "document/json.hpp"
#include "next.hpp"
#include "parse.hpp"
#include "store/chain.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/lookup.hpp"
#include "workflow/request.hpp"
#include "workflow/views.hpp"

namespace jaga::cmd {
namespace {

Message question(workflow::Command command) {
  switch (command) {
    case workflow::Command::approve:
      return msg("Approve this plan exactly as shown?");
    case workflow::Command::verify:
      return msg("Does it work again?");
    case workflow::Command::accept:
      return msg("Accept this report?");
    case workflow::Command::reject:
      return msg("Reject?");
    case workflow::Command::withdraw:
      return msg("Close the incident without repair?");
  }
  return {};
}

}  // namespace

void declare_decision(Setup& setup, DecisionArguments& options, Message reason, bool reason_needed) {
  setup.argument("INCIDENT", options.incident, msg("an id, its beginning, or a host with one open incident"))
      .option("-m", "TEXT", options.reason, std::move(reason));
  if (reason_needed) setup.must();
  setup.flag("--yes", options.yes, msg("do not ask for confirmation"))
      .option("--expect", "DIGEST", options.expect, msg("refuse unless the decision has this digest"))
      .option("--request", "DIR", options.request,
              msg("write a signing request into DIR; --as names the signer"))
      .option("--paper", "SCAN", options.paper,
              msg("the decision was made on paper; --as names the person who made it"))
      .option("--occurred", "TIME", options.occurred, msg("when it was decided, if earlier"));
}

ExitCode decide(Session& session, workflow::Command command, const DecisionArguments& options) {
  workflow::ActingContext& context = session.acting();
  Ui& ui = session.ui();
  const std::string id = workflow::find_open_incident(context, options.incident);
  workflow::DecisionOptions wish;
  wish.reason = options.reason.value_or("");
  if (options.until) wish.until = session.time_until(*options.until, session.now());
  if (options.runs && (*options.runs < 1 || *options.runs > 100))  // as the body of the record
    throw Error{ExitCode::usage, msg("{option} must be from {least} to {most}",
                                     {{"option", "--runs"}, {"least", "1"}, {"most", "100"}})};
  wish.runs = options.runs;
  wish.override_why = options.override_why;
  wish.back = options.back;
  wish.correction = options.correction;
  wish.occurred = session.past("--occurred", options.occurred);
  wish.outcome = incident::parse_word<incident::WithdrawalOutcome>(options.outcome);
  if (options.of) wish.of = workflow::find_incident(context, *options.of);
  wish.to = options.to;
  if (options.paper && options.request) throw not_together("--request", "--paper");
  if (options.paper) {
    if (!context.wanted_person) {
      throw Error{ExitCode::usage, msg("missing option: --as, the person who decided on paper"),
                  msg("name the person with --as PERSON")};
    }
    wish.paper_scan = session.read_document(*options.paper, store::kMostEvidence);
    wish.paper_by = *context.wanted_person;
    context.wanted_person.reset();  // the person who enters the decision signs it
  }
  std::optional<workflow::Actor> elsewhere;
  if (options.request) elsewhere = workflow::signing_person(context);
  const workflow::Prepared prepared = workflow::prepare(context, command, id, wish, elsewhere);
  if (options.expect && *options.expect != prepared.digest.text()) {
    throw Error{ExitCode::not_permitted,
                msg("the decision has the digest {digest}, not the expected one",
                    {{"digest", prepared.digest.text()}}),
                msg("review it again without --expect")};
  }
  if (options.request) {
    const workflow::Requested requested =
        workflow::request(context, prepared, session.absolute(*options.request));
    session.recorded(requested.folder);
    if (session.prints_values()) {
      ui.json(Json{
          {"folder", requested.folder},
          {"record", requested.record_file},
          {"command", requested.command_line},
      });
    } else {
      ui.print(requested.folder);
    }
    ui.hint(msg("give the folder to the signer, who runs in it: {command}", {{"command", "jaga sign ."}}));
    ui.hint(msg("without jaga on that computer: read 'summary' in record.yaml, then {command}",
                {{"command", requested.command_line}}));
    ui.hint(msg("afterwards, on this computer: jaga import {folder}",
                {{"folder", shell_word(*options.request)}}));
    return ExitCode::ok;
  }
  if (!session.prints_values()) {
    for (const std::string& line :
         document::decision_lines(workflow::view_of(context, prepared), session.locale()))
      ui.words(line);
  }
  if (!session.confirm(question(command), options.yes)) {
    ui.say(msg("nothing was recorded"));
    return ExitCode::warning;
  }
  const workflow::Written written = workflow::commit(context, prepared);
  session.recorded(written.path);
  if (session.prints_values()) {
    ui.json(Json{
        {"incident", id},
        {"record", written.path},
        {"digest", written.record.digest.text()},
        {"decided", prepared.digest.text()},
    });
  } else {
    ui.print(written.path);
  }
  hint_next(session, id);
  return ExitCode::ok;
}

}  // namespace jaga::cmd
