// Private keys in OpenSSH's own format (PROTOCOL.key): what a file says without being unlocked, and signing
// with those that are not locked. No I/O.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sshkey/ed25519.hpp"
#include "sshkey/public_key.hpp"

namespace jaga::sshkey {

// Ed25519 or ECDSA, in memory, wiped when it goes.
class PrivateKey {
 public:
  // Ed25519.
  explicit PrivateKey(std::span<const std::uint8_t, kEd25519Seed> seed);
  PrivateKey(const PrivateKey&) = delete;
  PrivateKey& operator=(const PrivateKey&) = delete;
  PrivateKey(PrivateKey&&) noexcept;
  PrivateKey& operator=(PrivateKey&&) noexcept;
  ~PrivateKey();

  const PublicKey& public_key() const { return public_key_; }
  // As the second string of a signature in RFC 8709 or RFC 5656; nullopt where OpenSSL refuses.
  [[nodiscard]] std::optional<std::string> sign(std::string_view data) const;

 private:
  friend struct PrivateKeyFile;
  struct State;
  PrivateKey(PublicKey public_key, std::unique_ptr<State> state);
  [[nodiscard]] static std::optional<PrivateKey> load(const PublicKey& key, std::string_view hidden);

  PublicKey public_key_;
  std::unique_ptr<State> state_;
};

struct PrivateKeyFile {
  enum class Problem {
    none,
    not_a_key,
    locked,
    unsupported,  // another type of key, or (where openssh is false) an older format
    damaged,
  };
  Problem problem = Problem::not_a_key;
  bool openssh = false;
  std::optional<PublicKey> public_half{};     // of OpenSSH's format; a locked key shows it too
  std::optional<std::uint8_t> token_wants{};  // of a FIDO key that is not locked: its flags (sk-api.h)
  std::optional<PrivateKey> key{};            // where there is no problem

  // Of a file's content.
  static PrivateKeyFile parse(std::string_view text);
};

}  // namespace jaga::sshkey
