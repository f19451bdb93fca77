#include "workflow/run.hpp"

#include <algorithm>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "incident/note.hpp"
#include "round/check_name.hpp"
#include "sign/key.hpp"
#include "store/append.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/marks.hpp"
#include "workflow/measuring_again.hpp"
#include "workflow/plan_files.hpp"
#include "workflow/plans.hpp"
#include "workflow/reboot.hpp"

namespace jaga::workflow {
namespace {

using incident::CommandEnding;
using incident::RepairEnd;
using incident::RepairMode;
using incident::RepairOutcome;
using incident::RepairStart;
using plan::kFilesVariable;
constexpr std::size_t kMostSaid = 1'000;  // bytes of what a target says of itself, in a message

// Why a target did not obey: what we know, or its output, which may be megabytes.
// As a record keeps it: what others said in it is one line that is safe to print.
Message kept(Message message) {
  for (auto& [name, value] : message.arguments) value = sanitized(value);
  for (auto& [name, part] : message.parts) part = kept(std::move(part));
  return message;
}

Message why_of(const Answer& answer) {
  return answer.why.empty() ? literal(printable(shortened(trim(answer.err), kMostSaid))) : answer.why;
}

const std::vector<plan::FrozenCommand>& commands_of(const plan::Frozen& plan, bool rollback) {
  return rollback ? plan.rollback : plan.commands;
}

RepairStart draft_run(const incident::State& state, const RepairOptions& options,
                      const sign::Signer& run_key) {
  RepairStart start = incident::draft_repair_start(state, RepairMode::run, options.emergency,
                                                   options.resume || options.rollback);
  start.run_key = run_key.public_key().line();
  start.rollback = start.rollback || options.rollback;
  start.from = options.from;
  if (!options.reason.empty()) start.reason = options.reason;
  if (state.analysis)
    for (const plan::Target& target : state.analysis->plan.targets)
      start.targets.push_back({target.host, target.address, "", target.machine_id});
  return start;
}

// Before "no run to resume": where a repair could not be started either, the reason for that is what helps.
void require_run(const Office& office, const Incident& incident, const Actor& person,
                 const RepairOptions& options, const sign::Signer& run_key) {
  const incident::State& state = incident.state;
  if (!options.resume && !options.rollback) return;
  if (state.open_run() != nullptr || state.failed_run() != nullptr) return;
  if (state.approval && state.approval->revoked) return;  // draft_repair_start() says so
  RepairOptions anew = options;
  anew.resume = anew.rollback = false;
  anew.from.reset();
  require_allowed(office, incident, person, draft_run(state, anew, run_key), options.occurred);
  if (options.rollback)
    throw Error(ExitCode::not_permitted, msg("no run to roll back"),
                msg("start one with 'jaga repair {id}'", {{"id", incident.id}}));
}

class Runner {
 public:
  Runner(const ActingContext& context, std::string id, const RepairOptions& options,
         const RepairProgress& said)
      : context_(context),
        recording_(to_the_end(context)),
        id_(std::move(id)),
        options_(options),
        said_(said) {}

  Repaired run() {
    person_ = acting_person(context_);
    Incident incident = load_to_repair(context_, id_);
    const std::shared_ptr<const sign::Signer> key = sign::make_run_key(context_.random);
    require_run(context_, incident, person_, options_, *key);
    RepairStart start = draft_run(incident.state, options_, *key);
    require_allowed(context_, incident, person_, start, options_.occurred);
    plan_ = incident.state.analysis->plan;
    require_pinned(context_, plan_);
    require_window(context_, plan_);
    const auto chain = record::ChainName::incident(id_);
    files_ = file_contents(context_, &chain, plan_);
    first_ = incident::first_commands(incident.state, start);

    const incident::Run* resumed = start.resumes ? incident.state.find_run(*start.resumes) : nullptr;
    for (std::size_t i = 0; i < plan_.targets.size(); ++i)
      start.targets[i] = found(plan_.targets[i], start, resumed, incident.state);
    for (std::size_t i = 0; i < plan_.targets.size(); ++i)
      require_sudo(plan_.targets[i], first_[i], start.rollback);
    result_.incident = id_;
    result_.rolled_back = start.rollback;
    result_.can_roll_back = !start.rollback && !plan_.rollback.empty();
    result_.before = probe_incident(context_, incident.state);
    require_known();

    const Written began = write_record(
        context_, id_, person_, [&](const Incident&) -> incident::Body { return start; }, options_.occurred);
    run_ = began.record.digest;
    runner_ = Actor{person_.person, person_.roles, false, key->public_key().fingerprint(), key};
    try {
      for (std::size_t i = 0; i < plan_.targets.size() && result_.why.empty(); ++i)
        on_target(plan_.targets[i], start, first_[i]);
      return end(incident.state);
    } catch (const Error& error) {
      throw broke_off(error);
    }
  }

