// Private to probe: the cookie inside an echo request, which identifies the request and cannot be guessed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace jaga::probe {

inline std::uint64_t mixed(std::uint64_t x) {  // the finaliser of splitmix64
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

// Encrypts (target, attempt) to a 64-bit cookie and back by a Feistel network, so that no table of cookies is
// needed. Of the 64 bits, 16 must decrypt to zero, so that forged cookies are rejected.
class Cookies {
 public:
  explicit Cookies(std::uint64_t seed) {
    for (std::size_t i = 0; i < keys_.size(); ++i) keys_[i] = mixed(seed + i * 0x632be59bd9b4e019U);
  }
  std::uint64_t make(std::uint32_t target, std::uint16_t attempt) const {
    std::uint32_t left = target;
    std::uint32_t right = attempt;
    for (const std::uint64_t key : keys_) {
      const std::uint32_t next = left ^ static_cast<std::uint32_t>(mixed(right ^ key) >> 32U);
      left = right;
      right = next;
    }
    return (std::uint64_t{left} << 32U) | right;
  }
  bool read(std::uint64_t cookie, std::uint32_t& target, std::uint16_t& attempt) const {
    auto left = static_cast<std::uint32_t>(cookie >> 32U);
    auto right = static_cast<std::uint32_t>(cookie);
    for (std::size_t i = keys_.size(); i-- > 0;) {
      const std::uint32_t before = right ^ static_cast<std::uint32_t>(mixed(left ^ keys_[i]) >> 32U);
      right = left;
      left = before;
    }
    target = left;
    attempt = static_cast<std::uint16_t>(right);
    return right <= 0xffffU;
  }

 private:
  std::array<std::uint64_t, 6> keys_{};
};

}  // namespace jaga::probe
