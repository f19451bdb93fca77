// The messages of ssh-agent (draft-miller-ssh-agent) that jaga needs. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::sshkey {

// Longer answers are refused; OpenSSH's agent has the same limit.
inline constexpr std::size_t kMostAgentAnswer = 256 * 1024;

struct AgentKey {
  std::string blob;
  std::string comment;
};

// Flags of a request for a signature by an RSA key, section 4.5.1.
inline constexpr std::uint32_t kAgentRsaSha256 = 2;
inline constexpr std::uint32_t kAgentRsaSha512 = 4;

// Both with the length in front, ready to be sent.
std::string agent_list_request();
std::string agent_sign_request(std::string_view blob, std::string_view data, std::uint32_t flags);

// Answers without the length in front. nullopt: a refusal (SSH_AGENT_FAILURE) or not such an answer.
[[nodiscard]] std::optional<std::vector<AgentKey>> parse_agent_list(std::string_view answer);
// A signature as RFC 4253 section 6.6 encodes it.
[[nodiscard]] std::optional<std::string> parse_agent_signature(std::string_view answer);

}  // namespace jaga::sshkey
