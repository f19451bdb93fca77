// Writing the one form a record has (jaga-record(5)): UTF-8, LF, two spaces a level; strings double-quoted
// with the escapes \\ \" \n \t alone; integers, true and false bare; block maps, but flow for the map under
// the key `by` and for everything inside a list: a list of maps is one flow map a line, a list of scalars
// (or of lists) one flow line; [] and {} where empty; `...` at the end.
#pragma once

#include <string>

#include "yaml/node.hpp"

namespace jaga::yaml {

// `top` must be a map. Throws Error{software} for what has no canonical form: a plain scalar that is
// neither integer nor boolean, a string with characters that records do not hold (see is_forbidden), a key
// that is not [a-z0-9][a-z0-9_.-]* (bare in the file).
std::string write_canonical(const Node& top);
// The same of `top` with `last` as one more entry, under `key`, which is not copied.
std::string write_canonical(const Node& top, std::string_view key, const Node& last);
// One node as it stands inside a list (flow, no newline): the pieces of a large list.
std::string write_flow(const Node& node);

}  // namespace jaga::yaml
