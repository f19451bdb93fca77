// Private to probe: an ICMP socket of one address family, with batched I/O.
//
// Not thread-safe. The destructor closes the socket.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/message.hpp"
#include "os/descriptor.hpp"
#include "probe/icmp_packet.hpp"

namespace jaga::probe {

// An address in network byte order.
struct Peer {
  std::array<std::uint8_t, 16> bytes{};  // IPv4: the first four bytes
  std::uint32_t scope = 0;
  Family family = Family::v4;
  bool same_host(const Peer& other) const { return family == other.family && bytes == other.bytes; }
  std::string text() const;
};
// Parses a numeric address, with or without %scope.
[[nodiscard]] std::optional<Peer> parse_peer(const std::string& address);
socklen_t fill_address(const Peer& peer, sockaddr_storage& out);
std::optional<Peer> peer_of(const sockaddr_storage& address);

struct Received {
  Peer from;
  Echo echo;
  std::int64_t realtime_ns = 0;  // kernel receive timestamp; 0: none
};
struct QueuedError {
  Peer to;                     // destination of the request
  std::optional<Peer> from;    // sender of the ICMP error
  std::optional<Echo> quoted;  // cookie 0: not quoted
  int type = -1;
  int code = -1;
  int error = 0;
};
struct Outgoing {
  Peer to;
  Echo echo;
};

class IcmpSocket {
 public:
  IcmpSocket() = default;
  // Opens a datagram socket, or a raw socket if that fails. `buffer`: receive buffer in bytes; 0: a suitable
  // default. Returns 0, or errno of the raw socket (EPERM, EACCES: not permitted).
  int open(Family family, std::uint16_t raw_id, int buffer);
  int fd() const { return fd_.get(); }
  bool is_open() const { return static_cast<bool>(fd_); }
  bool is_raw() const { return raw_; }
  std::uint16_t id() const { return id_; }

  static constexpr std::size_t kBatch = 64;
  // Number of replies that the receive buffer holds, at most kBatch. Do not send more at once.
  std::size_t burst() const { return burst_; }
  // Sends up to kBatch packets and returns how many were sent. `error`: errno of the first packet that was
  // not sent; 0: all sent; EAGAIN: try again later.
  std::size_t send(std::span<const Outgoing> batch, int& error);
  // Receives available packets, up to a few batches. Returns true if more may be available.
  bool receive(const std::function<void(const Received&)>& reply, std::uint64_t& foreign);
  void errors(const std::function<void(const QueuedError&)>& report);
  // Replies dropped so far because the receive buffer was full.
  std::uint64_t own_drops() const;

 private:
  os::Descriptor fd_;
  Family family_ = Family::v4;
  bool raw_ = false;
  std::uint16_t id_ = 0;
  std::size_t burst_ = kBatch;
};

// The text of IcmpRun::not_permitted.
Message permission_message();

}  // namespace jaga::probe
