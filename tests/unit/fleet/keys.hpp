// Keys for the tests of fleet: the same ones each time.
#pragma once

#include <memory>
#include <span>

#include "sign/key.hpp"

namespace jaga::test {

// A key made of the bytes `first`, `first` + 1 ...
inline std::unique_ptr<sign::Signer> key(unsigned first) {
  return sign::make_run_key([first](std::span<std::byte> bytes) mutable {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(first++);
  });
}

}  // namespace jaga::test
