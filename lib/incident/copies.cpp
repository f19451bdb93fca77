// `policies.signed_paper`: which step waits until which document came back signed on paper.
#include <algorithm>

#include "incident/check.hpp"
#include "incident/note.hpp"
#include "incident/parts.hpp"

namespace jaga::incident {
namespace {

using sop::SignedCopy;
using sop::Step;

bool has_cause(const State& state, const SignedCopy& copy) {
  if (copy.paper == "handover") return state.part_replaced();
  if (copy.paper != "vendor") return true;
  return std::any_of(state.runs.begin(), state.runs.end(),
                     [](const Run& run) { return run.body.mode == RepairMode::vendor; });
}

// The step that `body` takes, where it is one that may have to wait. What could not wait, and what settles
// afterwards that it was right, does not.
std::optional<Step> waiting_step(const Body& body) {
  if (ratifies_in(body)) return std::nullopt;
  if (std::holds_alternative<Archive>(body)) return Step::archive;
  if (const auto* start = std::get_if<RepairStart>(&body))
    return start->emergency ? std::nullopt : std::optional(Step::repair);
  if (std::holds_alternative<Reject>(body)) return std::nullopt;
  return decided_step(body);
}

}  // namespace

bool has_signed_copy(std::span<const record::Note> notes, std::string_view paper, Instant at) {
  return std::any_of(notes.begin(), notes.end(), [&](const record::Note& note) {
    const auto file = attached_file(note);
    return file && file->signed_copy && note.at <= at && (paper.empty() || *file->signed_copy == paper);
  });
}

std::vector<SignedCopy> missing_copies(const State& state, std::span<const record::Note> notes,
                                       const sop::Sop& procedure, Step step, Instant at) {
  std::vector<SignedCopy> out;
  for (const SignedCopy& copy : procedure.policies.signed_paper)
    if (copy.step == step && has_cause(state, copy) && !has_signed_copy(notes, copy.paper, at))
      out.push_back(copy);
  return out;
}

std::optional<Refusal> copies_are_there(const Question& q, const Body& body) {
  const std::optional<Step> step = waiting_step(body);
  if (!step) return std::nullopt;
  for (const SignedCopy& copy : missing_copies(q.state, q.notes, q.procedure, *step, q.at)) {
    if (!copy.required) continue;
    if (copy.paper.empty())
      return Refusal{
          msg("the procedure requires a signed copy on paper, which is missing"),
          msg("scan it, then 'jaga evidence add {id} --signed-copy repair SCAN'", {{"id", q.state.id}})};
    return Refusal{
        msg("the procedure requires the signed copy of '{paper}' before '{step}', which is missing",
            {{"paper", copy.paper}})
            .with("step", sop::word(*step)),
        msg("scan it, then 'jaga evidence add {id} --signed-copy {paper} SCAN'",
            {{"id", q.state.id}, {"paper", copy.paper}})};
  }
  return std::nullopt;
}

}  // namespace jaga::incident
