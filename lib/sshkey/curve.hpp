// The curves of RFC 5656, under every name that they go by. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace jaga::sshkey {

struct Curve {
  std::string_view name;   // in SSH: "nistp256"
  const char* group;       // to OpenSSL
  const char* digest;      // to OpenSSL: that which belongs to it
  std::size_t coordinate;  // bytes of one, of the two of an uncompressed point
  std::size_t point() const { return 1 + 2 * coordinate; }
};

// Of a type of key: "ecdsa-sha2-nistp256", "sk-ecdsa-sha2-nistp256@openssh.com"; nullptr for any other.
const Curve* curve_of(std::string_view type);

}  // namespace jaga::sshkey
