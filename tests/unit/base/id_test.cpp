#include "base/id.hpp"

#include <doctest/doctest.h>

#include <algorithm>

TEST_CASE("random ids are 26 Crockford digits that use every bit") {
  const auto all = [](std::byte value) {
    return [value](std::span<std::byte> out) { std::ranges::fill(out, value); };
  };
  const std::string zeros = jaga::random_id(all(std::byte{0}));
  const std::string ones = jaga::random_id(all(std::byte{0xff}));
  CHECK(zeros == std::string(26, '0'));
  CHECK(ones == std::string(25, 'z') + "7");
  CHECK(jaga::is_random_id(ones));
  CHECK_FALSE(jaga::is_random_id(ones.substr(1)));
  CHECK_FALSE(jaga::is_random_id(std::string(25, 'z') + "i"));
}

TEST_CASE("names are lower case, start with a letter or digit, and climb nowhere") {
  for (const char* good : {"web01", "sw-core", "10.0.0.1", "a_b"}) CHECK(jaga::is_name(good));
  for (const char* bad : {"", "-a", ".a", "Web", "a/b", "a..b", "a b", "\xc3\xa9"})
    CHECK_FALSE(jaga::is_name(bad));
  CHECK(jaga::is_name(std::string(40, 'a'), 40));
  CHECK_FALSE(jaga::is_name(std::string(41, 'a'), 40));
}

TEST_CASE("incident ids carry date, subject and six random digits") {
  CHECK(jaga::is_incident_id("20261124-web01-k7f3q2"));
  CHECK(jaga::is_incident_id("20261124-sw-core-1-k7f3q2"));
  CHECK(jaga::incident_month("20261124-web01-k7f3q2") == "2026-11");
  for (const char* bad :
       {"20261124-k7f3q2", "20261124--k7f3q2", "2026112x-web01-k7f3q2", "20261124-web01-k7f3qi",
        "20261124-web01-k7f3q", "20261124-../../x-k7f3q2", "20261124-a..b-k7f3q2", "20261124--web01-k7f3q2",
        "20261124-Web01-k7f3q2", "20261124_web01-k7f3q2", "20261124-web01_k7f3q2"}) {
    CAPTURE(bad);
    CHECK_FALSE(jaga::is_incident_id(bad));
  }
  const std::string longest(jaga::kLongestName - 16, 'w');
  CHECK(jaga::is_incident_id("20261124-" + longest + "-k7f3q2"));
  CHECK_FALSE(jaga::is_incident_id("20261124-w" + longest + "-k7f3q2"));
}
