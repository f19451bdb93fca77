#include "document/decision_view.hpp"

#include <algorithm>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "document/incident_lines.hpp"
#include "document/plan_view.hpp"
#include "document/words.hpp"
#include "incident/clocks.hpp"

namespace jaga::document {
namespace {

using Texts = std::vector<std::string>;

void append(Texts& to, const Texts& lines, const std::string& indent = "") {
  for (const std::string& line : lines) to.push_back(indent + line);
}

// What was decided, and what the decider said to it.
std::string with_remark(const std::string& line, const std::optional<std::string>& remark) {
  return remark ? line + ": " + *remark : line;
}

void measured_lines(const Locale& locale, const DecisionView& view, Texts& out) {
  if (!view.measured) return;
  const incident::Measured& measured = *view.measured;
  if (measured.before.empty() && measured.after.empty()) {
    out.push_back(
        locale.text(msg("nothing can be measured again: no check can confirm or refute the fault")));
    return;
  }
  out.push_back(locale.text(msg("before:")));
  append(out, result_lines(locale, measured.before), "  ");
  const auto age = view.incident.now - measured.at;
  out.push_back(locale.text(msg(
      "after, measured {when} ({age} ago; 'jaga monitor --incident {incident}' measures again):",
      {{"when", locale.time(measured.at)}, {"age", span_text(age)}, {"incident", view.incident.state.id}})));
  append(out, result_lines(locale, measured.after), "  ");
}

void repair_lines(const Locale& locale, const incident::State& state, Texts& out) {
  const Texts runs = run_lines(locale, state);
  if (runs.empty()) return;
  out.push_back(locale.text(msg("repair:")));
  append(out, runs);
}

// The people who decided: one signer, two signers, or the decider on paper.
template <typename Decision>
std::string deciders_of(const Locale& locale, const Decision& decision) {
  return (decision.first ? actor_of(locale, *decision.first) + ", " : std::string()) +
         decider_of(locale, actor_of(locale, decision.made), decision.body.paper);
}

// What the decider's own record says of the one that somebody else entered for them.
void ratified_paper_lines(const Locale& locale, const DecisionView& view, Texts& out) {
  const bool ratifies = std::visit(
      [](const auto& one) {
        if constexpr (requires { one.ratifies; }) return one.ratifies.has_value();
        return false;
      },
      view.decision.body);
  if (ratifies) out.push_back(locale.text(msg("this ratifies what was decided on paper")));
}

void clock_lines(const Locale& locale, const DecisionView& view, Texts& out) {
  for (const incident::Clock& clock :
       incident::clocks(view.incident.state, view.incident.procedure, view.incident.now)) {
    out.push_back(locale.text(
        msg("{step}: {gross} elapsed, {net} working time, time standard {standard}",
            {{"step", locale.text(sop::word(clock.step)) +
                          (clock.pass > 1 ? ", " + attempt_text(locale, clock.pass) : "")},
             {"gross", span_text(clock.gross)},
             {"net", work_text(clock.net)},
             {"standard", clock.standard ? work_text(*clock.standard) + (clock.late() ? " !" : "") : "-"}})));
  }
}

// Where the procedure wants two signatures: which of them this is.
void two_sign_lines(const Locale& locale, const DecisionView& view, Texts& out) {
  const auto step = sop::parse_step(incident::kind_of(view.decision.body));
  if (!step) return;
  const auto& procedure = view.incident.procedure;
  if (procedure.row(*step).countersign.empty()) return;
  const bool second = std::visit(
      [](const auto& one) {
        if constexpr (requires { one.seconds; }) return one.seconds.has_value();
        return false;
      },
      view.decision.body);
  const auto& first = view.incident.state.half_signed;
  if (second && first) {
    out.push_back(locale.text(msg("the second of two signatures; the first is that of {person}, {role}",
                                  {{"person", first->made.by.person},
                                   {"role", procedure.role_title(first->made.by.role, locale.language)}})));
    return;
  }
  if (first && incident::kind_of(first->body) == incident::kind_of(view.decision.body))
    out.push_back(locale.text(msg("{person} signed different terms; that signature no longer counts",
                                  {{"person", first->made.by.person}})));
  out.push_back(locale.text(
      msg("the first of two signatures: the decision takes effect when another person signs, too; one of the "
          "two must be {roles}",
          {{"roles", procedure.role_titles(procedure.row(*step).countersign, locale.language)}})));
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
void last_result_lines(const DecisionView& view, const Locale& locale, Texts& out) {
  if (!view.results) return;
  const std::vector<PlanResult>& results = *view.results;
  if (results.empty()) {
    out.push_back(locale.text(msg("last results: not run in any other incident yet")));
    return;
  }
  out.push_back(locale.text(msg("last results:")));
  for (const PlanResult& one : results) {
    const Message said = one.passed == true ? msg("{when} {incident}: {outcome}, verified",
                                                  {{"when", locale.time(one.at)},
                                                   {"incident", one.incident},
                                                   {"outcome", word(name(one.outcome), locale.language)}})
                         : one.passed == false
                             ? msg("{when} {incident}: {outcome}, but verification rejected",
                                   {{"when", locale.time(one.at)},
                                    {"incident", one.incident},
                                    {"outcome", word(name(one.outcome), locale.language)}})
                             : msg("{when} {incident}: {outcome}, not verified yet",
                                   {{"when", locale.time(one.at)},
                                    {"incident", one.incident},
                                    {"outcome", word(name(one.outcome), locale.language)}});
    out.push_back("  " + locale.text(said));
  }
}

void host_line(const Locale& locale, const plan::Frozen& plan, Texts& out) {
  Texts hosts;
  for (const plan::Target& target : plan.targets)
    hosts.push_back(target.address.empty() || target.address == target.host
                        ? target.host
                        : target.host + " (" + target.address + ")");
  if (!hosts.empty()) out.push_back(locale.text(msg("hosts: {hosts}", {{"hosts", join(hosts, ", ")}})));
}

void consequence_lines(const DecisionView& view, const Locale& locale, Texts& out) {
  const incident::State& state = view.incident.state;
  if (!state.analysis) return;
  const incident::Analyze& body = state.analysis->body;
  const Title& consequence = view.if_left;
  if (consequence.empty() && body.symptoms.empty()) {
    out.push_back(locale.text(msg("if it is not done: {text}",
                                  {{"text", std::string(translate("the fault remains", locale.language))}})));
    return;
  }
  if (!consequence.empty())
    out.push_back(locale.text(msg("if it is not done: {text}", {{"text", consequence.in(locale.language)}})));
  if (!body.symptoms.empty())
    out.push_back(locale.text(msg("also affected: {list}", {{"list", join(body.symptoms, ", ")}})));
}

// What came before its approval, and what was measured since.
void ratified_lines(const Locale& locale, const DecisionView& view, const incident::Approve& body,
                    Texts& out) {
  const incident::State& state = view.incident.state;
  if (state.find_run(*body.ratifies) == nullptr) return ratified_paper_lines(locale, view, out);
  out.push_back(locale.text(msg("this ratifies an emergency repair that was carried out before")));
  repair_lines(locale, state, out);
  measured_lines(locale, view, out);
}

// Whether what was verified failed still, as it was measured then, or was not measured again.
bool overridden(const IncidentView& incident, const incident::Verify& body) {
  std::vector<record::Note> seen;
  for (const record::Note& note : incident.notes)
    if (body.measure && note.digest == *body.measure) seen.push_back(note);
  const auto measured = incident::measured(incident.state, seen);
  return measured && !measured->good();
}

// The step that is due where nobody withdraws the incident.
std::string without_withdrawal(const DecisionView& view, const Locale& locale) {
  incident::State state = view.incident.state;
  state.withdrawing.reset();
  state.withdrawn.reset();
  const auto due = incident::due(state, view.incident.procedure, view.incident.now, view.registered);
  return due ? locale.text(sop::word(due->step)) : "";
}

// Whether something was run, or done, since the newest analysis.
bool has_run_since(const incident::State& state) {
  return std::any_of(state.runs.begin(), state.runs.end(), [&](const incident::Run& run) {
    return state.analysis && run.made.seq > state.analysis->made.seq;
  });
}

// The decider's remark, as it will be in the record.
void remark_lines(const Locale& locale, const DecisionView& view, Texts& out) {
  if (!sop::parse_step(incident::kind_of(view.decision.body))) return;
  std::visit(
      [&](const auto& one) {
        if constexpr (requires { one.override_why; }) {
          if (one.override_why)
            out.push_back(locale.text(
                view.measured && !view.measured->good()
                    ? msg("verified although a check fails: {reason}", {{"reason", *one.override_why}})
                    : msg("verified with --override, although nothing fails: {reason}",
                          {{"reason", *one.override_why}})));
        }
        if constexpr (requires {
                        one.until;
                        one.runs;
                      }) {
          if (one.reason) out.push_back(locale.text(msg("remark: {text}", {{"text", *one.reason}})));
        } else if constexpr (requires {
                               one.ratifies;
                               one.reason;
                               one.on;
                             }) {
          if (one.reason) out.push_back(locale.text(msg("remark: {text}", {{"text", *one.reason}})));
        }
      },
      view.decision.body);
}

void add(const incident::Approve& body, const DecisionView& view, const Locale& locale, Texts& out) {
  const incident::State& state = view.incident.state;
  if (view.plan && !body.ratifies)
    out.push_back(
        locale.text(msg("decision: approve the repair by plan '{plan}'", {{"plan", view.plan->name}})));
  append(out, last_no_lines(locale, state));
  if (view.analysis) append(out, cause_lines(locale, *view.analysis));
  if (view.plan) host_line(locale, *view.plan, out);
  if (body.ratifies) {
    if (view.plan) append(out, plan_summary(locale, *view.plan));
    ratified_lines(locale, view, body, out);
    return;
  }
  consequence_lines(view, locale, out);
  if (view.plan) append(out, plan_summary(locale, *view.plan));
  append(out, left_behind_lines(locale, state.left_behind()));
  if (has_run_since(state)) repair_lines(locale, state, out);
  if (view.plan) last_result_lines(view, locale, out);
  if (view.plan && view.previous) {
    out.push_back(locale.text(msg("changes since the previous attempt:")));
    append(out, plan_difference(locale, *view.previous, *view.plan));
  }
  out.push_back(locale.text(msg("approved until {until}, runs: {runs}",
                                {{"until", locale.time(body.until)}, {"runs", std::to_string(body.runs)}})));
}

void add(const incident::Verify&, const DecisionView& view, const Locale& locale, Texts& out) {
  const incident::State& state = view.incident.state;
  out.push_back(locale.text(msg("decision: confirm the repair as successful")));
  append(out, last_no_lines(locale, state));
  if (state.analysis) append(out, cause_lines(locale, state.analysis->body));
  repair_lines(locale, state, out);
  measured_lines(locale, view, out);
  ratified_paper_lines(locale, view, out);
}

void add(const incident::Accept&, const DecisionView& view, const Locale& locale, Texts& out) {
  const incident::State& state = view.incident.state;
  out.push_back(locale.text(msg("decision: accept the report of the repair")));
  append(out, last_no_lines(locale, state));
  if (state.analysis) append(out, cause_lines(locale, state.analysis->body));
  if (state.analysis) {
    out.push_back(locale.text(msg(
        "plan {name}: {title}",
        {{"name", state.analysis->plan.name}, {"title", state.analysis->plan.title.in(locale.language)}})));
  }
  if (state.approval)
    out.push_back(with_remark(
        locale.text(msg("approved by {person}", {{"person", deciders_of(locale, *state.approval)}})),
        state.approval->body.reason));
  repair_lines(locale, state, out);
  measured_lines(locale, view, out);
  if (state.verified) {
    const incident::Verify& body = state.verified->body;
    out.push_back(with_remark(
        locale.text(msg("verified by {person}", {{"person", deciders_of(locale, *state.verified)}})),
        body.reason));
    if (body.override_why)
      out.push_back("  " + locale.text(overridden(view.incident, body)
                                           ? msg("although a check still failed: {reason}",
                                                 {{"reason", *body.override_why}})
                                           : msg("with --override, although nothing failed: {reason}",
                                                 {{"reason", *body.override_why}})));
  }
  clock_lines(locale, view, out);
  ratified_paper_lines(locale, view, out);
}

void add(const incident::Reject& body, const DecisionView& view, const Locale& locale, Texts& out) {
  const incident::State& state = view.incident.state;
  if (state.find_run(body.on) != nullptr) repair_lines(locale, state, out);
  if (body.step == incident::RejectedStep::withdraw) {
    append(out, withdrawal_lines(locale, view.incident.state, view.incident.procedure));
    out.push_back(locale.text(
        msg("withdrawal rejected; back to {back}", {{"back", without_withdrawal(view, locale)}})));
  } else {
    if (state.find_run(body.on) != nullptr)
      out.push_back(locale.text(msg("this rejects an emergency repair that was carried out before")));
    if (state.approval && state.approval->made.record == body.on)
      out.push_back(locale.text(
          msg("this revokes the approval of {person}", {{"person", deciders_of(locale, *state.approval)}})));
    out.push_back(locale.text(msg("{what} is rejected; back to {back}")
                                  .with("what", rejected_subject(body.step))
                                  .with("back", sop::word(body.back))));
  }
  out.push_back(locale.text(msg("reason: {reason}", {{"reason", body.reason}})));
  if (body.correction) out.push_back(locale.text(msg("correction: {text}", {{"text", *body.correction}})));
}

void add(const incident::Withdraw& body, const DecisionView& view, const Locale& locale, Texts& out) {
  append(out, withdrawal_lines(locale, view.incident.state, view.incident.procedure));
  out.push_back(locale.text(msg("closed without repair: {outcome}", {{"outcome", end_text(locale, body)}})));
  out.push_back(locale.text(msg("reason: {reason}", {{"reason", body.reason}})));
  ratified_paper_lines(locale, view, out);
  if (!body.ratifies)
    out.push_back(locale.text(
        body.seconds
            ? msg("this is the second signature and ends the incident")
            : msg("this is the first signature; the signature of another person ends the incident")));
}

}  // namespace

std::vector<std::string> decision_lines(const DecisionView& view, const Locale& locale) {
  Texts out{view.incident.state.id, subject_line(locale, view.incident.state)};
  std::visit(
      [&](const auto& body) {
        if constexpr (requires { add(body, view, locale, out); }) add(body, view, locale, out);
      },
      view.decision.body);
  if (view.occurred)
    out.push_back(locale.text(msg("decided {time}, recorded now", {{"time", locale.time(*view.occurred)}})));
  remark_lines(locale, view, out);
  two_sign_lines(locale, view, out);
  const auto letter = [&](const std::string& person, const std::string& role) -> std::optional<std::string> {
    if (!view.registered) return std::nullopt;
    const auto* delegation = view.registered->delegation_of(person, role, view.incident.now);
    return delegation == nullptr ? std::nullopt : std::optional(delegation->letter);
  };
  const incident::Paper* paper = paper_of(view.decision.body);
  if (paper != nullptr)
    out.push_back(
        locale.text(msg("decided on paper by {person}, {role}",
                        {{"person", paper->decided_by},
                         {"role", role_of(locale, view.incident.procedure, {paper->decided_by, paper->role},
                                          letter(paper->decided_by, paper->role))}})));
  const record::By& by = view.decision.by;
  out.push_back(locale.text(msg("as {person}, {role}", {{"person", by.person},
                                                        {"role", role_of(locale, view.incident.procedure, by,
                                                                         letter(by.person, by.role))}})));
  if (std::holds_alternative<incident::Approve>(view.decision.body) && view.plan) {
    out.push_back(locale.text(msg("the plan in full, as it is signed:")));
    append(out, plan_lines(locale, *view.plan), "  ");
  }
  out.push_back(locale.text(msg("digest {digest}", {{"digest", view.digest.text()}})));
  return out;
}

}  // namespace jaga::document
