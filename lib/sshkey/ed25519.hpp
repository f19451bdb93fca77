// Ed25519 (RFC 8032) by libsodium, which needs no start of its own and checks twice as fast as OpenSSL 3.0.
// Pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace jaga::sshkey {

inline constexpr std::size_t kEd25519Seed = 32;

// False for any signature that is not 64 bytes, and for any point that is not 32. Refused, too, as by few
// others: points of small order, and an S or a point that is not in its one form.
bool ed25519_verify(std::string_view point, std::string_view signature, std::string_view data);

// A pair in memory, wiped when it goes.
class Ed25519Key {
 public:
  explicit Ed25519Key(std::span<const std::uint8_t, kEd25519Seed> seed);
  ~Ed25519Key();
  Ed25519Key(const Ed25519Key&) = delete;
  Ed25519Key& operator=(const Ed25519Key&) = delete;

  const std::array<std::uint8_t, 32>& point() const { return point_; }
  std::array<std::uint8_t, 64> sign(std::string_view data) const;

 private:
  std::array<std::uint8_t, 32> point_{};
  std::array<std::uint8_t, 64> secret_{};
};

}  // namespace jaga::sshkey
