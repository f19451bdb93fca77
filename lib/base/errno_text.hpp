// What errno(3) means.
#pragma once

#include "base/message.hpp"

namespace jaga {

// As strerror(3) says it; the common ones in the person's language too.
Message errno_text(int errno_value);

}  // namespace jaga
