// FIDO keys ("tokens"): OpenSSH's PROTOCOL.u2f. Private to sign. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "sign/key.hpp"

namespace jaga::sign {

// What a token says that it saw, and what a key's file says that it wants (sk-api.h).
inline constexpr std::uint8_t kPresence = 0x01;      // a touch
inline constexpr std::uint8_t kVerification = 0x04;  // the PIN, or a finger

// Of an armored signature by a token, whether or not it verifies; nullopt for any other.
std::optional<std::uint8_t> token_flags(std::string_view signature);

// Which token was to sign.
struct TokenUse {
  std::string fingerprint;
  std::string file;                   // the private key's; "agent" where it has none
  std::optional<std::uint8_t> wants;  // the file's flags; nullopt: locked, or the agent's
};

// There is nobody whom ssh-keygen could ask for the PIN that this key wants.
Error nobody_knows_pin();
// It signed, or would sign, without being touched.
Error untouched_key(const TokenUse& use);
Error untouched_in_time(const TokenUse& use);
// The agent reports no more than that.
Error refused_by_agent(const TokenUse& use);
// Why it did not sign, by what ssh-keygen wrote; nullopt: nothing that is about tokens.
std::optional<Error> token_failure(const TokenUse& use, std::string_view err);

}  // namespace jaga::sign
