#include "probe/icmp_socket.hpp"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/icmp6.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/error.hpp"
#include "probe/icmp.hpp"

namespace jaga::probe {
namespace {

// linux/icmp.h conflicts with net/if.h.
constexpr int kIcmpFilter = 1;  // ICMP_FILTER; its argument is a mask of the types to drop
constexpr std::uint32_t kAllButEchoReply = ~1U;
constexpr int kBuffer = 8 << 20;
constexpr std::size_t kPacket = 192;  // our echo with the longest IPv4 header
constexpr std::size_t kControl = 64;  // one timestamp
// More than one batch of requests, so that a call that is not filled shows that nothing is left.
constexpr std::size_t kTaken = 2 * IcmpSocket::kBatch;
constexpr int kRounds = 16;  // recvmmsg calls before returning to the event loop
// Receive buffer that a small packet may take, as some drivers allocate a page for it.
constexpr int kCharged = 2'304;
// Errors of other requests that may precede a packet; if more follow, the error belongs to this packet.
constexpr int kTries = 10;

void set_on(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof on);
}

const void* data_of(const cmsghdr* control) {
  return CMSG_DATA(control);
}

}  // namespace

std::string Peer::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  ::inet_ntop(family == Family::v4 ? AF_INET : AF_INET6, bytes.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::optional<Peer> parse_peer(const std::string& address) {
  Peer peer;
  if (::inet_pton(AF_INET, address.c_str(), peer.bytes.data()) == 1) return peer;
  peer.family = Family::v6;
  const std::size_t percent = address.find('%');
  const std::string number = address.substr(0, percent);
  if (::inet_pton(AF_INET6, number.c_str(), peer.bytes.data()) != 1) return std::nullopt;
  if (percent != std::string::npos) {
    const std::string scope = address.substr(percent + 1);
    peer.scope = ::if_nametoindex(scope.c_str());
    if (peer.scope == 0) {
      const auto end = std::from_chars(scope.data(), scope.data() + scope.size(), peer.scope);
      if (end.ec != std::errc{} || end.ptr != scope.data() + scope.size() || peer.scope == 0)
        return std::nullopt;
    }
  }
  return peer;
}

socklen_t fill_address(const Peer& peer, sockaddr_storage& out) {
  out = {};
  if (peer.family == Family::v4) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    std::memcpy(&address.sin_addr, peer.bytes.data(), 4);
    std::memcpy(&out, &address, sizeof address);
    return sizeof address;
  }
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_scope_id = peer.scope;
  std::memcpy(&address.sin6_addr, peer.bytes.data(), 16);
  std::memcpy(&out, &address, sizeof address);
  return sizeof address;
}

std::optional<Peer> peer_of(const sockaddr_storage& address) {
  Peer peer;
  if (address.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    std::memcpy(peer.bytes.data(), &in.sin_addr, 4);
    return peer;
  }
  if (address.ss_family != AF_INET6) return std::nullopt;
  sockaddr_in6 in{};
  std::memcpy(&in, &address, sizeof in);
  std::memcpy(peer.bytes.data(), &in.sin6_addr, 16);
  peer.scope = in.sin6_scope_id;
  peer.family = Family::v6;
  return peer;
}

