#include <string.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "base/clipped.hpp"
#include "base/system_text.hpp"
#include "base/text.hpp"
#include "feed/nagios.hpp"
#include "probe/method.hpp"
#include "process/environment.hpp"
#include "process/run.hpp"

namespace jaga::probe {
namespace {

using inventory::PluginCheck;
using round::Reason;
using round::Result;
using round::State;

constexpr std::size_t kMostOutput = std::size_t{64}
                                    << 10U;  // per stream; the guidelines limit plugins to a page
constexpr std::size_t kHereAtOnce = 16;
constexpr std::size_t kMostSummary = 512;

const PluginCheck& check_of(const Item& item) {
  return std::get<PluginCheck>(*item.check);
}

std::string first_line(const std::string& text) {
  return std::string(trim(std::string_view(text).substr(0, text.find('\n'))));
}

Result answered(const Item& item, int status, const std::string& out, const std::string& err) {
  const feed::PluginOutput said = feed::parse_plugin_output(out);
  const State state = feed::state_of_exit(status);
  const std::string text(clipped(said.text.empty() ? first_line(err) : said.text, kMostSummary));
  Message summary = text.empty() ? sentence("no output") : literal(text);
  Reason reason = state == State::ok ? Reason::none : Reason::reported;
  if (status > 3) {
    reason = Reason::bad_exit;
    summary = sentence("exit status {status}, not 0 to 3: {output}", {{"status", std::to_string(status)}})
                  .with("output", std::move(summary));
  }
  Result result = make(item, state, reason, summary);
  result.facts = feed::facts_of(said.perf);
  result.facts.insert_or_assign("exit_status", std::int64_t{status});
  if (!said.long_text.empty()) result.facts.insert_or_assign("long_output", sanitized(said.long_text));
  return result;
}

Result failed(const Item& item, Reason reason, const Message& summary) {
  return make(item, State::unknown, reason, summary);
}

Result not_started(const Item& item, const std::string& why) {
  const std::string& program = check_of(item).command.front();
  Reason reason = Reason::local_error;
  if (::access(program.c_str(), F_OK) != 0 && errno == ENOENT)
    reason = Reason::absent;
  else if (::access(program.c_str(), X_OK) != 0)
    reason = Reason::not_permitted;
  return failed(item, reason,
                why.starts_with("cannot run ")
                    ? literal(why)
                    : sentence("cannot run {program}: {reason}", {{"program", program}})
                          .with("reason", system_text(why)));
}

Message took_too_long(const Item& item) {
  return sentence("did not end within {time} ms and was killed",
                  {{"time", std::to_string(check_of(item).timeout.count())}});
}

Result result_here(const Item& item, const process::Outcome& outcome) {
  switch (outcome.end) {
    case process::Outcome::End::exited:
      return answered(item, outcome.code, outcome.out, outcome.err);
    case process::Outcome::End::signalled: {
      const char* name = ::sigabbrev_np(outcome.code);
      return failed(item, Reason::killed,
                    sentence("ended by signal {signal}",
                             {{"signal", name != nullptr ? name : std::to_string(outcome.code)}}));
    }
    case process::Outcome::End::timed_out:
      return failed(item, Reason::timed_out, took_too_long(item));
    case process::Outcome::End::cancelled:
      return failed(item, Reason::cancelled, sentence("interrupted"));
    case process::Outcome::End::not_started:
      break;
  }
  return not_started(item, outcome.reason);
}

Result result_there(const Item& item, const ssh::Result& result) {
  if (!result.exit_code) {
    Reason reason = Reason::lost;
    if (result.failure == ssh::Failure::killed)
      reason = Reason::killed;
    else if (const auto named = round::parse_reason(ssh::name(result.failure)))
      reason = *named;
    // A failed login is unknown for a plugin: the host's own checks report it.
    Result failure = failed(item, reason, result.detail);
    failure.phase = ssh::name(result.phase);
    return failure;
  }
  const int status = *result.exit_code;
  const auto ran = result.timings[static_cast<std::size_t>(ssh::Phase::run)];
  if ((status == 124 || status == 137) && ran >= check_of(item).timeout)
    return failed(item, Reason::timed_out, took_too_long(item));
  if (status == 127)
    return failed(item, Reason::absent,
                  sentence("{program} not found: {error}",
                           {{"program", check_of(item).command.front()}, {"error", first_line(result.err)}}));
  if (status == 126)
    return failed(item, Reason::exec_failed,
                  sentence("{program} cannot run: {error}",
                           {{"program", check_of(item).command.front()}, {"error", first_line(result.err)}}));
  if (status > 128 && status < 128 + 65)
    return failed(item, Reason::killed,
                  sentence("ended by signal {signal}", {{"signal", std::to_string(status - 128)}}));
  return answered(item, status, result.out, result.err);
}

void run_plugins_here(const std::vector<Item*>& items, const Work& work) {
  std::vector<process::Command> commands;
  const process::Change plain{"LC_ALL", "C"};  // number format and messages that plugins expect
  for (const Item* item : items) {
    process::Command command;
    command.argv = check_of(*item).command;
    if (work.wave.request->environment)
      command.environment = process::environment_with(*work.wave.request->environment, std::span(&plain, 1));
    command.timeout = check_of(*item).timeout;
    command.grace = std::chrono::milliseconds{500};
    command.most_output = kMostOutput;
    commands.push_back(std::move(command));
  }
  process::run_all(commands, kHereAtOnce, work.wave.stop,
                   [&](std::size_t index, const process::Outcome& outcome) {
                     work.ended(*items[index], {result_here(*items[index], outcome)});
                   });
}

void run_plugins_there(const std::vector<Item*>& items, const Work& work) {
  std::vector<ssh::Request> requests;
  for (const Item* item : items) {
    const PluginCheck& check = check_of(*item);
    ssh::Request one = login_of(*item, work.wave);
    one.script.text = "exec \"$@\"";
    one.script.args = check.command;
    one.script.environment = {{"LC_ALL", "C"}};
    one.script.limit = std::chrono::ceil<std::chrono::seconds>(check.timeout);
    one.most_output = kMostOutput;
    one.deadlines.run = check.timeout + std::chrono::seconds{5};  // the host terminates it first
    requests.push_back(std::move(one));
  }
  ssh::run_all(requests, work.wave.request->ssh, work.wave.stop,
               [&](std::size_t index, const ssh::Result& result) {
                 work.ended(*items[index], {result_there(*items[index], result)});
               });
}

// Local and remote plugins run concurrently.
void run_plugins(const std::vector<Item*>& items, const Work& work) {
  std::vector<Item*> here, there;
  for (Item* item : items) (check_of(*item).via == PluginCheck::Via::ssh ? there : here).push_back(item);
  std::vector<std::jthread> threads;
  begin(threads, here, work.wave, [&] { run_plugins_here(here, work); });
  begin(threads, there, work.wave, [&] { run_plugins_there(there, work); });
}

}  // namespace

template <>
const Method& method<inventory::PluginCheck>() {
  static constexpr Method kMethod{run_plugins};
  return kMethod;
}

}  // namespace jaga::probe
