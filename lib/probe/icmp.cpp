#include "probe/icmp.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <map>
#include <system_error>
#include <unordered_map>

#include "base/error.hpp"
#include "os/event.hpp"
#include "probe/icmp_cookies.hpp"
#include "probe/icmp_figures.hpp"
#include "probe/icmp_pace.hpp"
#include "probe/icmp_socket.hpp"

namespace jaga::probe {
namespace {

using Nanos = std::int64_t;
constexpr Nanos kMilli = 1'000'000;
constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kNever = INT64_MAX;
constexpr Nanos kLost = -1;  // no round trip
// After dropped replies: how often the lossy targets are probed again.
constexpr int kAgainAfterDrops = 2;
constexpr int kMostCount = 100;
// Retry interval for packets that the kernel could not queue. An odd number, so that no target has this
// interval.
constexpr Nanos kHeldFor = 10 * kMilli + 1;
constexpr Nanos kReportEvery = 100 * kMilli;
constexpr std::uint32_t kGentle = 1'000;

Nanos now_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return Nanos{time.tv_sec} * kSecond + time.tv_nsec;
}
Nanos monotonic() {
  return now_of(CLOCK_MONOTONIC);
}

// Whether replies are missing that this machine may have dropped.
bool lossy(const IcmpTarget& target, const IcmpResult& result) {
  return result.end == IcmpResult::End::measured && result.received < result.sent &&
         !(target.first_reply_is_enough && result.received > 0);
}

class Engine {
 public:
  Engine(std::vector<IcmpTarget>& targets, const IcmpOptions& options, const IcmpWatch& watch,
         const IcmpLater& later, std::size_t& settled)
      : targets_(targets),
        cookies_(options.seed),
        watch_(watch),
        later_(later),
        settled_(settled),
        keep_times_(options.keep_times),
        raw_id_(static_cast<std::uint16_t>(mixed(options.seed) & 0xffffU)),
        buffer_(options.receive_buffer),
        pace_(options.pace ? options.pace : std::make_shared<IcmpPace>(options.rate)),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_ || wake_.descriptor() < 0)
      throw system_error(errno, msg("cannot start the ICMP engine: {reason}"));
    prepare();
  }

  IcmpRun run(std::stop_token stop) {
    const std::stop_callback wake(stop, [this] { wake_.notify(); });
    const Nanos begin = monotonic();
    while (done_ < targets_.size() && !stop.stop_requested()) {
      Nanos now = monotonic();
      // Read replies that have arrived before applying timeouts, however late this process was scheduled.
      if (next_time() <= now) {
        drain();
        expire(now);
        now = monotonic();
      }
      const Nanos next = send_due(now);
      if (done_ == targets_.size()) break;
      wait(next);
      report(false);
    }
    for (std::uint32_t i = 0; i < states_.size(); ++i)
      if (!states_[i].done) finish(i, IcmpResult::End::cancelled);
    run_.took = std::chrono::nanoseconds(monotonic() - begin);
    report(true);
    for (auto i = static_cast<std::uint32_t>(settled_); i < states_.size(); ++i) summarise(i);
    run_.own_drops = v4_.own_drops() + v6_.own_drops();
    return std::move(run_);
  }

 private:
  enum class ProbeState : std::uint8_t { unsent, waiting, answered, expired, late };
  struct Probe {
    Nanos at = 0;  // time sent; once answered, the round trip
    ProbeState state = ProbeState::unsent;
  };
  struct State {
    Peer peer;
    std::uint32_t first = 0;  // index of its first probe
    std::uint8_t count = 0;   // 1...kMostCount
    std::uint8_t next = 0;
    std::uint8_t open = 0;  // sent, neither answered nor expired
    bool done = false;
    enum class Address : std::uint8_t { given, awaited, came } address = Address::given;
  };
  struct Due {
    Nanos at;
    std::uint32_t target;
    std::uint16_t attempt;
  };
  // One queue per distinct duration, so that the times within a queue are ascending.
  using Queues = std::map<Nanos, std::deque<Due>>;

  IcmpSocket& socket_of(Family family) { return family == Family::v4 ? v4_ : v6_; }

  void prepare() {
    run_.results.resize(targets_.size());
    states_.resize(targets_.size());
    std::uint32_t probes = 0;
    bool wanted4 = false;
    bool wanted6 = false;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      State& state = states_[i];
      if (later_.take && targets_[i].address.empty()) {
        state.address = State::Address::awaited;
        awaiting_ = true;
      } else if (const auto peer = parse_peer(targets_[i].address)) {
        state.peer = *peer;
        (peer->family == Family::v4 ? wanted4 : wanted6) = true;
      } else {
        finish(static_cast<std::uint32_t>(i), IcmpResult::End::bad_address);
        continue;
      }
      state.count = static_cast<std::uint8_t>(std::clamp(targets_[i].count, 1, kMostCount));
      state.first = probes;
      probes += state.count;
    }
    probes_.resize(probes);
    for (const Family family : {Family::v4, Family::v6}) {
      if (!(family == Family::v4 ? wanted4 : wanted6)) continue;
      const auto refused = open(family);
      if (!refused) continue;
      for (std::uint32_t i = 0; i < states_.size(); ++i)
        if (states_[i].address == State::Address::given && states_[i].peer.family == family)
          finish(i, *refused);
    }
    listen(wake_.descriptor());
    if (awaiting_ && later_.descriptor >= 0) listen(later_.descriptor);
  }

  void listen(int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event);
  }

  // Opens the socket of a family once; if that fails, returns the outcome for its targets.
  std::optional<IcmpResult::End> open(Family family) {
    Opened& opened = family == Family::v4 ? opened4_ : opened6_;
    if (opened.tried) return opened.refused;
    opened.tried = true;
    IcmpSocket& socket = socket_of(family);
    const int error = socket.open(family, raw_id_, buffer_);
    if (error == 0) {
      (family == Family::v4 ? run_.v4 : run_.v6) =
          socket.is_raw() ? IcmpRun::Socket::raw : IcmpRun::Socket::datagram;
      listen(socket.fd());
      return {};
    }
    const bool forbidden = error == EPERM || error == EACCES;
    if (forbidden) run_.not_permitted = permission_message();
    opened.refused = forbidden ? IcmpResult::End::not_permitted : IcmpResult::End::no_route;
    return opened.refused;
  }

  // Takes addresses that have been resolved in the meantime.
  void take_later() {
    if (!awaiting_) return;
    bool more = false;
    for (const IcmpLater::Found& found : later_.take(more)) {
      if (found.target >= states_.size()) continue;
      State& state = states_[found.target];
      if (state.done || state.address != State::Address::awaited) continue;
      const auto target = static_cast<std::uint32_t>(found.target);
      const auto peer = parse_peer(found.address);
      if (!peer) {
        finish(target, IcmpResult::End::bad_address);
        continue;
      }
      state.peer = *peer;
      state.address = State::Address::came;
      targets_[target].address = found.address;
      if (const auto refused = open(peer->family)) {
        finish(target, *refused);
        continue;
      }
      if (!by_address_.empty()) by_address_.emplace(state.peer.text(), target);
      repeats_[0].push_back({monotonic(), target, 0});
    }
    awaiting_ = more;
    if (more) return;
    if (later_.descriptor >= 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, later_.descriptor, nullptr);
    for (std::uint32_t i = 0; i < states_.size(); ++i)
      if (states_[i].address == State::Address::awaited) finish(i, IcmpResult::End::bad_address);
  }

  void finish(std::uint32_t target, IcmpResult::End end) {
    State& state = states_[target];
    if (state.done) return;
    state.done = true;
    run_.results[target].end = end;
    ++done_;
  }

  void finish_if_over(std::uint32_t target) {
    const State& state = states_[target];
    if (state.open == 0 && state.next == state.count) finish(target, IcmpResult::End::measured);
  }

  void expire(Nanos now) {
    for (auto& queue : expiries_) {
      while (!queue.second.empty() && queue.second.front().at <= now) {
        const Due due = queue.second.front();
        queue.second.pop_front();
        State& state = states_[due.target];
        Probe& probe = probes_[state.first + due.attempt];
        if (probe.state != ProbeState::waiting) continue;
        probe.state = ProbeState::expired;
        --state.open;
        tell(due.target, due.attempt, kLost);
        finish_if_over(due.target);
      }
    }
  }

  void tell(std::uint32_t target, std::uint16_t attempt, Nanos round_trip) const {
    if (watch_.each) watch_.each(target, attempt, std::chrono::nanoseconds(round_trip));
  }

  // Selects the next request due at `now`, repeats before first requests. Otherwise sets `later` to the time
  // of the earliest repeat.
  bool pick(Nanos now, std::uint32_t& target, Nanos& later) {
    later = kNever;
    for (auto& queue : repeats_) {
      while (!queue.second.empty() && states_[queue.second.front().target].done) queue.second.pop_front();
      if (queue.second.empty()) continue;
      if (queue.second.front().at <= now) {
        target = queue.second.front().target;
        queue.second.pop_front();
        return true;
      }
      later = std::min(later, queue.second.front().at);
    }
    while (fresh_ < states_.size() &&
           (states_[fresh_].done || states_[fresh_].address != State::Address::given))
      ++fresh_;
    if (fresh_ == states_.size()) return false;
    target = fresh_++;
    return true;
  }

  // Sends at most one batch. Returns when to call again (`now`: at once).
  Nanos send_due(Nanos now) {
    if (!unsent_.empty()) return flush(now);
    Nanos later = kNever;
    std::size_t most = IcmpSocket::kBatch;
    while (unsent_.size() < most) {
      if (const Nanos free = pace_->free(); free > now) {
        later = free;
        break;
      }
      std::uint32_t target = 0;
      if (!pick(now, target, later)) break;
      const State& state = states_[target];
      // A batch contains one address family only; keep the other for the next batch.
      if (!unsent_.empty() && states_[unsent_.front().target].peer.family != state.peer.family) {
        repeats_[0].push_front({now, target, 0});
        later = now;
        break;
      }
      unsent_.push_back({now, target, state.next});
      most = socket_of(state.peer.family).burst();
      pace_->take(now);
    }
    if (unsent_.empty()) return later;
    const bool full = unsent_.size() == most;
    const Nanos again = flush(now);
    return full ? now : std::min(again, later);
  }

  Nanos flush(Nanos now) {
    batch_.clear();
    IcmpSocket& socket = socket_of(states_[unsent_.front().target].peer.family);
    for (const Due& due : unsent_)
      batch_.push_back(
          {states_[due.target].peer, {socket.id(), due.attempt, cookies_.make(due.target, due.attempt)}});
    // Taken before sending: on loopback the reply arrives before the call returns.
    const Nanos at = monotonic();
    for (const Due& due : unsent_) probes_[states_[due.target].first + due.attempt].at = at;
    int error = 0;
    const std::size_t sent = socket.send(batch_, error);
    for (std::size_t i = 0; i < sent; ++i) sent_one(unsent_[i]);
    unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(sent));
    if (error == 0) return next_time();
    const std::uint32_t first = unsent_.front().target;
    unsent_.erase(unsent_.begin());
    if (error == EAGAIN) {
      hold(first, now);
      return now + kMilli;
    }
    refuse(first, error);
    return now;
  }

  // Gives up after the timeout of a reply, so that an interface that accepts nothing does not block other
  // targets.
  void hold(std::uint32_t target, Nanos now) {
    const Nanos since = held_.try_emplace(target, now).first->second;
    const Nanos most = std::max(std::chrono::nanoseconds(targets_[target].timeout).count(), kReportEvery);
    if (now - since > most) return refuse(target, ENOBUFS);
    repeats_[kHeldFor].push_back({now + kHeldFor, target, 0});
  }

  void sent_one(const Due& due) {
    State& state = states_[due.target];
    Probe& probe = probes_[state.first + due.attempt];
    if (state.done) return;
    if (!held_.empty()) held_.erase(due.target);
    probe.state = ProbeState::waiting;
    ++state.open;
    ++state.next;
    ++run_.results[due.target].sent;
    const IcmpTarget& target = targets_[due.target];
    const Nanos timeout = std::chrono::nanoseconds(target.timeout).count();
    expiries_[timeout].push_back({probe.at + timeout, due.target, due.attempt});
    if (state.next < state.count) {
      const Nanos interval = std::chrono::nanoseconds(target.interval).count();
      repeats_[interval].push_back({probe.at + interval, due.target, 0});
    }
  }

  void refuse(std::uint32_t target, int error) {
    const bool no_route = error == ENETUNREACH || error == EHOSTUNREACH || error == ENETDOWN ||
                          error == EADDRNOTAVAIL || error == EAFNOSUPPORT || error == ENODEV;
    run_.results[target].error =
        std::make_shared<IcmpError>(IcmpError{.text = std::generic_category().message(error)});
    finish(target, no_route ? IcmpResult::End::no_route : IcmpResult::End::local_error);
  }

  Nanos next_time() const {
    Nanos next = kNever;
    for (const auto& queue : expiries_)
      if (!queue.second.empty()) next = std::min(next, queue.second.front().at);
    return next;
  }

  void read(IcmpSocket& socket) {
    const Nanos real_ahead = now_of(CLOCK_REALTIME) - monotonic();
    const auto reply = [this, real_ahead](const Received& received) { take(received, real_ahead); };
    int most = 16;  // bounded, so that a flood of foreign packets does not delay timeouts
    while (--most > 0 && socket.receive(reply, run_.foreign)) {
    }
  }

  void drain() {
    for (IcmpSocket* socket : {&v4_, &v6_}) {
      if (!socket->is_open()) continue;
      socket->errors([&](const QueuedError& error) { take(error, *socket); });
      read(*socket);
    }
  }

  void wait(Nanos next) {
    next = std::min(next, next_time());
    if (watch_.settled && settled_ < done_) next = std::min(next, next_report_);
    if (awaiting_ && later_.descriptor < 0) next = std::min(next, monotonic() + kReportEvery);
    const Nanos now = monotonic();
    int timeout = 1'000;
    if (next <= now)
      timeout = 0;
    else
      timeout = static_cast<int>(std::min<Nanos>((next - now + kMilli - 1) / kMilli, 1'000));
    std::array<epoll_event, 4> events;
    const int ready = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout);
    for (int i = 0; i < ready; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd == wake_.descriptor()) continue;
      if (event.data.fd == later_.descriptor) {
        take_later();
        continue;
      }
      IcmpSocket& socket = event.data.fd == v4_.fd() ? v4_ : v6_;
      if ((event.events & EPOLLERR) != 0)
        socket.errors([&](const QueuedError& error) { take(error, socket); });
      if ((event.events & EPOLLIN) != 0) read(socket);
    }
    if (later_.descriptor < 0) take_later();
  }

  void take(const Received& received, Nanos real_ahead) {
    std::uint32_t target = 0;
    std::uint16_t attempt = 0;
    if (!cookies_.read(received.echo.cookie, target, attempt) || target >= states_.size() ||
        attempt >= states_[target].count || received.echo.sequence != attempt ||
        !received.from.same_host(states_[target].peer)) {
      ++run_.foreign;
      return;
    }
    State& state = states_[target];
    Probe& probe = probes_[state.first + attempt];
    IcmpResult& result = run_.results[target];
    if (probe.state == ProbeState::answered || probe.state == ProbeState::late) {
      ++result.duplicates;
      return;
    }
    if (probe.state == ProbeState::unsent) {
      ++run_.foreign;
      return;
    }
    const Nanos now = monotonic();
    Nanos arrived = received.realtime_ns - real_ahead;
    // No timestamp, or the clock was set in the meantime.
    if (received.realtime_ns == 0 || arrived < probe.at || arrived > now) arrived = now;
    const Nanos round_trip = arrived - probe.at;
    const bool in_time = round_trip <= std::chrono::nanoseconds(targets_[target].timeout).count();
    if (probe.state == ProbeState::waiting) --state.open;
    if (in_time) {
      // Also if the timeout passed while the reply was in our receive buffer.
      probe.state = ProbeState::answered;
      probe.at = round_trip;
      ++result.received;
      tell(target, attempt, round_trip);
      if (targets_[target].first_reply_is_enough) finish(target, IcmpResult::End::measured);
    } else {
      probe.state = ProbeState::late;
      ++result.late;
    }
    if (!state.done) finish_if_over(target);
  }

  void take(const QueuedError& error, const IcmpSocket& socket) {
    std::uint32_t target = 0;
    std::uint16_t attempt = 0;
    if (!error.quoted) return;
    if (error.quoted->cookie != 0) {
      if (!cookies_.read(error.quoted->cookie, target, attempt)) return;
    } else {
      // The router quoted only 8 bytes: identify the target by address. A raw socket gets the errors of all
      // processes.
      if (socket.is_raw() && error.quoted->id != socket.id()) return;
      if (by_address_.empty())
        for (std::uint32_t i = 0; i < states_.size(); ++i) by_address_.emplace(states_[i].peer.text(), i);
      const auto at = by_address_.find(error.to.text());
      if (at == by_address_.end()) return;
      target = at->second;
      attempt = error.quoted->sequence;
    }
    if (target >= states_.size() || attempt >= states_[target].count || states_[target].done) return;
    if (!error.to.same_host(states_[target].peer)) return;
    State& state = states_[target];
    Probe& probe = probes_[state.first + attempt];
    if (probe.state != ProbeState::waiting) return;
    IcmpResult& result = run_.results[target];
    result.error = std::make_shared<IcmpError>(IcmpError{std::generic_category().message(error.error),
                                                         error.from ? error.from->text() : std::string{},
                                                         error.type, error.code});
    probe.state = ProbeState::expired;
    --state.open;
    tell(target, attempt, kLost);
    if (result.received == 0) return finish(target, IcmpResult::End::unreachable);
    // The host has answered others: only this request is lost.
    finish_if_over(target);
  }

  void summarise(std::uint32_t target) {
    const State& state = states_[target];
    IcmpResult& result = run_.results[target];
    std::vector<Nanos> trips;
    for (std::uint16_t i = 0; i < state.next; ++i) {
      const Probe& probe = probes_[state.first + i];
      const bool answered = probe.state == ProbeState::answered;
      if (answered) trips.push_back(probe.at);
      if (keep_times_) result.times.emplace_back(answered ? probe.at : kLost);
    }
    put_figures(trips, result);
  }

  void report(bool last) {
    const Nanos now = monotonic();
    if (!last && now < next_report_) return;
    next_report_ = now + kReportEvery;
    if (watch_.progress) watch_.progress(done_);
    if (!watch_.settled) return;
    const bool drops = v4_.own_drops() + v6_.own_drops() > 0;
    while (settled_ < states_.size() && states_[settled_].done) {
      const IcmpResult& result = run_.results[settled_];
      if (drops && lossy(targets_[settled_], result)) break;  // will be probed again
      summarise(static_cast<std::uint32_t>(settled_));
      watch_.settled(settled_, result);
      ++settled_;
    }
  }

  struct Opened {
    bool tried = false;
    std::optional<IcmpResult::End> refused;
  };

  std::vector<IcmpTarget>& targets_;
  Cookies cookies_;
  const IcmpWatch& watch_;
  const IcmpLater& later_;
  bool awaiting_ = false;  // later_ may supply more addresses
  std::size_t& settled_;   // number of leading results already reported
  bool keep_times_;
  std::uint16_t raw_id_;
  int buffer_;
  Opened opened4_;
  Opened opened6_;
  const std::shared_ptr<IcmpPace> pace_;
  os::Descriptor epoll_;
  os::Event wake_;
  IcmpSocket v4_;
  IcmpSocket v6_;
  IcmpRun run_;
  std::vector<State> states_;
  std::vector<Probe> probes_;
  Queues expiries_;
  Queues repeats_;
  std::vector<Due> unsent_;
  std::unordered_map<std::uint32_t, Nanos> held_;  // since when packets to the target could not be queued
  std::vector<Outgoing> batch_;
  std::unordered_map<std::string, std::uint32_t> by_address_;
  std::uint32_t fresh_ = 0;
  std::size_t done_ = 0;
  Nanos next_report_ = 0;
};

}  // namespace

