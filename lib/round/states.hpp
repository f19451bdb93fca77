// Of a round file only what each check's state was: what a day's summary of hundreds of rounds needs.
#pragma once

#include <optional>
#include <string_view>

#include "round/round.hpp"

namespace jaga::round {

// `at`, `partial` and of each result host, check, object, state and hard, in the order of the file; all else
// is as in a Round of its own. Only of a file as write() makes it, that is whole and has no base; nullopt: it
// is not, or holds something that only read() understands, which then also says what is wrong. A file that
// read() refuses for another of its values may be taken: nothing rests on those here.
std::optional<Round> read_states(std::string_view bytes);

}  // namespace jaga::round
