// jaga-fleet: carries orders to the sites and brings back what their workers sent (jaga-fleet(7)). Started by
// jaga monitor --fleet and jaga doctor --fleet.
#include <unistd.h>

#include <chrono>
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
  Exchanger(Run& run, const fleet::Exchange& exchange) : run_(run), exchange_(exchange) {}

  // Until a stop, all sites at once, each by a connection of its own. Throws what connect_office() throws.
  void work() {
    {
      const auto first = connect_office(run_, exchange_.hub, "");
      tell({fleet::Event::Kind::connected, "-", first->server()});
    }
    std::vector<std::jthread> threads;
    threads.reserve(exchange_.sites.size());
    for (const fleet::Exchange::Site& site : exchange_.sites)
      threads.emplace_back([this, &site] {
        try {
          serve(site);
        } catch (const Error& error) {
          tell({fleet::Event::Kind::silent, site.site, run_.ui.text(error.message())});
        }
      });
  }

 private:
  void tell(const fleet::Event& event) {
    const std::lock_guard lock(mutex_);
    const std::string line = fleet::line_of(event);
    (void)os::write_all(STDOUT_FILENO, line);
  }

  // What was asked for, before the reason: where nobody listens that is all there is to tell.
  static std::string of(std::string subject, const broker::Answer& answer) {
    return subject.append(": ").append(answer.why);
  }

  void serve(const fleet::Exchange::Site& site) {
    std::string said;
    const auto silent = [&](const std::string& why) {
      if (said != why) tell({fleet::Event::Kind::silent, site.site, why});
      said = why;
      return os::sleep_for(run_.stop, kAgain);
    };
    std::unique_ptr<broker::Connection> connection;
    while (!connection) {
      try {
        connection = connect_office(run_, exchange_.hub, site.site);
      } catch (const Error& error) {
        if (!silent(run_.ui.text(error.message()))) return;
      }
    }
    const broker::Stream streams(*connection, fleet::domain_of(site.site), kAnswer);
    for (const std::string& file : site.orders) {
      const std::string bytes = file_text(file, fleet::kMostMessage);
      const std::string id = file.substr(file.rfind('/') + 1);
      for (;;) {
        const std::string subject = fleet::order_subject(site.site, id);
        const broker::Answer answer = streams.publish(subject, bytes, id);
        if (answer.ok()) break;
        if (!silent(of(subject, answer))) return;
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
        const std::string subject = fleet::standing_subject(site.site, *part);
        const broker::Answer answer = streams.publish(subject, bytes, message);
        if (answer.ok()) break;
        if (!silent(of(subject, answer))) return;
      }
      if (part == 1) tell({fleet::Event::Kind::standing, site.site, name.substr(0, name.rfind('.'))});
    }
    const store::Folder spool(exchange_.spool);
    while (!run_.stop.stop_requested()) {
      try {
        take(*connection, site.site, spool, silent);
      } catch (const Error& error) {
        if (error.code() != ExitCode::unavailable) throw;
        if (!silent(run_.ui.text(error.message()))) return;
      }
    }
  }

  template <typename Silent>
  void take(const broker::Connection& connection, const std::string& site, const store::Folder& spool,
            const Silent& silent) {
    broker::Consumer results(
        connection, fleet::domain_of(site),
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
      const broker::Answer settled = delivery->done(kAnswer);
      tell({fleet::Event::Kind::stored, site, file});
      // Where it was not heard it comes again, into the same file.
      if (!settled.ok() && !silent(of("$JS.ACK.RESULTS", settled))) return;
    }
  }

  Run& run_;
  const fleet::Exchange& exchange_;
  std::mutex mutex_;
};

ExitCode carry(Run& run, const std::string& file) {
  const fleet::Exchange job = fleet::read_exchange(file_text(run.absolute(file), kMostJob), file);
  Exchanger(run, job).work();
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
