// The pre-receive hook of a server (githooks(5)): the rule of sync, before anything of a push is visible.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "git/git.hpp"
#include "workflow/tip.hpp"

namespace jaga::workflow {

// `pushed`: standard input of the hook, a line "OLD NEW REF" for each ref. Empty: it is accepted. Throws
// Error{config} where the server does not say with which genesis its register begins, {data} where `pushed`
// has another form.
std::vector<RefusedPath> check_push(const git::Git& git, std::string_view pushed);

}  // namespace jaga::workflow
