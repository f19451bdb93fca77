#include "ssh/private_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/digest.hpp"
#include "base/freed.hpp"
#include "base/text.hpp"
#include "ssh/wire.hpp"

namespace jaga::ssh {
namespace {

using Pkey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view kMagic{"openssh-key-v1\0", 15};

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

// Secrets are overwritten when they go.
struct Secret {
  std::string bytes;
  ~Secret() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

// The three curves of RFC 5656: OpenSSL's names, and the digest that belongs to each.
struct Curve {
  std::string_view type;
  const char* group;
  const char* digest;
};
constexpr Curve kCurves[] = {{"ecdsa-sha2-nistp256", "prime256v1", "SHA256"},
                             {"ecdsa-sha2-nistp384", "secp384r1", "SHA384"},
                             {"ecdsa-sha2-nistp521", "secp521r1", "SHA512"}};

const Curve* curve_of(std::string_view type) {
  for (const Curve& curve : kCurves) {
    if (curve.type == type) return &curve;
  }
  return nullptr;
}

Pkey make_ecdsa(const Curve& curve, std::string_view point, std::string_view scalar) {
  const Number d(BN_bin2bn(raw(scalar), static_cast<int>(scalar.size()), nullptr));
  const ParamBuild build(OSSL_PARAM_BLD_new());
  if (!d || !build ||
      OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, d.get()) != 1) {
    return nullptr;
  }
  const Params params(OSSL_PARAM_BLD_to_param(build.get()));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1) {
    return nullptr;
  }
  return Pkey(key);
}

// The two numbers of an ECDSA signature as RFC 5656 section 3.1.2 writes them.
std::optional<std::string> ecdsa_fields(const std::string& der) {
  const unsigned char* at = raw(std::string_view(der));
  const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!signature) return std::nullopt;
  std::string out;
  for (const BIGNUM* number : {ECDSA_SIG_get0_r(signature.get()), ECDSA_SIG_get0_s(signature.get())}) {
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, raw(bytes));
    put_mpint(out, bytes);
  }
  return out;
}

}  // namespace

struct PrivateKey::State {
  Pkey key;
  const char* digest = nullptr;  // null for ed25519
};

PrivateKey::PrivateKey(HostKey public_key, std::unique_ptr<State> state)
    : public_key_(std::move(public_key)), state_(std::move(state)) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;

std::unique_ptr<PrivateKey::State> PrivateKey::load(std::string_view type, std::string_view public_part,
                                                    std::string_view secret) {
  auto state = std::make_unique<State>();
  if (type == "ssh-ed25519") {
    if (secret.size() != 64 || secret.substr(32) != public_part) return nullptr;
    state->key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(secret), 32));
  } else if (const Curve* curve = curve_of(type)) {
    state->key = make_ecdsa(*curve, public_part, secret);
    state->digest = curve->digest;
  }
  if (!state->key) return nullptr;
  return state;
}

std::optional<PrivateKey> PrivateKey::parse(std::string_view file, Problem& problem,
                                            std::optional<HostKey>& public_key) {
  problem = Problem::not_a_key;
  const std::size_t begin = file.find(kBegin);
  const std::size_t end = file.find(kEnd);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin + kBegin.size()) {
    if (file.find("PRIVATE KEY-----") != std::string_view::npos) problem = Problem::unsupported;
    return std::nullopt;
  }
  problem = Problem::damaged;
  Secret base64;
  for (const char c : file.substr(begin + kBegin.size(), end - begin - kBegin.size())) {
    if (c != '\n' && c != '\r') base64.bytes += c;
  }
  auto decoded = base64_decode(base64.bytes);
  if (!decoded) return std::nullopt;
  const Secret all{std::move(*decoded)};

  Reader outer(all.bytes);
  if (outer.take(kMagic.size()) != kMagic) return std::nullopt;
  const auto cipher = outer.string();
  const auto kdf = outer.string();
  const auto options = outer.string();
  const auto count = outer.number();
  const auto blob = outer.string();
  const auto hidden = outer.string();
  if (!cipher || !kdf || !options || count != 1U || !blob || !hidden) return std::nullopt;
  public_key = host_key_from_blob(*blob);
  if (!public_key) return std::nullopt;
  if (*cipher != "none") {
    problem = Problem::encrypted;
    return std::nullopt;
  }
  const bool ed25519 = public_key->type == "ssh-ed25519";
  if (!ed25519 && curve_of(public_key->type) == nullptr) {
    problem = Problem::unsupported;
    return std::nullopt;
  }
  Reader inner(*hidden);
  const auto check = inner.number();
  if (!check || check != inner.number() || inner.string() != public_key->type) return std::nullopt;
  const auto curve = ed25519 ? std::nullopt : inner.string();
  const auto public_part = inner.string();
  const auto secret = inner.string();
  if (!public_part || !secret) return std::nullopt;
  std::string again;
  put_string(again, public_key->type);
  if (curve) put_string(again, *curve);
  put_string(again, *public_part);
  if (again != public_key->blob) return std::nullopt;
  auto state = load(public_key->type, *public_part, *secret);
  if (!state) return std::nullopt;
  problem = Problem::none;
  return PrivateKey(*public_key, std::move(state));
}

std::optional<std::string> PrivateKey::sign(std::string_view data) const {
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (!context ||
      EVP_DigestSignInit_ex(context.get(), nullptr, state_->digest, nullptr, nullptr, state_->key.get(),
                            nullptr) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, raw(data), data.size()) != 1) {
    return std::nullopt;
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), raw(signature), &size, raw(data), data.size()) != 1) return std::nullopt;
  signature.resize(size);
  if (state_->digest == nullptr) return signature;
  return ecdsa_fields(signature);
}

}  // namespace jaga::ssh
