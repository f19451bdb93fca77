// The SSH wire format (RFC 4251, section 5): reading it from bytes that nobody vouches for, and writing it.
// Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace jaga::sshkey {

// Reads front to back. After the first thing that does not fit, ok() is false and every further read gives
// nothing; never reads beyond the end.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  std::string_view fixed(std::size_t count);
  std::uint8_t byte();
  std::uint32_t number();
  std::string_view string();
  // A positive mpint in its one form (no superfluous zero, not negative, not zero), without its sign byte.
  std::string_view positive_mpint();

  bool ok() const { return ok_; }
  // Nothing failed and nothing is left.
  bool at_end() const { return ok_ && rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

void put_byte(std::string& out, std::uint8_t value);
void put_number(std::string& out, std::uint32_t value);
void put_string(std::string& out, std::string_view value);  // precondition: shorter than 2^32
// An unsigned big-endian integer as `mpint`: leading zeros removed, one added where the top bit is set.
void put_mpint(std::string& out, std::string_view big_endian);

// The same bytes, as the libraries of cryptography want them and as we do.
inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());  // NOLINT: char and unsigned char may alias
}
inline std::string_view view_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT: as above
}

}  // namespace jaga::sshkey
