#include "round/check_name.hpp"

#include <doctest/doctest.h>

namespace jaga::round {

TEST_CASE("parsing the name of a check restores its parts") {
  const CheckName plain{"icmp", ""};
  const CheckName disk{"disk", "/var"};
  const CheckName address{"tcp", "[2001:db8::1]:22"};
  CHECK(check_name(plain.check, plain.object) == "icmp");
  CHECK(check_name(disk.check, disk.object) == "disk:/var");
  for (const CheckName& name : {plain, disk, address})
    CHECK(parse_check_name(check_name(name.check, name.object)) == name);
}

}  // namespace jaga::round
