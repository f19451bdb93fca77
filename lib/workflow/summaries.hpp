// Summaries of days: made of this installation's rounds, and read from all installations.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "record/day_summary.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// How long after the end of a day its summary is made: a round that began in it may still be running.
inline constexpr std::chrono::minutes kDaySettles{5};
// How far back days without a summary are looked for.
inline constexpr int kDaysBack = 7;

// Makes the summary of each of the last kDaysBack days (the office's) on which rounds of this installation
// began and that has no summary yet, signed by a machine of the register whose key is available here; without
// such a key nothing is made. A day whose rounds measured no host has a summary without hosts, one whose
// rounds are all damaged has none. Gives the paths that were written. Throws Error{config} for a maintenance
// window that is wrong, and what reading rounds, signing and publishing throw.
std::vector<std::string> write_summaries(const ActingContext& context);

// What a day was, of each host: from all summaries since that date, and for the newest days that have none
// here (today among them) from the rounds that are in this directory.
struct Days {
  // By host, then date. Where several installations measured a host, the day of the one that measured it
  // longest.
  std::map<std::string, std::map<std::string, record::HostDay>> hosts{};
  std::string first{};  // the dates that were looked at, both included
  std::string last{};
  std::vector<Message> remarks{};  // summaries that are not believed and rounds that are damaged, and why
};
// The days of `from` ... `until`, dates of the office, and at most today. Throws what reading rounds throws,
// other than Error{data}.
Days read_days(const Context& context, const std::string& from, const std::string& until = "9999-12-31");
// The same from summaries alone: what has none is not there.
Days read_summarised_days(const Context& context, const std::string& from);

// "'rounds/...' is not counted: why".
Message not_counted(const std::string& file, Message why);

// How each host was in the last 24 hours, and today, by this installation's rounds.
struct Recent {
  std::map<std::string, record::HostDay> last_day{};  // by host
  std::map<std::string, record::HostDay> today{};
  std::vector<Message> remarks{};  // rounds that are damaged, and why
};
// Of so many rounds, evenly spread, that no more than `most` states of hosts are read, but at least of six.
Recent read_recent(const Context& context, std::size_t hosts, std::size_t most);

}  // namespace jaga::workflow
