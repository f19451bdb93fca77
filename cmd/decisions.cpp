#include "decisions.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "incident/clocks.hpp"
#include "next.hpp"
#include "plan_view.hpp"
#include "register/register.hpp"
#include "sop/sop.hpp"
#include "store/chain.hpp"
#include "workflow/history.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/request.hpp"

namespace jaga::cmd {
namespace {

using Lines = std::vector<std::string>;

void append(Lines& to, const Lines& lines, const std::string& indent = "") {
  for (const std::string& line : lines) to.push_back(indent + line);
}

// What was decided, and what the decider said to it.
std::string with_remark(const std::string& line, const std::optional<std::string>& remark) {
  return remark ? line + ": " + *remark : line;
}

void measured_lines(Session& session, const workflow::Prepared& prepared, Lines& out) {
  Ui& ui = session.ui();
  if (!prepared.measured) return;
  const incident::Measured& measured = *prepared.measured;
  if (measured.before.empty() && measured.after.empty()) {
    out.push_back(ui.text(msg("nothing that could be measured again: no probe speaks for or against it")));
    return;
  }
  out.push_back(ui.text(msg("before:")));
  append(out, result_lines(ui, measured.before), "  ");
  const auto age = prepared.incident.now - measured.at;
  out.push_back(ui.text(msg(
      "after, measured {when} ({age} ago; 'jaga monitor --incident {incident}' measures again):",
      {{"when", session.local(measured.at)}, {"age", span_text(age)}, {"incident", prepared.incident.id}})));
  append(out, result_lines(ui, measured.after), "  ");
}

void repair_lines(Session& session, const incident::State& state, Lines& out) {
  const Lines runs = run_lines(session, state);
  if (runs.empty()) return;
  out.push_back(session.ui().text(msg("repair:")));
  append(out, runs);
}

// Whoever decided it: one, two who signed, or the one of the paper.
template <typename Decision>
std::string deciders_of(Ui& ui, const Decision& decision) {
  return (decision.first ? actor_of(ui, *decision.first) + ", " : std::string()) +
         decider_of(ui, actor_of(ui, decision.made), decision.body.paper);
}

// What the decider's own record says of the one that somebody else entered for them.
void ratified_paper_lines(Ui& ui, const workflow::Prepared& prepared, Lines& out) {
  const bool ratifies = std::visit(
      [](const auto& one) {
        if constexpr (requires { one.ratifies; }) return one.ratifies.has_value();
        return false;
      },
      prepared.decision.body);
  if (ratifies) out.push_back(ui.text(msg("this ratifies what was decided on paper")));
}

void clock_lines(Ui& ui, const workflow::Prepared& prepared, Lines& out) {
  for (const incident::Clock& clock :
       incident::clocks(prepared.incident.state, prepared.incident.procedure, prepared.incident.now)) {
    out.push_back(ui.text(
        msg("{step}: {gross} elapsed, {net} of working time, standard {standard}",
            {{"step", std::string(sop::name(clock.step)) +
                          (clock.pass > 1 ? " (" + std::to_string(clock.pass) + ")" : "")},
             {"gross", span_text(clock.gross)},
             {"net", work_text(clock.net)},
             {"standard", clock.standard ? work_text(*clock.standard) + (clock.late() ? " !" : "") : "-"}})));
  }
}

// Where the procedure wants two signatures: which of them this is.
void two_sign_lines(Ui& ui, const workflow::Prepared& prepared, Lines& out) {
  const auto step = sop::parse_step(incident::kind_of(prepared.decision.body));
  if (!step) return;
  const auto& procedure = prepared.incident.procedure;
  if (procedure.row(*step).countersign.empty()) return;
  const bool second = std::visit(
      [](const auto& one) {
        if constexpr (requires { one.seconds; }) return one.seconds.has_value();
        return false;
      },
      prepared.decision.body);
  const auto& first = prepared.incident.state.half_signed;
  if (second && first) {
    out.push_back(ui.text(msg("the second of two signatures; the first is that of {person}, {role}",
                              {{"person", first->made.by.person},
                               {"role", procedure.role_title(first->made.by.role, ui.language())}})));
    return;
  }
  if (first && incident::kind_of(first->body) == incident::kind_of(prepared.decision.body))
    out.push_back(ui.text(msg("{person} has signed other terms; that signature counts no more",
                              {{"person", first->made.by.person}})));
  std::vector<std::string> roles;
  for (const std::string& role : procedure.row(*step).countersign)
    roles.push_back(procedure.role_title(role, ui.language()));
  out.push_back(
      ui.text(msg("the first of two signatures: it counts when another person has signed too; {roles} is "
                  "one of the two",
                  {{"roles", join(roles, ", ")}})));
}

const incident::Paper* paper_of(const incident::Body& body) {
  return std::visit(
      [](const auto& one) -> const incident::Paper* {
        if constexpr (requires { one.paper; })
          return one.paper ? &*one.paper : nullptr;
        else
          return nullptr;
      },
      body);
}

// What the same plan did before: only of a registered one that is unmodified.
void last_result_lines(Session& session, const workflow::Prepared& prepared, Lines& out) {
  Ui& ui = session.ui();
  if (!prepared.plan->runs() || prepared.plan->origin == plan::Origin::adhoc) return;
  const auto results =
      workflow::plan_results(session.context(), *prepared.plan, prepared.incident.id, prepared.incident.now);
  if (results.empty()) {
    out.push_back(ui.text(msg("last results: it has run in no other incident yet")));
    return;
  }
  out.push_back(ui.text(msg("last results:")));
  for (const workflow::PlanResult& one : results) {
    const Message said =
        one.decision == "yes"
            ? msg("{when} {incident}: {outcome}, and it worked again",
                  {{"when", session.local(one.at)}, {"incident", one.incident}, {"outcome", one.outcome}})
        : one.decision == "no"
            ? msg("{when} {incident}: {outcome}, but verify said no",
                  {{"when", session.local(one.at)}, {"incident", one.incident}, {"outcome", one.outcome}})
            : msg("{when} {incident}: {outcome}, not verified yet",
                  {{"when", session.local(one.at)}, {"incident", one.incident}, {"outcome", one.outcome}});
    out.push_back("  " + ui.text(said));
  }
}

void consequence_lines(Session& session, const incident::State& state, Lines& out) {
  Ui& ui = session.ui();
  if (!state.analysis) return;
  const incident::Analyze& body = state.analysis->body;
  const auto rule = workflow::office_rule(session.context(), body.fault);
  const Title consequence = rule ? rule->if_left : Title{};
  if (consequence.empty() && body.symptoms.empty()) {
    out.push_back(ui.text(msg("if it is not done: {text}",
                              {{"text", std::string(translate("it stays as it is", ui.language()))}})));
    return;
  }
  if (!consequence.empty())
    out.push_back(ui.text(msg("if it is not done: {text}", {{"text", consequence.in(ui.language())}})));
  if (!body.symptoms.empty())
    out.push_back(ui.text(msg("what hangs on it: {list}", {{"list", join(body.symptoms, ", ")}})));
}

// What came before its approval, and what was measured since.
void ratified_lines(Session& session, const workflow::Prepared& prepared, const incident::Approve& body,
                    Lines& out) {
  Ui& ui = session.ui();
  const incident::State& state = prepared.incident.state;
  if (state.find_run(*body.ratifies) == nullptr) return ratified_paper_lines(ui, prepared, out);
  out.push_back(ui.text(msg("this ratifies an emergency repair, which came first")));
  repair_lines(session, state, out);
  measured_lines(session, prepared, out);
}

// Whether what was verified failed still, as it was measured then, or was not measured again.
bool overridden(const workflow::Incident& incident, const incident::Verify& body) {
  std::vector<record::Note> seen;
  for (const record::Note& note : incident.notes)
    if (body.measure && note.digest == *body.measure) seen.push_back(note);
  const auto measured = incident::measured(incident.state, seen);
  return measured && !measured->good();
}

// The step that is due where nobody withdraws the incident.
std::string without_withdrawal(const workflow::Incident& incident) {
  incident::State state = incident.state;
  state.withdrawing.reset();
  state.withdrawn.reset();
  const auto due = incident::due(state, incident.procedure, incident.now, incident.registered.get());
  return due ? std::string(sop::name(due->step)) : "";
}

// Whether something was run, or done, since the newest analysis.
bool has_run_since(const incident::State& state) {
  return std::any_of(state.runs.begin(), state.runs.end(), [&](const incident::Run& run) {
    return state.analysis && run.made.seq > state.analysis->made.seq;
  });
}

// What the decider says to it, as it will stand in the record.
void remark_lines(Ui& ui, const workflow::Prepared& prepared, Lines& out) {
  if (!sop::parse_step(incident::kind_of(prepared.decision.body))) return;
  std::visit(
      [&](const auto& one) {
        if constexpr (requires { one.override_why; }) {
          if (one.override_why)
            out.push_back(
                ui.text(prepared.measured && !prepared.measured->good()
                            ? msg("passed although a probe fails: {reason}", {{"reason", *one.override_why}})
                            : msg("passed with --override, although nothing fails: {reason}",
                                  {{"reason", *one.override_why}})));
        }
        if constexpr (requires {
                        one.until;
                        one.runs;
                      }) {
          if (one.reason) out.push_back(ui.text(msg("remark: {text}", {{"text", *one.reason}})));
        } else if constexpr (requires {
                               one.ratifies;
                               one.reason;
                               one.on;
                             }) {
          if (one.reason) out.push_back(ui.text(msg("remark: {text}", {{"text", *one.reason}})));
        }
      },
      prepared.decision.body);
}

Lines preview(Session& session, const workflow::Prepared& prepared) {
  Ui& ui = session.ui();
  const incident::State& state = prepared.incident.state;
  Lines out{prepared.incident.id};
  out.push_back(state.monitor.fault_key +
                (state.monitor.summary.empty() ? "" : ": " + state.monitor.summary));
  switch (prepared.command) {
    case workflow::Command::approve: {
      append(out, last_no_lines(ui, state));
      if (prepared.analysis) append(out, cause_lines(ui, *prepared.analysis));
      if (prepared.plan) append(out, plan_lines(ui, *prepared.plan));
      const auto* body = std::get_if<incident::Approve>(&prepared.decision.body);
      if (body != nullptr && body->ratifies) {
        ratified_lines(session, prepared, *body, out);
        break;
      }
      append(out, left_behind_lines(ui, state.left_behind()));
      if (has_run_since(state)) repair_lines(session, state, out);
      if (prepared.plan) last_result_lines(session, prepared, out);
      consequence_lines(session, state, out);
      if (prepared.plan && prepared.previous) {
        out.push_back(ui.text(msg("other than in the last pass:")));
        append(out, plan_difference(ui, *prepared.previous, *prepared.plan));
      }
      if (body != nullptr) {
        out.push_back(
            ui.text(msg("approved until {until}, runs: {runs}",
                        {{"until", session.local(body->until)}, {"runs", std::to_string(body->runs)}})));
      }
      break;
    }
    case workflow::Command::verify:
      append(out, last_no_lines(ui, state));
      if (state.analysis) append(out, cause_lines(ui, state.analysis->body));
      repair_lines(session, state, out);
      measured_lines(session, prepared, out);
      ratified_paper_lines(ui, prepared, out);
      break;
    case workflow::Command::accept:
      append(out, last_no_lines(ui, state));
      if (state.analysis) append(out, cause_lines(ui, state.analysis->body));
      if (state.analysis) {
        out.push_back(
            ui.text(msg("plan {name}: {title}", {{"name", state.analysis->plan.name},
                                                 {"title", state.analysis->plan.title.in(ui.language())}})));
      }
      if (state.approval)
        out.push_back(
            with_remark(ui.text(msg("approved by {person}", {{"person", deciders_of(ui, *state.approval)}})),
                        state.approval->body.reason));
      repair_lines(session, state, out);
      measured_lines(session, prepared, out);
      if (state.verified) {
        const incident::Verify& body = state.verified->body;
        out.push_back(
            with_remark(ui.text(msg("verified by {person}", {{"person", deciders_of(ui, *state.verified)}})),
                        body.reason));
        if (body.override_why)
          out.push_back("  " + ui.text(overridden(prepared.incident, body)
                                           ? msg("although a probe still failed: {reason}",
                                                 {{"reason", *body.override_why}})
                                           : msg("with --override, although nothing failed: {reason}",
                                                 {{"reason", *body.override_why}})));
      }
      clock_lines(ui, prepared, out);
      ratified_paper_lines(ui, prepared, out);
      break;
    case workflow::Command::reject: {
      const auto* body = std::get_if<incident::Reject>(&prepared.decision.body);
      if (body != nullptr) {
        if (state.find_run(body->on) != nullptr) repair_lines(session, state, out);
        if (body->step == "withdraw") {
          append(out, withdrawal_lines(session, prepared.incident));
          out.push_back(ui.text(msg("no to the withdrawal; {back} is due again",
                                    {{"back", without_withdrawal(prepared.incident)}})));
        } else {
          if (state.find_run(body->on) != nullptr)
            out.push_back(ui.text(msg("this rejects an emergency repair, which came first")));
          if (state.approval && state.approval->made.record == body->on)
            out.push_back(ui.text(msg("this revokes the approval of {person}",
                                      {{"person", deciders_of(ui, *state.approval)}})));
          out.push_back(ui.text(
              msg("no to {step}; {back} is due again", {{"step", body->step}, {"back", body->back}})));
        }
        out.push_back(ui.text(msg("reason: {reason}", {{"reason", body->reason}})));
        if (body->correction)
          out.push_back(ui.text(msg("correction: {text}", {{"text", *body->correction}})));
      }
      break;
    }
    case workflow::Command::withdraw: {
      const auto* body = std::get_if<incident::Withdraw>(&prepared.decision.body);
      if (body != nullptr) {
        append(out, withdrawal_lines(session, prepared.incident));
        out.push_back(
            ui.text(msg("closed without repair: {outcome}", {{"outcome", end_text(session, *body)}})));
        out.push_back(ui.text(msg("reason: {reason}", {{"reason", body->reason}})));
        ratified_paper_lines(ui, prepared, out);
        if (!body->ratifies)
          out.push_back(ui.text(
              body->seconds ? msg("this is the second signature and ends the incident")
                            : msg("this is the first signature; another person's ends the incident")));
      }
      break;
    }
  }
  if (prepared.wish.occurred)
    out.push_back(
        ui.text(msg("decided {time}, recorded now", {{"time", session.local(*prepared.wish.occurred)}})));
  remark_lines(ui, prepared, out);
  two_sign_lines(ui, prepared, out);
  const auto letter = [&](const std::string& person, const std::string& role) -> std::optional<std::string> {
    if (!prepared.incident.registered) return std::nullopt;
    const auto* delegation = prepared.incident.registered->delegation_of(person, role, prepared.incident.now);
    return delegation == nullptr ? std::nullopt : std::optional(delegation->letter);
  };
  const incident::Paper* paper = paper_of(prepared.decision.body);
  if (paper != nullptr)
    out.push_back(
        ui.text(msg("decided on paper by {person}, {role}",
                    {{"person", paper->decided_by},
                     {"role", role_of(ui, prepared.incident.procedure, {paper->decided_by, paper->role},
                                      letter(paper->decided_by, paper->role))}})));
  const record::By& by = prepared.decision.by;
  out.push_back(ui.text(msg("as {person}, {role}", {{"person", by.person},
                                                    {"role", role_of(ui, prepared.incident.procedure, by,
                                                                     letter(by.person, by.role))}})));
  out.push_back(ui.text(msg("digest {digest}", {{"digest", prepared.digest.text()}})));
  return out;
}

Message question(workflow::Command command) {
  switch (command) {
    case workflow::Command::approve:
      return msg("approve exactly this?");
    case workflow::Command::verify:
      return msg("does it work again?");
    case workflow::Command::accept:
      return msg("accept this report?");
    case workflow::Command::reject:
      return msg("say no?");
    case workflow::Command::withdraw:
      return msg("close it without repair?");
  }
  return {};
}

}  // namespace

void declare_decision(Setup& setup, DecisionOptions& options, Message reason, bool reason_needed) {
  setup.argument("INCIDENT", options.incident, msg("an id, its beginning, or a host with one open incident"))
      .option("-m", "TEXT", options.reason, std::move(reason));
  if (reason_needed) setup.must();
  setup.flag("--yes", options.yes, msg("do not ask"))
      .option("--expect", "DIGEST", options.expect,
              msg("refuse if this is not the digest of what would be decided"))
      .option("--request", "DIR", options.request,
              msg("write what is to be signed elsewhere into DIR; --as names the signer"))
      .option("--paper", "SCAN", options.paper, msg("it was decided on paper; --as names who decided"))
      .option("--occurred", "TIME", options.occurred, msg("when it was decided, where that was earlier"));
}

ExitCode decide(Session& session, workflow::Command command, const DecisionOptions& options) {
  workflow::Context& context = session.context();
  Ui& ui = session.ui();
  const std::string id = workflow::find_open_incident(context, options.incident);
  workflow::DecisionWish wish;
  wish.reason = options.reason.value_or("");
  if (options.until) wish.until = session.time_until(*options.until, session.now());
  wish.runs = options.runs;
  wish.override_why = options.override_why;
  wish.back = options.back;
  wish.correction = options.correction;
  wish.occurred = session.past("--occurred", options.occurred);
  wish.outcome = options.outcome;
  if (options.of) wish.of = workflow::find_incident(context, *options.of);
  wish.to = options.to;
  if (options.paper && options.request)
    throw Error{ExitCode::usage, msg("{first} and {second} exclude each other",
                                     {{"first", "--request"}, {"second", "--paper"}})};
  if (options.paper) {
    if (!context.wanted_person) {
      throw Error{ExitCode::usage, msg("who decided on paper is not said"),
                  msg("name them with --as PERSON")};
    }
    wish.paper_scan = session.read_document(*options.paper, store::kMostEvidence);
    wish.paper_by = *context.wanted_person;
    context.wanted_person.reset();  // whoever enters it signs it
  }
  std::optional<workflow::Actor> elsewhere;
  if (options.request) elsewhere = workflow::who_will_sign(context);
  const workflow::Prepared prepared = workflow::prepare(context, command, id, wish, elsewhere);
  if (options.expect && *options.expect != prepared.digest.text()) {
    throw Error{ExitCode::not_permitted,
                msg("what would be decided has the digest {digest}, not the expected one",
                    {{"digest", prepared.digest.text()}}),
                msg("look at it again without --expect")};
  }
  if (options.request) {
    const workflow::Requested requested =
        workflow::request(context, prepared, session.absolute(*options.request),
                          request_preview(session, prepared, ui.language()));
    session.recorded(requested.folder);
    if (session.json()) {
      ui.json(yaml::Node::map()
                  .set("folder", requested.folder)
                  .set("record", requested.record_file)
                  .set("command", requested.command_line));
    } else {
      ui.print(requested.folder);
    }
    ui.hint(msg("to be run in that folder: {command}", {{"command", "jaga sign ."}}));
    ui.hint(msg("without jaga there: read 'summary' in record.yaml, then {command}",
                {{"command", requested.command_line}}));
    ui.hint(msg("then here: jaga import {folder}", {{"folder", shell_word(*options.request)}}));
    return ExitCode::ok;
  }
  if (!session.json()) {
    for (const std::string& line : preview(session, prepared)) ui.words(line);
  }
  if (!session.confirm(question(command), options.yes)) {
    ui.say(msg("nothing was recorded"));
    return ExitCode::warning;
  }
  const workflow::Written written = workflow::commit(context, prepared);
  session.recorded(written.path);
  if (session.json()) {
    ui.json(yaml::Node::map()
                .set("incident", id)
                .set("record", written.path)
                .set("digest", written.record.digest.text())
                .set("decided", prepared.digest.text()));
  } else {
    ui.print(written.path);
  }
  hint_next(session, id);
  return ExitCode::ok;
}

std::string request_preview(Session& session, const workflow::Prepared& prepared, Language language) {
  const Language own = session.ui().language();
  session.ui().set_language(language);
  std::string text;
  for (const std::string& line : preview(session, prepared)) text += printable(line) + "\n";
  session.ui().set_language(own);
  return text;
}

}  // namespace jaga::cmd
