// Plans, results and records as a person reads them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "incident/incident.hpp"
#include "plan/plan.hpp"
#include "record/record.hpp"
#include "session.hpp"
#include "ui.hpp"
#include "workflow/incidents.hpp"

namespace jaga::cmd {

// What an analysis found, and why its author says so.
std::vector<std::string> cause_lines(Ui& ui, const incident::Analyze& analysis);
// Line by line, so that it can be shown and written into a preview.
std::vector<std::string> plan_lines(Ui& ui, const plan::Frozen& plan);
// What differs between two plans, in words; empty: nothing.
std::vector<std::string> plan_difference(Ui& ui, const plan::Frozen& before, const plan::Frozen& now);
std::vector<std::string> result_lines(Ui& ui, std::span<const incident::Result> results);
Colour colour_of(round::State state);

// Who decided: whoever signed it, or who is said to have decided on paper, and who says so.
std::string decider_of(Ui& ui, const std::string& signer, const std::optional<incident::Paper>& paper);
// A role as its holder signs: the letter beside it, where it was delegated to them.
std::string role_of(Ui& ui, const sop::Sop& procedure, const record::By& by,
                    const std::optional<std::string>& letter);
// Who acted by which letter: "deputy (delegated: ST 77/2026)"; else the person alone.
std::string actor_of(Ui& ui, const incident::Made& made);
// Each "no" of a step that has not said yes since, the newest first: who, to what, why, and its correction.
// Empty: there is none.
std::vector<std::string> last_no_lines(Ui& ui, const incident::State& state);

// How a withdrawal ends the incident: its outcome, and of which, until when or to whom.
std::string end_text(Session& session, const incident::Withdraw& body);
// Of a withdrawal that waits for its second signature: who would close it, how and why. Empty: there is none.
std::vector<std::string> withdrawal_lines(Session& session, const workflow::Incident& incident);

// "section_head", with the letter by which the writer held it, where it was delegated.
std::string role_with_letter(const workflow::Context& context, const record::Envelope& envelope);
// By which letter the writer held their role; nullptr: it was their own.
const registry::Delegation* delegation_of(const workflow::Context& context, const record::Envelope& envelope);

// What a record says, in a few words, from whichever keys its kind has.
std::string gist(const record::Record& record);
// How a command ended: "exit 0", "unknown: ...", "not sent: ..."; none: nobody recorded how.
std::string end_text(Ui& ui, const std::optional<incident::CommandEnd>& end);
// Of each repair who and when, what it did, and what nobody knows of it. Empty: nothing began.
std::vector<std::string> run_lines(Session& session, const incident::State& state);
// What was carried out already in a branch that a merge closed. Empty: nothing.
std::vector<std::string> left_behind_lines(Ui& ui, const std::vector<incident::Run>& runs);

}  // namespace jaga::cmd
