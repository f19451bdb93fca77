// The words of values that records and rounds spell in one way (a state, an outcome, a mode), as a reader's language
// has them.
#pragma once

#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "base/message.hpp"
#include "round/round.hpp"

namespace jaga::document {

// Of "critical", "given-up", "risk-accepted" ...; what is none of these words stays as it is.
std::string word(std::string_view value, Language language);

// The summary of a result; of one that was measured before `now`'s round, with how long ago.
std::string summary_text(const round::Result& result, Instant now, Language language);

}  // namespace jaga::document
