#include "plan_view.hpp"

#include <algorithm>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "sshkey/public_key.hpp"

namespace jaga::cmd {
namespace {

void script_lines(Ui& ui, const std::string& head, const plan::FrozenCommand& command,
                  std::vector<std::string>& out) {
  std::string line = head + command.title.in(ui.language());
  if (command.sudo) line += ui.text(msg(" (as root, by sudo)"));
  if (command.reboot) line += ui.text(msg(" (restarts the host and waits for it)"));
  if (command.repeatable) line += ui.text(msg(" (may be repeated)"));
  out.push_back(line);
  for (const std::string& text : split(command.script, '\n')) {
    if (!text.empty()) out.push_back("       | " + text);
  }
  if (!command.arguments.empty()) {
    std::vector<std::string> words;
    for (const std::string& argument : command.arguments) words.push_back("'" + argument + "'");
    out.push_back("       " + ui.text(msg("arguments: {words}", {{"words", join(words, " ")}})));
  }
  for (const auto& [name, value] : command.environment) out.push_back("       " + name + "='" + value + "'");
  std::vector<std::string> codes;
  for (const int code : command.expect) codes.push_back(std::to_string(code));
  out.push_back("       " +
                ui.text(msg("at most {time}, done on exit {codes}",
                            {{"time", brief_duration(command.timeout)}, {"codes", join(codes, ", ")}})));
}

}  // namespace

std::vector<std::string> cause_lines(Ui& ui, const incident::Analyze& analysis) {
  std::vector<std::string> out{
      ui.text(msg("cause: {fault} on {host}",
                  {{"fault", analysis.fault + (analysis.object.empty() ? "" : " " + analysis.object)},
                   {"host", analysis.root}}))};
  for (const std::string& line : analysis.evidence) out.push_back("  + " + line);
  for (const std::string& line : analysis.against) out.push_back("  - " + line);
  if (analysis.part) out.push_back(ui.text(msg("spare part: {part}", {{"part", *analysis.part}})));
  if (analysis.reason) out.push_back(ui.text(msg("reason: {reason}", {{"reason", *analysis.reason}})));
  return out;
}

std::string role_of(Ui& ui, const sop::Sop& procedure, const record::By& by,
                    const std::optional<std::string>& letter) {
  const std::string title = procedure.role_title(by.role, ui.language());
  return letter
             ? ui.text(msg("for the {role}, delegated by {letter}", {{"role", title}, {"letter", *letter}}))
             : title;
}

std::string actor_of(Ui& ui, const incident::Made& made) {
  return made.letter ? ui.text(msg("{person} (delegated: {letter})",
                                   {{"person", made.by.person}, {"letter", *made.letter}}))
                     : made.by.person;
}

std::string decider_of(Ui& ui, const std::string& signer, const std::optional<incident::Paper>& paper) {
  return paper ? ui.text(msg("{person} (on paper, entered by {signer})",
                             {{"person", paper->decided_by}, {"signer", signer}}))
               : signer;
}

std::vector<std::string> last_no_lines(Ui& ui, const incident::State& state) {
  std::vector<std::string> out;
  for (auto no = state.noes.rbegin(); no != state.noes.rend(); ++no) {
    const incident::Reject& body = no->body;
    out.push_back(ui.text(msg("no to {step} by {person}: {reason}",
                              {{"step", std::string(name(body.step))},
                               {"person", decider_of(ui, actor_of(ui, no->made), body.paper)},
                               {"reason", body.reason}})));
    if (body.correction)
      out.push_back("  " + ui.text(msg("correction: {text}", {{"text", *body.correction}})));
  }
  return out;
}

Colour colour_of(round::State state) {
  switch (state) {
    case round::State::ok:
      return Colour::green;
    case round::State::warning:
      return Colour::yellow;
    case round::State::critical:
      return Colour::red;
    case round::State::unknown:
      break;
  }
  return Colour::none;
}

std::vector<std::string> plan_lines(Ui& ui, const plan::Frozen& plan) {
  std::vector<std::string> out;
  std::string origin;
  switch (plan.origin) {
    case plan::Origin::builtin:
      origin = ui.text(msg("built in, unmodified"));
      break;
    case plan::Origin::office:
      origin = ui.text(msg("the office's plans/{name}.yaml", {{"name", plan.name}}));
      break;
    case plan::Origin::adhoc:
      origin = ui.text(msg("an ad-hoc script: nobody has registered or tried it"));
      break;
  }
  out.push_back(
      ui.text(msg("plan {name}: {title} ({origin})",
                  {{"name", plan.name}, {"title", plan.title.in(ui.language())}, {"origin", origin}})));
  for (const std::string& line : split(plan.description.in(ui.language()), '\n')) {
    if (!line.empty()) out.push_back("  " + line);
  }
  for (const auto& [name, value] : plan.parameters) out.push_back("  " + name + " = '" + value + "'");
  if (plan.window) out.push_back("  " + ui.text(msg("in a maintenance window only")));
  for (const plan::Target& target : plan.targets) {
    std::string line = "  " + ui.text(msg("on {host}", {{"host", target.host}}));
    if (plan.run == plan::Run::ssh) {
      line += " (" + target.login + "@" + target.address + ":" + std::to_string(target.port) + ")";
    }
    out.push_back(line);
    for (const std::string& key : target.host_keys) {
      if (const auto parsed = sshkey::parse_public_key(key))
        out.push_back("    " + parsed->type + " " + parsed->fingerprint());
    }
    if (!target.machine_id.empty()) out.push_back("    machine-id " + target.machine_id);
    if (!target.serials.empty()) out.push_back("    serial " + join(target.serials, ", "));
  }
  int n = 0;
  for (const plan::FrozenCommand& command : plan.commands)
    script_lines(ui, "  " + std::to_string(++n) + ". ", command, out);
  n = 0;
  if (!plan.rollback.empty()) out.push_back("  " + ui.text(msg("to roll back:")));
  for (const plan::FrozenCommand& command : plan.rollback)
    script_lines(ui, "  " + std::to_string(++n) + ". ", command, out);
  for (const plan::FrozenFile& file : plan.files)
    out.push_back("  " +
                  ui.text(msg("file {name}, {size} bytes, {digest}", {{"name", file.name},
                                                                      {"size", std::to_string(file.size)},
                                                                      {"digest", file.digest.text()}})));
  for (const plan::FrozenProbe& probe : plan.after) {
    out.push_back("  " + ui.text(msg("afterwards '{check}' has to be good",
                                     {{"check", probe.object.empty() ? probe.check
                                                                     : probe.check + ":" + probe.object}})));
  }
  if (!plan.parts.empty())
    out.push_back("  " + ui.text(msg("parts: {parts}", {{"parts", join(plan.parts, ", ")}})));
  return out;
}

std::vector<std::string> plan_difference(Ui& ui, const plan::Frozen& before, const plan::Frozen& now) {
  std::vector<std::string> out;
  const auto say = [&](const Message& message) { out.push_back("  " + ui.text(message)); };
  if (before.name != now.name)
    say(msg("the plan was '{old}' and is '{new}'", {{"old", before.name}, {"new", now.name}}));
  for (const auto& [name, value] : now.parameters) {
    const auto old = std::find_if(before.parameters.begin(), before.parameters.end(),
                                  [&name = name](const auto& one) { return one.first == name; });
    if (old == before.parameters.end())
      say(msg("{name} = '{new}' is new", {{"name", name}, {"new", value}}));
    else if (old->second != value)
      say(msg("{name} was '{old}' and is '{new}'", {{"name", name}, {"old", old->second}, {"new", value}}));
  }
  for (const auto& [name, value] : before.parameters)
    if (std::none_of(now.parameters.begin(), now.parameters.end(),
                     [&name = name](const auto& one) { return one.first == name; }))
      say(msg("{name} was '{old}' and is gone", {{"name", name}, {"old", value}}));
  if (before.targets != now.targets) say(msg("the targets are others"));
  if (before.commands != now.commands) say(msg("the commands are others"));
  if (before.rollback != now.rollback) say(msg("the way back is another"));
  if (before.files != now.files) say(msg("the files are others"));
  if (before.template_digest != now.template_digest) say(msg("the template was changed"));
  return out;
}

std::vector<std::string> result_lines(Ui&, std::span<const incident::Result> results) {
  std::vector<std::string> out;
  for (const incident::Result& result : results) {
    out.push_back(result.host + " " + result.check + ": " + std::string(round::name(result.state)) +
                  (result.text.empty() ? "" : ", " + result.text));
  }
  return out;
}

std::string end_text(Session& session, const incident::Withdraw& body) {
  Ui& ui = session.ui();
  const std::string outcome(name(body.outcome));
  if (body.of) return ui.text(msg("{outcome} of {incident}", {{"outcome", outcome}, {"incident", *body.of}}));
  if (body.until)
    return ui.text(
        msg("{outcome} until {time}", {{"outcome", outcome}, {"time", session.local(*body.until)}}));
  if (body.to) return ui.text(msg("{outcome} to {who}", {{"outcome", outcome}, {"who", *body.to}}));
  return outcome;
}

std::vector<std::string> withdrawal_lines(Session& session, const workflow::Incident& incident) {
  const auto& first = incident.state.withdrawing;
  if (!first) return {};
  Ui& ui = session.ui();
  const auto& paper = first->body.paper;
  const std::string& role = paper ? paper->role : first->made.by.role;
  const auto& letter = paper ? std::nullopt : first->made.letter;
  return {ui.text(msg("{person}, {role}, would close it without repair: {outcome}: {reason}",
                      {{"person", paper ? paper->decided_by : first->made.by.person},
                       {"role", role_of(ui, incident.procedure, {first->made.by.person, role}, letter)},
                       {"outcome", end_text(session, first->body)},
                       {"reason", first->body.reason}}))};
}

const registry::Delegation* delegation_of(const workflow::Context& context,
                                          const record::Envelope& envelope) {
  const registry::State* then = workflow::register_at(context, envelope.register_head);
  return then == nullptr ? nullptr : then->delegation_of(envelope.by.person, envelope.by.role, envelope.at);
}

std::string role_with_letter(const workflow::Context& context, const record::Envelope& envelope) {
  const registry::Delegation* delegation = delegation_of(context, envelope);
  return envelope.by.role + (delegation == nullptr ? "" : " (" + delegation->letter + ")");
}

std::string gist(const record::Record& record) {
  std::vector<std::string> parts;
  for (const char* key :
       {"fault_key", "fault", "root", "object", "summary", "step", "back", "mode", "target", "n", "exit",
        "outcome", "part", "bag", "id", "vendor", "override", "reason", "correction"}) {
    const std::string text = record.body.text_at(key);
    // The no to a withdrawal leads back to whatever was due.
    if (key == std::string_view("back") && record.body.text_at("step") == "withdraw") continue;
    if (text.empty() || std::find(parts.begin(), parts.end(), text) != parts.end()) continue;
    // These two as what they are: a probe that failed was passed over, a plan was put right.
    const bool named = key == std::string_view("override") || key == std::string_view("correction");
    parts.push_back((key == std::string_view("back") ? "-> " : named ? std::string(key) + ": " : "") + text);
  }
  if (const yaml::Node* paper = record.body.find("paper"); paper != nullptr)
    parts.push_back("(paper: " + paper->text_at("decided_by") + ")");
  if (record.body.find("ratifies") != nullptr) parts.emplace_back("(ratifies)");
  return join(parts, " ");
}

std::string end_text(Ui& ui, const std::optional<incident::CommandEnd>& end) {
  if (!end) return ui.text(msg("unknown: nobody recorded how it ended"));
  const std::string cut = end->cut ? "; " + ui.text(msg("not all of what it printed was kept")) : "";
  if (end->end == incident::CommandEnding::exit) return "exit " + std::to_string(*end->exit) + cut;
  if (end->end == incident::CommandEnding::signal) return "SIG" + *end->signal + cut;
  if (end->end == incident::CommandEnding::rebooted)
    return ui.text(msg("back, boot {id}", {{"id", *end->boot}})) + cut;
  const std::string why = end->why.value_or("");
  return ui.text(end->end == incident::CommandEnding::not_sent ? msg("not sent: {why}", {{"why", why}})
                                                               : msg("unknown: {why}", {{"why", why}})) +
         cut;
}

std::vector<std::string> run_lines(Session& session, const incident::State& state) {
  Ui& ui = session.ui();
  std::vector<std::string> out;
  for (const incident::Run& run : state.runs) {
    std::string about = "  " + session.local(run.made.occurred.value_or(run.made.at)) + "  ";
    switch (run.body.mode) {
      case incident::RepairMode::run:
        about +=
            ui.text(run.body.rollback  ? msg("the rollback, by {person}", {{"person", run.made.by.person}})
                    : run.body.resumes ? msg("gone on with, by {person}", {{"person", run.made.by.person}})
                                       : msg("run, by {person}", {{"person", run.made.by.person}}));
        break;
      case incident::RepairMode::hand:
        about += ui.text(msg("by hand, by {person}", {{"person", run.made.by.person}}));
        break;
      case incident::RepairMode::vendor:
        about += ui.text(msg("the vendor {name}, called in by {person}",
                             {{"name", run.body.vendor.value_or("")}, {"person", run.made.by.person}}));
        break;
    }
    if (run.body.emergency && run.ratified)
      about += ui.text(
          run.rejected ? msg(" (an emergency, rejected by {person})", {{"person", run.ratified->by.person}})
                       : msg(" (an emergency, ratified by {person})", {{"person", run.ratified->by.person}}));
    else if (run.body.emergency)
      about += ui.text(run.continued ? msg(" (an emergency, settled with what went on from it)")
                                     : msg(" (an emergency, not ratified)"));
    if (run.end) {
      about += ": " + std::string(name(run.end->outcome));
      if (run.end->reason) about += ", " + join(split(*run.end->reason, '\n'), "\n      ");
    } else {
      about += ": " + ui.text(run.continued                                ? msg("gone on with below")
                              : run.body.mode == incident::RepairMode::run ? msg("it runs, or broke off")
                                                                           : msg("not ended"));
    }
    out.push_back(about);
    // Why it came before its approval, or what the vendor was asked for.
    if (const auto& why = run.body.emergency ? run.body.emergency : run.body.reason;
        why && (run.body.emergency || run.body.mode == incident::RepairMode::vendor))
      out.push_back("    " + ui.text(msg("reason: {reason}", {{"reason", *why}})));
    for (const incident::CommandRun& command : run.commands)
      out.push_back("    " + command.start.target + " " + std::to_string(command.start.n) + ". " +
                    end_text(ui, command.end));
    if (!run.end) continue;
    for (const incident::Part& part : run.end->parts)
      out.push_back("    " + ui.text(msg("part {old} replaced by {new}",
                                         {{"old", part.removed.empty() ? "-" : part.removed},
                                          {"new", part.installed.empty() ? "-" : part.installed}})));
    if (run.end->technician)
      out.push_back("    " + ui.text(msg("technician: {name}", {{"name", *run.end->technician}})));
    if (run.end->arrived || run.end->left)
      out.push_back("    " +
                    ui.text(msg("there from {arrived} to {left}",
                                {{"arrived", run.end->arrived ? session.local(*run.end->arrived) : "-"},
                                 {"left", run.end->left ? session.local(*run.end->left) : "-"}})));
    if (run.end->letter)
      out.push_back("    " + ui.text(msg("work order: {digest}", {{"digest", run.end->letter->text()}})));
    if (run.end->reply) out.push_back("    " + join(split(*run.end->reply, '\n'), "\n    "));
  }
  return out;
}

std::vector<std::string> left_behind_lines(Ui& ui, const std::vector<incident::Run>& runs) {
  std::vector<std::string> out;
  for (const incident::Run& run : runs) {
    const std::string outcome = run.end ? std::string(name(run.end->outcome)) : ui.text(msg("not ended"));
    const auto& why = run.end && run.end->reason ? run.end->reason : run.body.reason;
    out.push_back(ui.text(msg(
        "carried out already in a clone that was merged, by {person}: {outcome}",
        {{"person", actor_of(ui, run.made)}, {"outcome", outcome + (why ? ": " + *why : std::string())}})));
  }
  return out;
}

}  // namespace jaga::cmd
