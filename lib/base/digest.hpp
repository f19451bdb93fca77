// SHA-2 (FIPS 180-4) of bytes; SHA-256 as records name it: "sha256:" and 64 lower-case hex digits.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jaga {

struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Digest&) const = default;
  std::string hex() const;   // 64 digits
  std::string text() const;  // "sha256:" + hex()
};

Digest sha256(std::string_view bytes);
std::array<std::uint8_t, 64> sha512(std::string_view bytes);
std::string hex(std::span<const std::uint8_t> bytes);                     // two lower-case digits a byte
[[nodiscard]] std::optional<Digest> parse_digest(std::string_view text);  // exactly the form of text()

// SHA-256 over bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view bytes);
  Digest finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// RFC 4648 base64 with padding; decoding is strict (alphabet, padding, no line breaks).
std::string base64_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace jaga
