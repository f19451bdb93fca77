// What another monitor says of the hosts, as a round. Pure; the bytes come from another machine and may be
// anything.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/message.hpp"
#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::feed {

enum class Reporter { nagios, alertmanager };
std::string_view name(Reporter reporter);  // Round::source

inline constexpr std::size_t kMostReported = std::size_t{64} << 20U;  // bytes
inline constexpr std::size_t kMostReports = 200'000;
inline constexpr std::size_t kMostRefused = 1'000;  // hosts that are named as skipped

struct Reported {
  round::Round round;            // source, at, skipped (hosts that nobody here knows) and results; sorted
  std::vector<Message> remarks;  // what was passed over, and why
};

// nagios        status.dat of Nagios 3 and 4 (and of what writes it as they do): hoststatus and servicestatus
//               blocks; or lines, as send_nsca takes them, HOST<TAB>SERVICE<TAB>STATUS<TAB>OUTPUT, for the
//               host itself HOST<TAB>STATUS<TAB>OUTPUT, and external commands, [TIME]
//               PROCESS_SERVICE_CHECK_RESULT;HOST;SERVICE;STATUS;OUTPUT (of a host
//               PROCESS_HOST_CHECK_RESULT;HOST;STATUS;OUTPUT); of the same check the last line counts.
//               Results are of the check "nagios", the service as object, none for the host itself. What is
//               in a downtime or was never checked is left out.
// alertmanager  bodies of its webhook, version 4, one or several
// (prometheus.io/docs/alerting/latest/configuration,
//               webhook_config): an alert is one by fingerprint and startsAt, and resolved once one of them
//               says so. Results are of the check "alert"; the object is the alertname and, after a colon,
//               the values of the labels that say what of the host; where that is the same for two alerts of
//               a host, also those of all labels in which they differ, but for severity. State by the label
//               severity, in any case of letters: critical, crit, page, emergency, emerg, fatal, disaster and
//               high are critical, info, informational, information, none and debug ok, all others (as error,
//               or none at all) a warning; resolved is ok.
// The host is the one of the inventory of that name (for an alert: the labels host, hostname, nodename, node,
// instance, the first of them that is there), in any case of letters, or the only one of that address,
// however it is spelled, or the only one with an http check of that name; of a URL its host counts, and a
// port is not looked at; where that finds none, the name up to its first dot. Throws Error{data}, with the
// line where there are lines, for what is none of these formats.
Reported parse_reports(Reporter reporter, std::string_view bytes, std::string_view file,
                       const inventory::Inventory& inventory, Instant now);

}  // namespace jaga::feed
