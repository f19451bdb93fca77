// Private to ssh: what a server offers, read from its first packet. Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::ssh {

// The name-lists of SSH_MSG_KEXINIT (RFC 4253 section 7.1) that a client has to find something in.
struct Offer {
  std::vector<std::string> key_exchange;
  std::vector<std::string> host_key;
  std::vector<std::string> cipher;  // server to client
  std::vector<std::string> mac;     // server to client
};

// The beginning of what a server sent: lines, of which one begins with "SSH-", then the first packet, not
// encrypted. nullopt while it is incomplete or if it is not SSH. Names are cut to 64 characters.
[[nodiscard]] std::optional<Offer> parse_offer(std::string_view sent);

// The identification line (without its end), or nullopt while there is none.
std::optional<std::string_view> identification(std::string_view sent);

}  // namespace jaga::ssh
