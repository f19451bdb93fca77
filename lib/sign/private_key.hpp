// What a private key's file says without being unlocked: PROTOCOL.key. Private to sign. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "sign/key.hpp"

namespace jaga::sign {

struct PrivateKeyFile {
  bool openssh = false;                     // "-----BEGIN OPENSSH PRIVATE KEY-----"; else some PEM form
  bool locked = false;                      // known for openssh only
  std::optional<PublicKey> key;             // for openssh only, where it is of a type that we verify
  std::optional<std::uint8_t> token_wants;  // of a FIDO key that is not locked: its flags, see token.hpp
};

// nullopt: no private key.
std::optional<PrivateKeyFile> parse_private_key_file(std::string_view text);

// Signs with the key of a file that is not locked, whose copy in memory is wiped after use. nullptr: any key
// but an Ed25519 one in OpenSSH's own format, a locked one, or a file whose halves do not fit together.
std::unique_ptr<Signer> signer_of_file(std::string_view text);

}  // namespace jaga::sign
