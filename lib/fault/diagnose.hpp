// Finds root causes from measurements.
//
// Pure, thread-safe and deterministic: the same input gives the same faults in the same order.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fault/catalogue.hpp"
#include "inventory/inventory.hpp"
#include "inventory/window.hpp"
#include "round/round.hpp"

namespace jaga::fault {

// A failing result that is a consequence of the fault.
struct Symptom {
  std::string host;
  std::string check;
  std::string object;
  bool unreachable = false;  // the host is behind the faulty one: its own state is not known
  bool operator==(const Symptom&) const = default;
};

// Another fault type that matches the evidence.
struct Candidate {
  std::string type;
  int score = 0;  // used for sorting only
  bool operator==(const Candidate&) const = default;
};

struct Fault {
  std::string type;  // name of the rule
  Title title;
  std::string fault_class;
  std::string host;    // empty if the measuring machine itself is cut off
  std::string object;  // "/var", "nginx.service", "5432"; empty: the whole host
  std::string key;     // Key::text(): "web01/disk-full/%2Fvar"
  Severity severity = Severity::critical;
  std::vector<round::Result> evidence;  // the deciding result first
  std::vector<Symptom> symptoms;
  std::vector<Sentence>
      speaks_against;                 // one line for each result or circumstance that contradicts the fault
  std::vector<Candidate> candidates;  // sorted by score, without this type
  Title remedy;
  Title next_command;
  std::string plan;  // suggested plan; may be empty
  std::vector<std::pair<std::string, std::string>> parameters;
  Title part;
  std::string window;  // name of the active maintenance window; may be empty
  int flap_percent = 0;
  bool flapping = false;  // changes state in more than 30 %; then it counts as confirmed
};

// Which rules Diagnosis::explained lists: matching ones, or also those that did not match, for each host.
enum class Explain { fired, all };
struct Explained {
  std::string host;
  std::string object;
  std::string rule;
  bool fired = false;
  Message why;  // the result that matched, or the condition that did not
};

struct Diagnosis {
  std::vector<Fault> faults;  // by severity, then number of symptoms (both descending), then key
  std::vector<Fault> soft;    // not confirmed yet; no incident is opened for them
  std::vector<Explained> explained;
  std::size_t results = 0;                 // number of results evaluated
  std::vector<std::string> unknown_hosts;  // hosts in the rounds that are not in the inventory; sorted
  std::vector<std::pair<std::string, std::string>>
      unknown_facts;  // check and fact, of failing results, that round::known_facts() lacks
};

// Flapping as Nagios computes it: the weighted share of state changes over the last 21 states, in percent.
// `history` as in Result::history.
int flap_percent(std::string_view history);
// Hysteresis: flapping starts above 30 % and ends below 25 %.
bool is_flapping(int percent, bool before);

// Measurements taken longer before the newest round say nothing about now.
inline constexpr std::chrono::hours kStale{24};

// Diagnoses a list of rounds, newest first; two are usually enough. For each host and kind of check the
// newest round that measured it counts. Measurements more than kStale older than the newest round are ignored;
// a host without newer ones gets a single result of the check "age". Results of hosts that are not in the
// inventory are ignored.
Diagnosis diagnose(std::span<const round::Round> rounds, const inventory::Inventory& inventory,
                   const Catalogue& catalogue, std::span<const inventory::Window> windows, Instant now,
                   Explain explain = Explain::fired);

struct Place {
  std::string host;
  std::string check;
  std::string object;
};
// Whether everything that failed is ok in `round`. A unit that no longer fails or a port that is no longer
// listed has no result; in that case some result of the same host and check must be ok. Checks that the round
// did not measure count as failed, and so do results carried from a time before `since`.
bool has_recovered(std::span<const Place> failed, const round::Round& round, Instant since = {});

}  // namespace jaga::fault
