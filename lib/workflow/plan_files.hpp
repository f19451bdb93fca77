// The files that a plan names, plans/NAME.files/FILE: frozen by digest in the analysis, kept as evidence of
// the incident, and put beside the mark of the run on each target, where they are compared with their digests
// before any command is sent.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "record/chain.hpp"
#include "store/append.hpp"
#include "workflow/context.hpp"
#include "workflow/order.hpp"

namespace jaga::workflow {

// As they lie there now, in the template's order. Throws Error{config}, with the place in the template, for
// one that is missing or holds what looks like a secret, and for more than kMostFiles bytes.
std::vector<plan::FrozenFile> office_files(const Office& office, const plan::Template& chosen);

// Their bytes, from `chain`'s evidence or, where that has them not yet, from the folder. Throws
// Error{not_permitted} for one that is missing or other than the plan names.
std::vector<std::string> file_contents(const Office& office, const record::ChainName* chain,
                                       const plan::Frozen& plan);
// The same as evidence for the record that names them.
std::vector<store::Attached> files_of(const Office& office, const record::ChainName* chain,
                                      const plan::Frozen& plan);

// The places that may take them, in this order: where the login's home is full, another one may.
inline constexpr int kPlaces = 3;
// Puts them into one of the places, compares them there and prints their folder. Exit kNoRoom: not there.
inline constexpr int kNoRoom = 42;
Order put_order(const plan::Frozen& plan, const std::vector<std::string>& contents, int place,
                const Digest& basis, std::int64_t run, const Digest& start);
// Takes them away again.
Order take_away_order(const std::string& folder);

}  // namespace jaga::workflow
