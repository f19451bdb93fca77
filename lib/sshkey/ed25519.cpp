#include "sshkey/ed25519.hpp"

#include <sodium.h>

#include "base/error.hpp"
#include "sshkey/wire.hpp"

namespace jaga::sshkey {
namespace {

// What libsodium asks of everybody before the first other call.
void start() {
  static const int started = sodium_init();
  if (started < 0) throw Error{ExitCode::software, msg("cannot start libsodium")};
}

}  // namespace

bool ed25519_verify(std::string_view point, std::string_view signature, std::string_view data) {
  start();
  return point.size() == crypto_sign_ed25519_PUBLICKEYBYTES &&
         signature.size() == crypto_sign_ed25519_BYTES &&
         crypto_sign_ed25519_verify_detached(bytes_of(signature), bytes_of(data), data.size(),
                                             bytes_of(point)) == 0;
}

Ed25519Key::Ed25519Key(std::span<const std::uint8_t, kEd25519Seed> seed) {
  static_assert(crypto_sign_ed25519_SEEDBYTES == kEd25519Seed && crypto_sign_ed25519_SECRETKEYBYTES == 64);
  start();
  crypto_sign_ed25519_seed_keypair(point_.data(), secret_.data(), seed.data());
}

Ed25519Key::~Ed25519Key() {
  sodium_memzero(secret_.data(), secret_.size());
}

std::array<std::uint8_t, 64> Ed25519Key::sign(std::string_view data) const {
  std::array<std::uint8_t, 64> signature{};
  crypto_sign_ed25519_detached(signature.data(), nullptr, bytes_of(data), data.size(), secret_.data());
  return signature;
}

}  // namespace jaga::sshkey
