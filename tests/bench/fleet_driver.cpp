// jaga-bench-fleet FOLDER: a worker of a site as jaga-worker is one, but for the measuring: each host has one
// result, of an echo that was answered, made up at once. So tests/bench/fleet.sh measures all the rest of a
// round over the fleet.
#include <array>
#include <cstdint>
#include <memory>

#include "fleet/program.hpp"
#include "fleet/worker_run.hpp"
#include "round/round.hpp"

namespace jaga::cmd {
namespace {

round::Round make_up(const probe::Request& request, const std::stop_token& /*stop*/) {
  round::Round round;
  round.installation = request.installation;
  round.at = request.now();
  round.inventory = request.inventory;
  for (const inventory::Host& host : request.hosts) {
    // Times differ from host to host and from round to round, as measured ones do.
    std::array<std::byte, 4> random{};
    request.random(random);
    const auto at_most = [&](std::size_t byte, int most) {
      return std::int64_t{std::to_integer<int>(random.at(byte)) % most};
    };
    round::Result result;
    result.host = host.name;
    result.check = "icmp";
    result.state = round::State::ok;
    result.facts = {{"duplicates", std::int64_t{0}}, {"jitter_us", 4 + at_most(0, 60)},
                    {"late", std::int64_t{0}},       {"loss_percent", std::int64_t{0}},
                    {"received", std::int64_t{5}},   {"rtt_us", 150 + at_most(1, 256) * 3 + at_most(2, 3)},
                    {"sent", std::int64_t{5}}};
    round.results.push_back(std::move(result));
  }
  return round;
}

std::vector<ProgramCommand> driver_commands() {
  auto path = std::make_shared<std::string>();
  Setup working("bench-fleet", literal("carry out orders without measuring"));
  working.argument("FOLDER", *path, literal("of the worker"));
  std::vector<ProgramCommand> out;
  out.push_back({std::move(working), [path](Run& run) {
                   store::Modes modes;
                   modes.file = 0600;
                   const store::Folder folder(run.absolute(*path), modes);
                   const fleet::WorkerConfig config =
                       fleet::parse_worker_config(folder.require(fleet::kWorkerConfigFile), *path);
                   carry_out_orders(run, config, folder, make_up);
                   return ExitCode::ok;
                 }});
  return out;
}

}  // namespace
}  // namespace jaga::cmd

int main(int argc, char** argv) {
  return jaga::cmd::run_program(argc, argv, jaga::cmd::driver_commands());
}
