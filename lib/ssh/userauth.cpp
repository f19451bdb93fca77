#include "ssh/userauth.hpp"

#include "sshkey/agent_messages.hpp"
#include "sshkey/wire.hpp"

namespace jaga::ssh {

std::optional<std::string_view> algorithm_to_sign(std::string_view data) {
  constexpr std::uint8_t kUserauthRequest = 50;
  sshkey::WireReader fields(data);
  fields.string();  // session
  if (fields.byte() != kUserauthRequest) return std::nullopt;
  fields.string();  // user
  fields.string();  // service
  if (fields.string() != "publickey") return std::nullopt;
  fields.byte();
  const auto algorithm = fields.string();
  if (!fields.ok()) return std::nullopt;
  return algorithm;
}

std::optional<std::string> signature_bytes(std::string_view answer, std::string_view algorithm) {
  const auto signature = sshkey::parse_agent_signature(answer);
  if (!signature) return std::nullopt;
  sshkey::WireReader parts(*signature);
  const auto name = parts.string();
  const auto bytes = parts.string();
  if (name != algorithm || !parts.at_end()) return std::nullopt;
  return std::string(bytes);
}

std::string renamed(const std::string& blob, std::string_view name) {
  sshkey::WireReader fields(blob);
  fields.string();
  std::string out;
  sshkey::put_string(out, name);
  return out.append(fields.rest());
}

}  // namespace jaga::ssh
