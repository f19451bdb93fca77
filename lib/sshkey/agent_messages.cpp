#include "sshkey/agent_messages.hpp"

#include "sshkey/wire.hpp"

namespace jaga::sshkey {
namespace {

constexpr std::uint8_t kRequestIdentities = 11;
constexpr std::uint8_t kIdentitiesAnswer = 12;
constexpr std::uint8_t kSignRequest = 13;
constexpr std::uint8_t kSignResponse = 14;
constexpr std::uint32_t kMostKeys = 2048;

std::string framed(std::string_view message) {
  std::string out;
  put_string(out, message);
  return out;
}

}  // namespace

std::string agent_list_request() {
  std::string message;
  put_byte(message, kRequestIdentities);
  return framed(message);
}

std::string agent_sign_request(std::string_view blob, std::string_view data, std::uint32_t flags) {
  std::string message;
  put_byte(message, kSignRequest);
  put_string(message, blob);
  put_string(message, data);
  put_number(message, flags);
  return framed(message);
}

std::optional<std::vector<AgentKey>> parse_agent_list(std::string_view answer) {
  WireReader fields(answer);
  if (fields.byte() != kIdentitiesAnswer) return std::nullopt;
  const auto count = fields.number();
  if (!fields.ok() || count > kMostKeys) return std::nullopt;
  std::vector<AgentKey> keys;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto blob = fields.string();
    const auto comment = fields.string();
    if (!fields.ok()) return std::nullopt;
    keys.push_back({std::string(blob), std::string(comment)});
  }
  if (!fields.at_end()) return std::nullopt;
  return keys;
}

std::optional<std::string> parse_agent_signature(std::string_view answer) {
  WireReader fields(answer);
  if (fields.byte() != kSignResponse) return std::nullopt;
  const auto signature = fields.string();
  if (!fields.at_end()) return std::nullopt;
  return std::string(signature);
}

}  // namespace jaga::sshkey
