#include "fleet/packed.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

namespace jaga::fleet {
namespace {

// zlib's interface takes what it reads as not const and as unsigned.
Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT
}

struct Inflating {
  z_stream stream{};
  Inflating() {
    if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
  }
  Inflating(const Inflating&) = delete;
  Inflating& operator=(const Inflating&) = delete;
  ~Inflating() { inflateEnd(&stream); }
};

}  // namespace

std::string pack(std::string_view text) {
  uLongf size = compressBound(static_cast<uLong>(text.size()));
  std::string out(size, '\0');
  if (compress2(bytes_of(out), &size, bytes_of(text), static_cast<uLong>(text.size()), Z_BEST_COMPRESSION) !=
      Z_OK)
    throw std::bad_alloc();
  out.resize(size);
  return out;
}

std::optional<std::string> unpack(std::string_view packed, std::size_t most) {
  constexpr std::size_t kMostPacked = std::size_t{1} << 30U;  // zlib counts in unsigned int
  if (packed.size() > kMostPacked) return std::nullopt;
  Inflating inflating;
  z_stream& stream = inflating.stream;
  stream.next_in = bytes_of(packed);
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  std::array<char, 16'384> piece{};
  for (;;) {
    stream.next_out = bytes_of({piece.data(), piece.size()});
    stream.avail_out = static_cast<uInt>(piece.size());
    const int result = inflate(&stream, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END) return std::nullopt;
    const std::size_t got = piece.size() - stream.avail_out;
    if (got > most - out.size()) return std::nullopt;
    out.append(piece.data(), got);
    if (result == Z_STREAM_END) break;
    if (got == 0 && stream.avail_in == 0) return std::nullopt;
  }
  if (stream.avail_in != 0) return std::nullopt;
  return out;
}

}  // namespace jaga::fleet