 private:
  // Who the target is now; changes nothing on it.
  incident::FoundTarget found(const plan::Target& target, const RepairStart& start,
                              const incident::Run* resumed, const incident::State& state) {
    const Answer answer =
        context_.transport->run(plan_.run, target, identity_order(start.basis, start.run), context_.stop);
    if (answer.host_key_changed) throw changed(target, msg("its host key is not the approved one"));
    if (answer.end != Answer::End::exited || answer.code != 0)
      throw Error(ExitCode::unavailable,
                  msg("cannot examine '{host}': {why}", {{"host", target.host}}).with("why", why_of(answer)),
                  plan_.run == plan::Run::ssh
                      ? msg("nothing was run on any target; try 'ssh -p {port} {login}@{address} true': the "
                            "account accepts the keys listed in ~{login}/.ssh/authorized_keys there "
                            "(jaga host prepare {host})",
                            {{"host", target.host},
                             {"port", std::to_string(target.port)},
                             {"login", target.login},
                             {"address", target.address}})
                      : msg("nothing was run on any target"));
    const TargetIdentity looked = parse_identity(answer.out);
    if (looked.machine_id != target.machine_id)
      throw changed(target, msg("its machine-id is not the approved one"));
    const bool key_known = plan_.run == plan::Run::local ||
                           std::find(target.host_keys.begin(), target.host_keys.end(), answer.host_key) !=
                               target.host_keys.end();
    if (!key_known) throw changed(target, msg("its host key is not the approved one"));

    if (resumed == nullptr || resumed->body.basis != start.basis || resumed->body.run != start.run) {
      if (!looked.marks.empty())
        throw Error(ExitCode::not_permitted,
                    msg("this run was already executed on '{host}': its marker file exists there",
                        {{"host", target.host}}),
                    msg("look in the other clones for records that have not arrived here"));
    } else {
      // The mark is made after the repair-start: a run that broke off between the two, before its first
      // command here, left that of the run which it went on from itself.
      bool began = false;
      bool there = false;
      for (const incident::Run* run = resumed; run != nullptr && !began && !there;
           run = run->body.resumes ? state.find_run(*run->body.resumes) : nullptr) {
        if (run->body.basis != start.basis || run->body.run != start.run) break;
        began = std::any_of(
            run->commands.begin(), run->commands.end(),
            [&](const incident::CommandRun& command) { return command.start.target == target.host; });
        there =
            std::find(looked.marks.begin(), looked.marks.end(), run->made.record.hex()) != looked.marks.end();
      }
      if (!there && (began || !looked.marks.empty()))
        throw Error(
            ExitCode::not_permitted,
            msg("the marker file of the run to resume is missing on '{host}'", {{"host", target.host}}),
            msg("check the host, then complete the repair manually (--by-hand) or give it up (--give-up)"));
    }
    return {target.host, answer.address.empty() ? target.address : answer.address, answer.host_key,
            looked.machine_id};
  }

