#include "probe/resolve.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include <map>
#include <string>

using namespace jaga::probe;

TEST_CASE("names are given out as they come to an end, without waiting for the others") {
  Resolver resolver({"localhost", "nosuch.invalid", "127.0.0.1"});
  std::map<std::size_t, Resolved> all;
  bool more = true;
  while (more) {
    pollfd event{resolver.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&event, 1, 60'000) == 1);
    for (auto& one : resolver.take_ready(more)) CHECK(all.insert(std::move(one)).second);
  }
  CHECK(all.size() == 3);
  CHECK((all[0].address == "127.0.0.1" || all[0].address == "::1"));
  CHECK(all[1].address.empty());
  CHECK_FALSE(all[1].error_text.empty());
  CHECK(all[2].address == "127.0.0.1");
  CHECK(resolver.take_ready(more).empty());
  CHECK_FALSE(more);
  pollfd event{resolver.descriptor(), POLLIN, 0};
  CHECK(::poll(&event, 1, 0) == 0);
}

TEST_CASE("an address of the other family is none") {
  Resolver resolver({"127.0.0.1"}, Wanted::v6);
  const Resolver::Found found = resolver.take({});
  REQUIRE(found.size() == 1);
  CHECK(found[0].second.address.empty());
  CHECK_FALSE(found[0].second.error_text.empty());
}
