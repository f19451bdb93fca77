// jaga-fleet examine: what is seen of NATS and of the streams of the sites.
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "broker/broker.hpp"
#include "broker/greeting.hpp"
#include "fleet/examination.hpp"
#include "fleet/office.hpp"
#include "fleet/streams.hpp"
#include "fleet/subjects.hpp"
#include "os/file.hpp"
#include "store/folder.hpp"

namespace jaga::cmd {
namespace {

using namespace std::chrono_literals;
using fleet::Sight;
using std::chrono::milliseconds;

constexpr milliseconds kAnswer = 3s;

class Examiner {
 public:
  explicit Examiner(const fleet::Examination& job) : job_(job) {}

  void examine_hub(const broker::Connection& connection, const broker::Login& login) {
    const std::string address = connection.server();
    const auto greeting = broker::greeting_of(address, kAnswer);
    const bool tls = login.needs_tls() || (greeting && greeting->requires_tls);
    see({Sight::Kind::hub, "-", tls ? "tls" : "plain", connection.round_trip().count(), address});
    if (greeting) see({Sight::Kind::version, "-", "-", 0, greeting->version});
  }

  void examine_site(const Run& run, const fleet::Examination::Site& site) {
    const auto connection = connect_office(run, job_.hub, site.site);
    const broker::Stream streams(*connection, fleet::domain_of(site.site), kAnswer);
    broker::Answer answer;
    bool results = false;
    for (const broker::StreamConfig& wanted : site_streams(site.site)) {
      const auto info = streams.info(wanted, answer);
      // Across accounts of the hub nobody says that nobody listens.
      if (answer.end == broker::End::unreachable || (answer.end == broker::End::unknown && answer.permitted))
        return see({Sight::Kind::silent, site.site, "-", 0, answer.why});
      if (!info) {
        const bool missing = answer.end == broker::End::missing;
        see({missing ? Sight::Kind::missing : Sight::Kind::unread, site.site, wanted.name, 0,
             missing ? "" : answer.why});
        continue;
      }
      const auto messages = static_cast<std::int64_t>(info->messages);
      std::string different;
      for (const std::string& each : info->different) different += (different.empty() ? "" : ", ") + each;
      see({different.empty() ? Sight::Kind::stream : Sight::Kind::different, site.site, wanted.name, messages,
           different});
      if (wanted.name == fleet::kOrders)
        examine_reader(streams, site.site, wanted.name, fleet::workers_consumer(site.site), messages);
      if (wanted.name != fleet::kResults) continue;
      results = true;
      examine_reader(streams, site.site, wanted.name, fleet::office_consumer(site.site), messages);
    }
    if (!results) return;
    for (const std::string& worker : site.workers) fetch_newest(streams, site.site, worker);
  }

 private:
  void see(const Sight& sight) {
    const std::lock_guard lock(mutex_);
    (void)os::write_all(STDOUT_FILENO, fleet::line_of(sight));
  }

  void examine_reader(const broker::Stream& streams, const std::string& site, const std::string& stream,
                      const std::string& reader, std::int64_t messages) {
    broker::Answer answer;
    const auto reading = streams.reading(stream, reader, answer);
    if (reading) {
      see({Sight::Kind::waiting,
           site,
           stream,
           static_cast<std::int64_t>(reading->pending + reading->taken),
           {}});
      see({Sight::Kind::taken, site, stream, static_cast<std::int64_t>(reading->taken), {}});
    } else if (answer.end == broker::End::missing) {
      see({Sight::Kind::waiting, site, stream, messages, {}});  // nobody took any yet
    } else {
      see({Sight::Kind::unread, site, stream, 0, answer.why});
    }
  }

  void fetch_newest(const broker::Stream& streams, const std::string& site, const std::string& worker) {
    broker::Answer answer;
    const auto bytes = streams.newest(fleet::kResults, fleet::result_subject(site, worker), answer);
    if (!bytes) {
      const bool none = answer.end == broker::End::missing;
      return see({none ? Sight::Kind::none : Sight::Kind::unread, site, worker, 0, none ? "" : answer.why});
    }
    store::Folder(job_.folder).replace(fleet::batch_file(site, worker), *bytes);
    see({Sight::Kind::batch, site, worker, 0, {}});
  }

  const fleet::Examination& job_;
  std::mutex mutex_;
};

}  // namespace

ExitCode examine(Run& run, const std::string& file) {
  const fleet::Examination job = fleet::read_examination(file_text(run.absolute(file), kMostJob), file);
  Examiner examiner(job);
  const broker::Login login = login_of(run, job.hub);
  try {
    examiner.examine_hub(*connect_office(run, job.hub, ""), login);
  } catch (const Error& error) {
    if (error.code() != ExitCode::unavailable) throw;
    // Who sets up the hub needs it before the hub runs.
    throw Error{error.code(), error.message(), nkey_hint(login)};
  }
  std::vector<std::jthread> threads;
  threads.reserve(job.sites.size());
  std::mutex mutex;
  std::optional<Error> wrong;
  for (const fleet::Examination::Site& site : job.sites)
    threads.emplace_back([&] {
      try {
        examiner.examine_site(run, site);
      } catch (const Error& error) {
        const std::lock_guard lock(mutex);
        wrong = error;
      }
    });
  threads.clear();
  if (wrong) throw *wrong;
  return ExitCode::ok;
}

}  // namespace jaga::cmd
