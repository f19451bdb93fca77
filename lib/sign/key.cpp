#include "sign/key.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <span>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/freed.hpp"
#include "base/text.hpp"
#include "sign/ed25519.hpp"
#include "sign/sshsig.hpp"
#include "sign/wire.hpp"

namespace jaga::sign {
namespace {

using Pkey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

struct Curve {
  std::string_view type;
  std::string_view ssh_name;
  const char* group;
  std::size_t point;  // bytes of an uncompressed point
  const EVP_MD* (*hash)();
};
constexpr std::string_view kEd25519 = "ssh-ed25519";
constexpr std::string_view kSkEd25519 = "sk-ssh-ed25519@openssh.com";
constexpr std::string_view kSkEcdsa = "sk-ecdsa-sha2-nistp256@openssh.com";
constexpr std::string_view kRsa = "ssh-rsa";
const std::array<Curve, 4> kCurves{{
    {"ecdsa-sha2-nistp256", "nistp256", "P-256", 65, EVP_sha256},
    {"ecdsa-sha2-nistp384", "nistp384", "P-384", 97, EVP_sha384},
    {"ecdsa-sha2-nistp521", "nistp521", "P-521", 133, EVP_sha512},
    {kSkEcdsa, "nistp256", "P-256", 65, EVP_sha256},
}};

const Curve* curve_of(std::string_view type) {
  for (const auto& curve : kCurves) {
    if (curve.type == type) return &curve;
  }
  return nullptr;
}

// A key's wire form taken apart. The views point into the blob.
struct Parts {
  std::string_view type;
  std::string_view point;  // ed25519 and ecdsa
  std::string_view modulus, exponent;
  std::string_view application;  // sk-
};

bool is_ed25519(const Parts& parts) {
  return parts.type == kEd25519 || parts.type == kSkEd25519;
}

std::optional<Parts> take_apart(std::string_view blob) {
  WireReader in(blob);
  Parts parts;
  parts.type = in.string();
  if (is_ed25519(parts)) {
    parts.point = in.string();
    if (parts.point.size() != 32) return std::nullopt;
  } else if (const auto* curve = curve_of(parts.type)) {
    if (in.string() != curve->ssh_name) return std::nullopt;
    parts.point = in.string();
    if (parts.point.size() != curve->point || parts.point[0] != '\x04') return std::nullopt;
  } else if (parts.type == kRsa) {
    parts.exponent = in.positive_mpint();
    parts.modulus = in.positive_mpint();
    if (parts.modulus.size() < 256 || parts.modulus.size() > 2048 || parts.exponent.size() > 8)
      return std::nullopt;
    if ((bytes_of(parts.modulus)[0] & 0x80U) == 0 && parts.modulus.size() == 256) return std::nullopt;
  } else {
    return std::nullopt;
  }
  if (parts.type == kSkEd25519 || parts.type == kSkEcdsa) {
    parts.application = in.string();
    if (parts.application.empty() || parts.application.size() > 256) return std::nullopt;
  }
  if (!in.at_end()) return std::nullopt;
  return parts;
}

Pkey from_params(const char* type, OSSL_PARAM_BLD* build) {
  const Params params(OSSL_PARAM_BLD_to_param(build));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return Pkey(key);
}

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

// Any but ed25519; nullptr where OpenSSL does not take it (a point that is not on its curve).
Pkey load(const Parts& parts) {
  const ParamBuild build(OSSL_PARAM_BLD_new());
  if (!build) return nullptr;
  if (const auto* curve = curve_of(parts.type)) {
    if (OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve->group, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, parts.point.data(),
                                         parts.point.size()) != 1) {
      return nullptr;
    }
    return from_params("EC", build.get());
  }
  const auto modulus = number_of(parts.modulus);
  const auto exponent = number_of(parts.exponent);
  if (!modulus || !exponent || BN_is_odd(exponent.get()) == 0 || BN_is_one(exponent.get()) == 1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return nullptr;
  }
  return from_params("RSA", build.get());
}

bool check(const Parts& parts, const EVP_MD* hash, std::string_view signature, std::string_view data) {
  const Pkey key = load(parts);
  const DigestContext context(EVP_MD_CTX_new());
  const bool good =
      key && context && EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(data), data.size()) ==
          1;
  ERR_clear_error();
  return good;
}

