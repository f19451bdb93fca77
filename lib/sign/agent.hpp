// What jaga asks an ssh-agent (draft-miller-ssh-agent): which keys it holds, and to sign with one. Private to
// sign.
//
// Each call has a connection of its own; any thread may call these, and waits.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "sign/key.hpp"

namespace jaga::sign {

// The keys of the agent behind `socket`, those of types that we verify; nullopt where nobody takes the
// connection and answers within `limit`.
[[nodiscard]] std::optional<std::vector<PublicKey>> agent_keys(
    const std::string& socket, std::chrono::milliseconds limit = std::chrono::seconds{5});

struct AgentSignature {
  enum class End {
    made,
    refused,    // it refused, or sent an invalid answer
    no_agent,   // nobody takes the connection, or it ends
    timed_out,  // no answer within `limit`
    cancelled,  // `stop` came first
  };
  End end = End::no_agent;
  std::string signature{};  // as in Sshsig, not verified
};

// Has the agent sign `data` (SSH_AGENTC_SIGN_REQUEST; RSA keys with SHA-512). It may ask its user first.
[[nodiscard]] AgentSignature agent_sign(const std::string& socket, const PublicKey& key,
                                        std::string_view data, std::chrono::milliseconds limit,
                                        std::stop_token stop);

}  // namespace jaga::sign
