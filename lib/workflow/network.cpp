#include "workflow/network.hpp"

#include <string.h>

#include "base/error.hpp"
#include "process/environment.hpp"
#include "process/run.hpp"

namespace jaga::workflow {
namespace {

// Runs its arguments, with an empty input. This process may not signal what sudo runs, and the kernel does
// not on its behalf: beside it a reader of its own input waits for the end of that, then ends timeout(1)
// above, which ends the group. Once the program has ended, the reader has another parent and leaves
// everything alone.
constexpr const char* kWatched =
    "exec 3<&0 </dev/null\n"
    "{ read -r x <&3; read -r x x x parent x </proc/self/stat; [ \"$parent\" != $$ ] || kill -s TERM $PPID; "
    "} "
    ">/dev/null 2>&1 &\n"
    "exec \"$@\" 3<&-\n";

constexpr std::size_t kMostOutput = std::size_t{4} << 20U;  // of each stream

// When the target itself ends a script. A little later than here: what ends in time is seen to.
std::chrono::seconds limit_on_target(const Order& order) {
  return std::chrono::ceil<std::chrono::seconds>(order.timeout) + std::chrono::seconds{1};
}

std::string signal_name(int number) {
  const char* name = sigabbrev_np(number);  // glibc 2.32
  return name != nullptr ? std::string(name) : std::to_string(number);
}

class Network : public Transport {
 public:
  Network(ssh::Options options, RandomBytes random, std::vector<std::string> environment, Prober prober,
          Way way)
      : options_(std::move(options)),
        random_(std::move(random)),
        environment_(std::move(environment)),
        prober_(std::move(prober)),
        way_(std::move(way)) {}

  Answer run(plan::Run how, const plan::Target& target, const Order& order, std::stop_token stop) override {
    return how == plan::Run::local ? here(order, stop) : there(target, order, stop);
  }

  std::vector<incident::Result> probe(const std::vector<RepeatedProbe>& wishes,
                                      std::stop_token stop) override {
    return prober_(wishes, stop);
  }

 private:
  Answer here(const Order& order, std::stop_token stop) const {
    process::Command command;
    if (order.sudo) command.argv = {"sudo", "-n", "--"};
    const std::string path = process::variable(environment_, "PATH").value_or("");
    if (process::find_program("timeout", path)) {
      // It makes a whole group of the script, ended also where this process may not (sudo) or is gone.
      for (const std::string& word : {std::string("timeout"), std::string("-k"), std::string("2"),
                                      std::to_string(limit_on_target(order).count())})
        command.argv.push_back(word);
    }
    if (order.sudo) {
      for (const char* word : {"/bin/sh", "-c"}) command.argv.emplace_back(word);
      command.argv.emplace_back(kWatched);
      command.argv.emplace_back("jaga");
      command.hold_input = true;
    }
    if (order.sudo && !order.environment.empty()) {
      // sudo drops variables: env sets them inside.
      command.argv.emplace_back("env");
      for (const auto& [name, value] : order.environment) command.argv.push_back(name + "=" + value);
    }
    for (const char* word : {"/bin/sh", "-c"}) command.argv.emplace_back(word);
    command.argv.push_back(order.script);
    command.argv.emplace_back("jaga");
    for (const auto& argument : order.arguments) command.argv.push_back(argument);
    std::vector<process::Change> changes;
    for (const auto& [name, value] : order.environment) changes.emplace_back(name, value);
    command.environment = process::environment_with(environment_, changes);
    if (order.input) command.input = *order.input;
    command.timeout = order.timeout;
    // What this process may not signal is waited for until timeout(1) has.
    command.grace = std::chrono::seconds{order.sudo ? 5 : 2};
    command.most_output = kMostOutput;
    const process::Outcome outcome = process::run(command, stop);

    Answer answer;
    answer.out = outcome.out;
    answer.err = outcome.err;
    answer.cut = outcome.out_cut || outcome.err_cut;
    switch (outcome.end) {
      case process::Outcome::End::exited:
        answer.end = Answer::End::exited;
        answer.code = outcome.code;
        break;
      case process::Outcome::End::signalled:
        answer.end = Answer::End::signalled;
        answer.signal = signal_name(outcome.code);
        break;
      case process::Outcome::End::timed_out:
        answer.end = Answer::End::unknown;
        answer.why = outcome.left_running ? sentence("it exceeded its time limit and may still be running")
                                          : sentence("it exceeded its time limit and was killed");
        break;
      case process::Outcome::End::cancelled:
        if (outcome.duration.count() == 0) {
          answer.why = sentence("interrupted before it started");
          break;  // not_sent
        }
        answer.end = Answer::End::unknown;
        answer.why = outcome.left_running ? sentence("it was interrupted and may still be running")
                                          : sentence("it was interrupted and killed");
        break;
      case process::Outcome::End::not_started:
        answer.end = Answer::End::not_sent;
        answer.why = sentence("it could not be started: {reason}", {{"reason", outcome.reason}});
        break;
    }
    return answer;
  }

