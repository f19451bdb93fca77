// The values that the shells complete, as `jaga completion LIST` prints them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "session.hpp"

namespace jaga::cmd {

// The list that the value of `parameter` of the command `path` ("person change"; empty: of every command) is
// from; empty: of none.
std::string_view list_of(const Parameter& parameter, std::string_view path);
bool is_list(std::string_view name);

// Prints the values of a list that begin with `word`, one a line, with a tab and what it is behind each. A
// value that ends with "=" or ":" is to be continued. `plan`: whose parameters; none: of all plans. Outside a
// working directory only what is built in. Throws what opening the directory throws.
void print_values(Session& session, std::string_view list, const std::string& word,
                  const std::optional<std::string>& plan);

}  // namespace jaga::cmd
