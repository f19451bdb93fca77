#include "sign/key.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include <array>
#include <span>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "sign/sshsig.hpp"
#include "sshkey/curve.hpp"
#include "sshkey/ed25519.hpp"
#include "sshkey/openssl.hpp"
#include "sshkey/private_key.hpp"
#include "sshkey/wire.hpp"

namespace jaga::sign {
namespace {

using sshkey::DigestContext;
using sshkey::EcdsaSignature;
using sshkey::make_pkey;
using sshkey::Number;
using sshkey::ParamBuild;
using sshkey::Pkey;

constexpr std::string_view kSkEd25519 = "sk-ssh-ed25519@openssh.com";

// A key's wire form taken apart. The views point into the blob.
struct Parts {
  std::string_view type;
  std::string_view point;  // ed25519 and ecdsa
  std::string_view modulus, exponent;
  std::string_view application;  // sk-
};

bool is_ed25519(const Parts& parts) {
  return parts.type == sshkey::kEd25519 || parts.type == kSkEd25519;
}

std::optional<Parts> take_apart(std::string_view blob) {
  sshkey::WireReader in(blob);
  Parts parts;
  parts.type = in.string();
  if (is_ed25519(parts)) {
    parts.point = in.string();
    if (parts.point.size() != 32) return std::nullopt;
  } else if (const auto* curve = sshkey::curve_of(parts.type)) {
    if (in.string() != curve->name) return std::nullopt;
    parts.point = in.string();
    if (parts.point.size() != curve->point() || parts.point[0] != '\x04') return std::nullopt;
  } else if (parts.type == sshkey::kRsa) {
    parts.exponent = in.positive_mpint();
    parts.modulus = in.positive_mpint();
    if (parts.modulus.size() < 256 || parts.modulus.size() > 2048 || parts.exponent.size() > 8)
      return std::nullopt;
    if ((sshkey::bytes_of(parts.modulus)[0] & 0x80U) == 0 && parts.modulus.size() == 256) return std::nullopt;
  } else {
    return std::nullopt;
  }
  if (parts.type.starts_with("sk-")) {
    parts.application = in.string();
    if (parts.application.empty() || parts.application.size() > 256) return std::nullopt;
  }
  if (!in.at_end()) return std::nullopt;
  return parts;
}

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(sshkey::bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

// Any but ed25519; nullptr where OpenSSL does not take it (a point that is not on its curve).
Pkey load(const Parts& parts) {
  const ParamBuild build(OSSL_PARAM_BLD_new());
  if (!build) return nullptr;
  if (const auto* curve = sshkey::curve_of(parts.type)) {
    if (OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve->group, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, parts.point.data(),
                                         parts.point.size()) != 1) {
      return nullptr;
    }
    return make_pkey("EC", EVP_PKEY_PUBLIC_KEY, build.get());
  }
  const auto modulus = number_of(parts.modulus);
  const auto exponent = number_of(parts.exponent);
  if (!modulus || !exponent || BN_is_odd(exponent.get()) == 0 || BN_is_one(exponent.get()) == 1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return nullptr;
  }
  return make_pkey("RSA", EVP_PKEY_PUBLIC_KEY, build.get());
}

bool check(const Parts& parts, const char* digest, std::string_view signature, std::string_view data) {
  const Pkey key = load(parts);
  const DigestContext context(EVP_MD_CTX_new());
  const bool good =
      key && context &&
      EVP_DigestVerifyInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key.get(), nullptr) == 1 &&
      EVP_DigestVerify(context.get(), sshkey::bytes_of(signature), signature.size(), sshkey::bytes_of(data),
                       data.size()) == 1;
  ERR_clear_error();
  return good;
}

// SSH's (mpint r, mpint s) as the DER that OpenSSL wants; empty where it is none.
std::string ecdsa_der(std::string_view inner) {
  sshkey::WireReader in(inner);
  const auto r = in.positive_mpint();
  const auto s = in.positive_mpint();
  if (!in.at_end() || r.size() > 66 || s.size() > 66) return {};
  const EcdsaSignature signature(ECDSA_SIG_new());
  auto r_number = number_of(r);
  auto s_number = number_of(s);
  if (!signature || !r_number || !s_number) return {};
  ECDSA_SIG_set0(signature.get(), r_number.release(), s_number.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return {};
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));  // NOLINT: as bytes_of
  OPENSSL_free(der);
  return out;
}

