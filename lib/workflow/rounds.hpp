// Rounds as they were measured, whole, whatever of them their files tell (`record: changes`).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "round/round.hpp"
#include "store/rounds.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

struct StoredRound {
  std::string path;
  Digest digest;                               // of the file
  round::Round round;                          // whole
  round::Base base;                            // what a next round with only the changes rests on ...
  std::shared_ptr<const round::Round> full{};  // ... and that, where it is not `round` itself
};
// Throws Error{data} where it, or the full round that it rests on, is damaged, Error{no_input} where one is
// gone.
StoredRound load_round(const Office& office, const store::RoundName& name);
// The same from bytes, as those of standard input.
round::Round whole_round(const Office& office, std::string_view bytes, std::string_view file);

// When a failure that `newest` holds was seen first, and when the round was that confirmed it
// (round::Result::hard); where that round is gone, the oldest one that is left.
struct SeenFirst {
  Instant first;
  Instant confirmed;
};
SeenFirst seen_first(const Office& office, const round::Result& failure, const round::Round& newest);

// The newest rounds first, by names alone, one a slot of round::Result::history: a caller reads them up to
// and with the first one that is not partial. No `installation`: of all of them. What bears a time more than
// an hour ahead was written while a clock was wrong, and is passed over.
std::vector<store::RoundName> recent_rounds(const Context& context,
                                            std::optional<std::string_view> installation = {});
// The newest that is passed over so; nullopt: none.
std::optional<store::RoundName> round_ahead(const Context& context);

// When the round after `newest` is expected: as that says itself, which rounds of a timer do not; then as
// often as the last ones came. nullopt: there are too few.
std::optional<Instant> next_round(const Context& context, const round::Round& newest);

// How old the newest round of this directory is, and how often they come, by names alone.
struct RoundAge {
  Instant at;
  std::optional<std::chrono::milliseconds> gap;  // nullopt: there are too few to tell
  // Two of them should have come since, and at least ten minutes have passed.
  bool overdue(Instant now) const;
};
std::optional<RoundAge> round_age(const Context& context);

// What was measured last of every host.
struct LatestRounds {
  std::vector<round::Round> rounds{};  // the newest first
  std::string path{};                  // of the newest
  Digest digest{};                     // of its file
};
// Of recent_rounds(), up to and with the first one that is not partial. Of a host and a source, only the
// newest round that measured it has results: what was found on a host that is out of reach now must not speak
// for it, and what another monitor says stands neither for what was measured nor the other way round. What
// was cancelled is left out. A round that is damaged, or rests on one that is gone, is given to `damaged` and
// left out; without that, its Error{data} or Error{no_input} is thrown.
using DamagedRound = std::function<void(const store::RoundName& name, const Error& error)>;
LatestRounds latest_rounds(const Context& context, const DamagedRound& damaged = {});

}  // namespace jaga::workflow
