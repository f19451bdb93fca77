// Chains that are larger than what is needed of them: those of seals, after some years.
//
// One thread at a time for each Tree.
#pragma once

#include <functional>
#include <string_view>

#include "record/chain.hpp"
#include "store/tree.hpp"

namespace jaga::store {

// As read_chain() of chain.hpp, where `each` is given every record as it is read and may take its body and
// its bytes away.
record::Chain read_chain(const Tree& dir, const record::ChainName& name, std::string_view repo,
                         const std::function<void(record::Record&)>& each);

}  // namespace jaga::store
