// Who decided what in an incident, how its repairs went and what a record says, a line or a few words each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "document/locale.hpp"
#include "incident/incident.hpp"
#include "record/record.hpp"

namespace jaga::document {

// The person who signed the decision; of a decision on paper the decider, and the person who recorded it.
std::string decider_of(const Locale& locale, const std::string& signer,
                       const std::optional<incident::Paper>& paper);
// A role as its holder signs: the letter beside it, where it was delegated to them.
std::string role_of(const Locale& locale, const sop::Sop& procedure, const record::By& by,
                    const std::optional<std::string>& letter);
// Who acted by which letter: "deputy (delegated: ST 77/2026)"; else the person alone.
std::string actor_of(const Locale& locale, const incident::Made& made);
// What a rejection rejects: "the plan", "the repair", "the report", "the withdrawal".
Message rejected_subject(incident::RejectedStep rejected);
// Of a step that had to be done again: "attempt 2".
std::string attempt_text(const Locale& locale, int n);
// Each rejection of a step that has not been approved since, newest first: person, step, reason, correction.
// Empty: there is none.
std::vector<std::string> last_no_lines(const Locale& locale, const incident::State& state);

// How a withdrawal ends the incident: its outcome, and of which, until when or to whom.
std::string end_text(const Locale& locale, const incident::Withdraw& body);
// Of a withdrawal that waits for its second signature: who would close it, how and why. Empty: there is none.
std::vector<std::string> withdrawal_lines(const Locale& locale, const incident::State& state,
                                          const sop::Sop& procedure);

// "web01 disk-full /var" of the key of a fault.
std::string fault_words(const std::string& key);
// What a record says, in a few words, from whichever keys its kind has.
std::string gist(const Locale& locale, const record::Record& record);
// How a command ended: "exit 0", "unknown: ...", "not sent: ..."; none: nobody recorded how.
std::string end_text(const Locale& locale, const std::optional<incident::CommandEnd>& end);
// Of each repair who and when, what it did, and what nobody knows of it. Empty: nothing began.
std::vector<std::string> run_lines(const Locale& locale, const incident::State& state);
// What was carried out already in a branch that a merge closed. Empty: nothing.
std::vector<std::string> left_behind_lines(const Locale& locale, const std::vector<incident::Run>& runs);
// "HOST TYPE OBJECT: summary", the first line about any incident.
std::string subject_line(const Locale& locale, const incident::State& state);

}  // namespace jaga::document
