#include "broker/greeting.hpp"

#include <doctest/doctest.h>

using namespace jaga;

TEST_CASE("what a NATS server says first") {
  const auto said = broker::parse_greeting(
      R"(INFO {"server_id":"NX","version":"2.9.10","proto":1,"tls_required":true,"tls_verify":true} )");
  REQUIRE(said);
  CHECK(said->version == "2.9.10");
  CHECK(said->requires_tls);
  const auto plain = broker::parse_greeting(R"(INFO {"version":"2.10.27\u001b[31m"})");
  REQUIRE(plain);
  CHECK(plain->version == "2.10.27\\x1b[31m");
  CHECK_FALSE(plain->requires_tls);
}

TEST_CASE("anything else is not that") {
  for (const char* line :
       {"", "INFO ", "INFO {", "INFO []", "+OK", "HTTP/1.1 400 Bad Request", R"(PING {"version":"2.9.10"})"})
    CHECK_FALSE(broker::parse_greeting(line));
  const auto odd = broker::parse_greeting(R"(INFO {"version":7,"tls_required":"yes"})");
  REQUIRE(odd);
  CHECK(odd->version.empty());
  CHECK_FALSE(odd->requires_tls);
}

TEST_CASE("an address that is not one has no greeting") {
  CHECK_FALSE(broker::greeting_of("nats://127.0.0.1:port", std::chrono::milliseconds{10}));
  CHECK_FALSE(broker::greeting_of("nats://127.0.0.1:1", std::chrono::milliseconds{10}));
}
