#include "base/digest.hpp"

// OpenSSL's functions of 1.1: those that came after first read openssl.cnf and list every algorithm of every
// provider, which takes longer than all that a short command hashes.
#define OPENSSL_API_COMPAT 10101
#include <openssl/sha.h>
#include <sodium.h>

#include <algorithm>

namespace jaga {
namespace {

constexpr std::string_view kPrefix = "sha256:";
constexpr std::string_view kHex = "0123456789abcdef";

}  // namespace

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

std::string Digest::hex() const {
  return jaga::hex(bytes);
}

std::string Digest::text() const {
  return std::string(kPrefix) + hex();
}

std::optional<Digest> parse_digest(std::string_view text) {
  if (text.size() != kPrefix.size() + 64 || !text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  Digest digest;
  for (std::size_t i = 0; i < 32; ++i) {
    const auto high = kHex.find(text[2 * i]);
    const auto low = kHex.find(text[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    digest.bytes[i] = static_cast<std::uint8_t>(high << 4U | low);
  }
  return digest;
}

struct Sha256::State {
  SHA256_CTX context{};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  SHA256_Init(&state_->context);
}
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  SHA256_Update(&state_->context, bytes.data(), bytes.size());
}

Digest Sha256::finish() {
  Digest digest;
  SHA256_Final(digest.bytes.data(), &state_->context);
  return digest;
}

Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::array<std::uint8_t, 64> sha512(std::string_view bytes) {
  std::array<std::uint8_t, 64> digest{};
  SHA512_CTX context;
  SHA512_Init(&context);
  SHA512_Update(&context, bytes.data(), bytes.size());
  SHA512_Final(digest.data(), &context);
  return digest;
}

std::string base64_encode(std::string_view bytes) {
  // With the NUL that libsodium writes.
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  // libsodium 1.0.18 takes some bytes beyond ASCII for digits.
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    return std::nullopt;
  std::string out(text.size() / 4 * 3 + 2, '\0');
  std::size_t size = 0;
  // No character is passed over (nullptr); bits beyond the last byte must be zero: one byte string has one
  // text.
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(),
                        nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0)
    return std::nullopt;
  out.resize(size);
  return out;
}

}  // namespace jaga