  // Before anything is recorded as begun: sudo's own refusal ends with 1, as a script may.
  void require_sudo(const plan::Target& target, std::int64_t first, bool rollback) const {
    const auto& commands = commands_of(plan_, rollback);
    const bool wanted =
        std::any_of(commands.begin() + std::min<std::ptrdiff_t>(first - 1, std::ssize(commands)),
                    commands.end(), [](const plan::FrozenCommand& one) { return one.sudo; });
    if (!wanted) return;
    Order order;
    order.script = "exec sudo -n true";
    const Answer answer = context_.transport->run(plan_.run, target, order, context_.stop);
    if (answer.end == Answer::End::exited && answer.code == 0) return;
    throw Error(
        ExitCode::unavailable,
        msg("'sudo -n' does not work on '{host}': {why}", {{"host", target.host}})
            .with("why", why_of(answer)),
        msg("nothing was run; allow the login to use sudo without a password there: jaga host prepare {host}",
            {{"host", target.host}}));
  }

  // A value that came from a target, or was typed for it, has to be among that target's own facts now.
  void require_known() const {
    for (const plan::Target& target : plan_.targets)
      for (const plan::FrozenProbe& probe : plan_.before)
        for (const incident::Result& result : result_.before) {
          if (!probe.known || result.host != target.host || result.text != not_among_its_facts().id ||
              result.check != round::check_name(probe.check, probe.object))
            continue;
          throw Error(ExitCode::not_permitted,
                      msg("'{host}' has no {check} '{object}'",
                          {{"host", target.host}, {"check", probe.check}, {"object", probe.object}}),
                      msg("nothing was run; measure it with 'jaga monitor {host}', then 'jaga analyze {id}'",
                          {{"host", target.host}, {"id", id_}}));
        }
  }

  // The folder on the target; unset: no place takes them.
  std::optional<std::string> put_files(const plan::Target& target, const RepairStart& start) {
    Answer answer;
    for (int place = 0; place < kPlaces; ++place) {
      answer = context_.transport->run(
          plan_.run, target, put_order(plan_, files_, place, start.basis, start.run, run_), context_.stop);
      if (answer.end != Answer::End::exited || answer.code != kNoRoom) break;
    }
    if (answer.end == Answer::End::exited && answer.code == 0)
      if (auto folder = parse_place(answer.out, "/" + run_.hex() + "/files")) return folder;
    Message why = why_of(answer);
    if (why.render(Language::english).empty())
      why = sentence("no folder on the host could store the files unchanged");
    fail(sentence("cannot copy the files of the plan to '{host}': {why}", {{"host", target.host}})
             .with("why", std::move(why)));
    return std::nullopt;
  }

  Error changed(const plan::Target& target, Message what) const {
    return Error(ExitCode::not_permitted,
                 msg("'{host}' has changed since the approval: {what}", {{"host", target.host}})
                     .with("what", std::move(what)),
                 msg("find out why; then 'jaga host trust {host}' and 'jaga analyze {id}'",
                     {{"host", target.host}, {"id", id_}}));
  }

  // What cannot be recorded ends a run in the middle.
  Error broke_off(const Error& error) const {
    if (!error.hint().empty()) return error;
    return Error(
        error.code(), error.message(),
        msg("the run was interrupted there; when that is fixed, continue with 'jaga repair {id} --resume'",
            {{"id", id_}}));
  }

  void fail(Message why) { result_.why = std::move(why); }

