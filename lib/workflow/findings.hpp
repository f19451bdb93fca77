// What later rounds find about an incident that is open already: notes of kind "finding", which move nothing.
// There is one only where something is new, not one a round.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fault/diagnose.hpp"
#include "incident/note.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

using incident::Finding;
using incident::Standing;

// What is known by the records, notes, and the first records: the standing of the newest finding, with all
// that failed since that standing began.
struct Known {
  Standing standing = Standing::failing;
  bool said = false;  // by a note; else it is how the incident opened
  Instant measured{};
  std::set<std::pair<std::string, round::State>> failing{};  // "web01 tcp:80" with its state
  std::set<std::string> symptoms{};
};
Known known_of(const Incident& incident);

// Whether the finding contains news: another standing, a failure or a symptom that no earlier one
// named. A symptom that disappears is not news, nor is an older round.
bool is_news(const Known& known, const Finding& finding);

// Writes the note, in one sentence what is new. Throws what write_note throws.
void attach(const Context& context, const Actor& actor, const Incident& incident, const Known& known,
            const Finding& finding);

// The hosts of the results of all findings, by name.
std::set<std::string> found_hosts(const Incident& incident);

// What had failed when the incident opened.
std::vector<fault::Place> failed_places(const incident::State& state);
// Whether a repair has ended that verify, or a later step, is now about.
bool is_repaired(const incident::State& state);
// When that repair ended; the beginning of time where none has.
Instant repaired_at(const incident::State& state);

}  // namespace jaga::workflow
