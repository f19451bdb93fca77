// The ICMP engine: echo requests to many hosts concurrently, in the calling thread, using one epoll instance.
//
// A reply counts only if its source, sequence number and 64-bit cookie (and, on raw sockets, its id) match a
// request of this run. Late and duplicate replies are counted separately. ICMP errors come from the error
// queue (IP_RECVERR); they end the probing of a host that has not answered, and only the one request of a
// host that has. Targets whose replies were dropped by this machine's receive buffer are probed again, and
// are never reported as packet loss. All timers use the monotonic clock.
//
// Thread-safe; runs that share an IcmpPace share its rate limit. Callbacks run in the calling thread.
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
  std::string address;  // numeric IPv4 or IPv6, %scope allowed; empty: supplied by IcmpLater
  int count = 5;        // 1...100
  std::chrono::milliseconds interval{200};
  std::chrono::milliseconds timeout{1'000};
  // Stop at the first reply, to test only whether the host is up.
  bool first_reply_is_enough = false;
};

class IcmpPace;

struct IcmpOptions {
  std::uint32_t rate = 1'000;        // packets per second over all targets; 0: limited by the buffers only
  std::uint64_t seed = 0;            // of the cookies; must be random and different for each run
  int receive_buffer = 0;            // bytes per socket; 0: a suitable default. The kernel's limits apply
  bool keep_times = false;           // fill IcmpResult::times
  std::shared_ptr<IcmpPace> pace{};  // shared by several runs, replaces `rate`; null: this run only
};

// Why a request was not sent, or the ICMP error received for it.
struct IcmpError {
  std::string text{};  // as strerror(3), or our own text
  std::string from{};  // sender of the ICMP error; empty: this machine
  int type = -1;       // ICMP type
  int code = -1;
};

struct IcmpResult {
  enum class End {
    measured,       // see `sent` and `received`; no reply at all is also `measured`
    bad_address,    // not a numeric address
    no_route,       // no route, or address family not available
    unreachable,    // an ICMP error and no reply
    not_permitted,  // no permission to open a socket of this family
    cancelled,      // stop requested
    local_error,    // sending failed permanently, or this machine dropped the replies
  };
  End end = End::measured;
  int sent = 0;
  int received = 0;    // in time, each sequence number once
  int late = 0;        // after the timeout
  int duplicates = 0;  // of a sequence number already received
  int lost_percent() const { return sent == 0 ? 100 : (sent - received) * 100 / sent; }
  // Round trips of the replies in time, from kernel timestamps; zero if there are none.
  std::chrono::nanoseconds min{0}, mean{0}, median{0}, p95{0}, max{0};
  std::chrono::nanoseconds jitter{0};  // mean difference between consecutive round trips
  // If requested: the round trip of each request sent; negative if there was no reply in time.
  std::vector<std::chrono::nanoseconds> times{};
  // The last error, even if other requests were answered; null if none. Allocated separately because errors
  // are rare and results many.
  std::shared_ptr<const IcmpError> error;
  const IcmpError& last_error() const;  // empty if there is none
};

struct IcmpRun {
  std::vector<IcmpResult> results;  // one per target, in order
  enum class Socket { none, datagram, raw };
  Socket v4 = Socket::none;  // type of socket used; none: not needed or not permitted
  Socket v6 = Socket::none;
  std::uint64_t own_drops = 0;       // packets dropped by this machine's receive buffers (SO_MEMINFO)
  std::chrono::nanoseconds took{0};  // total duration
  std::uint64_t foreign = 0;         // packets that match no request of this run
  // Set if a socket was not permitted; explains both ways to permit it.
  std::optional<Message> not_permitted;
};

// Supplies addresses that are resolved while other targets are being probed. A target with an empty address
// waits for its address and ends when it turns out to have none.
struct IcmpLater {
  int descriptor = -1;  // readable when take() has results; -1: polled from time to time
  struct Found {
    std::size_t target;
    std::string address;  // numeric; empty: the name has no address
  };
  // Returns what is known so far without blocking. `more`: set if further calls may return more; a target not
  // reported by then has no address.
  std::function<std::vector<Found>(bool& more)> take;
};

// Callbacks, run in the calling thread during icmp_ping; each may be empty.
struct IcmpWatch {
  std::function<void(std::size_t done)> progress;  // number of finished targets; at most ten calls per second
  // Called once per target, in target order, as soon as its result is final; for all targets before icmp_ping
  // returns.
  std::function<void(std::size_t target, const IcmpResult&)> settled;
  // Called once per request (numbered from 0) with the round trip of its reply; negative after a timeout or
  // an error.
  std::function<void(std::size_t target, int request, std::chrono::nanoseconds)> each;
};

// Throws Error{io} if no descriptor for the engine itself is available.
IcmpRun icmp_ping(std::vector<IcmpTarget> targets, const IcmpOptions& options, std::stop_token stop = {},
                  const IcmpWatch& watch = {}, const IcmpLater& later = {});

// For `jaga doctor`: IcmpRun::not_permitted for IPv4, without probing; nullopt if permitted.
std::optional<Message> icmp_permission();

}  // namespace jaga::probe
