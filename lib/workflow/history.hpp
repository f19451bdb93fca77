// What earlier incidents tell about this one: whether its fault was here before, what its plan did before.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "document/decision_view.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

// A fault that comes back later than this is another one.
inline constexpr std::chrono::days kReopensWithin{30};

// The newest finished incident with this fault key that ended at most kReopensWithin ago; nullopt: none, or
// the fault type says too little (unknown) or is not a fault (planned work, upkeep).
std::optional<std::string> reopened_incident(const Context& context, const incident::Monitor& monitor);
// Whether its first record, which nobody has judged here, names that fault.
bool is_about_fault(const Office& office, const store::IncidentListing& listing,
                    const std::string& fault_key);
// `text` as find_incident() takes it. Throws Error{usage} where that is not finished, or is about another
// host.
Incident require_reopenable(const Context& context, const std::string& text, const std::string& host);
// The incident that names `id` as the one that it reopens; the newest, or empty.
std::string reopened_by(const Office& office, const std::string& id);

// Why a fault that is measured opens no incident, though none is open: two signed that it is left as it is,
// and that holds still.
struct LeftAlone {
  std::string incident;
  Message why;
};
// `since`: the first of the rounds in a row that find it so. nullopt: it is not left alone.
std::optional<LeftAlone> left_alone(const Context& context, const std::string& host,
                                    const std::string& fault_key, Instant since);
// When the fault of a finished incident began to count again: when it ended, or a risk was no longer
// accepted.
Instant counts_from(const Incident& finished);

// How long before an incident was opened, or after it ended, its duplicates may have been opened.
inline constexpr std::chrono::days kDuplicatesWithin{31};
// The finished incidents that were closed as duplicates of this one, oldest first; of those opened within
// kDuplicatesWithin.
std::vector<std::string> duplicates_of(const Context& context, const Incident& of);
// Throws Error{not_permitted} unless `of` is an open or repaired incident, so that `id` can be closed
// as its duplicate: it is closed without repair itself, or leads back to `id`.
void require_original(const Context& context, const std::string& id, const std::string& of);

using document::PlanResult;
inline constexpr std::size_t kMostPlanResults = 3;
// What was known at `as_of`: the newest first, at most kMostPlanResults. Looks at no more than the newest
// thirty incidents that repaired anything.
std::vector<PlanResult> plan_results(const Context& context, const plan::Frozen& plan,
                                     const std::string& but_of, Instant as_of);

// Whether all records of an incident are older than `since`, as its newest one says and as far as clocks
// agree (record::kClockSlack): of the others the names alone are looked at. False where two records have one
// number, or the newest cannot be read.
bool is_all_before(const Office& office, const store::IncidentListing& listing, Instant since);

}  // namespace jaga::workflow
