// The official papers of a working directory: values out of records, register, inventory and settings, and
// the documents that lib/document makes of them. Printing is looking: nothing is written, no key is needed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "document/document.hpp"
#include "sop/sop.hpp"
#include "workflow/context.hpp"
#include "workflow/incidents.hpp"
#include "yaml/node.hpp"

namespace jaga::inventory {
struct Settings;
}  // namespace jaga::inventory

namespace jaga::workflow {

// Whether the header of sop.yaml names another agency than jaga.yaml does.
bool is_of_another(const sop::Header& header, const inventory::Settings& settings);
// What documents call the office, and the lines above its letters where jaga.yaml has none: its organisation,
// or what the header of a procedure says that was written for it.
std::string agency_of(const sop::Header& header, const inventory::Settings& settings);
std::vector<std::string> letterhead_of(const sop::Header& header, const inventory::Settings& settings);

// "round", "approval" ... "yearly": the kinds of `jaga report`, in the order of the procedure.
const std::vector<std::string_view>& paper_kinds();
// Whether a paper of that kind is about one incident; of "damage" it may be.
bool is_of_incident(std::string_view kind);

struct PaperWish {
  std::string kind;                          // one of paper_kinds()
  std::optional<std::string> id{};           // the incident, as find_incident() takes it
  std::optional<std::string> period{};       // of "monthly" and "yearly": "2026-11", "2026"; default: now
  std::optional<std::string> round_bytes{};  // of kind "round": that round instead of the newest
  Language language = Language::indonesian;  // of the paper
  std::string number{};                      // given by the office; empty: a dotted line
  Instant printed{};                         // the date on it
  bool builtin = false;                      // without the office's templates/
};
struct MadePaper {
  document::Document document;
  yaml::Node values;
  std::string incident;           // empty: it is of none
  std::optional<Digest> round{};  // of a round's report: the file of the round
};
// Throws Error{usage} where an incident is missing or not wanted, Error{not_permitted} naming what the
// incident does not have yet, Error{config} for what is wrong in jaga.yaml, vendors.yaml, templates/ or the
// coat of arms, and what load_incident() and analyze() throw.
MadePaper make_paper(const ActingContext& context, const PaperWish& wish);

// One of an incident's papers, as HTML.
struct PrintedPaper {
  std::string kind;
  std::string html;
};
// All papers of that incident that can be printed, in the office's language and in the order of the
// procedure; the old part's only where a part was replaced, with what becomes of it. A template that is wrong
// is a notice, and the built-in one is used; so is what cannot be printed, which is left out.
std::vector<PrintedPaper> print_all(const Context& context, const Incident& incident,
                                    const incident::Decided<incident::Archive>& archived);

// What each paper of that incident (empty: those that need none) still needs; nothing: it can be printed.
struct Printable {
  std::string kind;  // of a signed copy of any document that a step waits for: empty
  std::vector<Message> missing;
  bool copied = false;                    // its scan is there, signed on paper
  std::vector<sop::SignedCopy> wanted{};  // by the procedure, before a step, where it is not
};
std::vector<Printable> printable_papers(const Context& context, const std::optional<std::string>& incident);
// What is wrong with templates/: the first of each file, with line and column.
std::vector<Error> faulty_templates(const Office& office);
// What the office has not said yet that papers would name: settings, ranks, NIPs. A dotted line is printed.
std::vector<Message> unknown_of_office(const Office& office);

}  // namespace jaga::workflow
