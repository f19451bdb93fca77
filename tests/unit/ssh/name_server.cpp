#include "name_server.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/resolver.hpp"

namespace jaga::ssh::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// After the head of 12 bytes: labels, then type and class.
NameServer::Question read(NameServer::Bytes bytes) {
  NameServer::Question question;
  std::size_t at = 12;
  while (at < bytes.size() && bytes[at] != 0) {
    if (!question.name.empty()) question.name += '.';
    for (std::size_t i = 1; i <= bytes[at] && at + i < bytes.size(); ++i)
      question.name += static_cast<char>(bytes[at + i]);
    at += bytes[at] + 1U;
  }
  if (at + 2 < bytes.size()) question.type = bytes[at + 1] << 8 | bytes[at + 2];
  bytes.resize(std::min(bytes.size(), at + 5));  // without what EDNS adds
  question.bytes = std::move(bytes);
  return question;
}

}  // namespace

NameServer::NameServer(Answer answer, bool tcp) {
  // A port that both have: the one that UDP was given may be taken.
  for (int tried = 0; tried < 100; ++tried) {
    udp_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    REQUIRE(::bind(udp_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(udp_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    tcp_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // Bound without listening, the port refuses connections and nobody else gets it.
    if (::bind(tcp_, reinterpret_cast<const sockaddr*>(&address), size) == 0) break;
    ::close(udp_);
    ::close(tcp_);
    udp_ = -1;
  }
  REQUIRE(udp_ >= 0);
  if (tcp) REQUIRE(::listen(tcp_, 16) == 0);
  REQUIRE(::pipe(end_) == 0);
  thread_ = std::thread([this, answer = std::move(answer), tcp] {
    for (;;) {
      pollfd wait[] = {{end_[0], POLLIN, 0}, {udp_, POLLIN, 0}, {tcp ? tcp_ : -1, POLLIN, 0}};
      if (::poll(wait, 3, -1) < 0) continue;
      if (wait[0].revents != 0) return;
      if (wait[1].revents != 0) serve(answer);
      if (wait[2].revents != 0) serve_tcp(answer);
    }
  });
}

NameServer::~NameServer() {
  ::close(end_[1]);
  thread_.join();
  for (const int fd : {end_[0], udp_, tcp_}) ::close(fd);
}

void NameServer::serve(const Answer& answer) {
  Bytes bytes(2048);
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  const ssize_t got =
      ::recvfrom(udp_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&peer), &size);
  if (got < 12) return;
  bytes.resize(static_cast<std::size_t>(got));
  Question question = read(std::move(bytes));
  const std::pair key(question.name, question.type);
  for (auto& [known, times] : asked_)
    if (known == key) question.asked = ++times;
  if (question.asked == 0) {
    asked_.emplace_back(key, 1);
    question.asked = 1;
  }
  for (const Bytes& message : answer(question))
    ::sendto(udp_, message.data(), message.size(), 0, reinterpret_cast<const sockaddr*>(&peer), size);
}

void NameServer::serve_tcp(const Answer& answer) {
  const int fd = ::accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  for (;;) {
    unsigned char length[2];
    if (::recv(fd, length, 2, MSG_WAITALL) != 2) break;
    Bytes bytes(static_cast<std::size_t>(length[0] << 8 | length[1]));
    if (::recv(fd, bytes.data(), bytes.size(), MSG_WAITALL) != static_cast<ssize_t>(bytes.size())) break;
    Question question = read(std::move(bytes));
    question.tcp = true;
    for (Bytes message : answer(question)) {
      const auto count = message.size();
      message.insert(message.begin(),
                     {static_cast<unsigned char>(count >> 8), static_cast<unsigned char>(count & 0xFF)});
      if (::send(fd, message.data(), message.size(), MSG_NOSIGNAL) < 0) break;
    }
  }
  ::close(fd);
}

void NameServer::ask_here(int tries) const {
  os::be_patient({1, tries});  // once for the thread: what follows stays
  _res.nscount = 1;
  _res.nsaddr_list[0] = loopback(port_);
  _res.options |= RES_NOTLDQUERY;
  _res.dnsrch[0] = nullptr;  // the name as it is, only
}

NameServer::Bytes NameServer::reply(const Question& question, unsigned char last) {
  Bytes out = question.bytes;
  out[2] = 0x85;  // an answer with authority
  out[3] = 0x80;
  for (std::size_t i = 6; i < 12; ++i) out[i] = 0;
  if (question.type != 1) return out;
  out[7] = 1;
  const Bytes record = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, last};
  out.insert(out.end(), record.begin(), record.end());
  return out;
}

NameServer::Bytes NameServer::truncated(const Question& question) {
  Question empty = question;
  empty.type = 0;
  Bytes out = reply(empty, 0);
  out[2] |= 2;
  return out;
}

NameServer::Bytes NameServer::with_other_id(Bytes message) {
  message[0] = static_cast<unsigned char>(message[0] ^ 0x55);
  return message;
}

NameServer::Bytes NameServer::with_other_name(Bytes message) {
  message[13] = static_cast<unsigned char>(message[13] == 'x' ? 'y' : 'x');
  return message;
}

}  // namespace jaga::ssh::test
