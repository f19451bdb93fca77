// Publishing a record that was made here and signed on another machine (`approve --request`, `import`).
#pragma once

#include <functional>
#include <string_view>

#include "record/chain.hpp"
#include "store/directory.hpp"

namespace jaga::store {

// Puts the signature and then the record in place, exactly these bytes, as append() does: under the chain's
// lock, durable on return. `allow` judges the record over the chain as it stands under the lock, and throws
// where it may not follow; the signature is checked by the caller. Errors: not_permitted where the chain is
// forked or its head is not the one that the record names; data for bytes that are not such a record;
// busy, io, cant_create.
record::Record publish_signed(const WorkingDirectory& dir, std::string_view repo, std::string_view bytes,
                              std::string_view signature,
                              const std::function<void(const record::Chain&, const record::Record&)>& allow);

}  // namespace jaga::store
