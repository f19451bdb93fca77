// Runs one round: measures every host requested and retries failed checks. Every check has a result in the
// end.
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
#include "round/look.hpp"
#include "round/round.hpp"
#include "ssh/ssh.hpp"

namespace jaga::probe {

// The pinned identity of a host.
struct Pin {
  std::vector<sshkey::PublicKey> keys;
  std::string machine_id;  // empty: not pinned
};

struct Request {
  std::vector<inventory::Host> hosts;
  Digest inventory;
  std::map<std::string, Pin> pins;  // by host
  // By host: SSH target with login, route and pinned keys. Hosts that are missing are reached directly.
  std::map<std::string, ssh::Target> ways;
  std::vector<std::string> kinds;                    // kinds of check to run; empty: all
  ssh::Options ssh;                                  // with the keys for measuring
  std::optional<int> count;                          // overrides the inventory
  std::optional<std::chrono::milliseconds> timeout;  // of icmp and tcp; overrides the inventory
  std::uint32_t rate = 1'000;
  std::chrono::milliseconds pause{300};  // before failed checks are retried
  std::string installation;
  std::string schedule;
  std::vector<round::Skipped> skipped;
  // By host: sections to request and results to carry; hosts without an entry are measured completely.
  std::map<std::string, round::Look> looks;
  const round::Round* previous = nullptr;
  std::optional<Digest> previous_digest;
  std::optional<std::vector<std::string>>
      environment;  // for the local collector; nullopt: that of this process
  std::function<Instant()> now;
  RandomBytes random;
};

struct Progress {
  // In results, as the summary of the round counts them. The total grows when the collector's results arrive.
  std::size_t done = 0;
  std::size_t total = 0;
  std::size_t failing = 0;  // not ok
  std::string slowest;      // an unfinished check, such as "web01 ssh"; empty: none
};

// Measures a round.
//
// All kinds of check run concurrently; names are resolved while numeric addresses are measured. If a name has
// several addresses, tcp and http try the next one, within the same timeout, when an address does not accept
// the connection.
//
// A failing check is tried up to round::kConfirmed times within the round, hosts behind a silent host after
// that host. A silent host is also tried by another method (a known port if echo requests are lost, an echo
// request if ports are silent); this adds facts, but does not change the state. Results that a retry cannot
// change (changed host key, refused login, full disk, unknown name) count as confirmed at once. Of the
// collector, only the sections that were not ok are requested again. A login that timed out is not tried again.
// Where this user may not send echo requests, an answering port replaces them.
//
// The carried results of a host's look are added if a login was tried, unless another machine answered.
//
// After `stop`, checks not yet measured are unknown with Reason::cancelled. `progress` (may be empty) is
// called in the calling thread, about ten times a second.
round::Round run(const Request& request, std::stop_token stop,
                 const std::function<void(const Progress&)>& progress = {});

}  // namespace jaga::probe
