// What later rounds find about an incident that is open already: notes of kind "finding", which move nothing.
// There is one only where something is new, not one a round.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fault/diagnose.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

inline constexpr std::string_view kFindingNote = "finding";

// How the fault of an incident stands by one round.
enum class Standing {
  failing,
  flapping,   // it comes and goes; well or not just now tells nothing
  recovered,  // well again, though no repair was done
  repaired,   // well again since the repair
};
std::string_view name(Standing standing);

struct Finding {
  Standing standing = Standing::failing;
  Instant measured{};  // the round's time
  std::optional<Digest> round{};
  std::string fault{};  // its type; empty where it is well
  std::vector<incident::Result> results{};
  std::vector<std::string> symptoms{};  // "web01 tcp:80"
};

// What is known by the records, notes, and the first records: the standing of the newest finding, with all
// that failed since that standing began.
struct Known {
  Standing standing = Standing::failing;
  bool said = false;  // by a note; else it is how the incident opened
  Instant measured{};
  std::set<std::pair<std::string, std::string>> failing{};  // "web01 tcp:80" with its state
  std::set<std::string> symptoms{};
};
Known known_of(const Incident& incident);

// Whether the finding says what is not known: another standing, a failure or a symptom that no earlier one
// named. What goes away alone is no news, nor what an older round says.
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

}  // namespace jaga::workflow
