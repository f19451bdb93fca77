#include "inventory/address.hpp"

#include <doctest/doctest.h>

#include "inventory/inventory.hpp"

using jaga::Language;
using jaga::inventory::address_hint;
using jaga::inventory::is_address;
using jaga::inventory::plain_address;

TEST_CASE("addresses are told from what is none by their spelling") {
  for (const char* good :
       {"10.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%eth0", "2001:db8::10", "1:2:3:4:5:6:7:8",
        "::ffff:10.0.0.1", "web01", "web01.example.go.id", "a-b.c", "db_two.example.org", "_dmarc.example",
        "db4.example.org.", "web01.", "10.example", "0x7f.example"})
    CHECK_MESSAGE(is_address(good), good);
  for (const char* bad : {"",           ".",          "10.0.0",       "10.0.0.256", "10.0.0.01",
                          "010.0.0.1",  "10.0.0.1.",  "10.1",         "0x7f000001", "1.0X7f",
                          "example.0x", "2130706433", "web01..",      "1:2:3",      ":::",
                          "1::2::3",    "12345::",    "fe80::1%",     "-web",       "web-",
                          "web..a",     "web 01",     "web01;reboot", "$(id)",      "1:2:3:4:5:6:7:8:9"})
    CHECK_FALSE_MESSAGE(is_address(bad), bad);
}

TEST_CASE("of an address with zeros in front, the one that is meant is told") {
  const auto told = [](const char* text) { return address_hint(text).render(Language::english); };
  CHECK(told("010.0.0.1").ends_with("write 10.0.0.1"));
  CHECK(told("10.000.00.001").ends_with("write 10.0.0.1"));
  for (const char* other : {"", ".", "10.0.0", "010.0.0", "0300.0.0.1", "10.0.0.256", "10..0.01", "web01;reboot"})
    CHECK_MESSAGE(told(other) == "give an IPv4 or IPv6 address, or a host name", other);
}

TEST_CASE("an address has one plain spelling") {
  CHECK(plain_address("2001:db8:0:0::5") == "2001:db8::5");
  CHECK(plain_address("2001:DB8::0005") == "2001:db8::5");
  CHECK(plain_address("FE80::1%eth0") == "fe80::1%eth0");
  CHECK(plain_address("::ffff:192.0.2.1") == "192.0.2.1");
  CHECK(plain_address("::ffff:c000:201") == "192.0.2.1");
  CHECK(plain_address("192.0.2.1") == "192.0.2.1");
  CHECK(plain_address("Web01.Example.org.") == "web01.example.org");
  CHECK(plain_address(".") == ".");
  CHECK(plain_address("a:b") == "a:b");
  CHECK(plain_address("") == "");
}
