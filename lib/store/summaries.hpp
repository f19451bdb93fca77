// The summaries of days, a file an installation and day, published like records and never written again.
//
// One thread at a time for each Folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/day_summary.hpp"
#include "store/folder.hpp"

namespace jaga::store {

struct SummaryListing {
  std::vector<record::SummaryName> names{};  // by date, then installation
  // Paths where a summary or a directory of summaries is expected and something else lies: a symbolic link, a
  // FIFO, a directory of a summary's name.
  std::vector<std::string> irregular{};
};
// By names alone; dates before `from` ("2026-11-24") are left out. Names that are not a summary's are passed
// over.
SummaryListing list_summaries(const Tree& dir, std::string_view from = {});
// Throws Error{data} for a file that is not a summary, or is that of another day, installation or repo, and
// Error{no_input} where it is gone. Its signature is not looked at.
record::DaySummary read_summary(const Tree& dir, const record::SummaryName& name, std::string_view repo);
// Durable on return, with its signature; gives the path. Error{cant_create} where the day has one already.
std::string publish_summary(const Folder& dir, const record::DaySummary& summary, std::string_view signature);

}  // namespace jaga::store
