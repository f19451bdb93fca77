#include "sign/private_key.hpp"

#include <span>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "sign/ed25519.hpp"
#include "sign/sshsig.hpp"
#include "sign/token.hpp"
#include "sign/wiped.hpp"
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

// The parts of OpenSSH's own format.
struct Halves {
  bool locked = false;
  std::string_view open;    // the public half
  std::string_view hidden;  // empty where nothing follows
};

bool is_openssh(std::string_view text) {
  return trim(text).starts_with(kBegin);
}

// The bytes between the lines that begin and end it; empty: there are none.
std::string openssh_blob(std::string_view text) {
  text = trim(text);
  if (!text.ends_with(kEnd) || text.size() < kBegin.size() + kEnd.size()) return {};
  text.remove_prefix(kBegin.size());
  text.remove_suffix(kEnd.size());
  Wiped base64;
  base64.get().reserve(text.size());
  for (const char c : text) {
    if (c != '\n' && c != '\r') base64.get() += c;
  }
  return base64_decode(base64.get()).value_or("");
}

std::optional<Halves> take_apart(std::string_view blob) {
  WireReader in(blob);
  Halves halves;
  if (in.fixed(kMagic.size()) != kMagic) return std::nullopt;
  halves.locked = in.string() != "none";
  in.string();  // kdf name
  in.string();  // kdf options
  if (in.number() != 1) return std::nullopt;
  halves.open = in.string();
  if (!in.ok()) return std::nullopt;
  halves.hidden = in.string();
  return halves;
}

}  // namespace

std::optional<PrivateKeyFile> parse_private_key_file(std::string_view text) {
  text = trim(text);
  if (!text.starts_with("-----BEGIN ") ||
      text.substr(0, text.find('\n')).find("PRIVATE KEY-----") == text.npos) {
    return std::nullopt;
  }
  PrivateKeyFile found;
  if (!is_openssh(text)) return found;
  found.openssh = true;
  const Wiped blob(openssh_blob(text));
  const auto halves = take_apart(blob.get());
  if (!halves) return std::nullopt;
  found.locked = halves->locked;
  found.key = parse_key_blob(halves->open);
  if (!found.locked && found.key && is_token(*found.key))
    found.token_wants = flags_of(halves->open, halves->hidden);
  return found;
}

std::unique_ptr<Signer> signer_of_file(std::string_view text) {
  if (!is_openssh(text)) return nullptr;
  const Wiped blob(openssh_blob(text));
  const auto halves = take_apart(blob.get());
  if (!halves || halves->locked) return nullptr;
  // Two equal numbers, the fields of the public half, then the seed with the point behind it.
  WireReader in(halves->hidden);
  const auto check = in.number();
  if (check != in.number() || in.fixed(halves->open.size()) != halves->open) return nullptr;
  const auto secret = in.string();
  if (!in.ok() || secret.size() != 2 * kEd25519Seed) return nullptr;
  auto signer = make_memory_signer(std::span(bytes_of(secret), kEd25519Seed).first<kEd25519Seed>());
  if (signer->public_key().blob != halves->open) return nullptr;
  return signer;
}

}  // namespace jaga::sign
