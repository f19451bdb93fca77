// The page on the wall, of what lies in the working directory.
#pragma once

#include <string>

#include "document/board.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// As of context.now(), in that language. What was never measured, and an incident that cannot be judged, are
// shown as such. Throws Error{config} for what is wrong in the inventory, rules or maintenance windows.
document::Board board_of(const ActingContext& context, Language language);

// Writes the page to the file that jaga.yaml names (`board`), at once or not at all, in the office's
// language; gives its path, or nothing where jaga.yaml names none.
std::string refresh_board(const ActingContext& context);

}  // namespace jaga::workflow
