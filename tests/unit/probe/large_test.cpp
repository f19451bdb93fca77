#include "probe/large.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace jaga::probe;

TEST_CASE("only complete entries of the ARP table count") {
  std::istringstream table(
      "IP address       HW type     Flags       HW address            Mask     Device\n"
      "10.0.0.2         0x1         0x2         02:00:00:00:00:0a     *        eth0\n"
      "10.0.0.3         0x1         0x0         00:00:00:00:00:00     *        eth0\n"
      "10.0.0.4         0x1         0x6         02:00:00:00:00:0b     *        eth0\n"
      "10.0.0.5         0x1         0x2         00:00:00:00:00:00     *        eth0\n"
      "10.0.0.6         0x1         0x2         \x1b[31m0:00:00:00:0c     *        eth0\n"
      "nonsense\n\n"
      "10.0.0.999       0x1         0x2         02:00:00:00:00:0d     *        eth0\n");
  const auto found = parse_arp(table);
  CHECK(found.size() == 2);
  CHECK(found.at("10.0.0.2") == "02:00:00:00:00:0a");
  CHECK(found.at("10.0.0.4") == "02:00:00:00:00:0b");
  std::istringstream nothing;
  CHECK(parse_arp(nothing).empty());
}

TEST_CASE("what cannot be tested is not reported as lost") {
  for (const Large& one : try_large({"", "no address", "::1"}, 1, {})) {
    CHECK(one.bytes == 0);
    CHECK(one.lost == 0);
  }
  // Nothing is lost on loopback, if this user may open ping sockets.
  const Large here = try_large({"127.0.0.1"}, 1, {}).front();
  CHECK(here.lost == 0);
}
