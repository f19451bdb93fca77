// How far a run got on each target, and where it goes on.
#include <algorithm>

#include "incident/check.hpp"

namespace jaga::incident {
namespace {

using Commands = std::vector<plan::FrozenCommand>;

const Commands& commands_of(const State& state, bool rollback) {
  return rollback ? state.analysis->plan.rollback : state.analysis->plan.commands;
}

const plan::FrozenCommand& command_of(const Commands& commands, const CommandRun& run) {
  return commands[static_cast<std::size_t>(run.start.n - 1)];
}

bool ended_well(const Commands& commands, const CommandRun& run) {
  return run.end && run.end->is_done(command_of(commands, run));
}

// The newest command that was begun on `target` by this run or one that it goes on from, of the plan or of
// its rollback; nullptr: none.
const CommandRun* last_command(const State& state, const Run* run, bool rollback, const std::string& target) {
  for (; run != nullptr; run = run->body.resumes ? state.find_run(*run->body.resumes) : nullptr) {
    if (run->body.mode != RepairMode::run) continue;
    if (run->body.rollback != rollback) return nullptr;
    for (auto command = run->commands.rbegin(); command != run->commands.rend(); ++command)
      if (command->start.target == target) return &*command;
  }
  return nullptr;
}

// Whether any command of the plan may have done something on `target`.
bool was_touched(const State& state, const Run* run, const std::string& target) {
  for (; run != nullptr; run = run->body.resumes ? state.find_run(*run->body.resumes) : nullptr)
    for (const CommandRun& command : run->commands)
      if (command.start.target == target && !(command.end && command.end->end == CommandEnding::not_sent))
        return true;
  return false;
}

Error is_unknown(const CommandRun& last) {
  return Error(
      ExitCode::not_permitted,
      msg("the outcome of command {n} on '{host}' is unknown, and the plan does not permit repeating it",
          {{"n", std::to_string(last.start.n)}, {"host", last.start.target}}),
      msg("check the host, then give the command from which to continue: --resume --from N"));
}

// Whether its outcome is unknown.
bool is_open(const Commands& commands, const CommandRun& last) {
  if (!last.end) return true;
  if (last.end->end == CommandEnding::not_sent) return false;
  // A script that ended before its target restarted may have seen to it all the same.
  const plan::FrozenCommand& command = command_of(commands, last);
  return last.end->end != CommandEnding::exit ||
         (command.reboot && command.expects(static_cast<int>(*last.end->exit)));
}

// `last`: of the same commands; may be null. Unset: a person has to say.
std::optional<std::int64_t> after(const Commands& commands, const CommandRun* last) {
  if (last == nullptr) return 1;
  if (ended_well(commands, *last)) return last->start.n + 1;
  if (is_open(commands, *last) && !command_of(commands, *last).repeatable) return std::nullopt;
  return last->start.n;
}

}  // namespace

const CommandRun* not_to_be_repeated(const State& state, const Run& run) {
  const CommandRun* first = nullptr;
  for (const Run* at = &run; at != nullptr;
       at = at->body.resumes ? state.find_run(*at->body.resumes) : nullptr) {
    if (at->body.mode != RepairMode::run) continue;
    const Commands& commands = commands_of(state, at->body.rollback);
    for (const CommandRun& command : at->commands) {
      const bool did = ended_well(commands, command) || is_open(commands, command);
      if (did && !command_of(commands, command).repeatable &&
          (first == nullptr || command.began.seq < first->began.seq))
        first = &command;
    }
  }
  return first;
}

std::vector<std::int64_t> first_commands(const State& state, const RepairStart& start) {
  const std::vector<plan::Target>& targets = state.analysis->plan.targets;
  const Commands& commands = commands_of(state, start.rollback);
  const auto most = static_cast<std::int64_t>(commands.size());
  const Run* before = start.resumes ? state.find_run(*start.resumes) : nullptr;
  const bool undoes = before != nullptr && start.rollback && !state.rolls_back(*before);
  std::vector<std::int64_t> first;
  bool named = !start.from;
  for (const plan::Target& target : targets) {
    if (undoes && !was_touched(state, before, target.host)) {
      first.push_back(most + 1);
      continue;
    }
    const CommandRun* last = undoes ? nullptr : last_command(state, before, start.rollback, target.host);
    const std::optional<std::int64_t> next = after(commands, last);
    if (next && *next > most) {
      first.push_back(*next);
    } else if (!named) {
      // One target after another: this is where the run broke off, and what a person has looked at.
      named = true;
      // Behind the last, where that may have been done.
      const bool may_be_done = last != nullptr && last->start.n == most && is_open(commands, *last);
      if (*start.from < 1 || *start.from > most + (may_be_done ? 1 : 0))
        throw Error(ExitCode::usage, msg("the plan has no command {n}", {{"n", std::to_string(*start.from)}}),
                    msg("number of commands: {count}", {{"count", std::to_string(most)}}));
      first.push_back(*start.from);
    } else if (next) {
      first.push_back(*next);
    } else {
      throw is_unknown(*last);
    }
  }
  if (!named)
    throw Error(ExitCode::usage, msg("all commands have succeeded: there is none to continue from"),
                msg("leave out --from"));
  return first;
}

namespace {

// What comes next on each target while `run` goes on; one more than there are: all is done there.
std::vector<std::int64_t> next_commands(const State& state, const Run& run) {
  std::vector<std::int64_t> next = first_commands(state, run.body);
  const Commands& commands = commands_of(state, run.body.rollback);
  const std::vector<plan::Target>& targets = state.analysis->plan.targets;
  for (std::size_t i = 0; i < targets.size(); ++i)
    for (const CommandRun& command : run.commands)
      if (command.start.target == targets[i].host && ended_well(commands, command))
        next[i] = command.start.n + 1;
  return next;
}

}  // namespace

Message not_next(const State& state, const Run& run, const CommandStart& wanted) {
  const Commands& commands = commands_of(state, run.body.rollback);
  if (!run.commands.empty() && !ended_well(commands, run.commands.back()))
    return msg("the previous command failed");
  try {
    const std::vector<std::int64_t> next = next_commands(state, run);
    const std::vector<plan::Target>& targets = state.analysis->plan.targets;
    for (std::size_t i = 0; i < targets.size(); ++i)
      if (targets[i].host == wanted.target && next[i] == wanted.n) return {};
    return msg("command {n} is not the next one on '{host}'",
               {{"n", std::to_string(wanted.n)}, {"host", wanted.target}});
  } catch (const Error& error) {
    return error.message();
  }
}

Message not_done(const State& state, const Run& run) {
  const Commands& commands = commands_of(state, run.body.rollback);
  if (!std::all_of(run.commands.begin(), run.commands.end(),
                   [&](const CommandRun& command) { return ended_well(commands, command); }))
    return msg("a command of this run failed");
  try {
    const std::vector<std::int64_t> next = next_commands(state, run);
    for (std::size_t i = 0; i < next.size(); ++i)
      if (next[i] <= static_cast<std::int64_t>(commands.size()))
        return msg("not every command succeeded on '{host}'",
                   {{"host", state.analysis->plan.targets[i].host}});
    return {};
  } catch (const Error& error) {
    return error.message();
  }
}

}  // namespace jaga::incident
