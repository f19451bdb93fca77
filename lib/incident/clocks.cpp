#include "incident/clocks.hpp"

#include <algorithm>

#include "incident/check.hpp"

namespace jaga::incident {

std::optional<fault::Severity> severity_of(const Monitor& monitor) {
  if (monitor.severity) return monitor.severity;
  std::optional<fault::Severity> worst;
  for (const Result& result : monitor.results) {
    if (result.state == round::State::critical) return fault::Severity::critical;
    if (result.state == round::State::warning) worst = fault::Severity::warning;
  }
  return worst;
}

sop::Calendar calendar_of(const State& state, const sop::Sop& procedure) {
  const auto severity = severity_of(state.monitor);
  return procedure.calendar_of(severity ? fault::name(*severity) : std::string_view());
}

namespace {

// Pauses follow each other, as they were made; each that begins before the deadline moves it.
std::optional<Instant> reached(const Span& span, std::chrono::milliseconds work, const State& state,
                               const sop::Calendar& calendar) {
  Instant deadline = sop::after_working_time(span.began, work, calendar);
  for (const Pause& pause : state.pauses) {
    if (pause.to && !pause.complete) continue;
    const Instant from = std::max(pause.from, span.began);
    if (from >= deadline || (span.ended && from >= *span.ended)) continue;
    if (!pause.to) return {};
    work += sop::working_time(from, *pause.to, calendar);
    deadline = sop::after_working_time(span.began, work, calendar);
  }
  return deadline;
}

Clock clock_by(const Span& span, const State& state, const sop::Sop& procedure, const sop::Calendar& calendar,
               Instant now) {
  Clock clock;
  clock.step = span.step;
  clock.pass = span.pass;
  clock.began = span.began;
  clock.ended = span.ended;
  clock.superseded = span.superseded;
  clock.standard = procedure.row(span.step).standard;
  const Instant end = std::max(span.began, span.ended.value_or(now));
  clock.gross = end - span.began;
  clock.net = sop::working_time(span.began, end, calendar);
  for (const Pause& pause : state.pauses) {
    // While the vendor has not replied nobody can tell whether the reply will be complete: it pauses.
    if (pause.to && !pause.complete) continue;
    const Instant from = std::max(pause.from, span.began);
    const Instant to = std::min(pause.to.value_or(now), end);
    if (from < to) clock.paused += sop::working_time(from, to, calendar);
  }
  clock.paused = std::min(clock.paused, clock.net);
  clock.net -= clock.paused;
  if (clock.standard) clock.deadline = reached(span, *clock.standard, state, calendar);
  return clock;
}

}  // namespace

Clock clock_of(const Span& span, const State& state, const sop::Sop& procedure, Instant now) {
  return clock_by(span, state, procedure, calendar_of(state, procedure), now);
}

std::optional<Instant> reaches(const Span& span, std::chrono::milliseconds work, const State& state,
                               const sop::Sop& procedure) {
  return reached(span, work, state, calendar_of(state, procedure));
}

std::vector<Span> spans_at(const State& state, const sop::Sop& procedure, Instant at) {
  std::vector<Span> spans = state.spans;
  if (spans.empty() || spans.back().ended || spans.back().step != sop::Step::repair || !state.approval)
    return spans;
  const Instant until = std::max(state.approval->body.until, spans.back().began);
  const auto next = due_by_rows(state, procedure, at);
  if (at <= until || !next || next->step != sop::Step::approve) return spans;
  spans.back().ended = until;
  const auto passes = std::count_if(spans.begin(), spans.end(),
                                    [](const Span& span) { return span.step == sop::Step::approve; });
  spans.push_back({sop::Step::approve, static_cast<int>(passes) + 1, until, {}});
  return spans;
}

std::vector<Clock> clocks(const State& state, const sop::Sop& procedure, Instant now) {
  std::vector<Clock> result;
  const sop::Calendar calendar = calendar_of(state, procedure);
  for (const Span& span : spans_at(state, procedure, now))
    result.push_back(clock_by(span, state, procedure, calendar, now));
  return result;
}

}  // namespace jaga::incident
