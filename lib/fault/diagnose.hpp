// Root causes out of measurements. Pure and deterministic: the same input gives the same faults, in the same
// order.
#pragma once

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

// A failing result that is only a consequence.
struct Symptom {
  std::string host;
  std::string check;
  std::string object;
  bool unreachable = false;  // behind the root: not down, only out of reach
  bool operator==(const Symptom&) const = default;
};

// Another fault type that the evidence allows.
struct Candidate {
  std::string type;
  int score = 0;  // for ranking only
  bool operator==(const Candidate&) const = default;
};

struct Fault {
  std::string type;  // the rule's id
  Title title;
  std::string fault_class;
  std::string host;    // empty: the machine that measures is cut off, which accuses nobody
  std::string object;  // "/var", "nginx.service", "5432"; empty: the host itself
  std::string key;     // "web01/disk-full/%2Fvar"
  Severity severity = Severity::critical;
  std::vector<round::Result> evidence;  // what it rests on, the deciding result first
  std::vector<Symptom> symptoms;
  std::vector<Sentence> speaks_against;     // results that do not fit, one line each
  std::vector<Candidate> candidates;        // ranked, without this one
  Title remedy;
  Title next_command;
  std::string plan;  // suggested; empty: none
  std::vector<std::pair<std::string, std::string>> parameters;
  Title part;
  std::string window;  // the maintenance window that it lies in, or empty
  int flap_percent = 0;
  bool flapping = false;  // above 30 %; then it is a fault though the newest failure is not confirmed
};

// Which rules Diagnosis::explained contains: those that fired, or also each that did not match a host.
enum class Explain { fired, all };
struct Explained {
  std::string host;
  std::string object;
  std::string rule;
  bool fired = false;
  Message why;  // which condition, on which result
};

struct Diagnosis {
  std::vector<Fault> faults;  // most severe first, then those with the most symptoms, then by key
  std::vector<Fault> soft;    // not yet confirmed; no incident opens for them
  std::vector<Explained> explained;
  std::size_t results = 0;                 // looked at
  std::vector<std::string> unknown_hosts;  // of the rounds, not in the inventory; sorted
  std::vector<std::pair<std::string, std::string>>
      odd_facts;  // check, fact: of what fails, that none gives so
};

// Nagios' weighted share of changes of state over the last 21 (letters as in Result::history), in percent.
int flap_percent(std::string_view history);
// From above 30 % on, until it is below 25 %.
bool is_flapping(int percent, bool before);

// `rounds` newest first (two are enough): of each host and kind of check the newest round that measured it
// counts. What was measured more than a day before the newest round does not count: a host without anything
// newer gets one result "age". Results of hosts that are not in the inventory are ignored.
Diagnosis diagnose(std::span<const round::Round> rounds, const inventory::Inventory& inventory,
                   const Catalogue& catalogue, std::span<const inventory::Window> windows, Instant now,
                   Explain explain = Explain::fired);

struct Place {
  std::string host;
  std::string check;
  std::string object;
};
// Whether everything that had failed is good in this round. A unit that has not failed any more, or a port
// that is not measured any more, has no result of its own: then the good ones of its host and kind of check
// speak for it. What the round did not measure is not well.
bool well_again(std::span<const Place> failed, const round::Round& round);

}  // namespace jaga::fault
