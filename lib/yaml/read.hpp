// Reading YAML strictly. Two dialects:
//
// hand-edited   by yaml-cpp: one document; plain and quoted scalars, block and flow, comments. Refused: anchors,
//               aliases, tags, directives, a second document, duplicate keys, merge keys, non-scalar keys, null,
//               TABs in the indentation, a quote or bracket that the end of the file closes.
// canonical     what yaml/write.hpp writes, byte for byte, with the end mark `...`: read, written again
//               and compared, so that a record has one form.
//
// Both first check the bytes: UTF-8 without BOM, NUL, CR, control or bidirectional characters; nesting at
// most 32; a scalar at most 1 MiB; the whole at most 4 MiB.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "yaml/node.hpp"

namespace jaga::yaml {

inline constexpr std::size_t kMostBytes = std::size_t{4} << 20U;
inline constexpr std::size_t kMostScalar = std::size_t{1} << 20U;
inline constexpr int kMostDepth = 32;

// `file` is only for messages, which read "FILE:LINE:COLUMN: what is wrong".
// Throws Error{config}. An empty file (or only comments) is an empty map.
Node read_hand_edited(std::string_view bytes, std::string_view file);
// Throws Error{data}. The top must be a map.
Node read_canonical(std::string_view bytes, std::string_view file);
// The same for who writes what was understood, and compares that with the bytes.
Node parse_canonical(std::string_view bytes, std::string_view file);

// The same, an item of one list at a time, for documents too large for a tree (rounds): `header` is
// called once with the top map without `list_key`, then `item` once for each of that list's items. The
// list must be the last key. Canonical, up to `most_bytes`; throws Error{data}.
void read_canonical_list(std::string_view bytes, std::string_view file, std::string_view list_key,
                         std::size_t most_bytes, const std::function<void(const Node&)>& header,
                         const std::function<void(const Node&)>& item);

// An error at a node, its place as the error's location.
Error error_at(ExitCode code, std::string_view file, Mark mark, Message message, Message hint = {});

}  // namespace jaga::yaml
