// Titles of roles in messages.
#pragma once

#include "base/message.hpp"
#include "sop/sop.hpp"

namespace jaga::sop {

// Replaces the role keys in the argument {roles} of a message, "staff, section_head", by their titles in the
// language in which the message is rendered. Other arguments, such as the {role} of a command to type, keep
// their keys. Any thread may call this.
Message with_role_titles(Message message, const Sop& procedure);

}  // namespace jaga::sop
