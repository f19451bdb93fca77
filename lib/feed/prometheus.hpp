// A round as metrics: the text format of Prometheus 0.0.4, as node_exporter's textfile collector takes it,
// and OpenMetrics 1.0. Pure.
#pragma once

#include <string>

#include "round/round.hpp"

namespace jaga::feed {

enum class Exposition { prometheus, openmetrics };

// Every family with HELP and TYPE, families and samples in order, base units (seconds, bytes, ratios), no
// timestamps. Always: jaga_round_timestamp_seconds, jaga_round_checks{state}, jaga_round_own_drops, and for
// each result jaga_check_state (0 ok, 1 warning, 2 critical, 3 unknown), jaga_check_hard and
// jaga_check_since_timestamp_seconds{host,check,object}. Facts: jaga_CHECK_FACT_UNIT{host,object}; a fact
// "total" or "count" is a NUMBER, since those endings are for other types. Values of plugins:
// jaga_plugin_value, _seconds, _ratio, _bytes and the counter _total{host,object,label}, those of another
// monitor jaga_nagios_ and the same.
std::string write_metrics(const round::Round& round, Exposition exposition);

}  // namespace jaga::feed
