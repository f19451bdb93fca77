// Private to ssh: the messages of ssh-agent (draft-miller-ssh-agent) that jaga needs. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::ssh {

// Longer answers are refused; OpenSSH's agent has the same limit.
inline constexpr std::size_t kMostAgentAnswer = 256 * 1024;

struct AgentKey {
  std::string blob;
  std::string comment;
};

// Both with the length in front, ready to be sent.
std::string agent_list_request();
// `flags`: 2 for rsa-sha2-256, 4 for rsa-sha2-512 (section 4.5.1), else 0.
std::string agent_sign_request(std::string_view blob, std::string_view data, std::uint32_t flags);

// Answers without the length in front. nullopt: a refusal (SSH_AGENT_FAILURE) or not such an answer.
std::optional<std::vector<AgentKey>> parse_agent_list(std::string_view answer);
// The signature's own bytes, without the name of the algorithm, which must be `algorithm`.
std::optional<std::string> parse_agent_signature(std::string_view answer, std::string_view algorithm);

// What libssh2 wants signed (RFC 4252 section 7), as far as it decides how.
std::optional<std::string_view> algorithm_to_sign(std::string_view data);

}  // namespace jaga::ssh
