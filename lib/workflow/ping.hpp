// What `jaga ping` does: addresses are pinged, names as soon as they have become addresses, each target gets
// one answer. It needs no working directory.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "probe/icmp.hpp"
#include "probe/resolve.hpp"

namespace jaga::workflow {

struct PingOptions {
  std::vector<std::string> targets;  // names and addresses; one that is named twice is pinged twice
  int count = 4;                     // 1...100
  std::chrono::milliseconds interval{500};
  std::chrono::milliseconds timeout{500};
  bool first_reply_is_enough = true;
  std::uint32_t rate = 1'000;  // packets a second; 0: as fast as the buffers hold
  std::uint64_t seed = 0;      // random, different for each run
  probe::Wanted family = probe::Wanted::any;
  bool keep_times = false;  // of each request
};

struct Pings {
  // How a target that is not an address was looked up; of the others there is none, but of an address of the
  // family that is not wanted.
  struct Name {
    std::string address;                     // empty: it stands for none
    std::string error_text = "interrupted";  // then: why
  };
  std::vector<probe::IcmpResult> results;  // in the order of the targets; of an unknown name: nothing sent
  std::map<std::size_t, Name> names;       // by the place of the target
  std::uint64_t own_drops = 0;
  std::uint64_t foreign = 0;         // packets that belonged to no request
  std::chrono::nanoseconds took{0};  // looking up names and sending
};

// Called in the calling thread; each may be empty.
struct PingWatch {
  std::function<void(std::size_t done)> progress;  // finished targets, at most ten times a second
  // Each target in its order, as soon as it and those before it have their answer; `name` is null for an
  // address.
  std::function<void(std::size_t target, const probe::IcmpResult&, const Pings::Name* name)> answered;
  // Each request, as in probe::IcmpWatch; `name` as above.
  std::function<void(std::size_t target, int request, std::chrono::nanoseconds, const Pings::Name* name)>
      each;
};

// Throws Error{not_permitted} where nothing may be sent, before any answer, with both ways to mend it, and
// Error{io} where the engine cannot start.
Pings ping(const PingOptions& options, std::stop_token stop, const PingWatch& watch = {});

}  // namespace jaga::workflow
