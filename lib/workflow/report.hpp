// Documents out of what lies in the working directory.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "document/document.hpp"
#include "document/paper.hpp"
#include "workflow/context.hpp"
#include "workflow/papers.hpp"

namespace jaga::workflow {

// The report of the newest round, or of one round given as bytes; opens no incident. Throws what analyze()
// throws.
document::Document report_round(const ActingContext& context, const std::optional<std::string>& round,
                                std::chrono::minutes utc_offset);

// The same as an official paper.
MadePaper round_paper(const ActingContext& context, const PaperWish& wish, const document::Office& office,
                      std::vector<std::string> basis);

// Replaces the file at once, or leaves it as it was. Throws Error{no_input} where its directory is not there,
// {cant_create}, {io}.
void write_report(const std::string& path, std::string_view bytes);

}  // namespace jaga::workflow
