#include "document/incident_lines.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/words.hpp"
#include "fault/key.hpp"
#include "record/kind.hpp"

namespace jaga::document {

std::string role_of(const Locale& locale, const sop::Sop& procedure, const record::By& by,
                    const std::optional<std::string>& letter) {
  const std::string title = procedure.role_title(by.role, locale.language);
  return letter ? locale.text(
                      msg("for the {role}, delegated by {letter}", {{"role", title}, {"letter", *letter}}))
                : title;
}

std::string actor_of(const Locale& locale, const incident::Made& made) {
  return made.letter ? locale.text(msg("{person} (delegated: {letter})",
                                       {{"person", made.by.person}, {"letter", *made.letter}}))
                     : made.by.person;
}

std::string decider_of(const Locale& locale, const std::string& signer,
                       const std::optional<incident::Paper>& paper) {
  return paper ? locale.text(msg("{person} (on paper, entered by {signer})",
                                 {{"person", paper->decided_by}, {"signer", signer}}))
               : signer;
}

Message rejected_subject(incident::RejectedStep rejected) {
  switch (rejected) {
    case incident::RejectedStep::approve:
      return msg("the plan");
    case incident::RejectedStep::verify:
      return msg("the repair");
    case incident::RejectedStep::accept:
      return msg("the report");
    case incident::RejectedStep::withdraw:
      break;
  }
  return msg("the withdrawal");
}

std::string attempt_text(const Locale& locale, int n) {
  return locale.text(msg("attempt {n}", {{"n", std::to_string(n)}}));
}

std::vector<std::string> last_no_lines(const Locale& locale, const incident::State& state) {
  std::vector<std::string> out;
  for (auto no = state.rejections.rbegin(); no != state.rejections.rend(); ++no) {
    const incident::Reject& body = no->body;
    out.push_back(locale.text(
        msg("{what} was rejected by {person}: {reason}",
            {{"person", decider_of(locale, actor_of(locale, no->made), body.paper)}, {"reason", body.reason}})
            .with("what", rejected_subject(body.step))));
    if (body.correction)
      out.push_back("  " + locale.text(msg("correction: {text}", {{"text", *body.correction}})));
  }
  return out;
}

std::string end_text(const Locale& locale, const incident::Withdraw& body) {
  const std::string outcome = word(name(body.outcome), locale.language);
  if (body.of)
    return locale.text(msg("{outcome} of {incident}", {{"outcome", outcome}, {"incident", *body.of}}));
  if (body.until)
    return locale.text(
        msg("{outcome} until {time}", {{"outcome", outcome}, {"time", locale.time(*body.until)}}));
  if (body.to) return locale.text(msg("{outcome} to {who}", {{"outcome", outcome}, {"who", *body.to}}));
  return outcome;
}

std::vector<std::string> withdrawal_lines(const Locale& locale, const incident::State& state,
                                          const sop::Sop& procedure) {
  const auto& first = state.withdrawing;
  if (!first) return {};
  const auto& paper = first->body.paper;
  const std::string& role = paper ? paper->role : first->made.by.role;
  const auto& letter = paper ? std::nullopt : first->made.letter;
  return {locale.text(msg("{person}, {role}, proposes to close it without repair: {outcome}: {reason}",
                          {{"person", paper ? paper->decided_by : first->made.by.person},
                           {"role", role_of(locale, procedure, {first->made.by.person, role}, letter)},
                           {"outcome", end_text(locale, first->body)},
                           {"reason", first->body.reason}}))};
}

std::string fault_words(const std::string& key) {
  const fault::Key fault = fault::parse_key(key);
  std::string out = fault.host + " " + fault.type;
  if (!fault.object.empty()) out += " " + fault.object;
  return out;
}

namespace {

// Titles and outcomes in the reader's language, all else as it was written.
std::string gist_of(const Locale& locale, const yaml::Node& body, std::string_view key) {
  std::string text = body.text_at(key);
  const yaml::Node* title = key == "summary" ? body.find("title")
                            : key == "part"  ? body.find("part_title")
                                             : nullptr;
  if (key == "fault_key" && !text.empty()) return fault_words(text);
  if (title != nullptr) text = title->text_at(locale.language == Language::indonesian ? "id" : "en");
  if (key == "mode" || key == "outcome" || key == "part" || key == "step" || key == "back")
    return word(text, locale.language);
  return text;
}

}  // namespace

// A command of a run: "command 1 on web01: exit 0".
static std::string command_gist(const Locale& locale, const yaml::Node& body) {
  Message::Arguments command = {{"n", body.text_at("n")}, {"host", body.text_at("target")}};
  const std::string ending = body.text_at("end");
  if (ending.empty()) return locale.text(msg("command {n} on {host}", command));
  const std::string code = body.text_at("exit");
  std::string end = word(ending, locale.language);
  if (!code.empty()) end = locale.text(msg("exit {code}", {{"code", code}}));
  if (const std::string signal = body.text_at("signal"); !signal.empty()) end += " " + signal;
  command.emplace_back("end", end);
  return locale.text(msg("command {n} on {host}: {end}", command));
}

std::string gist(const Locale& locale, const record::Record& record) {
  const std::string& kind = record.envelope.kind;
  if (kind == record::name(record::Kind::command_start) || kind == record::name(record::Kind::command_end))
    return command_gist(locale, record.body);
  std::vector<std::string> parts;
  for (const char* key : {"fault_key", "fault", "root", "object", "summary", "step", "back", "mode",
                          "outcome", "bag", "part", "id", "vendor", "override", "reason", "correction"}) {
    const std::string text = gist_of(locale, record.body, key);
    // Rejecting a withdrawal leads back to the step that was due.
    if (key == std::string_view("back") && record.body.text_at("step") == "withdraw") continue;
    if (text.empty() || std::find(parts.begin(), parts.end(), text) != parts.end()) continue;
    // These two with their names: a failed check was overridden, a plan was corrected.
    if (key == std::string_view("override"))
      parts.push_back(locale.text(msg("override: {text}", {{"text", text}})));
    else if (key == std::string_view("correction"))
      parts.push_back(locale.text(msg("correction: {text}", {{"text", text}})));
    else if (key == std::string_view("part"))
      parts.push_back("(" +
                      locale.text(kind == record::name(record::Kind::archive)
                                      ? msg("old part: {part}", {{"part", text}})
                                      : msg("spare part: {part}", {{"part", text}})) +
                      ")");
    else
      parts.push_back((key == std::string_view("back") ? "-> " : "") + text);
  }
  if (const yaml::Node* paper = record.body.find("paper"); paper != nullptr)
    parts.push_back("(" + locale.text(msg("paper: {person}", {{"person", paper->text_at("decided_by")}})) +
                    ")");
  if (record.body.find("ratifies") != nullptr) parts.push_back("(" + locale.text(msg("ratifies")) + ")");
  return join(parts, " ");
}

std::string end_text(const Locale& locale, const std::optional<incident::CommandEnd>& end) {
  if (!end) return locale.text(msg("unknown: its outcome was not recorded"));
  const std::string cut = end->cut ? "; " + locale.text(msg("its output was truncated")) : "";
  if (end->end == incident::CommandEnding::exit)
    return locale.text(msg("exit {code}", {{"code", std::to_string(*end->exit)}})) + cut;
  if (end->end == incident::CommandEnding::signal) return "SIG" + *end->signal + cut;
  if (end->end == incident::CommandEnding::rebooted)
    return locale.text(msg("the host is back after the restart, boot id {id}", {{"id", *end->boot}})) + cut;
  const std::string why = end->why ? end->why->in(locale.language) : std::string();
  return locale.text(end->end == incident::CommandEnding::not_sent ? msg("not sent: {why}", {{"why", why}})
                                                                   : msg("unknown: {why}", {{"why", why}})) +
         cut;
}

std::vector<std::string> run_lines(const Locale& locale, const incident::State& state) {
  std::vector<std::string> out;
  for (const incident::Run& run : state.runs) {
    std::string about = "  " + locale.time(run.made.occurred.value_or(run.made.at)) + "  ";
    switch (run.body.mode) {
      case incident::RepairMode::run:
        about +=
            locale.text(run.body.rollback ? msg("the rollback, by {person}", {{"person", run.made.by.person}})
                        : run.body.resumes ? msg("resumed by {person}", {{"person", run.made.by.person}})
                                           : msg("run, by {person}", {{"person", run.made.by.person}}));
        break;
      case incident::RepairMode::hand:
        about += locale.text(msg("manually, by {person}", {{"person", run.made.by.person}}));
        break;
      case incident::RepairMode::vendor:
        about += locale.text(msg("the vendor {name}, called in by {person}",
                                 {{"name", run.body.vendor.value_or("")}, {"person", run.made.by.person}}));
        break;
    }
    if (run.body.emergency && run.ratified)
      about += locale.text(
          run.rejected ? msg(" (an emergency, rejected by {person})", {{"person", run.ratified->by.person}})
                       : msg(" (an emergency, ratified by {person})", {{"person", run.ratified->by.person}}));
    else if (run.body.emergency)
      about += locale.text(run.continued ? msg(" (an emergency, decided together with its continuation)")
                                         : msg(" (an emergency, not ratified)"));
    if (run.end) {
      about += ": " + word(name(run.end->outcome), locale.language);
      if (run.end->reason)
        about += ", " + join(split(run.end->reason->in(locale.language), '\n'), "\n      ");
    } else {
      about += ": " + locale.text(run.continued                                ? msg("resumed below")
                                  : run.body.mode == incident::RepairMode::run ? msg("running or interrupted")
                                                                               : msg("not finished"));
    }
    out.push_back(about);
    // Why it came before its approval, or what the vendor was asked for.
    if (const auto& why = run.body.emergency ? run.body.emergency : run.body.reason;
        why && (run.body.emergency || run.body.mode == incident::RepairMode::vendor))
      out.push_back("    " + locale.text(msg("reason: {reason}", {{"reason", *why}})));
    for (const incident::CommandRun& command : run.commands)
      out.push_back("    " + command.start.target + " " + std::to_string(command.start.n) + ". " +
                    end_text(locale, command.end));
    if (!run.end) continue;
    for (const incident::Part& part : run.end->parts)
      out.push_back("    " + locale.text(msg("part {old} replaced with {new}",
                                             {{"old", part.removed.empty() ? "-" : part.removed},
                                              {"new", part.installed.empty() ? "-" : part.installed}})));
    if (run.end->technician)
      out.push_back("    " + locale.text(msg("technician: {name}", {{"name", *run.end->technician}})));
    if (run.end->arrived || run.end->left)
      out.push_back("    " +
                    locale.text(msg("on site from {arrived} to {left}",
                                    {{"arrived", run.end->arrived ? locale.time(*run.end->arrived) : "-"},
                                     {"left", run.end->left ? locale.time(*run.end->left) : "-"}})));
    if (run.end->letter)
      out.push_back("    " + locale.text(msg("work order: {digest}", {{"digest", run.end->letter->text()}})));
    if (run.end->reply) out.push_back("    " + join(split(*run.end->reply, '\n'), "\n    "));
  }
  return out;
}

std::vector<std::string> left_behind_lines(const Locale& locale, const std::vector<incident::Run>& runs) {
  std::vector<std::string> out;
  for (const incident::Run& run : runs) {
    const std::string outcome =
        run.end ? word(name(run.end->outcome), locale.language) : locale.text(msg("not finished"));
    const auto why =
        run.end && run.end->reason ? std::optional(run.end->reason->in(locale.language)) : run.body.reason;
    out.push_back(locale.text(msg("already carried out in a merged clone, by {person}: {outcome}",
                                  {{"person", actor_of(locale, run.made)},
                                   {"outcome", outcome + (why ? ": " + *why : std::string())}})));
  }
  return out;
}

std::string subject_line(const Locale& locale, const incident::State& state) {
  const std::string summary = state.monitor.summary_in(locale.language);
  return fault_words(state.monitor.fault_key) + (summary.empty() ? "" : ": " + summary);
}

}  // namespace jaga::document
