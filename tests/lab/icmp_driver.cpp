// icmp_driver [KEY=VALUE]... ADDRESS...: one run of the ICMP engine, for icmp.bats: a line of JSON for each
// address and one for the run. Keys: count, interval, timeout (ms), rate, buffer (bytes), first (1: one reply
// is enough).
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>

#include "base/error.hpp"
#include "probe/icmp.hpp"

namespace {

const char* name(jaga::probe::IcmpResult::End end) {
  using End = jaga::probe::IcmpResult::End;
  switch (end) {
    case End::measured:
      return "measured";
    case End::bad_address:
      return "bad_address";
    case End::no_route:
      return "no_route";
    case End::unreachable:
      return "unreachable";
    case End::not_permitted:
      return "not_permitted";
    case End::cancelled:
      return "cancelled";
    case End::local_error:
      return "local_error";
  }
  return "";
}

const char* name(jaga::probe::IcmpRun::Socket socket) {
  using Socket = jaga::probe::IcmpRun::Socket;
  return socket == Socket::none ? "none" : socket == Socket::raw ? "raw" : "datagram";
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, long> keys = {{"count", 1}, {"interval", 100}, {"timeout", 1000},
                                      {"rate", 0},  {"buffer", 0},     {"first", 0}};
  std::vector<jaga::probe::IcmpTarget> targets;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos) {
      keys[word.substr(0, equals)] = std::atol(word.c_str() + equals + 1);
      continue;
    }
    targets.push_back({word, static_cast<int>(keys["count"]), std::chrono::milliseconds(keys["interval"]),
                       std::chrono::milliseconds(keys["timeout"]), keys["first"] == 1});
  }
  jaga::probe::IcmpOptions options;
  options.rate = static_cast<std::uint32_t>(keys["rate"]);
  options.receive_buffer = static_cast<int>(keys["buffer"]);
  std::random_device random;
  options.seed = (std::uint64_t{random()} << 32U) | random();
  try {
    const auto begin = std::chrono::steady_clock::now();
    const jaga::probe::IcmpRun run = jaga::probe::icmp_ping(targets, options);
    const auto took = std::chrono::steady_clock::now() - begin;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const auto& result = run.results[i];
      std::printf(
          "{\"address\": \"%s\", \"end\": \"%s\", \"sent\": %d, \"received\": %d, \"late\": %d, "
          "\"duplicates\": %d, "
          "\"from\": \"%s\", \"type\": %d, \"code\": %d, \"min_ms\": %lld, \"max_ms\": %lld}\n",
          targets[i].address.c_str(), name(result.end), result.sent, result.received, result.late,
          result.duplicates, result.last_error().from.c_str(), result.last_error().type,
          result.last_error().code, static_cast<long long>(result.min.count() / 1'000'000),
          static_cast<long long>(result.max.count() / 1'000'000));
    }
    std::printf(
        "{\"v4\": \"%s\", \"v6\": \"%s\", \"own_drops\": %llu, \"foreign\": %llu, \"took_ms\": %lld}\n",
        name(run.v4), name(run.v6), static_cast<unsigned long long>(run.own_drops),
        static_cast<unsigned long long>(run.foreign),
        static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
    return 0;
  } catch (const jaga::Error& error) {
    std::fprintf(stderr, "icmp_driver: %s\n", error.message().render(jaga::Language::english).c_str());
    return 1;
  }
}
