// One round: every host asked for is measured, suspects again, and has a result in the end, always.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "inventory/inventory.hpp"
#include "round/round.hpp"
#include "ssh/ssh.hpp"

namespace jaga::probe {

// What is pinned of a host: nothing of it may be different.
struct Pin {
  std::vector<sshkey::PublicKey> keys;
  std::string machine_id;  // empty: not pinned
};

struct Request {
  std::vector<inventory::Host> hosts;
  Digest inventory;
  std::map<std::string, Pin> pins;  // by host
  // By host: how SSH reaches it, with its login and what is pinned; hosts without one are reached straight.
  std::map<std::string, ssh::Target> ways;
  std::vector<std::string> kinds;                    // of check; empty: all
  ssh::Options ssh;                                  // with the measuring identities
  std::optional<int> count;                          // over the inventory's
  std::optional<std::chrono::milliseconds> timeout;  // of icmp and tcp
  std::uint32_t rate = 1'000;
  std::chrono::milliseconds pause{300};  // before suspects are tried again
  std::string installation;
  std::string schedule;
  std::vector<round::Skipped> skipped;
  const round::Round* previous = nullptr;
  std::optional<Digest> previous_digest;
  std::optional<std::vector<std::string>> environment;  // of the local collector; nullopt: this process's
  std::function<Instant()> now;
  RandomBytes random;
};

struct Progress {
  // Results, as the round counts them; the total grows when the collector says how many it has.
  std::size_t done = 0;
  std::size_t total = 0;
  std::size_t failing = 0;  // not ok
  std::string slowest;      // "web01 ssh": what is waited for; empty: nothing
};

// Of a name with several addresses the first is asked; tcp and http go on to the next ones, within the same
// time, where it does not take the connection. Each kind of check is measured by its own method, all methods
// at once; names are looked up while numeric addresses are measured already. A failing check is tried up to
// round::kConfirmed times within the round, those behind a silent host after that host; a host that was
// silent is then asked by another method, too (a known port where echoes are lost, an echo where ports are),
// which is added to the result's facts and changes no state. What cannot be otherwise a moment later (a changed
// host key, a login refused, a full disk, a name without address) counts as confirmed at once. Where echo
// requests are not permitted, a port that answers replaces them. After a stop what was not measured is
// unknown, `cancelled`. `progress` (may be empty) is called in the calling thread, about ten times a second.
round::Round run(const Request& request, std::stop_token stop,
                 const std::function<void(const Progress&)>& progress = {});

}  // namespace jaga::probe