  Answer there(const plan::Target& target, const Order& order, std::stop_token stop) const {
    ssh::Request request;
    request.target.name = target.host;
    request.target.address = target.address;
    request.target.port = static_cast<std::uint16_t>(target.port);
    request.target.user = target.login;
    for (const std::string& line : target.host_keys)
      if (const auto key = sshkey::parse_public_key(line)) request.target.known.push_back(*key);
    if (way_) way_(target.host, request.target);
    request.script.text = order.script;
    request.script.args = order.arguments;
    request.script.environment = order.environment;
    request.script.sudo = order.sudo;
    request.script.input = order.input;
    request.script.limit = limit_on_target(order);
    request.nonce = random_id(random_);
    request.most_output = kMostOutput;
    request.deadlines.run = order.timeout;
    Answer answer;
    ssh::Result result;
    try {
      result = ssh::run_all({request}, options_, stop).front();
    } catch (const Error& error) {
      answer.why = error.message();  // refused before anything was begun
      return answer;
    }
    answer.why = result.detail;
    answer.address = result.address;
    answer.out = result.out;
    answer.err = result.err;
    answer.cut = result.out_cut || result.err_cut;
    if (result.seen) answer.host_key = result.seen->line();
    answer.host_key_changed = result.failure == ssh::Failure::host_key_changed;
    if (result.failure == ssh::Failure::none && result.exit_code) {
      answer.end = Answer::End::exited;
      answer.code = *result.exit_code;
    } else if (result.phase == ssh::Phase::run && result.failure != ssh::Failure::exec_failed) {
      // It may have begun; what a signal ended is the shell around it.
      answer.end = Answer::End::unknown;
      answer.why = sentence("{why}; it may still be running there")
                       .with("why", answer.why.empty() ? sentence("the connection ended") : answer.why);
    }
    return answer;
  }

  ssh::Options options_;
  RandomBytes random_;
  std::vector<std::string> environment_;
  Prober prober_;
  Way way_;
};

class DeferredTransport : public Transport {
 public:
  explicit DeferredTransport(std::function<std::unique_ptr<Transport>()> make) : make_(std::move(make)) {}

  Answer run(plan::Run how, const plan::Target& target, const Order& order, std::stop_token stop) override {
    return made().run(how, target, order, std::move(stop));
  }
  std::vector<incident::Result> probe(const std::vector<RepeatedProbe>& wishes,
                                      std::stop_token stop) override {
    return made().probe(wishes, std::move(stop));
  }

 private:
  Transport& made() {
    if (!made_) made_ = make_();
    return *made_;
  }

  std::function<std::unique_ptr<Transport>()> make_;
  std::unique_ptr<Transport> made_;
};

}  // namespace

std::unique_ptr<Transport> network_transport(ssh::Options options, RandomBytes random,
                                             std::vector<std::string> environment, Prober prober, Way way) {
  return std::make_unique<Network>(std::move(options), std::move(random), std::move(environment),
                                   std::move(prober), std::move(way));
}

std::unique_ptr<Transport> deferred_transport(std::function<std::unique_ptr<Transport>()> make) {
  return std::make_unique<DeferredTransport>(std::move(make));
}

}  // namespace jaga::workflow
