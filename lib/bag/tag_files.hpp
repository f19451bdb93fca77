// The text files of a bag of any maker and any version from 0.93 to 1.0: bagit.txt, manifests, bag-info.txt,
// fetch.txt (RFC 8493; for the earlier versions draft-kunze-bagit-03 to -14). Pure: bytes in, values or what
// is wrong with them out; any thread may call these.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/message.hpp"

namespace jaga::bag {

struct Declaration {
  std::string version{};   // "0.93" to "0.97", "1.0"
  std::string encoding{};  // of the other tag files: "utf-8", "us-ascii", "iso-8859-1", "utf-16", "utf-16be",
                           // "utf-16le"
  bool is_1_0() const { return version == "1.0"; }
};
// bagit.txt: exactly its two lines, in UTF-8 without a byte order mark. nullopt and `problem` where it is
// not.
[[nodiscard]] std::optional<Declaration> parse_declaration(std::string_view bytes, Message& problem);

// A tag file as UTF-8; nullopt where its bytes are not of that encoding. A byte order mark goes.
[[nodiscard]] std::optional<std::string> decoded(std::string_view bytes, std::string_view encoding);

// The lines of a tag file, without their ends (LF, CR or CR LF); empty ones are left out.
std::vector<std::string> tag_lines(std::string_view text);

struct Listing {
  std::map<std::string, std::string> files{};  // lower-case hex digits, by path
  std::vector<Message> remarks{};              // what 1.0 does not permit or what differs from the usual form
};
// A manifest, decoded: digits, blanks, perhaps '*', path. Paths are relative and have neither "." nor ".."
// nor empty parts, but for "./" in front. A path twice is wrong in 1.0, and before that unless the digits are
// the same.
[[nodiscard]] std::optional<Listing> parse_listing(std::string_view text, std::size_t digits, bool is_1_0,
                                                   Message& problem);

// The labels and values of bag-info.txt, in order; lines that continue a value are joined to it.
[[nodiscard]] std::optional<std::vector<std::pair<std::string, std::string>>> parse_info(
    std::string_view text, Message& problem);
struct Oxum {
  std::uint64_t octets = 0;
  std::uint64_t files = 0;
  bool operator==(const Oxum&) const = default;
};
[[nodiscard]] std::optional<Oxum> parse_oxum(std::string_view text);

// The paths of fetch.txt: URL, length or '-', path below data/.
[[nodiscard]] std::optional<std::vector<std::string>> parse_fetch(std::string_view text, bool is_1_0,
                                                                  Message& problem);

}  // namespace jaga::bag
