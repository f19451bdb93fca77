#include "fleet/worker_run.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <thread>
#include <tuple>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "fleet/standing.hpp"
#include "fleet/streams.hpp"
#include "fleet/subjects.hpp"
#include "os/stop.hpp"
#include "sign/keyring.hpp"

namespace jaga::cmd {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds kAnswer = 5s;    // of a stream
constexpr milliseconds kAckWait = 10s;  // after which an order whose worker is silent goes to another one
constexpr milliseconds kAlive = 3s;     // so often a worker says that it lives
constexpr milliseconds kAgain = 1s;
constexpr milliseconds kLook = 500ms;      // for an order; a stop is noticed after it
constexpr int kMostAtOnce = 1'000;         // orders that the workers of a site have taken
constexpr milliseconds kMore = 100ms;      // for an order that comes with another one
constexpr milliseconds kGather = 1s;       // for all orders that are measured together
constexpr std::size_t kMostHosts = 5'000;  // with so many no more orders are taken first

std::string file_in(const store::Folder& folder, const std::string& file) {
  return file.empty() || file.starts_with('/') ? file : folder.absolute(file);
}

std::unique_ptr<sign::Signer> signer_of(const store::Folder& folder, const Run& run) {
  sign::Places places;
  places.key_file = folder.absolute(fleet::kWorkerKey);
  places.environment = run.environment;
  const std::vector<sign::FoundKey> keys = sign::find_keys(places);
  if (keys.empty())
    throw Error{ExitCode::not_permitted, msg("no key in '{path}'", {{"path", printable(*places.key_file)}})};
  return sign::signer_for(keys.front(), places);
}

// Two processes of one worker would use the same numbers.
store::Lock lock_of(const store::Folder& folder) {
  try {
    return folder.lock("", 1s);
  } catch (const Error& error) {
    if (error.code() != ExitCode::busy) throw;
    throw Error{ExitCode::busy,
                msg("another jaga-worker is using '{path}'", {{"path", printable(folder.path())}})};
  }
}

// An order that was taken and is not done.
struct Taken {
  broker::Delivery delivery;
  fleet::Accepted order;
  std::optional<Instant> slot;
};

// Says every few seconds that the orders are still being worked on.
class Alive {
 public:
  explicit Alive(std::vector<Taken>& orders)
      : thread_([&orders](const std::stop_token& stop) {
          while (os::sleep_for(stop, kAlive))
            for (Taken& each : orders) each.delivery.in_progress();
        }) {}

 private:
  std::jthread thread_;
};

class Worker {
 public:
  Worker(Run& run, const fleet::WorkerConfig& config, const store::Folder& folder, const Measuring& measuring)
      : run_(run),
        config_(config),
        folder_(folder),
        measuring_(measuring),
        lock_(lock_of(folder)),
        signer_(signer_of(folder, run)),
        numbers_(folder),
        heard_(folder, clock_now()),
        heard_now_(heard_.last()),
        connection_(login_of_worker(config, folder),
                    [said = std::string()](const std::string& remark) mutable {
                      if (remark != said) std::fprintf(stderr, "jaga-worker: NATS: %s\n", remark.c_str());
                      said = remark;
                    }) {}

  void work() {
    make_streams(connection_, config_.site);
    broker::Consumer orders(connection_, {},
                            {fleet::kOrders, fleet::order_subjects(config_.site),
                             fleet::workers_consumer(config_.site), kAckWait, kMostAtOnce},
                            kAnswer);
    const broker::Listener listener(connection_, fleet::office_orders(config_.site),
                                    [this](std::string_view message) {
                                      const Instant now = clock_now();
                                      if (fleet::hears_office(message, config_, now)) heard_now_ = now;
                                    });
    run_.ui.say(msg("'{name}' waits for orders to the site '{site}' at {server}",
                    {{"name", config_.name}, {"site", config_.site}, {"server", connection_.server()}}));
    while (!run_.stop.stop_requested()) {
      order_slot();
      broker::Answer answer;
      std::vector<Taken> taken = take(orders, answer);
      if (taken.empty() && !answer.ok()) os::sleep_for(run_.stop, kAgain);
      while (!taken.empty()) carry_out(taken);
    }
  }