bool verify_parts(const Parts& parts, std::string_view blob, std::string_view data) {
  sshkey::WireReader in(blob);
  const auto algorithm = in.string();
  const auto inner = in.string();
  if (!in.ok()) return false;
  const auto* curve = sshkey::curve_of(parts.type);

  if (parts.type == sshkey::kRsa) {
    const char* digest = algorithm == "rsa-sha2-512"   ? "SHA512"
                         : algorithm == "rsa-sha2-256" ? "SHA256"
                                                       : nullptr;
    return in.at_end() && digest != nullptr && inner.size() == parts.modulus.size() &&
           check(parts, digest, inner, data);
  }
  if (algorithm != parts.type) return false;
  std::string token_data;
  if (!parts.application.empty()) {  // PROTOCOL.u2f: what a FIDO token signs instead of the data
    const auto flags = in.byte();
    const auto counter = in.number();
    if (!in.ok() || (flags & 1U) == 0) return false;  // nobody touched it
    token_data = std::string(sshkey::view_of(sha256(parts.application).bytes)) + static_cast<char>(flags);
    sshkey::put_number(token_data, counter);
    token_data += sshkey::view_of(sha256(data).bytes);
    data = token_data;
  }
  if (!in.at_end()) return false;
  if (curve == nullptr) return sshkey::ed25519_verify(parts.point, inner, data);
  const auto der = ecdsa_der(inner);
  return !der.empty() && check(parts, curve->digest, der, data);
}

class MemorySigner : public Signer {
 public:
  explicit MemorySigner(sshkey::PrivateKey key) : key_(std::move(key)) {}

  const PublicKey& public_key() const override { return key_.public_key(); }

  std::string sign(std::string_view bytes, std::string_view name_space, std::stop_token) const override {
    Sshsig sshsig{public_key(), std::string(name_space), "sha512", {}};
    const auto made = key_.sign(signed_data(bytes, name_space, sshsig.hash));
    if (!made)
      throw Error{ExitCode::not_permitted,
                  msg("OpenSSL cannot sign with '{key}'", {{"key", public_key().fingerprint()}})};
    sshkey::put_string(sshsig.signature, public_key().type);
    sshkey::put_string(sshsig.signature, *made);
    return armor(write_sshsig(sshsig));
  }

 private:
  sshkey::PrivateKey key_;
};

}  // namespace

std::optional<PublicKey> parse_key_blob(std::string_view blob) {
  const auto parts = take_apart(blob);
  if (!parts) return std::nullopt;
  if (!is_ed25519(*parts)) {
    const bool usable = load(*parts) != nullptr;
    ERR_clear_error();
    if (!usable) return std::nullopt;
  }
  return PublicKey{std::string(parts->type), std::string(blob)};
}

bool verify_blob(const PublicKey& key, std::string_view signature, std::string_view data) {
  const auto parts = take_apart(key.blob);
  return parts && verify_parts(*parts, signature, data);
}

std::optional<PublicKey> parse_public_key(std::string_view line) {
  const auto key = sshkey::parse_public_key(line);
  return key ? parse_key_blob(key->blob) : std::nullopt;
}

std::unique_ptr<Signer> signer_with(sshkey::PrivateKey key) {
  return std::make_unique<MemorySigner>(std::move(key));
}

std::unique_ptr<Signer> make_run_key(const RandomBytes& random) {
  std::array<std::uint8_t, sshkey::kEd25519Seed> seed{};
  random(std::as_writable_bytes(std::span(seed)));
  auto key = signer_with(sshkey::PrivateKey(seed));
  OPENSSL_cleanse(seed.data(), seed.size());
  return key;
}

}  // namespace jaga::sign
