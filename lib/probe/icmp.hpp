// The ICMP engine: echo requests to many hosts at once, in the calling thread, with one epoll.
//
// A reply counts only when its source, its sequence, its 64-bit cookie and (on raw sockets) its id are those
// of a request of this run; late and double ones are counted as such and turn no loss into success. Errors
// come from the error queue (IP_RECVERR) and end the wait for that host, or where it has answered already,
// for that request. Replies that this machine dropped itself are asked for again and never called loss. All
// timers are monotonic.
//
// Several threads may run at once, where they share an IcmpPace also within one limit. The callbacks are
// called in the calling thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/message.hpp"
#include "probe/icmp_packet.hpp"

namespace jaga::probe {

struct IcmpTarget {
  std::string address;  // numeric IPv4 or IPv6, with or without %scope; empty: comes with IcmpLater
  int count = 5;        // 1...100
  std::chrono::milliseconds interval{200};
  std::chrono::milliseconds timeout{1'000};
  // Stop at the first reply: the host is up.
  bool first_reply_is_enough = false;
};

class IcmpPace;

struct IcmpOptions {
  std::uint32_t rate = 1'000;  // packets a second over all; 0: as fast as the buffers hold
  std::uint64_t seed = 0;      // of the cookies: random, different for each run (given by the caller)
  int receive_buffer = 0;      // bytes of each socket; 0: as much as is of use. The kernel's limits hold
  bool keep_times = false;     // IcmpResult::times is wanted
  std::shared_ptr<IcmpPace> pace{};  // of several runs together, in place of `rate`; null: this run's own
};

// Why something was not sent, or what came instead of a reply.
struct IcmpError {
  std::string text{};  // as strerror(3) has it, or ours
  std::string from{};  // address of who sent the ICMP error; empty: this machine says it
  int type = -1;       // of the ICMP error
  int code = -1;
};

struct IcmpResult {
  enum class End {
    measured,       // `sent` and `received` say how it went; all lost: nothing came back
    bad_address,    // not a numeric address
    no_route,       // here: no route, or this family is not there
    unreachable,    // nothing came back but an ICMP error
    not_permitted,  // the engine may open no socket of this family
    cancelled,      // a stop was requested
    local_error,    // sending failed for good, or replies were dropped here
  };
  End end = End::measured;
  int sent = 0;
  int received = 0;    // in time, each sequence once
  int late = 0;        // after their timeout
  int duplicates = 0;  // a sequence again
  int lost_percent() const { return sent == 0 ? 100 : (sent - received) * 100 / sent; }
  // Over the replies in time, from the kernel's receive stamps; zero without any.
  std::chrono::nanoseconds min{0}, mean{0}, median{0}, p95{0}, max{0};
  std::chrono::nanoseconds jitter{0};  // mean difference of neighbours
  // Where they are kept: of each request that was sent its round trip, below zero where no reply came in
  // time.
  std::vector<std::chrono::nanoseconds> times{};
  // The last one, also where other requests were answered; null: none. Apart, for it is rare and results are
  // many.
  std::shared_ptr<const IcmpError> error;
  const IcmpError& last_error() const;  // an empty one where there is none
};

struct IcmpRun {
  std::vector<IcmpResult> results;  // in the order of the targets, one each, always
  enum class Socket { none, datagram, raw };
  Socket v4 = Socket::none;  // what was used; none: not needed or not permitted
  Socket v6 = Socket::none;
  std::uint64_t own_drops = 0;       // packets that this machine dropped on receiving (SO_MEMINFO)
  std::chrono::nanoseconds took{0};  // from the start of the engine on, all in all
  std::uint64_t foreign = 0;         // packets that belonged to none of our requests
  // Set where a socket was not permitted: says both ways to mend it.
  std::optional<Message> not_permitted;
};

// Addresses that become known while others are being probed: those of names. A target whose address is empty
// waits for its own, and has an end as soon as it is told that there is none.
struct IcmpLater {
  int descriptor = -1;  // readable while there is something to take; -1: looked at from time to time
  struct Found {
    std::size_t target;
    std::string address;  // numeric; empty: there is none
  };
  // What is known so far, without waiting; `more`: more may follow. A host that is never reported has no
  // address.
  std::function<std::vector<Found>(bool& more)> take;
};

// Called in the calling thread while it waits; each may be empty.
struct IcmpWatch {
  std::function<void(std::size_t done)> progress;  // finished targets, at most ten times a second
  // Each target in its order, as soon as nothing can change its result or that of one before it; all of them
  // before icmp_ping returns.
  std::function<void(std::size_t target, const IcmpResult&)> settled;
  // Each request, from 0 on, with the round trip of its reply; below zero: its time is over, or an error
  // came.
  std::function<void(std::size_t target, int request, std::chrono::nanoseconds)> each;
};

// Throws Error{io} where there is no descriptor for the engine itself.
IcmpRun icmp_ping(std::vector<IcmpTarget> targets, const IcmpOptions& options, std::stop_token stop = {},
                  const IcmpWatch& watch = {}, const IcmpLater& later = {});

// What doctor says: not_permitted of a run without targets, for IPv4.
std::optional<Message> icmp_permission();

}  // namespace jaga::probe
