// Converts the results of another monitor to a round.
//
// Pure. Input is untrusted: it may be any bytes.
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
std::string_view name(Reporter reporter);  // the value of Round::source

inline constexpr std::size_t kMostReported = std::size_t{64} << 20U;  // bytes
inline constexpr std::size_t kMostReports = 200'000;
inline constexpr std::size_t kMostRefused = 1'000;  // unknown hosts listed as skipped

struct Reported {
  round::Round round;            // results sorted; partial; skipped lists hosts that are not in the inventory
  std::vector<Message> remarks;  // input that was skipped or ignored, with the reason
};

// Parses what another monitor reports.
//
// nagios: status.dat of Nagios 3 and 4 and compatible monitors (hoststatus and servicestatus blocks), or
// lines. Lines are those of send_nsca, HOST<TAB>SERVICE<TAB>STATUS<TAB>OUTPUT (for a host:
// HOST<TAB>STATUS<TAB>OUTPUT), or external commands, [TIME]
// PROCESS_SERVICE_CHECK_RESULT;HOST;SERVICE;STATUS;OUTPUT (for a host: [TIME]
// PROCESS_HOST_CHECK_RESULT;HOST;STATUS;OUTPUT); the last line for a check wins. Results are of the check
// "nagios" with the service as object, empty for the host itself. Checks in downtime or never run are
// skipped.
//
// alertmanager: one or more bodies of Alertmanager's webhook, version 4
// (prometheus.io/docs/alerting/latest/configuration, webhook_config). An alert is identified by fingerprint
// and startsAt; it is resolved if any body says so. Results are of the check "alert". The object is the
// alertname, followed after colons by the labels that name a part of the host (mountpoint, device, ...); if
// two alerts of a host still have the same object, the values of all labels in which they differ are added,
// except severity. The state follows from the label severity, case-insensitive: critical, crit, page,
// emergency, emerg, fatal, disaster and high are critical; info, informational, information, none and debug
// are ok; anything else, or no severity, is a warning. Resolved alerts are ok.
//
// The host is looked up in the inventory by, in this order: name; name or address without scheme, path and
// port; unique address; unique host name in the URLs of http checks; name up to the first dot. Names are
// case-insensitive. For an alert it is taken from the first of the labels host, hostname, nodename, node and
// instance.
//
// Throws Error{data}, with the line for line-based formats, if the input has none of these
// formats, and Error{no_input} if it is empty.
Reported parse_reports(Reporter reporter, std::string_view bytes, std::string_view file,
                       const inventory::Inventory& inventory, Instant now);

}  // namespace jaga::feed
