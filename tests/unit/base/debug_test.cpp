#include "base/debug.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

std::mutex mutex;
std::vector<std::string> told;

void keep(std::string_view area, std::string_view line) noexcept {
  const std::lock_guard lock(mutex);
  told.push_back(std::string(area) + ": " + std::string(line));
}

// Off again, whatever the test ends with.
struct Sink {
  Sink() {
    told.clear();
    jaga::set_debug_sink(keep);
  }
  ~Sink() { jaga::set_debug_sink(nullptr); }
};

}  // namespace

TEST_CASE("without a sink nothing is told") {
  told.clear();
  CHECK_FALSE(jaga::debugging());
  jaga::debug("file", "read {}", "hosts.yaml");
  CHECK(told.empty());
}

TEST_CASE("what is told is masked and safe for a terminal") {
  const Sink sink;
  CHECK(jaga::debugging());
  jaga::debug("program", "started {}: {}", 12, "mysql -phunter2 --password hunter2");
  jaga::debug("ssh", "user:hunter2@host said {}", "\033[31mred\n");
  REQUIRE(told.size() == 2);
  CHECK(told[0].starts_with("program: started 12: mysql "));
  for (const std::string& line : told) {
    CHECK(line.find("hunter2") == std::string::npos);
    CHECK(line.find("[masked]") != std::string::npos);
    CHECK(line.find('\033') == std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
  }
}

TEST_CASE("threads tell at the same time") {
  const Sink sink;
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < 4; ++n)
      threads.emplace_back([n] {
        for (int at = 0; at < 100; ++at) jaga::debug("probe", "{} {}", n, at);
      });
  }
  CHECK(told.size() == 400);
}
