// Numbers with a decimal point, as a person reads them.
#pragma once

#include <string>

#include "base/message.hpp"

namespace jaga {

// "2.5", a number with at most one point and no thousands, in the language: in Indonesian "2,5". For screens and
// papers; JSON, YAML, CSV and what programs read keep the point.
std::string decimal(std::string number, Language language);

}  // namespace jaga
