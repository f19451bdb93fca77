#include "round/words.hpp"

namespace jaga::round {

Message word(State state) {
  switch (state) {
    case State::ok:
      return sentence("ok");
    case State::warning:
      return sentence("warning");
    case State::critical:
      return sentence("critical");
    case State::unknown:
      return sentence("unknown");
  }
  return {};
}

}  // namespace jaga::round