  void on_target(const plan::Target& target, const RepairStart& start, std::int64_t first) {
    const auto& commands = commands_of(plan_, start.rollback);
    if (first > static_cast<std::int64_t>(commands.size())) return;
    const Answer marked = context_.transport->run(
        plan_.run, target, mark_order(start.basis, start.run, run_, start.resumes.has_value()),
        context_.stop);
    if (marked.end != Answer::End::exited || marked.code != 0) {
      fail(marked.end == Answer::End::exited && marked.code == kMarkThere
               ? sentence("this run was already executed on '{host}': its marker file exists there",
                          {{"host", target.host}})
               : sentence("cannot create the marker file of the run on '{host}': {why}",
                          {{"host", target.host}})
                     .with("why", why_of(marked)));
      return;
    }
    const auto place = parse_place(marked.out, "/.jaga-runs");
    if (!place)
      return fail(
          sentence("cannot create the marker file of the run on '{host}': {why}", {{"host", target.host}})
              .with("why", sentence("it does not report the place")));
    folder_.clear();
    if (!files_.empty()) {
      const auto folder = put_files(target, start);
      if (!folder) return;
      folder_ = *folder;
    }
    for (std::int64_t n = first; n <= static_cast<std::int64_t>(commands.size()); ++n) {
      if (context_.stop.stop_requested())
        return fail(sentence("interrupted before command {n}", {{"n", std::to_string(n)}}));
      if (!one(target, commands[static_cast<std::size_t>(n - 1)], n, *place)) return;
    }
    // A command that failed may be looked into, and one whose end is unknown may still need them.
    if (!folder_.empty())
      (void)context_.transport->run(plan_.run, target, take_away_order(folder_), context_.stop);
  }

  // False: stop here.
  bool one(const plan::Target& target, const plan::FrozenCommand& command, std::int64_t n,
           const std::string& place) {
    CommandDone done;
    done.target = target.host;
    done.n = n;
    done.title = command.title.in(context_.language);
    std::optional<std::string> boot;
    if (command.reboot) {
      const Presence now = look_for(*context_.transport, target, context_.stop);
      if (now.boot_id.empty()) {
        fail(sentence("command {n} restarts '{host}', but its boot id cannot be read: {why}",
                      {{"n", std::to_string(n)}, {"host", target.host}})
                 .with("why", now.why));
        return false;
      }
      boot = now.boot_id;
    }
    try {
      // decide() looks for a revocation in the chain as it stands now.
      write_record(recording_, id_, runner_, [&](const Incident&) -> incident::Body {
        return incident::CommandStart{run_, target.host, n, command.script_digest(), place, boot};
      });
    } catch (const Error& error) {
      if (error.code() != ExitCode::not_permitted) throw;
      fail(error.message());
      return false;
    }
    if (said_) said_(done, false);
    Order order{command.script, command.arguments, command.environment, command.timeout, command.sudo, {}};
    if (!folder_.empty()) order.environment.emplace_back(kFilesVariable, folder_);
    const Answer answer = context_.transport->run(plan_.run, target, order, context_.stop);
    done.end = end_of(answer, target.host, n);
    // A host that goes down takes its shell with it: the end of that says nothing.
    const bool goes_down =
        boot && done.end.end != CommandEnding::not_sent &&
        (done.end.end != CommandEnding::exit || command.expects(static_cast<int>(*done.end.exit)));
    if (goes_down) {
      const Return back = wait_for_return(*context_.transport, target, *boot, command.timeout, context_.stop);
      done.end.exit.reset();
      done.end.signal.reset();
      done.end.why.reset();
      done.end.end = back.boot_id.empty() ? CommandEnding::unknown : CommandEnding::rebooted;
      if (back.boot_id.empty())
        done.end.why = Sentence(kept(back.why));
      else
        done.end.boot = back.boot_id;
    }
    done.out = mask_secrets(answer.out);
    done.err = mask_secrets(answer.err);
    const auto chain = record::ChainName::incident(id_);
    keep(chain, done.out, done.end.out, done.end);
    keep(chain, done.err, done.end.err, done.end);
    try {
      write_record(recording_, id_, runner_, [&](const Incident&) -> incident::Body { return done.end; });
    } catch (const Error&) {
      if (said_) said_(done, true);  // a person who saw how it ended knows where to go on
      throw;
    }
    const bool well = done.end.is_done(command);
    result_.can_repeat = command.repeatable;
    if (said_) said_(done, true);
    if (!well) fail(why_not(done, target.host));
    result_.commands.push_back(std::move(done));
    return well;
  }

