// The words of values that records and rounds spell in one way (a state, an outcome, a mode), as a reader's language
// has them.
#pragma once

#include <string>
#include <string_view>

#include "base/message.hpp"

namespace jaga::document {

// Of "critical", "given-up", "risk-accepted" ...; what is none of these words stays as it is.
std::string word(std::string_view value, Language language);

}  // namespace jaga::document
