// jaga-fleet: carries orders to the sites and brings back what their workers sent (jaga-fleet(7)). Started by
// jaga monitor --fleet and jaga doctor --fleet.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>

#include "base/text.hpp"
#include "broker/broker.hpp"
#include "fleet/exchange.hpp"
#include "fleet/office.hpp"
#include "fleet/program.hpp"
#include "fleet/signed_text.hpp"
#include "fleet/subjects.hpp"
#include "os/file.hpp"
#include "os/stop.hpp"
#include "store/folder.hpp"

namespace jaga::cmd {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds kAnswer = 5s;
constexpr milliseconds kAgain = 1s;
constexpr milliseconds kLook = 200ms;  // for a message; a stop is noticed after it
constexpr milliseconds kAckWait = 10s;

class Exchanger {
 public:
  Exchanger(Run& run, const fleet::Exchange& exchange, const broker::Connection& connection)
      : run_(run), exchange_(exchange), connection_(connection) {}

  // Until a stop, all sites at once.
  void work() {
    tell({fleet::Event::Kind::connected, "-", connection_.server()});
    std::vector<std::jthread> threads;
    threads.reserve(exchange_.sites.size());
    for (const fleet::Exchange::Site& site : exchange_.sites)
      threads.emplace_back([this, &site] {
        try {
          serve(site);
        } catch (const Error& error) {
          tell({fleet::Event::Kind::silent, site.site, error.message().render(Language::english)});
        }
      });
  }

 private:
  void tell(const fleet::Event& event) {
    const std::lock_guard lock(mutex_);
    const std::string line = fleet::line_of(event);
    (void)os::write_all(STDOUT_FILENO, line);
  }

  void serve(const fleet::Exchange::Site& site) {
    std::string said;
    const auto silent = [&](const std::string& why) {
      if (said != why) tell({fleet::Event::Kind::silent, site.site, why});
      said = why;
      return os::sleep_for(run_.stop, kAgain);
    };
    const broker::Stream streams(connection_, fleet::domain_of(site.site), kAnswer);
    for (const std::string& file : site.orders) {
      const std::string bytes = file_text(file, fleet::kMostMessage);
      const std::string id = file.substr(file.rfind('/') + 1);
      for (;;) {
        const broker::Answer answer = streams.publish(fleet::order_subject(site.site, id), bytes, id);
        if (answer.ok()) break;
        if (!silent(answer.why)) return;
      }
      tell({fleet::Event::Kind::published, site.site, id});
    }
    // The first part comes last: with it the new order counts.
    for (const std::string& file : site.standing) {
      const std::string bytes = file_text(file, fleet::kMostMessage);
      const std::string name = file.substr(file.rfind('/') + 1);
      const std::optional<int> part = fleet::standing_part(name);
      if (!part)
        throw Error{ExitCode::data,
                    msg("not a part of a standing order: '{file}'", {{"file", printable(file)}})};
      for (;;) {
        std::string message = "standing-";
        message += name;
        const broker::Answer answer =
            streams.publish(fleet::standing_subject(site.site, *part), bytes, message);
        if (answer.ok()) break;
        if (!silent(answer.why)) return;
      }
      if (part == 1) tell({fleet::Event::Kind::standing, site.site, name.substr(0, name.rfind('.'))});
    }
    const store::Folder spool(exchange_.spool);
    while (!run_.stop.stop_requested()) {
      try {
        take(site.site, spool, silent);
      } catch (const Error& error) {
        if (error.code() != ExitCode::unavailable) throw;
        if (!silent(error.message().render(Language::english))) return;
      }
    }
  }

  template <typename Silent>
  void take(const std::string& site, const store::Folder& spool, const Silent& silent) {
    broker::Consumer results(
        connection_, fleet::domain_of(site),
        {fleet::kResults, fleet::result_subjects(site), fleet::office_consumer(site), kAckWait, 1}, kAnswer);
    while (!run_.stop.stop_requested()) {
      broker::Answer answer;
      std::optional<broker::Delivery> delivery = results.next(kLook, answer);
      if (!delivery) {
        if (!answer.ok() && !silent(answer.why)) return;
        continue;
      }
      const std::string file = fleet::spool_file(site, delivery->sequence(), delivery->bytes());
      spool.replace(file, delivery->bytes());
      // Where it was not heard it comes again, into the same file.
      (void)delivery->done(kAnswer);
      tell({fleet::Event::Kind::stored, site, file});
    }
  }

  Run& run_;
  const fleet::Exchange& exchange_;
  const broker::Connection& connection_;
  std::mutex mutex_;
};

ExitCode carry(Run& run, const std::string& file) {
  const fleet::Exchange job = fleet::read_exchange(file_text(run.absolute(file), kMostJob), file);
  const auto connection = connect_office(run, job.hub, [](const std::string& remark) {
    std::fprintf(stderr, "jaga-fleet: NATS: %s\n", remark.c_str());
  });
  Exchanger(run, job, *connection).work();
  return ExitCode::ok;
}

std::vector<ProgramCommand> fleet_commands() {
  auto file = std::make_shared<std::string>();
  Setup carrying("fleet exchange",
                 msg("carry orders to the sites and bring back results, for jaga monitor --fleet"));
  carrying.argument("FILE", *file, msg("the orders to carry"));
  std::vector<ProgramCommand> commands;
  commands.push_back({std::move(carrying), [file](Run& run) { return carry(run, *file); }});
  Setup examining("fleet examine", msg("print what is seen of NATS and the sites, for jaga doctor --fleet"));
  examining.argument("FILE", *file, msg("what to examine"));
  commands.push_back({std::move(examining), [file](Run& run) { return examine(run, *file); }});
  return commands;
}

}  // namespace
}  // namespace jaga::cmd

int main(int argc, char** argv) {
  return jaga::cmd::run_program(argc, argv, jaga::cmd::fleet_commands());
}
