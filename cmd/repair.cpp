// jaga repair INCIDENT
#include "workflow/repair.hpp"

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "decisions.hpp"
#include "document/incident_lines.hpp"
#include "document/json.hpp"
#include "document/plan_view.hpp"
#include "next.hpp"
#include "parse.hpp"
#include "repair_report.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/chain.hpp"
#include "workflow/lookup.hpp"

namespace jaga::cmd {
namespace {

struct RepairArguments {
  std::string incident;
  bool dry_run = false, resume = false, rollback = false, give_up = false, by_hand = false,
       vendor_reply = false, emergency = false, yes = false;
  std::optional<std::int64_t> from;
  std::optional<std::string> vendor, occurred, technician, arrived, left, letter, reason;
  std::vector<std::string> parts, unknown;
};

using incident::RepairOutcome;

Message said(std::optional<RepairOutcome> outcome) {
  if (!outcome) return msg("requested");
  switch (*outcome) {
    case RepairOutcome::done:
      return msg("done");
    case RepairOutcome::failed:
      return msg("failed");
    case RepairOutcome::given_up:
      break;
  }
  return msg("given up");
}

void print_output(Ui& ui, const std::string& bytes) {
  for (const std::string& line : split(printable_lines(trim(bytes)), '\n')) {
    if (!line.empty()) ui.raw("     | " + line + "\n");  // what a host says is not taken for what we say
  }
}

void show_run(Session& session, const workflow::RepairPreview& shown) {
  Ui& ui = session.ui();
  for (const std::string& line : document::plan_lines(session.locale(), shown.plan)) ui.print(line);
  if (shown.rollback) ui.print(msg("the rollback would run"));
  for (std::size_t at = 0; at < shown.first.size() && at < shown.plan.targets.size(); ++at) {
    if (shown.first[at] > 1) {
      ui.print(msg("on {host} from command {n}",
                   {{"host", shown.plan.targets[at].host}, {"n", std::to_string(shown.first[at])}}));
    }
  }
}

ExitCode preview(Session& session, const std::string& id, const workflow::RepairOptions& wish) {
  const workflow::RepairPreview shown = workflow::preview_repair(session.acting(), id, wish);
  session.ui().say(
      msg("dry run: nothing is executed; this would run, as {person}:", {{"person", shown.actor.person}}));
  show_run(session, shown);
  return ExitCode::ok;
}

// An unapproved plan is shown to the person who is about to run it.
bool confirm_emergency(Session& session, const std::string& id, const workflow::RepairOptions& wish,
                       bool yes) {
  if (!wish.emergency || yes || !session.can_ask() || session.prints_values()) return true;
  const workflow::RepairPreview shown = workflow::preview_repair(session.acting(), id, wish);
  show_run(session, shown);
  session.ui().print(msg("before approval, as an emergency: {reason}", {{"reason", *wish.emergency}}));
  if (session.confirm(msg("This plan is not approved. Run it?"), false)) return true;
  session.ui().say(msg("nothing was run"));
  return false;
}

// One thing at a time, and no option that would be dropped in silence.
void check(const RepairArguments& options) {
  std::vector<std::string> ways;
  for (const auto& [given, name] : {std::pair{options.resume, "--resume"},
                                    {options.rollback, "--rollback"},
                                    {options.give_up, "--give-up"},
                                    {options.by_hand, "--by-hand"},
                                    {options.vendor.has_value(), "--vendor"},
                                    {options.vendor_reply, "--vendor-reply"}})
    if (given) ways.emplace_back(name);
  if (ways.size() > 1) throw not_together(ways[0], ways[1]);
  const auto goes_with = [](bool given, const char* option, bool good, const char* with) {
    if (given && !good) throw requires_option(option, with);
  };
  // Names and numbers are printed in lists, where a line break would look like another entry.
  const auto one_line = [](const char* option, const std::string& value) {
    if (value.find('\n') != std::string::npos)
      throw Error{ExitCode::usage, msg("{option} must be a single line: '{text}'",
                                       {{"option", option}, {"text", printable(value)}})};
  };
  if (options.vendor) one_line("--vendor", *options.vendor);
  if (options.technician) one_line("--technician", *options.technician);
  goes_with(options.from.has_value(), "--from", options.resume, "--resume");
  goes_with(options.technician.has_value(), "--technician", options.vendor_reply, "--vendor-reply");
  goes_with(options.arrived.has_value(), "--arrived", options.vendor_reply, "--vendor-reply");
  goes_with(options.left.has_value(), "--left", options.vendor_reply, "--vendor-reply");
  goes_with(options.letter.has_value(), "--letter", options.vendor_reply, "--vendor-reply");
  goes_with(!options.unknown.empty(), "--unknown", options.vendor_reply, "--vendor-reply");
  goes_with(!options.parts.empty(), "--part", options.by_hand || options.vendor_reply,
            "--by-hand or --vendor-reply");
  if (options.dry_run && !ways.empty() && !options.resume && !options.rollback)
    throw Error{ExitCode::usage,
                msg("--dry-run cannot be combined with {option}, which runs nothing", {{"option", ways[0]}})};
}

// As RepairEnd::lacking() names it.
std::string fact_of(const std::string& text) {
  const std::vector<std::string> facts = {"technician", "arrived", "left", "letter", "part"};
  if (std::find(facts.begin(), facts.end(), text) == facts.end())
    throw Error{ExitCode::usage,
                msg("unknown fact of a vendor's reply: '{text}'", {{"text", printable(text)}}),
                msg("known facts: {facts}", {{"facts", join(facts, ", ")}})};
  return text == "part" ? std::string(workflow::kPartsFact) : text;
}

void hint_after(Session& session, const std::string& id, const std::vector<incident::Result>& after) {
  Ui& ui = session.ui();
  std::vector<std::string> failing;
  for (const incident::Result& result : after)
    if (result.state != round::State::ok) failing.push_back(result.host + " " + result.check);
  if (failing.empty()) return hint_next(session, id);  // verify, or first the ratification of an emergency
  ui.say(msg("not OK yet: {probes}", {{"probes", join(failing, ", ")}}));
  ui.hint(
      msg("measure again with 'jaga monitor --incident {incident}'; if the cause is a different one: 'jaga "
          "analyze {incident}'",
          {{"incident", id}}));
  ui.hint(
      msg("the verifier can reject the repair with 'jaga reject {incident} -m REASON', so that it is "
          "repaired again, or verify it with 'jaga verify {incident} --override REASON'",
          {{"incident", id}}));
}

// Not so where the approval was revoked, or ended, meanwhile.
bool goes_on(Session& session, const std::string& id) {
  const workflow::Incident incident = workflow::load_incident(session.context(), id);
  const std::optional<incident::Due> due = incident.due();
  return due && due->step == sop::Step::repair;
}

void hint_after_failure(Session& session, const workflow::Repaired& done) {
  Ui& ui = session.ui();
  Message::Arguments arguments = {{"incident", done.incident}};
  if (!done.commands.empty() && done.commands.back().end.end == incident::CommandEnding::unknown) {
    const workflow::CommandDone& last = done.commands.back();
    ui.hint(msg("check on '{host}' whether the command is still running before running anything else there",
                {{"host", last.target}}));
    if (!done.can_repeat && goes_on(session, done.incident)) {
      arguments.insert(arguments.end(),
                       {{"n", std::to_string(last.n)}, {"next", std::to_string(last.n + 1)}});
      ui.hint(
          msg("then 'jaga repair {incident} --resume --from {n}' runs it again, and --from {next} treats it "
              "as done",
              arguments));
      return ui.hint(done.can_roll_back ? msg("or roll back with --rollback, or give up with --give-up")
                                        : msg("or give up with --give-up"));
    }
  }
  if (!goes_on(session, done.incident)) return hint_next(session, done.incident);
  ui.hint(done.can_roll_back
              ? msg("continue with 'jaga repair {incident} --resume', roll back with --rollback, or give up "
                    "with --give-up",
                    arguments)
              : msg("continue with 'jaga repair {incident} --resume', or give up with --give-up", arguments));
}

ExitCode repair(Session& session, const RepairArguments& options) {
  const workflow::ActingContext& context = session.acting();
  Ui& ui = session.ui();
  const std::string id = workflow::find_open_incident(context, options.incident);
  workflow::RepairOptions wish;
  if (options.by_hand) wish.mode = incident::RepairMode::hand;
  if (options.vendor || options.vendor_reply) wish.mode = incident::RepairMode::vendor;
  wish.resume = options.resume;
  wish.from = options.from;
  wish.rollback = options.rollback;
  wish.give_up = options.give_up;
  wish.vendor = options.vendor;
  wish.vendor_reply = options.vendor_reply;
  wish.reason = options.reason.value_or("");
  if (options.emergency) {
    if (wish.reason.empty())
      throw Error{ExitCode::usage, msg("an emergency requires a reason"), msg("give it with -m TEXT")};
    wish.emergency = wish.reason;
  }
  check(options);
  wish.occurred = session.past("--occurred", options.occurred);
  for (const std::string& part : options.parts) wish.parts.push_back(part_of(part));
  for (const std::string& fact : options.unknown) wish.unknown.push_back(fact_of(fact));
  wish.technician = options.technician;
  wish.arrived = session.past("--arrived", options.arrived);
  wish.left = session.past("--left", options.left);
  require_order(session, wish.arrived, wish.left);
  if (options.letter) wish.letter = session.read_document(*options.letter, store::kMostEvidence);
  if (options.dry_run) return preview(session, id, wish);
  if (!(only_records(wish) ? confirm_report(session, id, wish, options.yes)
                           : confirm_emergency(session, id, wish, options.yes)))
    return ExitCode::warning;

  const workflow::Repaired done =
      workflow::repair(context, id, wish, [&](const workflow::CommandDone& command, bool ended) {
        if (session.prints_values()) return;
        if (!ended) {
          ui.print(command.target + " " + std::to_string(command.n) + ". " + command.title, Colour::bold);
          ui.out().flush();
          return;
        }
        print_output(ui, command.out);
        print_output(ui, command.err);
        ui.print("     " + document::end_text(session.locale(), command.end));
        ui.out().flush();
      });
  session.recorded(done.path);
  const bool failed = done.outcome == RepairOutcome::failed;
  if (session.prints_values()) {
    Json commands = Json::array();
    for (const workflow::CommandDone& command : done.commands) {
      Json one;
      one["target"] = command.target;
      one["n"] = command.n;
      one["title"] = command.title;
      one["end"] = name(command.end.end);
      if (command.end.exit) one["exit"] = *command.end.exit;
      if (command.end.signal) one["signal"] = *command.end.signal;
      commands.push_back(std::move(one));
    }
    Json after = Json::array();
    for (const incident::Result& result : done.after) {
      after.push_back(Json{
          {"host", result.host},
          {"check", result.check},
          {"state", round::name(result.state)},
          {"text", result.text.text()},
      });
    }
    ui.json(Json{
        {"incident", id},
        {"outcome", done.outcome_name()},
        {"commands", std::move(commands)},
        {"after", std::move(after)},
        {"record", done.path},
    });
  } else {
    for (const incident::Result& result : done.after) {
      ui.print(document::result_lines(session.locale(), std::span(&result, 1)).front(),
               document::tone_of(result.state));
    }
    ui.print(said(done.outcome), failed ? Colour::red : Colour::green);
    ui.print(done.path);
  }
  if (!done.why.empty()) ui.say(done.why);
  if (done.outcome == RepairOutcome::done && done.rolled_back)
    hint_next(session, id);
  else if (done.outcome == RepairOutcome::done)
    hint_after(session, id, done.after);
  if (!done.outcome || done.outcome == RepairOutcome::given_up) hint_next(session, id);
  if (failed) hint_after_failure(session, done);
  return failed ? ExitCode::warning : ExitCode::ok;
}

}  // namespace

void setup_repair(Setup& setup) {
  auto options = std::make_shared<RepairArguments>();
  setup.argument("INCIDENT", options->incident, msg("an id, its beginning, or a host with one open incident"))
      .flag("-n,--dry-run", options->dry_run, msg("show what would run, where and as which user"))
      .flag("--resume", options->resume, msg("resume a run that failed or was interrupted"))
      .option("--from", "N", options->from, msg("with --resume: start at this command"))
      .flag("--rollback", options->rollback, msg("run the approved rollback of the plan"))
      .flag("--give-up", options->give_up, msg("stop the repair and go back to analyze"))
      .flag("--by-hand", options->by_hand, msg("record a manual repair"))
      .option("--vendor", "NAME", options->vendor, msg("record that the vendor was called in"))
      .flag("--vendor-reply", options->vendor_reply, msg("record what the vendor did"))
      .option("--technician", "NAME", options->technician, msg("vendor's reply: the technician"))
      .option("--arrived", "TIME", options->arrived, msg("vendor's reply: time of arrival"))
      .option("--left", "TIME", options->left, msg("vendor's reply: time of departure"))
      .option("--letter", "FILE", options->letter, msg("vendor's reply: scan of the work order"))
      .list("--part", "OLD=NEW", options->parts, msg("serial numbers of a replaced part"))
      .list("--unknown", "FACT", options->unknown,
            msg("vendor's reply: an unknown value: technician, arrived, left, letter or part"))
      .flag("--emergency", options->emergency, msg("run the plan before approval, if the plan permits it"))
      .option("--occurred", "TIME", options->occurred, msg("when it was done, if earlier"))
      .option("-m", "TEXT", options->reason,
              msg("a remark; with --by-hand, what was done; for an emergency, the reason"))
      .flag("--yes", options->yes, msg("do not ask for confirmation"));
  setup.run([options](Session& session) { return repair(session, *options); });
}

}  // namespace jaga::cmd
