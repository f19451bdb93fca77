#include "incident/clocks.hpp"

#include <algorithm>

namespace jaga::incident {
namespace {

// Pauses follow each other, as they were made; each that begins before the deadline moves it.
std::optional<Instant> deadline_of(const Span& span, const State& state, const sop::Sop& procedure) {
  const auto standard = procedure.row(span.step).standard;
  if (!standard) return {};
  auto span_of_work = *standard;
  Instant deadline = sop::after_working_time(span.began, span_of_work, procedure.calendar);
  for (const Pause& pause : state.pauses) {
    if (pause.to && !pause.complete) continue;
    const Instant from = std::max(pause.from, span.began);
    if (from >= deadline || (span.ended && from >= *span.ended)) continue;
    if (!pause.to) return {};
    span_of_work += sop::working_time(from, *pause.to, procedure.calendar);
    deadline = sop::after_working_time(span.began, span_of_work, procedure.calendar);
  }
  return deadline;
}

}  // namespace

std::vector<Clock> clocks(const State& state, const sop::Sop& procedure, Instant now) {
  std::vector<Clock> result;
  for (const Span& span : state.spans) {
    Clock clock;
    clock.step = span.step;
    clock.pass = span.pass;
    clock.began = span.began;
    clock.ended = span.ended;
    clock.standard = procedure.row(span.step).standard;
    const Instant end = std::max(span.began, span.ended.value_or(now));
    clock.gross = end - span.began;
    clock.net = sop::working_time(span.began, end, procedure.calendar);
    for (const Pause& pause : state.pauses) {
      // While the vendor has not replied nobody can tell whether the reply will be complete: it pauses.
      if (pause.to && !pause.complete) continue;
      const Instant from = std::max(pause.from, span.began);
      const Instant to = std::min(pause.to.value_or(now), end);
      if (from < to) clock.paused += sop::working_time(from, to, procedure.calendar);
    }
    clock.paused = std::min(clock.paused, clock.net);
    clock.net -= clock.paused;
    clock.deadline = deadline_of(span, state, procedure);
    result.push_back(clock);
  }
  return result;
}

}  // namespace jaga::incident
