#include <doctest/doctest.h>

#include "inventory/inventory.hpp"

using jaga::inventory::is_address;

TEST_CASE("addresses are told from what is none by their spelling") {
  for (const char* good : {"10.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%eth0", "2001:db8::10",
                           "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1", "web01", "web01.example.go.id", "a-b.c"})
    CHECK_MESSAGE(is_address(good), good);
  for (const char* bad :
       {"", "10.0.0", "10.0.0.256", "10.0.0.01", "1:2:3", ":::", "1::2::3", "12345::", "fe80::1%", "-web",
        "web-", "web..a", "web 01", "web01;reboot", "$(id)", "1:2:3:4:5:6:7:8:9"})
    CHECK_FALSE_MESSAGE(is_address(bad), bad);
}
