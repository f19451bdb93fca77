#include "probe/large.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <sstream>

#include "os/descriptor.hpp"
#include "probe/icmp_packet.hpp"

namespace jaga::probe {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kTries = 3;
constexpr std::chrono::milliseconds kWait{1'000};
constexpr int kHeaders = 20;  // IPv4 header
constexpr int kMostBytes = 9'000;

struct Way {
  os::Descriptor socket;
  bool too_large = false;
  bool answered = false;  // in the current attempt
  Large large;
};

Way open_way(const std::string& address) {
  Way way;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  if (::inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1) return way;
  way.socket.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP));
  if (!way.socket) return way;
  const int whole = IP_PMTUDISC_DO;
  int mtu = 0;
  socklen_t size = sizeof mtu;
  if (::setsockopt(way.socket.get(), IPPROTO_IP, IP_MTU_DISCOVER, &whole, sizeof whole) == 0 &&
      ::connect(way.socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
      ::getsockopt(way.socket.get(), IPPROTO_IP, IP_MTU, &mtu, &size) == 0 && mtu > 576)
    way.large.bytes = std::min(mtu, kMostBytes);
  return way;
}

void send_one(Way& way, std::uint16_t sequence, std::uint64_t cookie) {
  std::vector<std::byte> packet(static_cast<std::size_t>(way.large.bytes - kHeaders));
  build_request(Family::v4, {0, sequence, cookie}, packet);
  way.answered = false;
  if (::send(way.socket.get(), packet.data(), packet.size(), 0) >= 0)
    ++way.large.sent;
  else if (errno == EMSGSIZE)
    way.too_large = true;
}

void receive(Way& way, std::uint16_t sequence, std::uint64_t cookie) {
  std::vector<std::byte> packet(kMostBytes);
  for (int most = 16; most > 0; --most) {
    const ssize_t got = ::recv(way.socket.get(), packet.data(), packet.size(), 0);
    if (got < 0 && errno == EMSGSIZE) way.too_large = true;
    if (got < 0) return;
    const auto echo = parse_reply(Family::v4, std::span(packet).first(static_cast<std::size_t>(got)), false);
    if (echo && echo->sequence == sequence && echo->cookie == cookie) way.answered = true;
  }
}

}  // namespace

std::vector<Large> try_large(const std::vector<std::string>& addresses, std::uint64_t cookie,
                             std::stop_token stop) {
  std::vector<Way> ways;
  for (const std::string& address : addresses) ways.push_back(open_way(address));
  for (std::uint16_t sequence = 1; sequence <= kTries && !stop.stop_requested(); ++sequence) {
    std::vector<pollfd> waiting;
    std::vector<Way*> of;
    for (Way& way : ways) {
      if (way.large.bytes == 0 || way.too_large) continue;
      send_one(way, sequence, cookie);
      waiting.push_back({way.socket.get(), POLLIN, 0});
      of.push_back(&way);
    }
    const auto end = Clock::now() + kWait;
    std::size_t open = waiting.size();
    while (open > 0 && !stop.stop_requested()) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
      if (left <= 0) break;
      if (::poll(waiting.data(), waiting.size(), static_cast<int>(std::min<long long>(left, 100))) <= 0)
        continue;
      for (std::size_t i = 0; i < waiting.size(); ++i) {
        if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
        receive(*of[i], sequence, cookie);
        if (!of[i]->answered && !of[i]->too_large) continue;
        waiting[i].fd = -1;  // ignored by poll()
        --open;
      }
    }
    for (Way* way : of)
      if (!way->answered) ++way->large.lost;
  }
  std::vector<Large> out;
  for (Way& way : ways) {
    out.push_back(way.too_large || way.large.sent == 0 ? Large{} : way.large);
  }
  return out;
}

std::map<std::string, std::string> parse_arp(std::istream& table) {
  constexpr unsigned kComplete = 2;  // ATF_COM
  std::map<std::string, std::string> out;
  std::string line;
  std::getline(table, line);  // column headers
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::string address;
    std::string type;
    std::string flags;
    std::string mac;
    in_addr parsed{};
    if (!(words >> address >> type >> flags >> mac) || ::inet_pton(AF_INET, address.c_str(), &parsed) != 1)
      continue;
    const bool is_mac = mac.size() == 17 && mac.find_first_not_of("0123456789abcdef:") == std::string::npos;
    if (!is_mac || mac == "00:00:00:00:00:00" || flags.size() != 3 || !flags.starts_with("0x") ||
        ((static_cast<unsigned>(flags[2]) & kComplete) == 0))
      continue;
    out.emplace(address, mac);
  }
  return out;
}

}  // namespace jaga::probe
