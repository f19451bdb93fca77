#include "inventory/targets.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace {

using jaga::inventory::expand_targets;

std::string expanded(std::string_view word) {
  std::vector<std::string> out;
  expand_targets(word, out);
  return jaga::join(out, " ");
}
std::size_t count(std::string_view word) {
  std::vector<std::string> out;
  expand_targets(word, out);
  return out.size();
}
bool refused(std::string_view word) {
  try {
    expanded(word);
  } catch (const jaga::Error& error) {
    return error.code() == jaga::ExitCode::usage && !error.hint().empty();
  }
  return false;
}

TEST_CASE("a name and an address are themselves") {
  for (const char* word : {"web01", "web-01.example", "10.0.0.1", "fd00::1", "fe80::1%eth0", "10.0.0", "1-2"})
    CHECK(expanded(word) == word);
}

TEST_CASE("a network of IPv4 is its hosts") {
  CHECK(expanded("10.1.0.0/30") == "10.1.0.1 10.1.0.2");
  CHECK(expanded("10.1.0.7/30") == "10.1.0.5 10.1.0.6");
  CHECK(expanded("10.1.0.4/31") == "10.1.0.4 10.1.0.5");
  CHECK(expanded("10.1.0.4/32") == "10.1.0.4");
  CHECK(count("10.1.0.0/16") == 65'534);
  CHECK(count("10.0.0.0/12") == (1U << 20U) - 2);
  CHECK(expanded("255.255.255.252/30") == "255.255.255.253 255.255.255.254");
}

TEST_CASE("a network of IPv6 is all its addresses") {
  CHECK(expanded("fd00::/126") == "fd00:: fd00::1 fd00::2 fd00::3");
  CHECK(expanded("fd00:0:0:1::fffe/127") == "fd00:0:0:1::fffe fd00:0:0:1::ffff");
  CHECK(expanded("::ffff:10.1.0.4/128") == "::ffff:a01:4");
  CHECK(expanded("1:0:2::4/128") == "1:0:2::4");
  CHECK(expanded("1:2:3:4:5:6:7:8/128") == "1:2:3:4:5:6:7:8");
}

TEST_CASE("a range of addresses") {
  CHECK(expanded("10.1.0.254-10.1.1.1") == "10.1.0.254 10.1.0.255 10.1.1.0 10.1.1.1");
  CHECK(expanded("10.1.0.5-7") == "10.1.0.5 10.1.0.6 10.1.0.7");
  CHECK(expanded("255.255.255.255-255") == "255.255.255.255");
}

TEST_CASE("brackets of numbers") {
  CHECK(expanded("web[08-11]") == "web08 web09 web10 web11");
  CHECK(expanded("r[1-2]n[1,3].dc") == "r1n1.dc r1n3.dc r2n1.dc r2n3.dc");
  CHECK(expanded("web[5]") == "web5");
}

TEST_CASE("what is none is refused with a hint") {
  for (const char* word :
       {"10.1.0.0/33", "10.1.0.0/", "10.1.0.0/x", "10.0.0.0/8", "fd00::/64", "fd00::/129", "10.1.0.5-4",
        "10.1.0.5-256", "10.1.0.5-x", "10.0.0.0-10.255.0.0", "web[", "web[]", "web[b-a]", "web[3-1]",
        "web[1-9999999]", "w[1-2000][1-2000]", "web[-1]", "web[1-99999999999]"})
    CHECK_MESSAGE(refused(word), word);
}

}  // namespace
