#include "ssh/host_key.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "ssh/wire.hpp"

namespace jaga::ssh {
namespace {

constexpr std::size_t kMostBlob = 16 * 1024;
constexpr std::size_t kMostType = 64;  // RFC 4251 section 6

bool is_type(std::string_view type) {
  return !type.empty() && type.size() <= kMostType && std::ranges::all_of(type, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '@' || c == '.' || c == '_';
  });
}

// RFC 5656 section 3.1; an uncompressed point only, as OpenSSH writes it.
bool is_ecdsa(Reader& fields, std::string_view curve, std::size_t coordinate) {
  const auto name = fields.string();
  const auto point = fields.string();
  return name == curve && point && point->size() == 2 * coordinate + 1 && point->front() == '\x04' &&
         fields.at_end();
}

bool is_positive(std::optional<std::string_view> mpint) {
  return mpint && !mpint->empty() && (static_cast<std::uint8_t>(mpint->front()) & 0x80U) == 0;
}

bool has_its_fields(std::string_view type, Reader& fields) {
  if (type == "ssh-ed25519") {  // RFC 8709 section 4
    const auto point = fields.string();
    return point && point->size() == 32 && fields.at_end();
  }
  if (type == "ecdsa-sha2-nistp256") return is_ecdsa(fields, "nistp256", 32);
  if (type == "ecdsa-sha2-nistp384") return is_ecdsa(fields, "nistp384", 48);
  if (type == "ecdsa-sha2-nistp521") return is_ecdsa(fields, "nistp521", 66);
  if (type == "ssh-rsa") {
    const auto exponent = fields.string();
    const auto modulus = fields.string();
    return is_positive(exponent) && is_positive(modulus) && modulus->size() >= 128 && fields.at_end();
  }
  return true;
}

}  // namespace

std::string HostKey::fingerprint() const {
  const Digest digest = sha256(blob);
  std::string text = base64_encode({reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()});
  while (!text.empty() && text.back() == '=') text.pop_back();
  return "SHA256:" + text;
}

std::string HostKey::text() const {
  return type + " " + base64_encode(blob);
}

std::optional<HostKey> host_key_from_blob(std::string_view blob) {
  if (blob.size() > kMostBlob) return std::nullopt;
  Reader fields(blob);
  const auto type = fields.string();
  if (!type || !is_type(*type) || !has_its_fields(*type, fields)) return std::nullopt;
  return HostKey{std::string(*type), std::string(blob)};
}

std::optional<HostKey> parse_host_key(std::string_view text) {
  text = trim(text);
  if (text.find_first_of("\r\n") != std::string_view::npos) return std::nullopt;
  const std::size_t space = text.find_first_of(" \t");
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view type = text.substr(0, space);
  std::string_view rest = text.substr(space);
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  rest = rest.substr(0, rest.find_first_of(" \t"));
  if (rest.size() > 2 * kMostBlob) return std::nullopt;
  const auto blob = base64_decode(rest);
  if (!blob) return std::nullopt;
  auto key = host_key_from_blob(*blob);
  if (!key || key->type != type) return std::nullopt;
  return key;
}

}  // namespace jaga::ssh
