// Step 1's report: what a round measured, and what jaga makes of it.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/message.hpp"
#include "document/document.hpp"
#include "document/paper.hpp"
#include "fault/diagnose.hpp"
#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::document {

struct RoundReport {
  const round::Round& round;  // whole
  const fault::Diagnosis& diagnosis;
  const inventory::Inventory& inventory;
  std::string organisation{};
  std::string path{};                    // of the round; empty: from standard input
  std::vector<std::string> recovered{};  // a line each
  std::chrono::minutes utc_offset{};
};
// The verdicts first, then what fails, then what was not measured, then every host with a line.
Document round_report(const RoundReport& of, Language language);

// The same as the report that an official signs (row 1 of the form; structure of a Laporan, PermenPAN-RB
// 80/2012): introduction, what was done, what is not normal, conclusions, closing, and every host in an
// annex.
struct RoundPaper {
  const RoundReport& report;
  const Office& office;
  const sop::Sop& procedure;
  std::vector<std::string> basis{};
  Official by{};  // who measured
  std::string number{};
  Instant printed{};
};
Document round_paper(const RoundPaper& of);
yaml::Node values(const RoundPaper& of);

}  // namespace jaga::document
