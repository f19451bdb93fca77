// Private to feed: results of another monitor, before their hosts are looked up in the inventory.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/instant.hpp"
#include "base/message.hpp"
#include "round/round.hpp"

namespace jaga::feed {

struct Report {
  std::string host;      // as the other monitor spells it
  round::Result result;  // host is empty; since and attempts are set if the other monitor reports them
  // Of an alert: all its labels except severity, to distinguish alerts of the same name on one host. Severity
  // is left out because two thresholds of one alert are about the same problem.
  std::map<std::string, std::string> labels{};
};
struct Reports {
  std::vector<Report> all;
  std::vector<Message> remarks;
};

Reports nagios_reports(std::string_view bytes, std::string_view file, Instant now);
Reports alert_reports(std::string_view bytes, std::string_view file, Instant now);

// Escaped for a terminal, trimmed, and cut to at most `most` bytes without splitting a character.
std::string one_line(std::string_view text, std::size_t most = 500);

}  // namespace jaga::feed
