#include "probe/icmp.hpp"

#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "probe/icmp_pace.hpp"

namespace {

using namespace jaga::probe;
using namespace std::chrono_literals;

bool permitted() {
  if (!icmp_permission()) return true;
  MESSAGE("not tested: neither datagram nor raw ICMP sockets are permitted here");
  return false;
}

IcmpTarget target(std::string address, int count = 1) {
  IcmpTarget target;
  target.address = std::move(address);
  target.count = count;
  target.interval = 1ms;
  return target;
}

}  // namespace

TEST_CASE("loopback answers in each available address family") {
  if (!permitted()) return;
  const IcmpRun run = icmp_ping({target("127.0.0.1", 5), target("::1", 5)}, {.rate = 0, .seed = 42});
  REQUIRE(run.results.size() == 2);
  const IcmpResult& v4 = run.results[0];
  CHECK(v4.end == IcmpResult::End::measured);
  CHECK(v4.sent == 5);
  CHECK(v4.received == 5);
  CHECK(v4.lost_percent() == 0);
  CHECK(v4.min > 0ns);
  CHECK(v4.min <= v4.median);
  CHECK(v4.median <= v4.p95);
  CHECK(v4.p95 <= v4.max);
  CHECK(v4.duplicates == 0);
  if (run.results[1].end != IcmpResult::End::no_route) CHECK(run.results[1].received == 5);
}

