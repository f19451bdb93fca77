// TCP connects to many ports at once, in the calling thread. A port that is refused proves that its host is
// up.
//
// Several threads may connect at once; the callback is called in the calling thread.
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
  std::string address;  // numeric IPv4 or IPv6, with or without %scope
  std::uint16_t port = 0;
  std::chrono::milliseconds timeout{5'000};
};

struct TcpResult {
  enum class End {
    connected,
    refused,  // a RST: nobody listens, the host is up
    timed_out,
    no_route,     // here: no route, or this family is not there
    unreachable,  // an ICMP error, or no answer to ARP or neighbour discovery
    reset,
    bad_address,
    cancelled,    // a stop was requested
    local_error,  // no descriptor, no free port, forbidden by a filter here
  };
  End end = End::cancelled;
  std::chrono::nanoseconds connect{0};  // until connected or refused; zero otherwise
  std::string error_text;               // of the system call; may be empty
};

// At most `at_once` connects at a time, 0: from the descriptor limit, at most 512. A result for every target,
// in order, always. Each connection is closed as soon as it is there; nothing is sent. `done` (may be empty)
// is called in the calling thread as each ends. Throws Error{io} where there is no descriptor for itself.
std::vector<TcpResult> tcp_connect(const std::vector<TcpTarget>& targets, std::size_t at_once = 0,
                                   std::stop_token stop = {},
                                   const std::function<void(std::size_t index)>& done = {});

}  // namespace jaga::probe
