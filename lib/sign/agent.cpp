#include "sign/agent.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "os/agent.hpp"
#include "os/event.hpp"
#include "sign/sshsig.hpp"
#include "sshkey/agent_messages.hpp"

namespace jaga::sign {
namespace {

using Clock = std::chrono::steady_clock;
using End = AgentSignature::End;
using Now = os::AgentClient::Now;

// The answer without its length; `end` says why there is none.
std::optional<std::string> ask(const std::string& socket_path, std::string question,
                               std::chrono::milliseconds limit, const std::stop_token& stop, End& end) {
  const auto deadline = Clock::now() + limit;
  std::optional<os::Event> wake;
  if (stop.stop_possible()) wake.emplace();
  const std::stop_callback on_stop(stop, [&wake] {
    if (wake) wake->notify();
  });
  os::AgentClient client(socket_path);
  client.ask(std::move(question));
  end = End::no_agent;
  for (;;) {
    const Now now = client.go_on();
    if (now == Now::answered) return client.answer();
    if (now == Now::failed) return std::nullopt;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (stop.stop_requested() || left <= 0) {
      end = stop.stop_requested() ? End::cancelled : End::timed_out;
      return std::nullopt;
    }
    constexpr std::int64_t kLongest = 3'600'000;  // of one wait; poll takes an int
    const bool pause = now == Now::pause;
    pollfd entries[2] = {{pause ? -1 : client.descriptor(),
                          static_cast<short>(now == Now::wait_to_write ? POLLOUT : POLLIN), 0},
                         {wake ? wake->descriptor() : -1, POLLIN, 0}};
    const auto wait = std::min<std::int64_t>(left, pause ? os::AgentClient::kPause : kLongest);
    if (::poll(entries, 2, static_cast<int>(wait)) < 0 && errno != EINTR) return std::nullopt;
  }
}

}  // namespace

std::optional<std::vector<PublicKey>> agent_keys(const std::string& socket_path,
                                                 std::chrono::milliseconds limit) {
  if (socket_path.empty()) return std::nullopt;
  End end{};
  const auto answer = ask(socket_path, sshkey::agent_list_request(), limit, {}, end);
  const auto listed = answer ? sshkey::parse_agent_list(*answer) : std::nullopt;
  if (!listed) return std::nullopt;
  std::vector<PublicKey> keys;
  for (const auto& one : *listed)
    if (auto key = parse_key_blob(one.blob)) keys.push_back(std::move(*key));
  return keys;
}

AgentSignature agent_sign(const std::string& socket_path, const PublicKey& key, std::string_view data,
                          std::chrono::milliseconds limit, std::stop_token stop) {
  const std::uint32_t flags = key.type == sshkey::kRsa ? sshkey::kAgentRsaSha512 : 0;
  AgentSignature result;
  const auto answer =
      ask(socket_path, sshkey::agent_sign_request(key.blob, data, flags), limit, stop, result.end);
  if (!answer) return result;
  auto signature = sshkey::parse_agent_signature(*answer);
  result.end = signature ? End::made : End::refused;
  if (signature) result.signature = std::move(*signature);
  return result;
}

}  // namespace jaga::sign
