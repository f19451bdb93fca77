#include "round/facts.hpp"

#include <algorithm>
#include <array>

namespace jaga::round {
namespace {

constexpr KnownFact kFacts[] = {
    {"age", "age_s"},
    {"alert", "fingerprint", false},
    {"alert", "severity", false},  // value of the alert's label severity
    {"battery", "state", false},
    {"behind", "answering"},  // inferred by fault::diagnose
    {"behind", "members"},
    {"clock", "offset_s"},      // absolute difference to the clock of this machine
    {"clock", "synchronized"},  // 0 or 1; missing if the host cannot tell
    {"conntrack", "most"},
    {"conntrack", "used"},
    {"conntrack", "used_percent"},
    {"disk", "available_kib"},
    {"disk", "before_kib"},
    {"disk", "before_s"},
    {"disk", "full_in_h"},
    {"disk", "recent_kib"},
    {"disk", "recent_s"},
    {"disk", "total_kib"},
    {"disk", "used_percent"},  // as in df(1): of the space available to unprivileged users
    {"dns", "answer", false},  // records, sorted
    {"dns", "answer_us"},
    {"dns", "records"},
    {"dns", "ttl_s"},  // the smallest TTL
    {"expiry", "days"},
    {"fan", "rpm"},
    {"handles", "most"},
    {"handles", "used"},
    {"handles", "used_percent"},
    {"http", "body_bytes"},
    {"http", "certificate_days"},  // until it expires
    {"http", "certificate_issuer", false},
    {"http", "certificate_subject", false},
    {"http", "connect_us"},
    {"http", "first_byte_us"},
    {"http", "issuer_days"},  // until an issuing CA expires, if that is sooner
    {"http", "issuer_subject", false},
    {"http", "location", false},  // URL after redirects
    {"http", "redirects"},
    {"http", "status"},
    {"http", "tls_us"},
    {"http", "total_us"},
    {"icmp", "answered_by", false},  // another address of the name, which the values are about
    {"icmp", "connect_us"},          // to tcp_port
    {"icmp", "duplicates"},
    {"icmp", "from_host"},  // 1: the host itself sent the ICMP error, so it is up
    {"icmp", "icmp_code"},
    {"icmp", "icmp_type"},
    {"icmp", "jitter_us"},
    {"icmp", "large_bytes"},
    {"icmp", "large_lost"},
    {"icmp", "late"},
    {"icmp", "loss_percent"},
    {"icmp", "mac", false},
    {"icmp", "mac_flips"},
    {"icmp", "mac_rounds"},
    {"icmp", "other_mac", false},
    {"icmp", "received"},
    {"icmp", "router", false},  // sender of the ICMP error
    {"icmp", "rtt_max_us"},
    {"icmp", "rtt_min_us"},
    {"icmp", "rtt_p95_us"},
    {"icmp", "rtt_percent"},
    {"icmp", "rtt_us"},  // median
    {"icmp", "rtt_usual_us"},
    {"icmp", "sent"},
    {"icmp", "silent_address", false},  // first address of the name, when another one answered
    {"icmp", "silent_addresses"},       // number of silent addresses before answered_by
    {"icmp", "tcp_port"},               // open port of a host that does not answer echo requests
    {"identity", "pinned_machine_id", false},
    {"identity", "seen_machine_id", false},
    {"inode", "available_inodes"},
    {"inode", "before_inodes"},
    {"inode", "before_s"},
    {"inode", "full_in_h"},
    {"inode", "recent_inodes"},
    {"inode", "recent_s"},
    {"inode", "total_inodes"},
    {"inode", "used_percent"},
    {"interface", "before_errors"},
    {"interface", "before_s"},
    {"interface", "carrier_changes"},
    {"interface", "new_errors"},  // received and sent, since the reference round
    {"interface", "recent_errors"},
    {"interface", "recent_s"},
    {"interface", "rx_dropped"},
    {"interface", "rx_errors"},
    {"interface", "tx_dropped"},
    {"interface", "tx_errors"},
    {"kernel", "before_errors"},
    {"kernel", "before_s"},
    {"kernel", "count"},
    {"kernel", "errors"},
    {"kernel", "new_errors"},
    {"kernel", "process", false},  // of oom: the process killed last
    {"kernel", "recent_errors"},
    {"kernel", "recent_s"},
    {"kernel", "slot", false},
    {"kernel", "uncorrected"},
    {"listen", "address", false},
    {"listen", "sockets"},
    {"load", "blocked_percent"},      // share of processes waiting for a device; inferred by fault::diagnose
    {"load", "io_pressure_percent"},  // PSI "some avg60", if the kernel provides it
    {"load", "load5_hundredths"},
    {"load", "load_percent"},      // relative to the number of processors
    {"load", "pressure_percent"},  // PSI of cpu
    {"load", "processors"},
    {"local", "hostname", false},
    {"local", "serials", false},
    {"login", "failed"},
    {"login", "most"},
    {"login", "source", false},
    {"login", "sources"},
    {"memory", "available_kib"},
    {"memory", "available_percent"},
    {"memory", "pressure_percent"},  // PSI of memory
    {"memory", "swap_used_percent"},
    {"memory", "total_kib"},
    {"mount", "answers"},    // always 0
    {"mount", "read_only"},  // always 1
    {"mount", "source", false},
    {"nagios", "exit_status"},  // 0 to 2 for a host
    {"nagios", "long_output", false},
    {"nagios", "perfdata", false},
    {"plugin", "exit_status"},
    {"plugin", "long_output", false},  // lines after the first
    {"plugin", "perfdata", false},     // all values in plugin syntax
    {"power", "record", false},        // number of ipmitool's sensor, "C8h"
    {"power", "state", false},
    {"process", "blocked"},
    {"process", "total"},
    {"process", "zombies"},
    {"raid", "disks_failed"},
    {"raid", "disks_up"},
    {"raid", "disks_wanted"},
    {"raid", "recovering"},         // 0 or 1
    {"reboot", "kernel_outdated"},  // 0 or 1: a newer kernel is installed than is running
    {"reboot", "required"},         // 0 or 1
    {"release", "days"},
    {"release", "name", false},
    {"restart", "names", false},
    {"restart", "services"},
    {"shared", "failed"},  // inferred by fault::diagnose
    {"shared", "failed_percent"},
    {"shared", "members"},
    {"smart", "at_limit"},  // 0 or 1
    {"smart", "before_errors"},
    {"smart", "before_s"},
    {"smart", "errors"},
    {"smart", "failed_tests"},
    {"smart", "failing"},
    {"smart", "logged_errors"},
    {"smart", "model", false},
    {"smart", "new_errors"},
    {"smart", "recent_errors"},
    {"smart", "recent_s"},
    {"smart", "serial", false},
    {"ssh", "echo_us"},  // echo requests are answered although SSH is not
    {"ssh", "hostname", false},
    {"ssh", "pinned_fingerprint", false},
    {"ssh", "seen_fingerprint", false},
    {"ssh", "serials", false},
    {"sshd", "medium"},
    {"sshd", "value", false},
    {"sshd", "weak"},
    {"sudo", "denied"},
    {"sysctl", "medium"},
    {"sysctl", "value", false},
    {"sysctl", "weak"},
    {"tcp", "connect_us"},
    {"tcp", "echo_us"},
    {"temperature", "celsius"},
    {"temperature", "crit_celsius"},
    {"timer", "hours"},
    {"timer", "timers"},
    {"unit", "active", false},  // of a single unit: "failed"
    {"unit", "failed"},         // of all units: number of failed ones
    {"updates", "lists_age_s"},
    {"updates", "pending"},
    {"updates", "security"},
    {"ups", "alarm", false},
    {"ups", "charge_percent"},
    {"ups", "runtime_s"},
    {"ups", "status", false},
    {"uptime", "uptime_s"},
    {"warranty", "days"},
    {"warranty", "serial", false},
    {"warranty", "vendor", false},
    {"writable", "files"},
};

// Share of state changes in the history, available for every result but not among its facts.
constexpr KnownFact kFlaps{"", "flap_percent"};

// These apply to the check "nagios" as well.
constexpr KnownFact kPluginUnits[] = {{"plugin", "_bytes"},
                                      {"plugin", "_count"},
                                      {"plugin", "_percent"},
                                      {"plugin", "_thousandths"},
                                      {"plugin", "_us"}};

constexpr std::string_view kWithout[] = {"account", "edac", "ipmi", "planned", "self", "sensor", "shared"};

}  // namespace

std::span<const KnownFact> known_facts() {
  return kFacts;
}

const KnownFact* known_fact(std::string_view check, std::string_view fact) {
  if (fact == kFlaps.fact) return &kFlaps;
  for (const KnownFact& known : kFacts)
    if ((check.empty() || known.check == check) && known.fact == fact) return &known;
  if (check != "plugin" && check != "nagios") return nullptr;
  for (const KnownFact& unit : kPluginUnits)
    if (fact.size() > unit.fact.size() && fact.ends_with(unit.fact)) return &unit;
  return nullptr;
}

bool is_known_check(std::string_view check) {
  // Checks without facts. "sensor" stands for temperature and fan that cannot be measured, "ipmi" likewise
  // for power and "edac" for memory modules.
  return std::find(std::begin(kWithout), std::end(kWithout), check) != std::end(kWithout) ||
         std::any_of(std::begin(kFacts), std::end(kFacts),
                     [&](const KnownFact& known) { return known.check == check; });
}

std::vector<std::string> known_checks() {
  std::vector<std::string> checks;
  for (const KnownFact& fact : kFacts) checks.emplace_back(fact.check);
  for (const std::string_view check : kWithout)
    if (check != "self" && check != "shared") checks.emplace_back(check);
  std::sort(checks.begin(), checks.end());
  checks.erase(std::unique(checks.begin(), checks.end()), checks.end());
  return checks;
}

}  // namespace jaga::round
