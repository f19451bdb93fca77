// What the system and its libraries call an error: strerror(3), gai_strerror(3), OpenSSL, c-ares.
#pragma once

#include <string_view>

#include "base/message.hpp"

namespace jaga {

// `english`, to be a sentence or a part of one: translated where it is one of the common ones, else as it is.
Message system_text(std::string_view english);

}  // namespace jaga
