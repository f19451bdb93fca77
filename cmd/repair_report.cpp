#include "repair_report.hpp"

#include <algorithm>
#include <functional>

#include "base/text.hpp"
#include "document/repair_view.hpp"
#include "store/chain.hpp"

namespace jaga::cmd {
namespace {

// Asks until what is typed is taken; an empty answer leaves it unknown.
void ask_for(Session& session, workflow::RepairOptions& wish, const std::string& fact,
             const Message& question, const std::function<void(const std::string&)>& take) {
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

void ask_for_reply(Session& session, workflow::RepairOptions& wish, const std::vector<std::string>& lacking) {
  const auto lacks = [&](std::string_view fact) {
    return std::find(lacking.begin(), lacking.end(), fact) != lacking.end() &&
           std::find(wish.unknown.begin(), wish.unknown.end(), fact) == wish.unknown.end();
  };
  if (lacks("technician"))
    ask_for(session, wish, "technician", msg("technician (empty if unknown):"),
            [&](const std::string& text) { wish.technician = text; });
  if (lacks("arrived"))
    ask_for(session, wish, "arrived",
            msg("arrived (2026-11-24 11:15, or 2h for two hours ago; empty if unknown):"),
            [&](const std::string& text) { wish.arrived = session.past("--arrived", text); });
  if (lacks("left"))
    ask_for(session, wish, "left", msg("left (empty if unknown):"), [&](const std::string& text) {
      const auto left = session.past("--left", text);
      require_order(session, wish.arrived, left);
      wish.left = left;
    });
  if (lacks("letter"))
    ask_for(
        session, wish, "letter", msg("file with the scanned work order (empty if none):"),
        [&](const std::string& text) { wish.letter = session.read_document(text, store::kMostEvidence); });
  if (lacks(workflow::kPartsFact))
    ask_for(session, wish, std::string(workflow::kPartsFact),
            msg("serial numbers of the part removed and the part installed, as OLD=NEW (empty if unknown):"),
            [&](const std::string& text) { wish.parts.push_back(part_of(text)); });
}

document::RepairReport report_of(const workflow::ManualRepairPreview& preview,
                                 const workflow::RepairOptions& wish) {
  document::RepairReport out{preview.incident.state};
  out.when = wish.occurred.value_or(preview.incident.now);
  out.person = preview.actor.person;
  out.vendor = wish.vendor.value_or("");
  out.kind = wish.give_up        ? document::RepairReport::Kind::give_up
             : wish.vendor_reply ? document::RepairReport::Kind::vendor_reply
             : wish.vendor       ? document::RepairReport::Kind::vendor_called
                                 : document::RepairReport::Kind::by_hand;
  out.technician = wish.technician;
  out.arrived = wish.arrived;
  out.left = wish.left;
  if (wish.letter) out.letter = {wish.letter->size(), sha256(*wish.letter)};
  out.parts = wish.parts;
  out.is_complete = wish.unknown.empty();
  out.emergency = wish.emergency;
  out.remark = wish.reason;
  return out;
}

}  // namespace

bool only_records(const workflow::RepairOptions& wish) {
  return wish.give_up || wish.mode != incident::RepairMode::run;
}

incident::Part part_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (text.find('\n') != std::string::npos)
    throw Error{ExitCode::usage, msg("{option} must be a single line: '{text}'",
                                     {{"option", "--part"}, {"text", printable(text)}})};
  if (equals == std::string::npos || text == "=")
    throw Error{ExitCode::usage, msg("invalid part '{part}' (expected OLD=NEW)", {{"part", printable(text)}}),
                msg("give the serial numbers of the part removed and the part installed")};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void require_order(Session& session, const std::optional<Instant>& arrived,
                   const std::optional<Instant>& left) {
  if (arrived && left && *left < *arrived)
    throw Error{ExitCode::usage, msg("departure at {left} is before arrival at {arrived}",
                                     {{"left", session.local(*left)}, {"arrived", session.local(*arrived)}})};
}

bool confirm_report(Session& session, const std::string& incident, workflow::RepairOptions& wish, bool yes) {
  if (yes || !session.can_ask()) return true;
  const workflow::ManualRepairPreview preview =
      workflow::preview_manual_repair(session.acting(), incident, wish);
  ask_for_reply(session, wish, preview.lacking);
  if (wish.mode == incident::RepairMode::hand && !wish.give_up && wish.reason.empty()) {
    wish.reason = session.ask(msg("what was done:"));
    if (wish.reason.empty()) {
      session.ui().say(msg("nothing was recorded"));
      return false;
    }
  }
  for (const std::string& line : document::repair_lines(report_of(preview, wish), session.locale())) {
    if (session.prints_values())
      session.ui().say(msg("{line}", {{"line", line}}));
    else
      session.ui().words(line);
  }
  if (session.confirm(msg("Record this? It cannot be changed later."), false)) return true;
  session.ui().say(msg("nothing was recorded"));
  return false;
}

}  // namespace jaga::cmd