  // How the command ended is recorded even where what it printed cannot be kept.
  void keep(const record::ChainName& chain, const std::string& printed, std::optional<Digest>& digest,
            incident::CommandEnd& end) const {
    if (printed.empty()) return;
    try {
      digest = store::add_evidence(*context_.directory, chain, printed, false);
    } catch (const Error&) {
      end.cut = true;
    }
  }

  incident::CommandEnd end_of(const Answer& answer, const std::string& host, std::int64_t n) const {
    incident::CommandEnd end;
    end.run = run_;
    end.target = host;
    end.n = n;
    end.cut = answer.cut;
    switch (answer.end) {
      case Answer::End::exited:
        end.end = CommandEnding::exit;
        end.exit = answer.code;
        break;
      case Answer::End::signalled:
        end.end = CommandEnding::signal;
        end.signal = sanitized(shortened(answer.signal, kMostSaid));
        break;
      case Answer::End::not_sent:
      case Answer::End::unknown:
        end.end = answer.end == Answer::End::unknown ? CommandEnding::unknown : CommandEnding::not_sent;
        end.why = Sentence(kept(answer.why));
        break;
    }
    return end;
  }

  static Message why_not(const CommandDone& done, const std::string& host) {
    const std::string n = std::to_string(done.n);
    if (done.end.end == CommandEnding::exit)
      return sentence("command {n} on '{host}' exited with {code}",
                      {{"n", n}, {"host", host}, {"code", std::to_string(*done.end.exit)}});
    if (done.end.end == CommandEnding::signal)
      return sentence("command {n} on '{host}' was ended by SIG{signal}",
                      {{"n", n}, {"host", host}, {"signal", *done.end.signal}});
    if (done.end.end == CommandEnding::not_sent)
      return sentence("command {n} was not sent to '{host}': {why}", {{"n", n}, {"host", host}})
          .with("why", done.end.why.value_or("").part());
    return sentence("the outcome of command {n} on '{host}' is unknown: {why}", {{"n", n}, {"host", host}})
        .with("why", done.end.why.value_or("").part());
  }

  Repaired end(const incident::State& state) {
    RepairEnd body;
    body.run = run_;
    body.outcome = result_.why.empty() ? RepairOutcome::done : RepairOutcome::failed;
    body.before = result_.before;
    if (!context_.stop.stop_requested()) body.after = probe_incident(context_, state);
    if (!result_.why.empty()) body.reason = Sentence(kept(result_.why));
    const Written written =
        write_record(recording_, id_, runner_, [&](const Incident&) -> incident::Body { return body; });
    result_.outcome = body.outcome;
    result_.after = body.after;
    result_.path = written.path;
    return result_;
  }

  const ActingContext& context_;
  const Context recording_;  // how far a run got is recorded, whatever is asked meanwhile
  std::string id_;
  const RepairOptions& options_;
  const RepairProgress& said_;
  Actor person_;
  Actor runner_;
  plan::Frozen plan_;
  std::vector<std::string> files_;  // the bytes of its files
  std::string folder_;              // with them, on the target that is at work
  std::vector<std::int64_t> first_;
  Digest run_;
  Repaired result_;
};

}  // namespace

RepairPreview preview_repair(const ActingContext& context, const std::string& id,
                             const RepairOptions& options) {
  RepairPreview preview;
  preview.actor = acting_person(context);
  const Incident incident = load_to_repair(context, id);
  const auto key = sign::make_run_key(context.random);
  require_run(context, incident, preview.actor, options, *key);
  const RepairStart start = draft_run(incident.state, options, *key);
  require_allowed(context, incident, preview.actor, start, options.occurred);
  preview.plan = incident.state.analysis->plan;
  require_window(context, preview.plan);
  preview.first = incident::first_commands(incident.state, start);
  preview.rollback = start.rollback;
  return preview;
}

Repaired run_plan(const ActingContext& context, const std::string& id, const RepairOptions& options,
                  const RepairProgress& said) {
  return Runner(context, id, options, said).run();
}

}  // namespace jaga::workflow
