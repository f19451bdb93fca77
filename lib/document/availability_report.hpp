// `jaga report availability`: a line a host, the days as a figure, and as CSV a line a host and day.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "document/dates.hpp"
#include "document/document.hpp"
#include "statistics/availability.hpp"
#include "yaml/node.hpp"

namespace jaga::document {

struct AvailabilityReport {
  Calendar calendar{};
  std::string organisation{};
  std::string first{};  // dates, both included
  std::string last{};
  std::map<std::string, statistics::HostDays> hosts{};  // all that are asked about, measured or not
  std::map<std::string, std::string> sites{};           // by host; may lack some
  std::vector<Message> remarks{};
  Instant printed{};
};

Document availability_report(const AvailabilityReport& of);
yaml::Node values(const AvailabilityReport& of);

// "99,95 %" and "99.95 %" of hundredths of a percent; "-" where it is not set.
std::string availability_text(std::optional<std::int64_t> hundredths, Language language);
// "ok", "critical" ... in the reader's language; "not measured".
std::string look_text(statistics::DayLook look, Language language);

}  // namespace jaga::document
