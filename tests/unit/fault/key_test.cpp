#include "fault/key.hpp"

#include <doctest/doctest.h>

namespace jaga::fault {

TEST_CASE("parsing a fault's key restores its parts") {
  const Key plain{"web01", "host-down", ""};
  const Key disk{"web01", "disk-full", "/var/lib/50% full"};
  CHECK(plain.text() == "web01/host-down");
  CHECK(disk.text() == "web01/disk-full/%2Fvar%2Flib%2F50%25%20full");
  for (const Key& key : {plain, disk}) CHECK(parse_key(key.text()) == key);
}

TEST_CASE("a key without a type is an unknown fault") {
  CHECK(parse_key("web01") == Key{"web01", "unknown", ""});
  CHECK(parse_key("") == Key{"", "unknown", ""});
}

}  // namespace jaga::fault
