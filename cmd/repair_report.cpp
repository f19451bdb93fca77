#include "repair_report.hpp"

#include <algorithm>
#include <functional>

#include "base/text.hpp"
#include "plan_view.hpp"
#include "store/chain.hpp"

namespace jaga::cmd {
namespace {

using Lines = std::vector<std::string>;

// Asks until what is typed is taken; an empty answer leaves it unknown.
void ask_for(Session& session, workflow::RepairWish& wish, const std::string& fact, const Message& question,
             const std::function<void(const std::string&)>& take) {
  for (;;) {
    const std::string answer = session.ask(question);
    if (answer.empty()) {
      wish.unknown.push_back(fact);
      return;
    }
    try {
      take(answer);
      return;
    } catch (const Error& error) {
      if (error.code() == ExitCode::interrupted) throw;
      session.ui().complain(error.message());
      if (!error.hint().empty()) session.ui().hint(error.hint());
    }
  }
}

void ask_for_reply(Session& session, workflow::RepairWish& wish, const std::vector<std::string>& lacking) {
  const auto lacks = [&](std::string_view fact) {
    return std::find(lacking.begin(), lacking.end(), fact) != lacking.end() &&
           std::find(wish.unknown.begin(), wish.unknown.end(), fact) == wish.unknown.end();
  };
  if (lacks("technician"))
    ask_for(session, wish, "technician", msg("technician who came (empty: nobody can tell):"),
            [&](const std::string& text) { wish.technician = text; });
  if (lacks("arrived"))
    ask_for(session, wish, "arrived",
            msg("arrived (2026-11-24 11:15, or 2h for two hours ago; empty: nobody can tell):"),
            [&](const std::string& text) { wish.arrived = session.past("--arrived", text); });
  if (lacks("left"))
    ask_for(session, wish, "left", msg("left (empty: nobody can tell):"), [&](const std::string& text) {
      const auto left = session.past("--left", text);
      require_order(session, wish.arrived, left);
      wish.left = left;
    });
  if (lacks("letter"))
    ask_for(session, wish, "letter", msg("file with the work order's scan (empty: there is none):"),
            [&](const std::string& text) { wish.letter = session.read_document(text, store::kMostEvidence); });
  if (lacks(workflow::kPartsFact))
    ask_for(session, wish, std::string(workflow::kPartsFact),
            msg("serial numbers of the part taken out and put in, as OLD=NEW (empty: nobody can tell):"),
            [&](const std::string& text) { wish.parts.push_back(part_of(text)); });
}

void part_lines(Session& session, const workflow::RepairWish& wish, const incident::State& state,
                Lines& out) {
  Ui& ui = session.ui();
  for (const incident::Part& part : wish.parts)
    out.push_back(ui.text(msg("part {removed} was replaced by {installed}",
                              {{"removed", part.removed}, {"installed", part.installed}})));
  if (!wish.parts.empty()) return;
  out.push_back(ui.text(wish.vendor_reply ? msg("part: unknown") : msg("no part was replaced")));
  if (state.analysis && state.analysis->body.part)
    out.push_back("  " +
                  ui.text(msg("the analysis names one: {part}", {{"part", *state.analysis->body.part}})));
}

void reply_lines(Session& session, const workflow::RepairWish& wish, Lines& out) {
  Ui& ui = session.ui();
  const auto time = [&](const std::optional<Instant>& at) {
    return at ? session.local(*at) : ui.text(msg("unknown"));
  };
  out.push_back(ui.text(
      msg("technician: {name}", {{"name", wish.technician ? *wish.technician : ui.text(msg("unknown"))}})));
  out.push_back(ui.text(
      msg("arrived {arrived}, left {left}", {{"arrived", time(wish.arrived)}, {"left", time(wish.left)}})));
  out.push_back(ui.text(wish.letter ? msg("work order: {bytes} bytes, sha256:{digest}",
                                          {{"bytes", std::to_string(wish.letter->size())},
                                           {"digest", sha256(*wish.letter).hex()}})
                                    : msg("work order: none")));
  if (!wish.unknown.empty())
    out.push_back(ui.text(msg(
        "not all of it is known: the wait for the vendor counts as working time, and nothing can be added")));
}

Lines report_lines(Session& session, const workflow::ReportPreview& preview,
                   const workflow::RepairWish& wish) {
  Ui& ui = session.ui();
  const incident::State& state = preview.incident.state;
  Lines out{preview.incident.id};
  out.push_back(state.monitor.fault_key +
                (state.monitor.summary.empty() ? "" : ": " + state.monitor.summary));
  if (state.analysis)
    out.push_back(
        ui.text(msg("plan {name}: {title}", {{"name", state.analysis->plan.name},
                                             {"title", state.analysis->plan.title.in(ui.language())}})));
  const std::string when = session.local(wish.occurred.value_or(preview.incident.now));
  if (wish.give_up) {
    out.push_back(ui.text(msg("the repair is given up; analyze is due again")));
  } else if (wish.vendor_reply) {
    out.push_back(ui.text(msg("the vendor has repaired it")));
    reply_lines(session, wish, out);
    part_lines(session, wish, state, out);
  } else if (wish.vendor) {
    out.push_back(ui.text(msg(
        "the vendor {vendor} is called in, {time}: the clock of the repair stands still until they have left",
        {{"vendor", *wish.vendor}, {"time", when}})));
  } else {
    out.push_back(ui.text(msg("it was repaired by hand, {time}", {{"time", when}})));
    part_lines(session, wish, state, out);
  }
  if (wish.emergency)
    out.push_back(
        ui.text(msg("before it is approved, as an emergency: {reason}", {{"reason", *wish.emergency}})));
  else if (!wish.reason.empty())
    out.push_back(ui.text(msg("remark: {text}", {{"text", wish.reason}})));
  out.push_back(ui.text(msg("as {person}", {{"person", preview.actor.person}})));
  return out;
}

}  // namespace

bool only_records(const workflow::RepairWish& wish) {
  return wish.give_up || wish.mode != incident::Mode::run;
}

incident::Part part_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (text.find('\n') != std::string::npos)
    throw Error{ExitCode::usage, msg("{option} has to be one line: '{text}'",
                                     {{"option", "--part"}, {"text", printable(text)}})};
  if (equals == std::string::npos || text == "=")
    throw Error{ExitCode::usage, msg("'{part}' is not OLD=NEW", {{"part", printable(text)}}),
                msg("give the serial number that was taken out and the one that was put in")};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void require_order(Session& session, const std::optional<Instant>& arrived,
                   const std::optional<Instant>& left) {
  if (arrived && left && *left < *arrived)
    throw Error{ExitCode::usage, msg("who left at {left} had not arrived at {arrived}",
                                     {{"left", session.local(*left)}, {"arrived", session.local(*arrived)}})};
}

bool confirm_report(Session& session, const std::string& incident, workflow::RepairWish& wish, bool yes) {
  if (yes || !session.can_ask()) return true;
  const workflow::ReportPreview preview = workflow::preview_report(session.context(), incident, wish);
  ask_for_reply(session, wish, preview.lacking);
  for (const std::string& line : report_lines(session, preview, wish)) {
    if (session.json())
      session.ui().say(msg("{line}", {{"line", line}}));
    else
      session.ui().words(line);
  }
  if (session.confirm(msg("record this? it cannot be changed later"), false)) return true;
  session.ui().say(msg("nothing was recorded"));
  return false;
}

}  // namespace jaga::cmd