// SSH's (mpint r, mpint s) as the DER that OpenSSL wants; empty where it is none.
std::string ecdsa_der(std::string_view inner) {
  WireReader in(inner);
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
  WireReader in(blob);
  const auto algorithm = in.string();
  const auto inner = in.string();
  if (!in.ok()) return false;
  const auto* curve = curve_of(parts.type);

  if (parts.type == kRsa) {
    const EVP_MD* hash = algorithm == "rsa-sha2-512"   ? EVP_sha512()
                         : algorithm == "rsa-sha2-256" ? EVP_sha256()
                                                       : nullptr;
    return in.at_end() && hash != nullptr && inner.size() == parts.modulus.size() &&
           check(parts, hash, inner, data);
  }
  if (algorithm != parts.type) return false;
  std::string token_data;
  if (!parts.application.empty()) {  // PROTOCOL.u2f: what a FIDO token signs instead of the data
    const auto flags = in.byte();
    const auto counter = in.number();
    if (!in.ok() || (flags & 1U) == 0) return false;  // nobody touched it
    token_data = std::string(view_of(sha256(parts.application).bytes)) + static_cast<char>(flags);
    put_number(token_data, counter);
    token_data += view_of(sha256(data).bytes);
    data = token_data;
  }
  if (!in.at_end()) return false;
  if (curve == nullptr) return ed25519_verify(parts.point, inner, data);
  const auto der = ecdsa_der(inner);
  return !der.empty() && check(parts, curve->hash(), der, data);
}

class MemorySigner : public Signer {
 public:
  explicit MemorySigner(std::span<const std::uint8_t, kEd25519Seed> seed) : key_(seed) {
    public_.type = kEd25519;
    put_string(public_.blob, kEd25519);
    put_string(public_.blob, view_of(key_.point()));
  }

  const PublicKey& public_key() const override { return public_; }

  std::string sign(std::string_view bytes, std::string_view name_space, std::stop_token) const override {
    Sshsig sshsig{public_, std::string(name_space), "sha512", {}};
    put_string(sshsig.signature, kEd25519);
    put_string(sshsig.signature, view_of(key_.sign(signed_data(bytes, name_space, "sha512"))));
    return armor(write_sshsig(sshsig));
  }

 private:
  Ed25519Key key_;
  PublicKey public_;
};

}  // namespace

std::string PublicKey::line() const {
  return type + " " + base64_encode(blob);
}

std::string PublicKey::fingerprint() const {
  auto base64 = base64_encode(view_of(sha256(blob).bytes));
  while (base64.ends_with('=')) base64.pop_back();
  return "SHA256:" + base64;
}

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
  line = trim(line);
  if (line.find('\n') != std::string_view::npos) return std::nullopt;
  const auto words = split(line, ' ');
  if (words.size() < 2) return std::nullopt;
  const auto blob = base64_decode(words[1]);
  if (!blob) return std::nullopt;
  auto key = parse_key_blob(*blob);
  if (!key || key->type != words[0]) return std::nullopt;
  return key;
}

std::unique_ptr<Signer> make_memory_signer(std::span<const std::uint8_t, kEd25519Seed> seed) {
  return std::make_unique<MemorySigner>(seed);
}

std::unique_ptr<Signer> make_run_key(const RandomBytes& random) {
  std::array<std::uint8_t, kEd25519Seed> seed{};
  random(std::as_writable_bytes(std::span(seed)));
  auto key = make_memory_signer(seed);
  OPENSSL_cleanse(seed.data(), seed.size());
  return key;
}

}  // namespace jaga::sign