TEST_CASE("65,024 targets and more than 65,535 requests: every one is alive") {
  if (!permitted()) return;
  std::vector<IcmpTarget> targets;
  for (int i = 0; i < 256; ++i)
    for (int j = 1; j < 255; ++j) {
      targets.push_back(target("127.1." + std::to_string(i) + "." + std::to_string(j), 2));
      targets.back().timeout = 20s;
    }
  REQUIRE(targets.size() == 65'024);
  const IcmpRun run = icmp_ping(targets, {.rate = 0, .seed = 1});
  std::size_t alive = 0;
  for (const IcmpResult& result : run.results) alive += result.received == 2 ? 1 : 0;
  CHECK(run.own_drops == 0);
  CHECK(alive == targets.size());
}

TEST_CASE("two runs at once do not take each other's replies") {
  if (!permitted()) return;
  std::vector<IcmpTarget> targets;
  for (int j = 1; j < 255; ++j) targets.push_back(target("127.2.0." + std::to_string(j), 3));
  IcmpRun other;
  std::thread thread([&] { other = icmp_ping(targets, {.rate = 0, .seed = 7}); });
  const IcmpRun one = icmp_ping(targets, {.rate = 0, .seed = 8});
  thread.join();
  for (const IcmpRun* run : std::array<const IcmpRun*, 2>{&one, &other})
    for (const IcmpResult& result : run->results) {
      CHECK(result.received == 3);
      CHECK(result.duplicates == 0);
    }
}

TEST_CASE("an invalid address is a result and does not end the run") {
  const IcmpRun run =
      icmp_ping({target("web01"), target("127.0.0.1"), target("fe80::1%nowhere")}, {.rate = 0});
  REQUIRE(run.results.size() == 3);
  CHECK(run.results[0].end == IcmpResult::End::bad_address);
  CHECK(run.results[2].end == IcmpResult::End::bad_address);
  CHECK((run.results[1].received == 1 || run.results[1].end == IcmpResult::End::not_permitted));
}

TEST_CASE("answers are reported in the order of the targets, each once, as soon as they are available") {
  if (!permitted()) return;
  // The last target waits 300 ms for its second request: the others are reported long before.
  std::vector<IcmpTarget> targets = {target("127.0.0.1"), target("web01"), target("127.0.0.2"),
                                     target("127.0.0.3", 2)};
  targets.back().interval = 300ms;
  std::vector<std::size_t> order;
  std::size_t told_before_the_end = 0;
  IcmpWatch watch;
  watch.settled = [&](std::size_t at, const IcmpResult& result) {
    order.push_back(at);
    CHECK(result.received == targets[at].count - (at == 1 ? 1 : 0));
    if (at != 1) CHECK(result.median > 0ns);
  };
  watch.progress = [&](std::size_t done) {
    if (done < targets.size()) told_before_the_end = std::max(told_before_the_end, order.size());
  };
  const IcmpRun run = icmp_ping(targets, {.rate = 0, .seed = 3}, {}, watch);
  CHECK(order == std::vector<std::size_t>{0, 1, 2, 3});
  CHECK(told_before_the_end == 3);
  CHECK(run.results[3].received == 2);
}

TEST_CASE("a stop ends the run with a result for every target") {
  if (!permitted()) return;
  std::stop_source stop;
  stop.request_stop();
  const IcmpRun run = icmp_ping({target("127.0.0.1", 100)}, {.rate = 1}, stop.get_token());
  CHECK(run.results[0].end == IcmpResult::End::cancelled);
  CHECK(icmp_ping({}, {}).results.empty());
}

TEST_CASE("the rate limit is kept") {
  if (!permitted()) return;
  const auto begin = std::chrono::steady_clock::now();
  const IcmpRun run = icmp_ping({target("127.0.0.1", 21)}, {.rate = 100});
  CHECK(run.results[0].received == 21);
  CHECK(std::chrono::steady_clock::now() - begin >= 190ms);
}

TEST_CASE("runs that share a rate limit keep to it together, without fixed shares") {
  constexpr std::int64_t kMilli = 1'000'000;
  IcmpPace pace(1'000);
  std::int64_t now = 1'000 * kMilli;
  const auto burst = [&] {
    int sent = 0;
    for (; pace.free() <= now; ++sent) pace.take(now);
    return sent;
  };
  CHECK(burst() == 6);  // 5 ms of lost time, and the current one
  CHECK(burst() == 0);
  CHECK(pace.free() == now + kMilli);
  now += kMilli;
  CHECK(burst() == 1);
  now += 3'600'000 * kMilli;  // an hour without packets adds no further credit
  CHECK(burst() == 6);
  pace.take(now);  // two runs at the same time
  CHECK(pace.free() == now + 2 * kMilli);
  IcmpPace none(0);
  none.take(now);
  CHECK(none.free() == 0);

  if (!permitted()) return;
  const auto shared = std::make_shared<IcmpPace>(100);
  const auto begin = std::chrono::steady_clock::now();
  IcmpRun other;
  std::thread thread(
      [&] { other = icmp_ping({target("127.0.0.1", 15)}, {.rate = 100, .seed = 1, .pace = shared}); });
  const IcmpRun one = icmp_ping({target("127.0.0.1", 15)}, {.rate = 100, .seed = 2, .pace = shared});
  thread.join();
  CHECK(one.results[0].received + other.results[0].received == 30);
  CHECK(std::chrono::steady_clock::now() - begin >= 280ms);
}

TEST_CASE("an address that is resolved later is measured and does not delay the others") {
  if (!permitted()) return;
  // With a descriptor, and without one by polling.
  for (const bool signalled : {true, false}) {
    const int event = signalled ? ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1;
    std::vector<IcmpTarget> targets = {target("127.0.0.1"), target(""), target(""), target("127.0.0.2", 2),
                                       target("")};
    std::vector<std::size_t> order;
    bool first_is_over = false;
    IcmpWatch watch;
    watch.settled = [&](std::size_t at, const IcmpResult&) {
      order.push_back(at);
      if (at != 0) return;
      first_is_over = true;
      const std::uint64_t one = 1;
      if (signalled) CHECK(::write(event, &one, sizeof one) == sizeof one);
    };
    IcmpLater later;
    later.descriptor = event;
    int calls = 0;
    later.take = [&](bool& more) {
      more = true;
      std::vector<IcmpLater::Found> found;
      if (!first_is_over) return found;
      ++calls;
      if (calls == 1) {
        found = {{1, "127.0.0.3"}, {0, "127.0.0.9"}, {77, "127.0.0.9"}};  // the last two are not expected
        return found;
      }
      std::uint64_t told = 0;
      if (signalled) CHECK(::read(event, &told, sizeof told) == sizeof told);
      more = false;
      found = {{1, "127.0.0.9"}, {2, ""}};
      return found;
    };
    const IcmpRun run = icmp_ping(targets, {.rate = 0, .seed = 5}, {}, watch, later);
    if (event >= 0) ::close(event);
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
    CHECK(calls == 2);
    CHECK(run.results[0].received == 1);
    CHECK(run.results[1].end == IcmpResult::End::measured);
    CHECK(run.results[1].received == 1);
    CHECK(run.results[2].end == IcmpResult::End::bad_address);
    CHECK(run.results[2].sent == 0);
    CHECK(run.results[3].received == 2);
    CHECK(run.results[4].end == IcmpResult::End::bad_address);  // never reported
  }
}

TEST_CASE("a socket is opened for the family of an address that comes later") {
  if (!permitted()) return;
  IcmpLater later;
  later.take = [](bool& more) {
    more = false;
    return std::vector<IcmpLater::Found>{{0, "::1"}};
  };
  const IcmpRun run = icmp_ping({target("", 3)}, {.rate = 0, .seed = 6}, {}, {}, later);
  if (run.results[0].end == IcmpResult::End::no_route) return;  // no IPv6 on this machine
  CHECK(run.results[0].received == 3);
  CHECK(run.v4 == IcmpRun::Socket::none);
  CHECK(run.v6 != IcmpRun::Socket::none);
}

TEST_CASE("a stop ends the wait for an address that never comes") {
  if (!permitted()) return;
  std::stop_source stop;
  IcmpWatch watch;
  watch.settled = [&](std::size_t at, const IcmpResult&) {
    if (at == 0) stop.request_stop();
  };
  IcmpLater later;
  later.take = [](bool& more) {
    more = true;
    return std::vector<IcmpLater::Found>{};
  };
  const IcmpRun run =
      icmp_ping({target("127.0.0.1"), target("")}, {.rate = 0, .seed = 8}, stop.get_token(), watch, later);
  CHECK(run.results[0].received == 1);
  CHECK(run.results[1].end == IcmpResult::End::cancelled);
}

TEST_CASE("the round-trip time of each request is reported, and kept on request") {
  if (!permitted()) return;
  std::vector<int> told;
  IcmpWatch watch;
  watch.each = [&](std::size_t at, int request, std::chrono::nanoseconds round_trip) {
    CHECK(at == 0);
    CHECK(round_trip >= 0ns);
    told.push_back(request);
  };
  IcmpOptions options{.rate = 0, .seed = 9};
  options.keep_times = true;
  const IcmpRun run = icmp_ping({target("127.0.0.1", 4)}, options, {}, watch);
  CHECK(told == std::vector<int>{0, 1, 2, 3});
  REQUIRE(run.results[0].times.size() == 4);
  for (const auto& one : run.results[0].times) {
    CHECK(one >= run.results[0].min);
    CHECK(one <= run.results[0].max);
  }
  CHECK(icmp_ping({target("127.0.0.1")}, {.rate = 0}).results[0].times.empty());
}