 private:
  // Orders what the standing order wants in this slot, if the office is not heard.
  void order_slot() {
    if (const Instant heard = heard_now_; heard > heard_.last()) heard_.set(heard);
    const Instant now = clock_now();
    // Read only where the last one that was read says so, at most once a second.
    if (const Instant due = fleet::slot_at(now, every_);
        due == ordered_ || !fleet::is_due(due, every_, heard_.last()) || fleet::slot_at(now, 1s) == looked_)
      return;
    looked_ = fleet::slot_at(now, 1s);
    const broker::Stream streams(connection_, {}, kAnswer);
    std::optional<fleet::OrderHead> first;
    for (int part = 1; part <= (first ? first->parts : 1); ++part) {
      std::string why;
      const auto bytes = streams.last(fleet::kStanding, fleet::standing_subject(config_.site, part), why);
      if (!bytes) return;
      fleet::OrderHead head;
      try {
        head = fleet::accept_order(*bytes, config_, now).head;
        if (head.kind != fleet::OrderHead::Kind::standing) return;
        require_newest(head, fleet::slot_at(now, head.every));
      } catch (const Error& error) {
        if (error.code() != ExitCode::data && error.code() != ExitCode::not_permitted) throw;
        if (part == 1 && error.message().render(Language::english) != refused_) {
          refused_ = error.message().render(Language::english);
          run_.ui.complain(error.message());
        }
        return;
      }
      if (part == 1) {
        first = head;
        every_ = head.every;
        heard_.saw(head, now);
      }
      const Instant slot = fleet::slot_at(now, head.every);
      if (slot == ordered_ || !fleet::is_slot_of(head, slot, now, {}) ||
          !fleet::is_due(slot, head.every, heard_.last()))
        return;
      if (head.id != first->id) continue;  // of another standing order, which is being replaced
      // As all workers of the site call it.
      std::string id = "standing-";
      id += head.id + "-" + std::to_string(part) + "-" + std::to_string(slot.time_since_epoch().count());
      if (!streams.publish(fleet::slot_subject(config_.site, head.id, part, slot), *bytes, id).ok()) return;
      if (part == first->parts) ordered_ = slot;
    }
  }

  void require_newest(const fleet::OrderHead& standing, Instant slot) const {
    if (heard_.is_replaced(standing, slot))
      throw Error{ExitCode::not_permitted,
                  msg("the standing order '{order}' was replaced by a newer one", {{"order", standing.id}})};
  }

  // All orders that are there now. Several workers that wait for them take turns.
  std::vector<Taken> take(broker::Consumer& orders, broker::Answer& answer) {
    std::vector<Taken> taken;
    std::size_t hosts = 0;
    const auto end = std::chrono::steady_clock::now() + kGather;
    for (milliseconds wait = kLook;
         hosts < kMostHosts && std::chrono::steady_clock::now() < end && !run_.stop.stop_requested();
         wait = kMore) {
      std::optional<broker::Delivery> delivery = orders.next(wait, answer);
      if (!delivery) break;
      std::optional<Taken> one = accept(std::move(*delivery));
      if (!one) continue;
      hosts += one->order.request.hosts.size();
      taken.push_back(std::move(*one));
    }
    return taken;
  }

  std::optional<Taken> accept(broker::Delivery delivery) {
    std::optional<fleet::Accepted> order;
    const std::optional<Instant> slot = fleet::slot_of_subject(delivery.subject());
    try {
      order = fleet::accept_order(delivery.bytes(), config_, clock_now(), slot);
      if (!slot && order->head.kind == fleet::OrderHead::Kind::standing)
        throw Error{ExitCode::data, msg("a standing order was put among those to be done now")};
      if (slot) require_newest(order->head, *slot);
    } catch (const Error& error) {
      if (error.code() != ExitCode::data && error.code() != ExitCode::not_permitted) throw;
      run_.ui.complain(error.message());
      delivery.refuse();
      return std::nullopt;
    }
    if (slot)
      heard_.saw(order->head, clock_now());
    else
      heard_now_ = clock_now();
    return Taken{std::move(delivery), std::move(*order), slot};
  }

