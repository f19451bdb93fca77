// Private to probe: one ICMP socket of a family, in batches.
//
// Of one thread; closed with its owner.
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

// An address as the sockets take and give it.
struct Peer {
  std::array<std::uint8_t, 16> bytes{};  // IPv4: the first four
  std::uint32_t scope = 0;
  Family family = Family::v4;
  bool same_host(const Peer& other) const { return family == other.family && bytes == other.bytes; }
  std::string text() const;
};
// A numeric address, with or without %scope.
[[nodiscard]] std::optional<Peer> parse_peer(const std::string& address);
socklen_t fill_address(const Peer& peer, sockaddr_storage& out);
std::optional<Peer> peer_of(const sockaddr_storage& address);

struct Received {
  Peer from;
  Echo echo;
  std::int64_t realtime_ns = 0;  // the kernel's receive stamp; 0: none
};
struct QueuedError {
  Peer to;                     // where the request went
  std::optional<Peer> from;    // who says so
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
  // Datagram, else raw. `buffer`: bytes wanted for receiving, 0: as much as is of use. Returns 0 or the errno
  // of the raw socket (EPERM, EACCES: not permitted).
  int open(Family family, std::uint16_t raw_id, int buffer);
  int fd() const { return fd_.get(); }
  bool is_open() const { return static_cast<bool>(fd_); }
  bool is_raw() const { return raw_; }
  std::uint16_t id() const { return id_; }

  static constexpr std::size_t kBatch = 64;
  // How many replies at once the receive buffer holds, at most kBatch: more must not be sent at once.
  std::size_t burst() const { return burst_; }
  // Sends up to kBatch; how many went out before the first that did not, whose errno is `error` (0: all did;
  // EAGAIN: later).
  std::size_t send(std::span<const Outgoing> batch, int& error);
  // Reads what is there, at most a few batches: true where more may be there.
  bool receive(const std::function<void(const Received&)>& reply, std::uint64_t& foreign);
  void errors(const std::function<void(const QueuedError&)>& report);
  // Replies that had no room in the receive buffer, so far.
  std::uint64_t own_drops() const;

 private:
  os::Descriptor fd_;
  Family family_ = Family::v4;
  bool raw_ = false;
  std::uint16_t id_ = 0;
  std::size_t burst_ = kBatch;
};

// What IcmpRun::not_permitted says.
Message permission_message();

}  // namespace jaga::probe
