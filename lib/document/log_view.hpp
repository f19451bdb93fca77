// A record as `jaga log` prints it.
#pragma once

#include <string>
#include <vector>

#include "document/json.hpp"
#include "document/locale.hpp"
#include "incident/incident.hpp"
#include "record/record.hpp"

namespace jaga::document {

struct LogEntry {
  const record::Record& record;                   // must outlive the entry
  const registry::Delegation* letter = nullptr;   // by which its writer held their role; nullptr: their own
  const std::vector<Message>* changes = nullptr;  // what a record of the register changed; nullptr: gist()
  const incident::Due* due = nullptr;             // what the newest record of an incident made due
};
// Time, chain, number, kind, person and what it says.
std::vector<std::string> log_row(const LogEntry& entry, const Locale& locale);
Json log_json(const LogEntry& entry);

}  // namespace jaga::document
