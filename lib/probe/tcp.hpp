// TCP connects to many ports concurrently, in the calling thread. A refused connection proves that the host
// is up.
//
// Thread-safe. The callback runs in the calling thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace jaga::probe {

struct TcpTarget {
  std::string address;  // numeric IPv4 or IPv6, %scope allowed
  std::uint16_t port = 0;
  std::chrono::milliseconds timeout{5'000};
};

struct TcpResult {
  enum class End {
    connected,
    refused,  // RST: the port is closed, the host is up
    timed_out,
    no_route,     // no route, or address family not available
    unreachable,  // ICMP error, or no answer to ARP or neighbour discovery
    reset,
    bad_address,
    cancelled,    // stop requested
    local_error,  // no descriptor, no free port, or blocked by a local filter
  };
  End end = End::cancelled;
  std::chrono::nanoseconds connect{0};  // until connected or refused; otherwise zero
  std::string error_text;               // from the system call; may be empty
};

// Returns one result per target, in order. Connects to at most `at_once` ports concurrently; 0: derived from
// the descriptor limit, at most 512. Sends nothing and closes each connection once established. `done` (may
// be empty) is called as each connect ends. Throws Error{io} if no descriptor is available.
std::vector<TcpResult> tcp_connect(const std::vector<TcpTarget>& targets, std::size_t at_once = 0,
                                   std::stop_token stop = {},
                                   const std::function<void(std::size_t index)>& done = {});

}  // namespace jaga::probe
