// Issued papers: that a paper was given out, with which number, is a signed note of its incident, or a record
// of the office's chain of papers where it is about none (papers/INSTALLATION). It names the digest of what
// was printed, and the head of the incident's chain or the round that it shows.
#pragma once

#include <string>
#include <vector>

#include "incident/note.hpp"
#include "workflow/incidents.hpp"
#include "workflow/papers.hpp"

namespace jaga::workflow {

struct IssuedPaper {
  std::string incident;  // empty: it is about none
  incident::IssuedPaper paper;
  std::string person;
  Instant at{};
  std::string file;  // of the note or record, below the working directory
};
// Of all incidents and of the office, by time. Reads the notes of each. What is damaged is passed over: audit
// names it.
std::vector<IssuedPaper> issued_papers(const Office& office);
// The papers that have a number which another one has too: two clones may each have given it.
std::vector<IssuedPaper> numbered_twice(const std::vector<IssuedPaper>& issued);

// Throws Error{not_permitted}, naming the other paper, where the number is given already.
void require_new_number(const Office& office, const std::string& number);
// Throws what acting_person() throws, and Error{not_permitted} where they hold no role: before anything is
// printed.
void require_issuer(const ActingContext& context);
// Signs that `paper` was given out as `bytes`; the path of the note or record below the working directory.
// One process at a time. Throws what acting_person(), write_note() and store::append() throw, and what
// require_new_number() does.
std::string issue_paper(const ActingContext& context, const MadePaper& paper, const PaperWish& wish,
                        const std::string& format, const std::string& bytes);

}  // namespace jaga::workflow
