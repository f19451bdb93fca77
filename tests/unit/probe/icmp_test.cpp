#include "probe/icmp.hpp"

#include <doctest/doctest.h>

#include <array>
#include <thread>

namespace {

using namespace jaga::probe;
using namespace std::chrono_literals;

bool permitted() {
  if (!icmp_permission()) return true;
  MESSAGE("skipped: neither datagram nor raw ICMP sockets are permitted here");
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

TEST_CASE("loopback answers, in both families where there are both") {
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

TEST_CASE("what is no address is a result, not an end") {
  const IcmpRun run =
      icmp_ping({target("web01"), target("127.0.0.1"), target("fe80::1%nowhere")}, {.rate = 0});
  REQUIRE(run.results.size() == 3);
  CHECK(run.results[0].end == IcmpResult::End::bad_address);
  CHECK(run.results[2].end == IcmpResult::End::bad_address);
  CHECK((run.results[1].received == 1 || run.results[1].end == IcmpResult::End::not_permitted));
}

TEST_CASE("answers are told in the order of the targets, each once, those at hand before others are over") {
  if (!permitted()) return;
  // The last waits 300 ms for its second turn: the others are told long before.
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

TEST_CASE("the rate holds back") {
  if (!permitted()) return;
  const auto begin = std::chrono::steady_clock::now();
  const IcmpRun run = icmp_ping({target("127.0.0.1", 21)}, {.rate = 100});
  CHECK(run.results[0].received == 21);
  CHECK(std::chrono::steady_clock::now() - begin >= 190ms);
}
