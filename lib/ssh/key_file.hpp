// Private to ssh: private keys from files.
#pragma once

#include <string>
#include <vector>

#include "base/message.hpp"
#include "ssh/private_key.hpp"

namespace jaga::ssh {

struct KeyFiles {
  std::vector<PrivateKey> keys;
  std::vector<Message> skipped;  // each file that exists and cannot be used, with what to do
};

// As ssh: a key that others may read, or that belongs to somebody else, is not used.
KeyFiles load_key_files(const std::vector<std::string>& paths);

}  // namespace jaga::ssh
