// The tag files of bags of anybody: parsing never crashes, and no path that is accepted leaves the bag. The
// first byte picks the encoding and the version.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bag/bag.hpp"
#include "bag/tag_files.hpp"
#include "base/text.hpp"

namespace bag = jaga::bag;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_inside(const std::string& path) {
  require(!path.empty() && !path.starts_with('/') && !jaga::find_invalid_utf8(path));
  require(("/" + path + "/").find("/../") == std::string::npos && path.find('\0') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr std::string_view kEncodings[] = {"utf-8",  "us-ascii", "iso-8859-1",
                                             "utf-16", "utf-16be", "utf-16le"};
  const bool is_1_0 = (data[0] & 0x80U) != 0;
  jaga::Message problem;
  if (const auto declared = bag::parse_declaration(bytes, problem))
    require(bag::decoded("", declared->encoding).has_value());
  if (const auto manifest = bag::parse_manifest(bytes, 64, problem))
    for (const auto& entry : *manifest) require(bag::is_safe_path(entry.first) && entry.second.size() == 64);
  const auto text = bag::decoded(bytes, kEncodings[data[0] % 6]);
  if (!text) return 0;
  require(!jaga::find_invalid_utf8(*text));
  for (const std::size_t digits : {std::size_t{32}, std::size_t{64}, std::size_t{128}}) {
    if (const auto listing = bag::parse_listing(*text, digits, is_1_0, problem))
      for (const auto& [path, hex] : listing->files) {
        require_inside(path);
        require(hex.size() == digits);
      }
  }
  if (const auto info = bag::parse_info(*text, problem))
    for (const auto& [label, value] : *info) {
      require(!label.empty());
      static_cast<void>(bag::parse_oxum(value));
    }
  if (const auto paths = bag::parse_fetch(*text, is_1_0, problem))
    for (const std::string& path : *paths) {
      require_inside(path);
      require(path.starts_with("data/"));
    }
  return 0;
}
