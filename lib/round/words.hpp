// Names of states in the reader's language.
#pragma once

#include "base/message.hpp"
#include "round/round.hpp"

namespace jaga::round {

// The state as part of a sentence: "critical", in Indonesian "kritis". Also used in sentences that records
// store.
Message word(State state);

}  // namespace jaga::round