const IcmpError& IcmpResult::last_error() const {
  static const IcmpError none;
  return error ? *error : none;
}

IcmpRun icmp_ping(std::vector<IcmpTarget> targets, const IcmpOptions& options, std::stop_token stop,
                  const IcmpWatch& watch, const IcmpLater& later) {
  std::size_t settled = 0;
  IcmpRun run = Engine(targets, options, watch, later, settled).run(stop);
  std::uint64_t drops = run.own_drops;
  IcmpOptions gentler = options;
  gentler.pace.reset();
  for (int again = 0; drops > 0 && !stop.stop_requested(); ++again) {
    std::vector<std::size_t> places;
    std::vector<IcmpTarget> asked;
    for (std::size_t i = settled; i < targets.size(); ++i) {
      if (!lossy(targets[i], run.results[i])) continue;
      places.push_back(i);
      asked.push_back(targets[i]);
    }
    if (places.empty()) break;
    if (again == kAgainAfterDrops) {
      const auto error = std::make_shared<IcmpError>(
          IcmpError{.text = "replies had no room in this machine's receive buffer"});
      for (const std::size_t i : places) {
        run.results[i].end = IcmpResult::End::local_error;
        run.results[i].error = error;
      }
      break;
    }
    gentler.rate = gentler.rate == 0 ? kGentle : std::max(1U, gentler.rate / 2);
    gentler.seed = mixed(gentler.seed);
    std::size_t none = 0;
    IcmpWatch only_each;
    if (watch.each)
      only_each.each = [&](std::size_t at, int request, std::chrono::nanoseconds round_trip) {
        watch.each(places[at], request, round_trip);
      };
    IcmpRun next = Engine(asked, gentler, only_each, {}, none).run(stop);
    for (std::size_t i = 0; i < places.size(); ++i) run.results[places[i]] = std::move(next.results[i]);
    run.took += next.took;
    drops = next.own_drops;
    run.own_drops += drops;
    run.foreign += next.foreign;
  }
  for (; watch.settled && settled < targets.size(); ++settled) watch.settled(settled, run.results[settled]);
  return run;
}

}  // namespace jaga::probe
