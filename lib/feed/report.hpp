// Private to feed: what another monitor says, before the hosts are known.
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
  std::string host;      // as it is spelled there
  round::Result result;  // without its host; since, where it is told, attempts
  // Of an alert: what tells it from others of its name on the same host. Not the severity: two limits of one
  // thing are one thing.
  std::map<std::string, std::string> labels{};
};
struct Reports {
  std::vector<Report> all;
  std::vector<Message> remarks;
};

Reports nagios_reports(std::string_view bytes, std::string_view file, Instant now);
Reports alert_reports(std::string_view bytes, std::string_view file, Instant now);

// One line, safe to print, at most `most` bytes of whole characters.
std::string one_line(std::string_view text, std::size_t most = 500);

}  // namespace jaga::feed
