// Numeric values of a result in base units (seconds, bytes, ratios), for export to other tools. Pure.
#pragma once

#include <string>
#include <vector>

#include "feed/nagios.hpp"
#include "round/round.hpp"

namespace jaga::feed {

struct Value {
  std::string name;   // the fact's key without its unit: "rtt_min"; "span" if the key is only a unit; "value"
                      // for plugins
  std::string label;  // label of a plugin's performance value; otherwise empty
  Measure measure;
};

// Whether the result comes from a plugin, run by jaga or by another monitor; its values then have labels.
bool is_plugin_result(const round::Result& result);

// The numeric facts of a result, scaled by the unit suffix of their key (_us, _s, _h, _days, _percent, _kib,
// _bytes, _hundredths ...). For plugins, the performance data without rounding. Left out: codes, ports, and
// values that only carry the state of trends from round to round (round/trend.hpp).
std::vector<Value> values_of(const round::Result& result);

}  // namespace jaga::feed
