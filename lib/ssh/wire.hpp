// Private to ssh: the data types of RFC 4251 section 5, read from and written to bytes. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jaga::ssh {

// Reads from the front of `bytes`, which must outlive it. After the first failure everything fails.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::optional<std::uint8_t> byte();
  std::optional<std::uint32_t> number();
  std::optional<std::string_view> string();  // the bytes of a `string`, which are part of the input
  std::optional<std::string_view> take(std::size_t count);
  std::string_view rest() const { return rest_; }
  bool at_end() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

void put_byte(std::string& out, std::uint8_t value);
void put_number(std::string& out, std::uint32_t value);
void put_string(std::string& out, std::string_view value);  // precondition: shorter than 2^32
// An unsigned big-endian integer as `mpint`: leading zeros removed, one added where the top bit is set.
void put_mpint(std::string& out, std::string_view big_endian);

}  // namespace jaga::ssh
