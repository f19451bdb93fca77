// Exports a round as metrics: the Prometheus text format 0.0.4 (as read by node_exporter's textfile
// collector) or OpenMetrics 1.0. Pure.
#pragma once

#include <string>

#include "round/round.hpp"

namespace jaga::feed {

enum class Exposition { prometheus, openmetrics };

// Writes every metric family with HELP and TYPE, sorted, in base units (seconds, bytes, ratios), without
// timestamps.
//
// Always present: jaga_round_timestamp_seconds, jaga_round_checks{state}, jaga_round_own_drops, and for each
// result, labelled {host,check,object}: jaga_check_state (0 ok, 1 warning, 2 critical, 3 unknown),
// jaga_check_hard and jaga_check_since_timestamp_seconds.
//
// Facts: jaga_CHECK_FACT_UNIT{host,object}. Reserved suffixes such as _total and _count become _number.
// Plugin values: jaga_plugin_value, jaga_plugin_seconds, jaga_plugin_ratio, jaga_plugin_bytes and the counter
// jaga_plugin_total, labelled {host,object,label}; for results of another monitor the same with jaga_nagios_.
std::string write_metrics(const round::Round& round, Exposition exposition);

}  // namespace jaga::feed
