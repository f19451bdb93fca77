// Private to ssh: unencrypted OpenSSH private keys (PROTOCOL.key), ed25519 and ecdsa. No I/O.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ssh/host_key.hpp"

namespace jaga::ssh {

class PrivateKey {
 public:
  enum class Problem { none, not_a_key, encrypted, unsupported, damaged };

  // The key of a file's content. On a problem nullopt; the public key is set where it could be read.
  static std::optional<PrivateKey> parse(std::string_view file, Problem& problem,
                                         std::optional<HostKey>& public_key);

  PrivateKey(PrivateKey&&) noexcept;
  PrivateKey& operator=(PrivateKey&&) noexcept;
  ~PrivateKey();

  const HostKey& public_key() const { return public_key_; }
  // As the second string of a signature in RFC 8709 or RFC 5656; nullopt where OpenSSL refuses.
  std::optional<std::string> sign(std::string_view data) const;

 private:
  struct State;
  PrivateKey(HostKey public_key, std::unique_ptr<State> state);
  static std::unique_ptr<State> load(std::string_view type, std::string_view public_part,
                                     std::string_view secret);
  HostKey public_key_;
  std::unique_ptr<State> state_;
};

}  // namespace jaga::ssh
