// Where jaga puts what it writes once and never again: register, incidents, seals, papers, summaries
// (jaga-record(5)). By names alone. Paths are relative to the working directory. Pure, any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "record/record.hpp"

namespace jaga::record {

inline constexpr std::array<std::string_view, 5> kTops = {"register", "incidents", "seals", "papers",
                                                          "summaries"};
// Whether it is one of those.
bool is_record_top(std::string_view name);
// Whether jaga makes such a directory in one of those.
bool is_record_directory(std::string_view path);
// Whether jaga writes a file of that name there: a record, a note, a summary, with or without .sig, evidence.
bool is_record_file(std::string_view path);
bool is_evidence(std::string_view path);
// Evidence that stays in the clone in which it was added.
bool is_private_evidence(std::string_view path);
// The chain that a record, note or piece of evidence belongs to; nullopt: none, as of a summary.
std::optional<ChainName> chain_of(std::string_view path);

}  // namespace jaga::record
