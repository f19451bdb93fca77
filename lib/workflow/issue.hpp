// Issued papers: that a paper was given out, with which number, is a signed note of its incident. The note
// names the digest of what was printed and the head of the chain that it shows.
#pragma once

#include <string>
#include <vector>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

// The body of the note is {kind, number, format, digest, head}.

struct IssuedPaper {
  std::string incident;
  std::string kind;
  std::string number;  // may be empty
  Digest digest{};     // of what was printed
  std::string person;
  Instant at{};
};
// Of all incidents, by time. Reads the notes of each.
std::vector<IssuedPaper> issued_papers(const Context& context);
// The papers that have a number which another one has too: two clones may each have given it.
std::vector<IssuedPaper> numbered_twice(const std::vector<IssuedPaper>& issued);

// Throws Error{not_permitted}, naming the other paper, where the number is given already.
void require_new_number(const Context& context, const std::string& number);
// The note's path below the working directory. Throws what acting_person() and write_note() throw, and what
// require_new_number() does.
std::string issue_paper(const Context& context, const std::string& incident, const std::string& kind,
                        const std::string& number, const std::string& format, const std::string& bytes);

}  // namespace jaga::workflow
