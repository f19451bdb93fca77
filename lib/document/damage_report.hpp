// The routine report on types of damage of a month or a year (row 7 of the form), made of its figures.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "document/paper.hpp"
#include "statistics/damage.hpp"

namespace jaga::document {

// An incident that cannot be judged, and so is in none of the figures.
struct NotCounted {
  std::string id{};
  Message why{};
};

// Everything that a report is made of. The title of a type of fault is asked for once a type; empty: it has
// none.
struct DamageReport {
  Office office{};
  const sop::Sop& procedure;                 // must outlive it
  bool yearly = false;                       // of a year, else of a month
  std::string period{};                      // "2026-11", "2026"
  statistics::Damage damage{};               // of the period
  statistics::Damage previous{};             // of the one before
  std::vector<statistics::Damage> months{};  // of a year, its twelve; of a month none
  std::vector<NotCounted> not_counted{};
  // Of devices that were measured in the period, in hundredths of a percent (statistics::availability).
  std::map<std::string, std::int64_t> available{};
  std::vector<Message> remarks{};  // which measurements these figures leave out, and why
  std::function<Title(const std::string& type)> title_of{};
  // The name of a person by their id; not set: the id itself.
  std::function<std::string(const std::string& person)> person_name{};
  std::vector<std::string> basis{};
  Official by{};            // who signs it: the role that approves
  Official acknowledged{};  // the role that accepts
  std::string number{};     // given by the office; empty: a dotted line
  Instant printed{};
};

// The parts in the order of jaga-report(1). What CSV gives is its `data`: a line a figure, with times in
// minutes.
Document damage_report(const DamageReport& of);
// The devices of the period: those that had a fault or a repair, then the others that were not always
// available, the least available first.
std::vector<statistics::Tally> devices_of(const DamageReport& of);
// For --format json and for the tags of templates: counts and milliseconds as numbers, and what the report
// prints as text beside them.
yaml::Node values(const DamageReport& of);

// The types up to this cumulative share are the main ones: 80 %, in tenths of a percent.
inline constexpr std::int64_t kParetoMark = 800;
// A bar a type in order of frequency, the cumulative share as a line, a mark at 80 %. Black and white.
Figure pareto(const std::vector<statistics::Tally>& types, std::int64_t faults,
              const std::function<std::string(const std::string& type)>& name, const Calendar& calendar);

// "12,3 %" and "12.3 %" of tenths of a percent.
std::string percent_text(std::int64_t permille, Language language);

}  // namespace jaga::document
