#include "exchange/changes.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

namespace jaga::exchange {
namespace {

using namespace std::string_literals;

const std::string kNone(40, '0');
const std::string kOne(40, '1');
const std::string kTwo(40, '2');

}  // namespace

TEST_CASE("what git prints about added, deleted and changed files") {
  const auto changes = parse_changes(
      ":000000 100644 " + kNone + " " + kOne + " A\0register/0002-host.aaaaaa.yaml\0"s + ":100644 000000 " +
      kOne + " " + kNone + " D\0a b\nc\0"s + ":100644 120000 " + kOne + " " + kTwo + " T\0hosts.yaml\0"s);
  REQUIRE(changes.size() == 3);
  CHECK(changes[0].path == "register/0002-host.aaaaaa.yaml");
  CHECK(changes[0].added());
  CHECK(changes[0].new_mode == kFileMode);
  CHECK(changes[0].new_id == kOne);
  CHECK(changes[1].path == "a b\nc");
  CHECK(changes[1].deleted());
  CHECK(changes[1].old_id == kOne);
  CHECK_FALSE(changes[2].added());
  CHECK_FALSE(changes[2].deleted());
  CHECK(changes[2].new_mode == kLinkMode);
  CHECK(parse_changes("").empty());
}

TEST_CASE("anything else is refused") {
  const std::string good = ":000000 100644 " + kNone + " " + kOne + " A\0a\0"s;
  REQUIRE(parse_changes(good).size() == 1);
  for (std::size_t length = 1; length < good.size(); ++length) {
    CAPTURE(length);
    CHECK_THROWS_AS(parse_changes(good.substr(0, length)), Error);
  }
  for (const std::string& bad : {":000000 100644 " + kNone + " " + kOne + " R100\0a\0b\0"s,
                                 ":000000 100648 " + kNone + " " + kOne + " A\0a\0"s,
                                 ":000000 100644 " + kNone.substr(1) + " " + kOne + " A\0a\0"s,
                                 ":000000 100644 " + kNone + " " + kOne + " A\0\0"s,
                                 "000000 100644 " + kNone + " " + kOne + " A\0a\0"s, good + "x"s}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(parse_changes(bad), Error);
  }
}

}  // namespace jaga::exchange
