#include "probe/http_text.hpp"

#include <algorithm>
#include <boost/beast/zlib/inflate_stream.hpp>

#include "base/text.hpp"

namespace jaga::probe {
namespace {

namespace zlib = boost::beast::zlib;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// Skips the gzip header (RFC 1952, section 2.3).
std::optional<std::string_view> without_gzip_head(std::string_view bytes) {
  if (bytes.size() < 10 || byte_at(bytes, 0) != 0x1f || byte_at(bytes, 1) != 0x8b || byte_at(bytes, 2) != 8)
    return std::nullopt;
  const unsigned flags = byte_at(bytes, 3);
  bytes.remove_prefix(10);
  if ((flags & 4U) != 0) {
    if (bytes.size() < 2) return std::nullopt;
    const std::size_t extra = 2 + byte_at(bytes, 0) + 256 * byte_at(bytes, 1);
    if (bytes.size() < extra) return std::nullopt;
    bytes.remove_prefix(extra);
  }
  for (const unsigned text : {8U, 16U}) {  // FNAME and FCOMMENT
    if ((flags & text) == 0) continue;
    const std::size_t end = bytes.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    bytes.remove_prefix(end + 1);
  }
  if ((flags & 2U) != 0) bytes.remove_prefix(std::min<std::size_t>(2, bytes.size()));
  return bytes;
}

std::string inflated(std::string_view bytes, std::size_t most) {
  zlib::inflate_stream stream;
  zlib::z_params at;
  std::string out(most, '\0');
  at.next_in = bytes.data();
  at.avail_in = bytes.size();
  at.next_out = out.data();
  at.avail_out = out.size();
  boost::system::error_code error;
  while (!error && at.avail_in > 0 && at.avail_out > 0) stream.write(at, zlib::Flush::sync, error);
  out.resize(most - at.avail_out);
  return out;
}

}  // namespace

std::optional<std::size_t> head_size(std::string_view bytes) {
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
    const std::string_view rest = bytes.substr(at + 1);
    if (rest.starts_with('\n')) return at + 2;
    if (rest.starts_with("\r\n")) return at + 3;
  }
  return std::nullopt;
}

bool may_be_head(std::string_view bytes) {
  constexpr std::string_view kBegin = "HTTP/";
  return bytes.substr(0, kBegin.size()) == kBegin.substr(0, std::min(bytes.size(), kBegin.size()));
}

std::string strict_head(std::string_view head) {
  std::string out;
  out.reserve(head.size() + 64);
  for (bool first = true; !head.empty(); first = false) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 1, head.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    out += line;
    // A status line without a reason phrase, such as "HTTP/1.1 200".
    const std::size_t status = line.find(' ');
    if (first && status != std::string_view::npos && line.size() == status + 4 &&
        std::all_of(line.begin() + static_cast<std::ptrdiff_t>(status) + 1, line.end(), is_digit))
      out += ' ';
    out += "\r\n";
  }
  return out;
}

std::optional<std::string> decoded(std::string_view body, std::string_view coding, std::size_t most) {
  const std::string name = lower(trim(coding));
  if (name.empty() || name == "identity") return std::string(body.substr(0, most));
  if (name == "gzip" || name == "x-gzip") {
    const auto data = without_gzip_head(body);
    return data ? std::optional(inflated(*data, most)) : std::nullopt;
  }
  if (name != "deflate") return std::nullopt;
  // zlib header (RFC 1950, section 2.2); some servers send raw deflate data instead.
  const bool wrapped = body.size() >= 2 && (byte_at(body, 0) & 0xfU) == 8 &&
                       (byte_at(body, 0) * 256 + byte_at(body, 1)) % 31 == 0;
  return inflated(body.substr(wrapped ? 2 : 0), most);
}

}  // namespace jaga::probe