  // Which orders this process has answered, until they are over.
  using Answered = std::tuple<std::string, int, std::optional<Instant>>;
  static Answered key_of(const Taken& taken) {
    return {taken.order.head.id, taken.order.head.part, taken.slot};
  }

  // Orders that are there again: what settled them was not heard, or somebody repeats them.
  void drop_answered(std::vector<Taken>& taken) {
    const Instant now = clock_now();
    std::erase_if(answered_, [&](const auto& each) { return each.second <= now; });
    std::erase_if(taken, [&](Taken& each) {
      if (!answered_.contains(key_of(each))) return false;
      (void)each.delivery.done(kAnswer);
      return true;
    });
  }

  // The first of `taken` with those that can be measured with it; they are not among `taken` any more. After
  // a stop none is.
  void carry_out(std::vector<Taken>& taken) {
    drop_answered(taken);
    if (taken.empty()) return;
    const auto begin = std::chrono::steady_clock::now();
    probe::Request request = std::move(taken.front().order.request);
    std::vector<std::vector<std::string>> hosts{names_of(request)};
    std::size_t count = 1;
    for (std::size_t at = 1; at < taken.size(); ++at) {
      probe::Request& more = taken[at].order.request;
      if (taken[at].slot != taken.front().slot || !fleet::goes_with(request, more)) continue;
      hosts.push_back(names_of(more));
      fleet::add_to(request, std::move(more));
      std::swap(taken[at], taken[count++]);
    }
    std::optional<Alive> alive(std::in_place, taken);
    round::Round measured = measure(std::move(request));
    if (run_.stop.stop_requested()) {
      alive.reset();
      for (Taken& each : taken) each.delivery.give_back();
      taken.clear();
      return;
    }
    std::vector<fleet::Batch> batches;
    for (std::size_t at = 0; at < count; ++at)
      for (fleet::Batch& batch : fleet::divide(fleet::part_of(measured, hosts[at]), taken[at].order.text,
                                               config_.name, 0, taken[at].slot))
        batches.push_back(std::move(batch));
    const bool sent = send(std::move(batches));
    alive.reset();
    const auto rest = taken.begin() + static_cast<std::ptrdiff_t>(count);
    if (!sent) {
      std::for_each(rest, taken.end(), [](Taken& each) { each.delivery.give_back(); });
      taken.clear();
      return;
    }
    const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
    for (std::size_t at = 0; at < count; ++at) {
      const fleet::OrderHead& head = taken[at].order.head;
      answered_.emplace(key_of(taken[at]), taken[at].slot ? *taken[at].slot + head.every : head.until);
      // Where it is not known whether this was heard, the order may come again: the office takes the first
      // answer.
      (void)taken[at].delivery.done(kAnswer);
      const auto results = static_cast<std::size_t>(
          std::count_if(measured.results.begin(), measured.results.end(), [&](const round::Result& result) {
            return std::binary_search(hosts[at].begin(), hosts[at].end(), result.host);
          }));
      say(taken[at], results, took);
    }
    taken.erase(taken.begin(), rest);
  }

  static std::vector<std::string> names_of(const probe::Request& request) {
    std::vector<std::string> out;
    for (const inventory::Host& host : request.hosts) out.push_back(host.name);
    std::sort(out.begin(), out.end());
    return out;
  }

  void say(const Taken& taken, std::size_t results, milliseconds took) const {
    const Message what = counted(results, msg("1 result in {time}"), msg("{count} results in {time}"))
                             .with("time", literal(format_duration(took)));
    const std::string& order = taken.order.head.id;
    if (taken.slot)
      run_.ui.say(msg("standing order {order}, due at {due}: {what}",
                      {{"order", order}, {"due", format_instant(*taken.slot)}})
                      .with("what", what));
    else
      run_.ui.say(msg("order {order}: {what}", {{"order", order}}).with("what", what));
  }

