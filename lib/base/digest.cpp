#include "base/digest.hpp"

#include <openssl/evp.h>

#include "base/error.hpp"

namespace jaga {
namespace {

constexpr std::string_view kPrefix = "sha256:";
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Fetched once: an implicit fetch at each digest costs more than hashing a small record.
const EVP_MD* sha256_algorithm() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (algorithm == nullptr) throw Error(ExitCode::software, msg("this OpenSSL has no SHA-256"));
  return algorithm;
}

}  // namespace

std::string Digest::hex() const {
  std::string out;
  out.reserve(64);
  for (const std::uint8_t byte : bytes) {
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

std::string Digest::text() const { return std::string(kPrefix) + hex(); }

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
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (EVP_DigestInit_ex(state_->context, sha256_algorithm(), nullptr) != 1) {
    throw Error(ExitCode::software, msg("OpenSSL cannot begin a SHA-256"));
  }
}
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  if (EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) != 1) {
    throw Error(ExitCode::software, msg("OpenSSL cannot go on with a SHA-256"));
  }
}

Digest Sha256::finish() {
  Digest digest;
  unsigned size = 0;
  if (EVP_DigestFinal_ex(state_->context, digest.bytes.data(), &size) != 1 || size != digest.bytes.size()) {
    throw Error(ExitCode::software, msg("OpenSSL cannot finish a SHA-256"));
  }
  return digest;
}

Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : 0U);
    }
    const std::size_t given = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= given ? kBase64[group >> (18U - 6U * k) & 63U] : '=';
    }
  }
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::size_t given = 4;
    if (i + 4 == text.size()) {
      while (given > 2 && text[i + given - 1] == '=') --given;
    }
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const auto value = k < given ? kBase64.find(text[i + k]) : 0;
      if (value == std::string_view::npos) return std::nullopt;
      group = group << 6U | static_cast<std::uint32_t>(value);
    }
    // Bits beyond the last byte must be zero: one byte string has one text.
    if ((given == 2 && (group & 0xffffU) != 0) || (given == 3 && (group & 0xffU) != 0)) return std::nullopt;
    for (std::size_t k = 0; k + 1 < given; ++k) out += static_cast<char>(group >> (16U - 8U * k) & 255U);
  }
  return out;
}

}  // namespace jaga
