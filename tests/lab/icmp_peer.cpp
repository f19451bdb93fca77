// icmp_peer DEVICE SCRIPT: makes the TUN device DEVICE and answers the echo requests (IPv4 and IPv6) that are
// routed into it, as SCRIPT says. It ends when its standard input does or says
// anything, and the device with it. "ready" on
// standard output once the device is there; addresses and routes are the caller's to set.
//
// A line of SCRIPT is "PREFIX ACTION...": the n-th request to an address of PREFIX (10.79.1.0/24, fd00::7
// ...) is met with the n-th ACTION, after the last with the first again. The first PREFIX that holds the
// address counts; an address of none is silent. '#' begins a comment. An ACTION is words joined by ',':
//   echo                answer (what all others but lose and error change)
//   lose                say nothing
//   delay:MS            answer so much later
//   gather:MS           answer at the next multiple of so many ms: many requests, one burst of replies
//   twice               and once more
//   id, sequence, cookie  with this one wrong: one more than asked (of the cookie the last byte)
//   short               without the payload
//   from:ADDRESS        as if ADDRESS had answered
//   error:NAME          an ICMP error that quotes the request: net, host, port, prohibited, expired
//   quote:BYTES         quoting so many bytes behind the IP header (default: all)
//   say                 "asked ADDRESS" on standard output, and "answered ADDRESS" when it was
// An error comes from the address asked for, or `from`.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Bytes = std::vector<std::uint8_t>;

// As in the packet: 4 or 16 bytes.
using Address = Bytes;

Address parse_address(const std::string& text) {
  Address address(16);
  if (::inet_pton(AF_INET, text.c_str(), address.data()) == 1) return {address.begin(), address.begin() + 4};
  if (::inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
  throw std::runtime_error("no address: '" + text + "'");
}

enum class What { echo, lose, error };
struct Action {
  What what = What::echo;
  int delay = 0;
  int gather = 0;
  int copies = 1;
  bool id = false, sequence = false, cookie = false, cut = false, say = false;
  Address from;
  std::string error;
  std::size_t quote = SIZE_MAX;
};
struct Rule {
  Address prefix;
  std::size_t bits = 0;
  std::vector<Action> actions;
  bool holds(const Address& address) const {
    if (address.size() != prefix.size()) return false;
    for (std::size_t i = 0; i < bits; ++i) {
      const auto mask = static_cast<std::uint8_t>(0x80U >> (i % 8));
      if (((address[i / 8] ^ prefix[i / 8]) & mask) != 0) return false;
    }
    return true;
  }
};

Action parse_action(const std::string& text) {
  Action action;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    const std::size_t colon = word.find(':');
    const std::string key = word.substr(0, colon);
    const std::string value = colon == std::string::npos ? "" : word.substr(colon + 1);
    if (key == "echo") continue;
    if (key == "lose")
      action.what = What::lose;
    else if (key == "delay")
      action.delay = std::stoi(value);
    else if (key == "gather")
      action.gather = std::stoi(value);
    else if (key == "twice")
      action.copies = 2;
    else if (key == "id")
      action.id = true;
    else if (key == "sequence")
      action.sequence = true;
    else if (key == "cookie")
      action.cookie = true;
    else if (key == "say")
      action.say = true;
    else if (key == "short")
      action.cut = true;
    else if (key == "from")
      action.from = parse_address(value);
    else if (key == "quote")
      action.quote = std::stoul(value);
    else if (key == "error" && (value == "net" || value == "host" || value == "port" ||
                                value == "prohibited" || value == "expired")) {
      action.what = What::error;
      action.error = value;
    } else {
      throw std::runtime_error("no action: '" + word + "'");
    }
  }
  return action;
}

