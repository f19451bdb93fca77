#include "sshkey/private_key.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "sshkey/curve.hpp"
#include "sshkey/openssl.hpp"
#include "sshkey/wiped.hpp"
#include "sshkey/wire.hpp"

namespace jaga::sshkey {
namespace {

constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view kMagic{"openssh-key-v1\0", 15};

unsigned char* raw(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());  // NOLINT: char and unsigned char may alias
}

Pkey make_ecdsa(const Curve& curve, std::string_view point, std::string_view scalar) {
  const Number d(BN_bin2bn(bytes_of(scalar), static_cast<int>(scalar.size()), nullptr));
  const ParamBuild build(OSSL_PARAM_BLD_new());
  if (!d || !build ||
      OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, d.get()) != 1) {
    return nullptr;
  }
  return make_pkey("EC", EVP_PKEY_KEYPAIR, build.get());
}

// The two numbers of an ECDSA signature as RFC 5656 section 3.1.2 writes them.
std::optional<std::string> ecdsa_fields(const std::string& der) {
  const unsigned char* at = bytes_of(der);
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

struct PrivateKey::State {
  std::optional<Ed25519Key> ed25519{};
  Pkey ecdsa{};
  const char* digest = nullptr;  // ECDSA's
};

PrivateKey::PrivateKey(PublicKey public_key, std::unique_ptr<State> state)
    : public_key_(std::move(public_key)), state_(std::move(state)) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;

PrivateKey::PrivateKey(std::span<const std::uint8_t, kEd25519Seed> seed) : state_(std::make_unique<State>()) {
  state_->ed25519.emplace(seed);
  public_key_.type = kEd25519;
  put_string(public_key_.blob, kEd25519);
  put_string(public_key_.blob, view_of(state_->ed25519->point()));
}

// `hidden`: two equal numbers, the fields of the public half, then the secret.
std::optional<PrivateKey> PrivateKey::load(const PublicKey& key, std::string_view hidden) {
  WireReader in(hidden);
  const auto check = in.number();
  if (check != in.number() || in.fixed(key.blob.size()) != key.blob) return std::nullopt;
  const auto secret = in.string();
  if (!in.ok()) return std::nullopt;
  if (key.type == kEd25519) {  // the seed, and the point again
    if (secret.size() != 2 * kEd25519Seed) return std::nullopt;
    PrivateKey loaded(std::span(bytes_of(secret), kEd25519Seed).first<kEd25519Seed>());
    if (loaded.public_key() != key) return std::nullopt;
    return loaded;
  }
  const Curve& curve = *curve_of(key.type);
  WireReader fields(key.blob);
  fields.string();  // type
  fields.string();  // curve
  auto state = std::make_unique<State>();
  state->ecdsa = make_ecdsa(curve, fields.string(), secret);
  ERR_clear_error();  // later users of OpenSSL must not find our errors
  state->digest = curve.digest;
  if (!state->ecdsa) return std::nullopt;
  return PrivateKey(key, std::move(state));
}

std::optional<std::string> PrivateKey::sign(std::string_view data) const {
  if (state_->ed25519) return std::string(view_of(state_->ed25519->sign(data)));
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t size = 0;
  std::string signature;
  bool made = context &&
              EVP_DigestSignInit_ex(context.get(), nullptr, state_->digest, nullptr, nullptr,
                                    state_->ecdsa.get(), nullptr) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &size, bytes_of(data), data.size()) == 1;
  if (made) {
    signature.resize(size);
    made = EVP_DigestSign(context.get(), raw(signature), &size, bytes_of(data), data.size()) == 1;
  }
  ERR_clear_error();
  if (!made) return std::nullopt;
  signature.resize(size);
  return ecdsa_fields(signature);
}

PrivateKeyFile PrivateKeyFile::parse(std::string_view text) {
  PrivateKeyFile found;
  text = trim(text);
  if (!text.starts_with("-----BEGIN ") ||
      text.substr(0, text.find('\n')).find("PRIVATE KEY-----") == text.npos) {
    return found;
  }
  found.problem = Problem::unsupported;
  if (!text.starts_with(kBegin)) return found;
  found.openssh = true;
  found.problem = Problem::damaged;
  if (!text.ends_with(kEnd) || text.size() < kBegin.size() + kEnd.size()) return found;
  text.remove_prefix(kBegin.size());
  text.remove_suffix(kEnd.size());
  Wiped base64;
  base64.get().reserve(text.size());
  for (const char c : text) {
    if (c != '\n' && c != '\r') base64.get() += c;
  }
  const Wiped blob(base64_decode(base64.get()).value_or(""));

  WireReader in(blob.get());
  if (in.fixed(kMagic.size()) != kMagic) return found;
  const bool locked = in.string() != "none";
  in.string();  // kdf name
  in.string();  // kdf options
  if (in.number() != 1) return found;
  const auto open = in.string();
  const auto hidden = in.string();
  if (!in.ok()) return found;
  found.public_half = public_key_from_blob(open);
  if (!found.public_half) return found;
  if (locked) {
    found.problem = Problem::locked;
  } else if (found.public_half->type == kEd25519 || found.public_half->type.starts_with("ecdsa-")) {
    found.key = PrivateKey::load(*found.public_half, hidden);
    if (found.key) found.problem = Problem::none;
  } else {
    found.problem = Problem::unsupported;
    if (found.public_half->is_token()) found.token_wants = flags_of(open, hidden);
  }
  return found;
}

}  // namespace jaga::sshkey
