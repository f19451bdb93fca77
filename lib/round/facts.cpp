#include "round/facts.hpp"

#include <algorithm>
#include <array>

namespace jaga::round {
namespace {

constexpr KnownFact kFacts[] = {
    {"disk", "available_kib"},
    {"disk", "total_kib"},
    {"disk", "used_percent"},  // as df: of what the unprivileged may use
    {"icmp", "connect_us"},    // of tcp_port
    {"icmp", "duplicates"},
    {"icmp", "from_host"},  // 1: the ICMP error came from the host itself, so it is up
    {"icmp", "icmp_code"},
    {"icmp", "icmp_type"},
    {"icmp", "jitter_us"},
    {"icmp", "late"},
    {"icmp", "loss_percent"},
    {"icmp", "received"},
    {"icmp", "router", false},  // who sent the ICMP error
    {"icmp", "rtt_max_us"},
    {"icmp", "rtt_min_us"},
    {"icmp", "rtt_p95_us"},
    {"icmp", "rtt_us"},  // the median
    {"icmp", "sent"},
    {"icmp", "tcp_port"},  // answers there, though not to echo requests
    {"identity", "pinned_machine_id", false},
    {"identity", "seen_machine_id", false},
    {"inode", "available_inodes"},
    {"inode", "total_inodes"},
    {"inode", "used_percent"},
    {"load", "io_pressure_percent"},  // PSI "some avg60", where the kernel has it
    {"load", "load5_hundredths"},
    {"load", "load_percent"},      // of the processors
    {"load", "pressure_percent"},  // of cpu
    {"load", "processors"},
    {"local", "hostname", false},
    {"local", "serials", false},
    {"memory", "available_kib"},
    {"memory", "available_percent"},
    {"memory", "pressure_percent"},  // of memory
    {"memory", "swap_used_percent"},
    {"memory", "total_kib"},
    {"mount", "read_only"},  // 1
    {"plugin", "exit_status"},
    {"plugin", "long_output", false},  // the lines after the first
    {"plugin", "perfdata", false},     // all values, as a plugin writes them
    {"reboot", "required"},            // 0 or 1
    {"ssh", "echo_us"},                // answers to echo requests, though not here
    {"ssh", "hostname", false},
    {"ssh", "pinned_fingerprint", false},
    {"ssh", "seen_fingerprint", false},
    {"ssh", "serials", false},
    {"tcp", "connect_us"},
    {"tcp", "echo_us"},
    {"unit", "active", false},  // of one unit: "failed"
    {"unit", "failed"},         // of all: how many
    {"updates", "lists_age_s"},
    {"updates", "pending"},
    {"updates", "security"},
    {"uptime", "uptime_s"},
};

constexpr KnownFact kPluginUnits[] = {{"plugin", "_bytes"},
                                      {"plugin", "_count"},
                                      {"plugin", "_percent"},
                                      {"plugin", "_thousandths"},
                                      {"plugin", "_us"}};

}  // namespace

std::span<const KnownFact> known_facts() {
  return kFacts;
}

const KnownFact* known_fact(std::string_view check, std::string_view fact) {
  for (const KnownFact& known : kFacts)
    if ((check.empty() || known.check == check) && known.fact == fact) return &known;
  if (check != "plugin") return nullptr;
  for (const KnownFact& unit : kPluginUnits)
    if (fact.size() > unit.fact.size() && fact.ends_with(unit.fact)) return &unit;
  return nullptr;
}

bool is_known_check(std::string_view check) {
  return check == "self" || std::any_of(std::begin(kFacts), std::end(kFacts),
                                        [&](const KnownFact& known) { return known.check == check; });
}

}  // namespace jaga::round
