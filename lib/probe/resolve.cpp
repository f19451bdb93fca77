#include "probe/resolve.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "probe/icmp_socket.hpp"

namespace jaga::probe {
namespace {

constexpr std::size_t kThreads = 16;

Resolved look_up(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(name.c_str(), nullptr, &hints, &found);
  if (error != 0) return {"", ::gai_strerror(error)};
  std::array<char, NI_MAXHOST> text{};
  const int failed =
      ::getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  ::freeaddrinfo(found);
  if (failed != 0) return {"", ::gai_strerror(failed)};
  return {text.data(), ""};
}

}  // namespace

bool is_numeric(const std::string& name) {
  return parse_peer(name).has_value();
}

std::vector<Resolved> resolve(const std::vector<std::string>& names) {
  std::vector<Resolved> out(names.size());
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (parse_peer(names[i]))
      out[i].address = names[i];
    else
      wanted.push_back(i);
  }
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t at = next++; at < wanted.size(); at = next++)
      out[wanted[at]] = look_up(names[wanted[at]]);
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < std::min(kThreads, wanted.size()); ++i) threads.emplace_back(work);
  threads.clear();  // joins
  return out;
}

}  // namespace jaga::probe