int IcmpSocket::open(Family family, std::uint16_t raw_id, int buffer) {
  family_ = family;
  const int domain = family == Family::v4 ? AF_INET : AF_INET6;
  const int protocol = family == Family::v4 ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6};
  fd_.reset(::socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  if (!fd_) {
    fd_.reset(::socket(domain, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
    if (!fd_) return errno;
    raw_ = true;
    id_ = raw_id;
  }
  // SO_RCVBUFFORCE needs CAP_NET_ADMIN; otherwise SO_RCVBUF sets at most net.core.rmem_max.
  if (buffer == 0) buffer = kBuffer;
  if (::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0)
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  socklen_t size = sizeof buffer;
  if (::getsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &buffer, &size) == 0)
    burst_ = static_cast<std::size_t>(std::clamp(buffer / kCharged, 1, static_cast<int>(kBatch)));
  set_on(fd_.get(), SOL_SOCKET, SO_TIMESTAMPNS);
  if (family == Family::v4) {
    set_on(fd_.get(), IPPROTO_IP, IP_RECVERR);
    if (raw_) {
      ::setsockopt(fd_.get(), SOL_RAW, kIcmpFilter, &kAllButEchoReply, sizeof kAllButEchoReply);
    }
  } else {
    set_on(fd_.get(), IPPROTO_IPV6, IPV6_RECVERR);
    if (raw_) {
      icmp6_filter filter;
      ICMP6_FILTER_SETBLOCKALL(&filter);
      ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
      ::setsockopt(fd_.get(), IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
    }
  }
  return 0;
}

std::size_t IcmpSocket::send(std::span<const Outgoing> batch, int& error) {
  std::array<std::array<std::byte, kEchoSize>, kBatch> packets;
  std::array<sockaddr_storage, kBatch> addresses;
  std::array<iovec, kBatch> pieces;
  std::array<mmsghdr, kBatch> messages{};
  const std::size_t count = std::min(batch.size(), kBatch);
  for (std::size_t i = 0; i < count; ++i) {
    build_request(family_, batch[i].echo, packets[i]);
    pieces[i] = {packets[i].data(), packets[i].size()};
    messages[i].msg_hdr.msg_namelen = fill_address(batch[i].to, addresses[i]);
    messages[i].msg_hdr.msg_name = &addresses[i];
    messages[i].msg_hdr.msg_iov = &pieces[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  error = 0;
  std::size_t sent = 0;
  int tries = 0;
  while (sent < count) {
    const int went = ::sendmmsg(fd_.get(), messages.data() + sent, static_cast<unsigned>(count - sent), 0);
    if (went > 0) {
      sent += static_cast<std::size_t>(went);
      tries = 0;
      continue;
    }
    if (errno == EINTR) continue;
    error = errno;
    if (error == EAGAIN || error == ENOBUFS) {
      error = EAGAIN;
      break;
    }
    // The kernel reports pending errors about other hosts to the next sender: clear them and retry.
    int pending = 0;
    socklen_t size = sizeof pending;
    ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &pending, &size);
    if (++tries == kTries) break;
    error = 0;
  }
  return sent;
}

bool IcmpSocket::receive(const std::function<void(const Received&)>& reply, std::uint64_t& foreign) {
  std::array<std::array<std::byte, kPacket>, kTaken> packets;
  alignas(cmsghdr) std::array<std::array<char, kControl>, kTaken> controls;
  std::array<sockaddr_storage, kTaken> addresses;
  std::array<iovec, kTaken> pieces;
  std::array<mmsghdr, kTaken> messages;
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < kTaken; ++i) {
      pieces[i] = {packets[i].data(), packets[i].size()};
      messages[i] = {};
      messages[i].msg_hdr.msg_name = &addresses[i];
      messages[i].msg_hdr.msg_namelen = sizeof addresses[i];
      messages[i].msg_hdr.msg_iov = &pieces[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_control = controls[i].data();
      messages[i].msg_hdr.msg_controllen = controls[i].size();
    }
    const int got = ::recvmmsg(fd_.get(), messages.data(), kTaken, MSG_DONTWAIT, nullptr);
    if (got < 0 && errno != EAGAIN) continue;  // a pending error, cleared by reporting it
    if (got <= 0) return false;
    for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
      Received received;
      msghdr& header = messages[i].msg_hdr;
      for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr; each = CMSG_NXTHDR(&header, each)) {
        if (each->cmsg_level != SOL_SOCKET) continue;
        if (each->cmsg_type == SO_TIMESTAMPNS) {
          timespec stamp{};
          std::memcpy(&stamp, data_of(each), sizeof stamp);
          received.realtime_ns = std::int64_t{stamp.tv_sec} * 1'000'000'000 + stamp.tv_nsec;
        }
      }
      const auto from = peer_of(addresses[i]);
      const auto echo = parse_reply(
          family_, std::span(packets[i]).first(std::min<std::size_t>(messages[i].msg_len, kPacket)),
          raw_ && family_ == Family::v4);
      if (!from || !echo || (raw_ && echo->id != id_)) {
        ++foreign;
        continue;
      }
      received.from = *from;
      received.echo = *echo;
      reply(received);
    }
    if (static_cast<std::size_t>(got) < kTaken) return false;
  }
  return true;
}

std::uint64_t IcmpSocket::own_drops() const {
  // The same counter as SO_RXQ_OVFL and /proc/net/icmp, but available without receiving a packet.
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  if (fd_.get() < 0 || ::getsockopt(fd_.get(), SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) return 0;
  return memory[SK_MEMINFO_DROPS];
}

void IcmpSocket::errors(const std::function<void(const QueuedError&)>& report) {
  for (int round = 0; round < 1024; ++round) {
    std::array<std::byte, kPacket> packet;
    alignas(cmsghdr) std::array<char, 512> control;
    sockaddr_storage address{};
    iovec piece{packet.data(), packet.size()};
    msghdr header{};
    header.msg_name = &address;
    header.msg_namelen = sizeof address;
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t size = ::recvmsg(fd_.get(), &header, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (size < 0) return;
    const auto to = peer_of(address);
    if (!to) continue;
    QueuedError error;
    error.to = *to;
    error.quoted = parse_quoted(
        family_, std::span(packet).first(std::min<std::size_t>(static_cast<std::size_t>(size), kPacket)));
    for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr; each = CMSG_NXTHDR(&header, each)) {
      const bool v4 = each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_RECVERR;
      const bool v6 = each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_RECVERR;
      if (!v4 && !v6) continue;
      sock_extended_err extended{};
      std::memcpy(&extended, data_of(each), sizeof extended);
      error.error = static_cast<int>(extended.ee_errno);
      if (extended.ee_origin == SO_EE_ORIGIN_ICMP || extended.ee_origin == SO_EE_ORIGIN_ICMP6) {
        error.type = extended.ee_type;
        error.code = extended.ee_code;
        // The sender's address follows the fixed part (SO_EE_OFFENDER in ip(7)).
        const std::size_t behind = each->cmsg_len - CMSG_LEN(sizeof extended);
        sockaddr_storage offender{};
        std::memcpy(&offender, static_cast<const char*>(data_of(each)) + sizeof extended,
                    std::min(behind, sizeof offender));
        error.from = peer_of(offender);
      }
    }
    if (error.error != 0) report(error);
  }
}

Message permission_message() {
  return msg(
      "icmp is not permitted for this user: as root: sysctl -w net.ipv4.ping_group_range='0 2147483647', or "
      "setcap cap_net_raw+ep \"$(command -v jaga)\"");
}

std::optional<Message> icmp_permission() {
  IcmpSocket socket;
  const int error = socket.open(Family::v4, 0, 0);
  if (error == EPERM || error == EACCES) return permission_message();
  return std::nullopt;
}

}  // namespace jaga::probe
