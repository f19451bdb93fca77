#include <embedded/collector.hpp>

#include "base/system_text.hpp"
#include "probe/collected.hpp"
#include "probe/method.hpp"
#include "process/run.hpp"

namespace jaga::probe {
namespace {

using round::Reason;
using round::Result;
using round::State;

constexpr std::size_t kLocalAtOnce = 2;

std::vector<Result> looked(const Item& item, const Wave& wave, const process::Outcome& outcome,
                           const std::string& nonce) {
  using End = process::Outcome::End;
  const Reason reason = outcome.end == End::timed_out     ? Reason::timed_out
                        : outcome.end == End::cancelled   ? Reason::cancelled
                        : outcome.end == End::not_started ? Reason::local_error
                        : outcome.ok()                    ? Reason::none
                                                          : Reason::lost;
  Result here = make(item, reason == Reason::none ? State::ok : State::unknown, reason,
                     reason == Reason::none ? sentence("measured here") : system_text(outcome.reason));
  if (reason != Reason::none) return {std::move(here)};
  return collected(item, wave, std::move(here), outcome.out, nonce);
}

void look_here(const std::vector<Item*>& items, const Work& work) {
  std::vector<process::Command> commands;
  std::vector<std::string> nonces;
  for (const Item* item : items) {
    nonces.push_back(random_id(work.wave.random));
    process::Command command;
    command.argv = {"/bin/sh", "-c", std::string(embedded::collector), "jaga", nonces.back()};
    tell_sections(*item);
    command.argv.insert(command.argv.end(), item->sections.begin(), item->sections.end());
    command.environment = work.wave.request->environment;
    command.timeout = time_to_collect(std::get<inventory::LocalCheck>(*item->check).timeout, item->sections);
    command.most_output = kMostCollected;
    commands.push_back(std::move(command));
  }
  process::run_all(commands, kLocalAtOnce, work.wave.stop,
                   [&](std::size_t index, const process::Outcome& outcome) {
                     work.ended(*items[index], looked(*items[index], work.wave, outcome, nonces[index]));
                   });
}

}  // namespace

template <>
const Method& method<inventory::LocalCheck>() {
  static constexpr Method kMethod{look_here};
  return kMethod;
}

}  // namespace jaga::probe
