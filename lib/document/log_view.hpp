// A record as `jaga log` prints it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/json.hpp"
#include "document/locale.hpp"
#include "incident/incident.hpp"
#include "record/kind.hpp"
#include "record/record.hpp"

namespace jaga::document {

struct LogEntry {
  const record::Record& record;                   // must outlive the entry
  const registry::Delegation* letter = nullptr;   // by which its writer held their role; nullptr: their own
  const std::vector<Message>* changes = nullptr;  // what a record of the register changed; nullptr: gist()
  const incident::Due* due = nullptr;             // what the newest record of an incident made due
};
// Time, chain, number, kind, person and what it says.
// The kinds that are listed: of incidents, the first kKindsOfIncidents, and of the register. Seals and papers
// are not.
inline constexpr std::span<const std::string_view> kLoggedKinds = std::span(record::kKinds).first<18>();
static_assert(record::kKinds[18] == record::name(record::Kind::seal));
inline constexpr std::span<const std::string_view> kKindsOfIncidents = kLoggedKinds.first<13>();
static_assert(kLoggedKinds[13] == record::name(record::Kind::genesis));
// Whether a person who asks for `step` means a record of that kind: a step is named like its record, except
// for repair, which writes several.
bool is_of_step(std::string_view kind, std::string_view step);
// Throws Error{usage} where `step` is none of `kinds` and not "repair".
void require_step(std::string_view step, std::span<const std::string_view> kinds);

std::vector<std::string> log_row(const LogEntry& entry, const Locale& locale);
Json log_json(const LogEntry& entry);

}  // namespace jaga::document
