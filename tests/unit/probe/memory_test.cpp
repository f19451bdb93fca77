#include <doctest/doctest.h>

#include <random>
#include <set>
#include <tuple>

#include "../scarce.hpp"
#include "probe/dns.hpp"
#include "probe/monitor.hpp"

namespace {

using namespace jaga;
using namespace std::chrono_literals;
using round::Reason;
using round::State;

// Nothing listens on port 1 of loopback, so every check ends at once.
probe::Request request() {
  probe::Request request;
  request.hosts = inventory::load({"hosts.yaml", R"(
hosts:
  - name: a
    address: 127.0.0.1
    login: {port: 1}
    checks:
      - icmp: {count: 1}
      - tcp: {port: 1}
      - http: {url: "http://127.0.0.1:1/"}
      - dns: {name: a.example, server: 127.0.0.1, port: 1}
      - plugin: {command: ["/bin/true"]}
      - ssh
  - name: b
    address: localhost
    login: {port: 1}
    checks:
      - icmp: {count: 1}
      - tcp: {port: 1}
      - http: {url: "http://localhost:1/"}
      - dns: {name: b.example, server: localhost, port: 1}
      - ssh
)"},
                                  {})
                      .hosts;
  request.installation = "test";
  request.pause = 1ms;
  request.now = [] { return Instant{}; };
  request.random = [](std::span<std::byte> bytes) {
    static std::mt19937 engine{1};  // NOLINT: only used under a lock; quality does not matter
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine() & 0xFFU);
  };
  return request;
}

using Row = std::tuple<std::string, std::string, std::string>;

Row row(const round::Result& result) {
  return {result.host, result.check, result.object};
}

}  // namespace

TEST_CASE("if a measuring thread runs out of memory, every check still has its result") {
  const scarce::Exempt here;
  const probe::Request asked = request();
  std::map<Row, std::set<Reason>> usual;
  std::size_t all = 0;
  for (int i = 0; i < 3; ++i) {
    const scarce::Memory memory(0);
    for (const round::Result& result : probe::run(asked, {}).results)
      usual[row(result)].insert(result.reason);
    all = memory.asked();
  }
  REQUIRE(usual.size() == 11);
  REQUIRE(all > 100);
  std::size_t hit = 0;
  const std::size_t step = all / 60 + 1;
  for (std::size_t nth = 1; nth <= all; nth += step) {
    CAPTURE(nth);
    const scarce::Memory memory(nth);
    const round::Round round = probe::run(asked, {});
    std::set<Row> seen;
    for (const round::Result& result : round.results) {
      CAPTURE(result.host);
      CAPTURE(result.check);
      CAPTURE(round::name(result.reason));
      CAPTURE(result.summary.text());
      seen.insert(row(result));
      if (usual[row(result)].count(result.reason) == 1) continue;
      CHECK(result.state == State::unknown);
      CHECK(result.reason != Reason::none);
      CHECK_FALSE(result.summary.empty());
      ++hit;
    }
    CHECK(seen.size() == usual.size());
  }
  CHECK(hit > 0);
}

TEST_CASE("an answer without enough memory for it is discarded before any library reads it") {
  std::size_t all = 0;
  const std::vector<probe::DnsTarget> targets = {{"a.example", 1, "127.0.0.1", 1, 5s},
                                                 {"", 1, "127.0.0.1", 1, 5s}};
  {
    const scarce::Memory memory(0);
    CHECK(probe::dns_ask(targets).size() == 2);
    all = memory.asked();
  }
  std::size_t local = 0;
  for (std::size_t nth = 1; nth <= all; ++nth) {
    std::vector<probe::DnsResult> results;
    try {
      const scarce::Memory memory(nth);
      results = probe::dns_ask(targets);
    } catch (const std::bad_alloc&) {
      continue;
    }
    REQUIRE(results.size() == 2);
    for (const probe::DnsResult& result : results) {
      CHECK(result.records.empty());
      if (result.error_text == "out of memory") {
        CHECK(result.end == probe::DnsResult::End::local_error);
        ++local;
      }
    }
  }
  CHECK(local > 0);
}