  round::Round measure(probe::Request request) {
    for (const std::string& file : config_.ssh_keys)
      request.ssh.identities.key_files.push_back(file_in(folder_, file));
    request.ssh.program = ssh::Program{run_.environment};
    request.environment = run_.environment;
    request.installation = config_.name;
    request.now = clock_now;
    request.random = run_.random;
    round::Round measured = measuring_(request, run_.stop);
    measured.partial = true;
    round::follow(measured, nullptr);
    return measured;
  }

  // False: a stop came first.
  bool send(std::vector<fleet::Batch> batches) {
    std::int64_t number = numbers_.take(static_cast<std::int64_t>(batches.size()));
    const broker::Stream results(connection_, {}, kAnswer);
    for (fleet::Batch& batch : batches) {
      batch.number = number++;
      const std::string message = fleet::write_batch(batch, *signer_, run_.stop);
      const std::string id = config_.name + "-" + std::to_string(batch.number);
      bool said = false;
      for (;;) {
        const broker::Answer answer =
            results.publish(fleet::result_subject(config_.site, config_.name), message, id);
        if (answer.ok()) break;
        if (!said)
          run_.ui.complain(msg("results cannot be stored, trying again: {reason}", {{"reason", answer.why}}));
        said = true;
        if (!os::sleep_for(run_.stop, kAgain)) return false;
      }
    }
    return true;
  }

  Run& run_;
  const fleet::WorkerConfig& config_;
  const store::Folder& folder_;
  const Measuring& measuring_;
  store::Lock lock_;
  std::unique_ptr<sign::Signer> signer_;
  fleet::Numbers numbers_;
  fleet::Heard heard_;
  std::atomic<Instant> heard_now_;  // newer than heard_; also set by a thread of libnats
  milliseconds every_{1s};          // of the standing order, as it was read last
  Instant looked_{};                // the second in which the standing order was read last
  Instant ordered_{};               // the slot that was ordered last
  std::map<Answered, Instant> answered_;
  std::string refused_;  // why the standing order is not carried out, as said before
  broker::Connection connection_;
};

void require_stream(const broker::Stream& streams, const broker::StreamConfig& wanted) {
  const broker::Answer answer = streams.make(wanted);
  if (answer.ok()) return;
  if (answer.end == broker::End::refused)
    throw Error{ExitCode::config,
                msg("the stream '{stream}' of NATS is configured otherwise: {reason}",
                    {{"stream", wanted.name}, {"reason", answer.why}}),
                msg("see jaga-fleet(7) for its configuration, or remove it with: nats stream rm {stream}",
                    {{"stream", wanted.name}})};
  throw Error{ExitCode::unavailable, msg("JetStream does not answer: {reason}", {{"reason", answer.why}}),
              msg("the NATS server of the site needs 'jetstream' in its configuration (jaga-fleet(7))")};
}

}  // namespace

broker::Login login_of_worker(const fleet::WorkerConfig& config, const store::Folder& folder) {
  broker::Login login;
  login.servers = config.servers;
  login.name = "jaga-worker " + config.name;
  login.seed = std::string(trim(folder.read(fleet::kWorkerSeed, 256).value_or("")));
  login.ca_file = file_in(folder, config.ca);
  login.certificate_file = file_in(folder, config.certificate);
  login.key_file = file_in(folder, config.key);
  login.inbox = fleet::worker_inbox(config.name);
  return login;
}

void make_streams(const broker::Connection& connection, const std::string& site) {
  const broker::Stream streams(connection, {}, kAnswer);
  for (const broker::StreamConfig& stream : site_streams(site)) require_stream(streams, stream);
}

void carry_out_orders(Run& run, const fleet::WorkerConfig& config, const store::Folder& folder,
                      const Measuring& measuring) {
  Worker(run, config, folder, measuring).work();
}

}  // namespace jaga::cmd
