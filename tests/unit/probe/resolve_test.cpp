#include "probe/resolve.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include <atomic>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <stdexcept>
#include <string>

#include "../gate.hpp"

using namespace jaga::probe;
using jaga::test::Gate;
using namespace std::chrono_literals;

TEST_CASE("names are reported as soon as they are resolved, without waiting for the others") {
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

TEST_CASE("an address of the other family does not count") {
  Resolver resolver({"127.0.0.1"}, Wanted::v6);
  const Resolver::Found found = resolver.take({});
  REQUIRE(found.size() == 1);
  CHECK(found[0].second.address.empty());
  CHECK_FALSE(found[0].second.error_text.empty());
}

TEST_CASE("neither a silent name nor the work of earlier batches delays the others") {
  const auto gate = std::make_shared<Gate>();
  const auto later = std::make_shared<Gate>();
  // "second" is resolved while the batch of "first" runs, and "silent" while that of "second" runs.
  Resolver resolver({"first", "second", "silent"},
                    [gate, later](const std::string& name, bool, bool& silent) {
                      if (name == "second") gate->pass();
                      if (name == "silent") later->pass();
                      silent = name == "silent";
                      return silent ? Resolved{"", "silence"} : Resolved{"127.0.0.1", ""};
                    });
  Gate end;
  std::mutex mutex;
  std::vector<std::string> order;
  resolve_in_batches(resolver, {}, [&](const Resolver::Found& found, bool last) {
    REQUIRE(found.size() == 1);
    {
      const std::lock_guard lock(mutex);
      order.push_back(std::to_string(found[0].first));
      CHECK(last == (order.size() == 3));
    }
    if (found[0].first == 0) {
      gate->open();
      end.pass();  // blocks until all others are done
    }
    if (found[0].first == 1) later->open();
    if (found[0].first == 2) end.open();
  });
  CHECK(order == std::vector<std::string>{"0", "1", "2"});
}

TEST_CASE("names are resolved even after any number of silent ones") {
  std::vector<std::string> names;
  for (int i = 0; i < 3'000; ++i) names.push_back((i < 2'800 ? "silent" : "good") + std::to_string(i));
  Resolver resolver(names, [](const std::string& name, bool, bool& silent) {
    silent = name.starts_with("silent");
    return silent ? Resolved{"", "silence"} : Resolved{"127.0.0.1", ""};
  });
  std::size_t good = 0;
  std::set<std::size_t> all;
  for (auto found = resolver.take({}); !found.empty(); found = resolver.take({}))
    for (const auto& one : found) {
      CHECK(all.insert(one.first).second);
      if (!one.second.address.empty()) ++good;
    }
  CHECK(all.size() == 3'000);
  CHECK(good == 200);
}

TEST_CASE("if no name server answers, each name has a second, and finally none is asked") {
  std::atomic<int> patient{0};
  std::atomic<int> brief{0};
  Resolver resolver(std::vector<std::string>(6'000, "silent"),
                    [&](const std::string&, bool is_brief, bool& silent) {
                      ++(is_brief ? brief : patient);
                      silent = true;
                      return Resolved{"", "silence"};
                    });
  std::size_t ended = 0;
  for (auto found = resolver.take({}); !found.empty(); found = resolver.take({})) ended += found.size();
  CHECK(ended == 6'000);
  CHECK(patient >= 64);
  CHECK(patient < 64 + 128);
  CHECK(brief < 2'048 + 128);
}

TEST_CASE("an exception of a lookup ends only that name") {
  const auto look_up = [](const std::string& name, bool, bool&) -> Resolved {
    if (name == "full") throw std::bad_alloc();
    if (name == "odd") throw std::runtime_error("a library that throws");
    return {"127.0.0.1", ""};
  };
  Resolver resolver({"full", "good", "odd"}, look_up);
  std::map<std::size_t, Resolved> all;
  for (auto found = resolver.take({}); !found.empty(); found = resolver.take({}))
    all.insert(found.begin(), found.end());
  REQUIRE(all.size() == 3);
  CHECK(all[0].address.empty());
  CHECK(all[0].error_text == "std::bad_alloc");
  CHECK(all[1].address == "127.0.0.1");
  CHECK(all[2].error_text == "a library that throws");
}

TEST_CASE("an exception of a batch is rethrown after the others have finished") {
  // "second" is resolved after the batch of "first" has thrown.
  const auto gate = std::make_shared<Gate>();
  Resolver resolver({"first", "second"}, [gate](const std::string& name, bool, bool&) {
    if (name == "second") gate->pass();
    return Resolved{"127.0.0.1", ""};
  });
  std::atomic<int> handed{0};
  const auto go = [&] {
    resolve_in_batches(resolver, {}, [&](const Resolver::Found&, bool last) {
      ++handed;
      if (last) return;
      gate->open();
      throw std::runtime_error("oops");
    });
  };
  CHECK_THROWS_WITH_AS(go(), "oops", std::runtime_error);
  CHECK(handed == 2);
}

TEST_CASE("a stop ends the collection") {
  const auto gate = std::make_shared<Gate>();
  std::stop_source stop;
  Resolver resolver({"never", "now"}, [gate](const std::string& name, bool, bool&) {
    if (name == "never") gate->pass();
    return Resolved{"127.0.0.1", ""};
  });
  std::size_t found_all = 0;
  resolve_in_batches(resolver, stop.get_token(), [&](const Resolver::Found& found, bool last) {
    found_all += found.size();
    CHECK_FALSE(last);
    stop.request_stop();
  });
  CHECK(found_all == 1);
  gate->open();
}
