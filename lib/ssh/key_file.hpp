// Private to ssh: private keys from files.
#pragma once

#include <optional>
#include <string>

#include "base/message.hpp"
#include "sshkey/private_key.hpp"

namespace jaga::ssh {

struct KeyFile {
  std::optional<sshkey::PrivateKey> key;
  Message skipped;                              // not empty: it exists and cannot be used; what to do
  std::optional<sshkey::PublicKey> public_key;  // where it could be told, also from the .pub file beside it
  bool for_program = false;  // ssh(1) could do more with it: another type, a certificate beside it
};

// As ssh: a key that others may read, or that belongs to somebody else, is not used.
KeyFile load_key_file(const std::string& path);

}  // namespace jaga::ssh
