#include "ssh/agent_protocol.hpp"

#include "ssh/wire.hpp"

namespace jaga::ssh {
namespace {

constexpr std::uint8_t kRequestIdentities = 11;
constexpr std::uint8_t kIdentitiesAnswer = 12;
constexpr std::uint8_t kSignRequest = 13;
constexpr std::uint8_t kSignResponse = 14;
constexpr std::uint8_t kUserauthRequest = 50;
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
  Reader fields(answer);
  if (fields.byte() != kIdentitiesAnswer) return std::nullopt;
  const auto count = fields.number();
  if (!count || *count > kMostKeys) return std::nullopt;
  std::vector<AgentKey> keys;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto blob = fields.string();
    const auto comment = fields.string();
    if (!blob || !comment) return std::nullopt;
    keys.push_back({std::string(*blob), std::string(*comment)});
  }
  if (!fields.at_end()) return std::nullopt;
  return keys;
}

std::optional<std::string> parse_agent_signature(std::string_view answer, std::string_view algorithm) {
  Reader fields(answer);
  if (fields.byte() != kSignResponse) return std::nullopt;
  const auto signature = fields.string();
  if (!signature || !fields.at_end()) return std::nullopt;
  Reader parts(*signature);
  const auto name = parts.string();
  const auto bytes = parts.string();
  if (!name || name != algorithm || !bytes || !parts.at_end()) return std::nullopt;
  return std::string(*bytes);
}

std::optional<std::string_view> algorithm_to_sign(std::string_view data) {
  Reader fields(data);
  if (!fields.string() || fields.byte() != kUserauthRequest) return std::nullopt;
  if (!fields.string() || !fields.string() || fields.string() != "publickey" || !fields.byte())
    return std::nullopt;
  return fields.string();
}

}  // namespace jaga::ssh
