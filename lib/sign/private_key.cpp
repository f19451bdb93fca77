#include "sign/private_key.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "sign/sshsig.hpp"
#include "sign/token.hpp"
#include "sign/wire.hpp"

namespace jaga::sign {
namespace {

constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view kMagic{"openssh-key-v1\0", 15};

// Of a FIDO key's hidden half: two equal numbers, the fields of its public half, then the flags.
std::optional<std::uint8_t> flags_of(std::string_view public_half, std::string_view hidden) {
  WireReader in(hidden);
  const auto check = in.number();
  if (check != in.number() || in.fixed(public_half.size()) != public_half) return std::nullopt;
  const auto flags = in.byte();
  if (!in.ok()) return std::nullopt;
  return flags;
}

}  // namespace

std::optional<PrivateKeyFile> parse_private_key_file(std::string_view text) {
  text = trim(text);
  if (!text.starts_with("-----BEGIN ") ||
      text.substr(0, text.find('\n')).find("PRIVATE KEY-----") == text.npos) {
    return std::nullopt;
  }
  PrivateKeyFile found;
  if (!text.starts_with(kBegin)) return found;
  found.openssh = true;
  if (!text.ends_with(kEnd)) return std::nullopt;
  text.remove_prefix(kBegin.size());
  text.remove_suffix(kEnd.size());
  std::string base64;
  for (const char c : text) {
    if (c != '\n' && c != '\r') base64 += c;
  }
  const auto blob = base64_decode(base64);
  if (!blob) return std::nullopt;
  WireReader in(*blob);
  if (in.fixed(kMagic.size()) != kMagic) return std::nullopt;
  found.locked = in.string() != "none";
  in.string();  // kdf name
  in.string();  // kdf options
  if (in.number() != 1) return std::nullopt;
  const auto key = in.string();
  if (!in.ok()) return std::nullopt;
  found.key = parse_key_blob(key);
  if (!found.locked && found.key && is_token(*found.key)) found.token_wants = flags_of(key, in.string());
  return found;
}

}  // namespace jaga::sign
