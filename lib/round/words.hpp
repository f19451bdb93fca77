// The states of results in the reader's language.
#pragma once

#include "base/message.hpp"
#include "round/round.hpp"

namespace jaga::round {

// "critical", in Indonesian "kritis"; a part of sentences, also of those that records keep.
Message word(State state);

}  // namespace jaga::round