std::vector<Rule> parse_script(const char* path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(std::string("cannot read ") + path);
  std::vector<Rule> rules;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string prefix;
    if (!(words >> prefix)) continue;
    Rule rule;
    const std::size_t slash = prefix.find('/');
    rule.prefix = parse_address(prefix.substr(0, slash));
    rule.bits = slash == std::string::npos ? rule.prefix.size() * 8 : std::stoul(prefix.substr(slash + 1));
    if (rule.bits > rule.prefix.size() * 8) throw std::runtime_error("no prefix: '" + prefix + "'");
    for (std::string action; words >> action;) rule.actions.push_back(parse_action(action));
    if (rule.actions.empty()) throw std::runtime_error("nothing to do for '" + prefix + "'");
    rules.push_back(std::move(rule));
  }
  return rules;
}

void put16(Bytes& bytes, std::size_t at, unsigned value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8U);
  bytes[at + 1] = static_cast<std::uint8_t>(value & 0xffU);
}

// RFC 1071, over the bytes and what was summed before.
unsigned sum(const std::uint8_t* bytes, std::size_t size, unsigned before = 0) {
  unsigned long total = before;
  for (std::size_t i = 0; i < size; ++i) total += i % 2 == 0 ? bytes[i] * 256UL : bytes[i];
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16U);
  return static_cast<unsigned>(total);
}

// An IP packet around an ICMP message whose checksum is still zero.
Bytes packet(const Address& from, const Address& to, Bytes icmp) {
  const bool v4 = from.size() == 4;
  if (v4) {
    put16(icmp, 2, ~sum(icmp.data(), icmp.size()) & 0xffffU);
  } else {
    Bytes pseudo = from;  // RFC 4443 section 2.3
    pseudo.insert(pseudo.end(), to.begin(), to.end());
    pseudo.insert(pseudo.end(), {0, 0, 0, 0, 0, 0, 0, 58});
    put16(pseudo, 34, static_cast<unsigned>(icmp.size()));
    put16(icmp, 2, ~sum(icmp.data(), icmp.size(), sum(pseudo.data(), pseudo.size())) & 0xffffU);
  }
  Bytes out(v4 ? 12 : 8);
  if (v4) {
    out[0] = 0x45;
    put16(out, 2, static_cast<unsigned>(20 + icmp.size()));
    out[8] = 64;
    out[9] = 1;
  } else {
    out[0] = 0x60;
    put16(out, 4, static_cast<unsigned>(icmp.size()));
    out[6] = 58;
    out[7] = 64;
  }
  out.insert(out.end(), from.begin(), from.end());
  out.insert(out.end(), to.begin(), to.end());
  if (v4) put16(out, 10, ~sum(out.data(), out.size()) & 0xffffU);
  out.insert(out.end(), icmp.begin(), icmp.end());
  return out;
}

Bytes error_of(const Action& action, const Bytes& request, std::size_t header) {
  const bool v4 = header == 20;
  const std::map<std::string, std::array<std::uint8_t, 4>> kinds = {// type, code: IPv4, IPv6
                                                                    {"net", {3, 0, 1, 0}},
                                                                    {"host", {3, 1, 1, 3}},
                                                                    {"port", {3, 3, 1, 4}},
                                                                    {"prohibited", {3, 13, 1, 1}},
                                                                    {"expired", {11, 0, 3, 0}}};
  const auto& kind = kinds.at(action.error);
  Bytes icmp = {kind[v4 ? 0 : 2], kind[v4 ? 1 : 3], 0, 0, 0, 0, 0, 0};
  const std::size_t quoted =
      std::min(request.size(), action.quote == SIZE_MAX ? SIZE_MAX : header + action.quote);
  icmp.insert(icmp.end(), request.begin(), request.begin() + static_cast<std::ptrdiff_t>(quoted));
  return icmp;
}

class Peer {
 public:
  Peer(int device, std::vector<Rule> rules) : device_(device), rules_(std::move(rules)) {}

  void run() {
    std::array<pollfd, 2> wait = {{{device_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    for (;;) {
      send_due();
      int timeout = -1;
      if (!later_.empty()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(later_.begin()->first - Clock::now());
        timeout = static_cast<int>(std::max<std::int64_t>(0, left.count()));
      }
      if (::poll(wait.data(), wait.size(), timeout) < 0 && errno != EINTR) return;
      if (wait[1].revents != 0) {
        std::array<char, 64> said{};  // taken out of a pipe that the next peer may read
        [[maybe_unused]] const ssize_t size = ::read(STDIN_FILENO, said.data(), said.size());
        return;
      }
      if (wait[0].revents == 0) continue;
      Bytes bytes(2048);
      for (ssize_t size = 0; (size = ::read(device_, bytes.data(), bytes.size())) > 0; bytes.resize(2048)) {
        bytes.resize(static_cast<std::size_t>(size));
        take(bytes);
      }
    }
  }

 private:
  void take(const Bytes& request) {
    const bool v4 = request[0] >> 4U == 4;
    const std::size_t header = v4 ? 20 : 40;
    if (request.size() < header + 8 || (v4 ? request[0] != 0x45 : request[0] >> 4U != 6)) return;
    if (request[v4 ? 9 : 6] != (v4 ? 1 : 58) || request[header] != (v4 ? 8 : 128)) return;
    const auto begin = request.begin() + (v4 ? 12 : 8);
    const std::ptrdiff_t size = v4 ? 4 : 16;
    const Address from(begin, begin + size);
    const Address to(begin + size, begin + 2 * size);
    const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& r) { return r.holds(to); });
    if (rule == rules_.end()) return;
    const Action& action = rule->actions[asked_[to]++ % rule->actions.size()];
    if (action.say) say("asked", to);
    if (action.what == What::lose) return;
    Bytes icmp(request.begin() + static_cast<std::ptrdiff_t>(header), request.end());
    icmp[0] = v4 ? 0 : 129;
    icmp[2] = icmp[3] = 0;
    if (action.id) put16(icmp, 4, (icmp[4] * 256U + icmp[5] + 1) & 0xffffU);
    if (action.sequence) put16(icmp, 6, (icmp[6] * 256U + icmp[7] + 1) & 0xffffU);
    if (action.cookie && icmp.size() > 15) ++icmp[15];
    if (action.cut) icmp.resize(8);
    if (action.what == What::error) icmp = error_of(action, request, header);
    const Bytes answer = packet(action.from.empty() ? to : action.from, from, std::move(icmp));
    auto due = Clock::now() + std::chrono::milliseconds(action.delay);
    if (action.gather > 0) {
      const auto step = std::chrono::milliseconds(action.gather);
      due += step - due.time_since_epoch() % step;
    }
    for (int i = 0; i < action.copies; ++i) later_.emplace(due, Later{answer, action.say ? to : Address{}});
  }

  static void say(const char* what, const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(address.size() == 4 ? AF_INET : AF_INET6, address.data(), text.data(), text.size());
    std::printf("%s %s\n", what, text.data());
    std::fflush(stdout);
  }

  void send_due() {
    while (!later_.empty() && later_.begin()->first <= Clock::now()) {
      const auto& [bytes, said] = later_.begin()->second;
      if (::write(device_, bytes.data(), bytes.size()) < 0 && errno == EAGAIN) return;
      if (!said.empty()) say("answered", said);
      later_.erase(later_.begin());
    }
  }

  int device_;
  std::vector<Rule> rules_;
  std::map<Address, std::size_t> asked_;
  struct Later {
    Bytes bytes;
    Address said;  // whom to name when it is sent; empty: nobody
  };
  std::multimap<Clock::time_point, Later> later_;
};

int open_device(const char* name) {
  const int device = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) throw std::runtime_error("/dev/net/tun: " + std::string(std::strerror(errno)));
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (::ioctl(device, TUNSETIFF, &request) != 0)
    throw std::runtime_error(std::string(name) + ": " + std::strerror(errno));
  return device;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: icmp_peer DEVICE SCRIPT\n", stderr);
    return 64;
  }
  try {
    std::vector<Rule> rules = parse_script(argv[2]);
    const int device = open_device(argv[1]);
    std::puts("ready");
    std::fflush(stdout);
    Peer(device, std::move(rules)).run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "icmp_peer: %s\n", error.what());
    return 1;
  }
}
