// The numbers of a result in base units, for other tools. Pure.
#pragma once

#include <string>
#include <vector>

#include "feed/nagios.hpp"
#include "round/round.hpp"

namespace jaga::feed {

struct Value {
  std::string name;   // of the fact without its unit: "rtt_min"; where it is nothing else: "span"; of a
                      // plugin: "value"
  std::string label;  // of a plugin's value; else empty
  Measure measure;
};

// Its values have labels: it is a plugin's, run here or by another monitor.
bool is_of_plugin(const round::Result& result);

// Facts are scaled by the unit in their key (_us, _s, _h, _days, _percent, _kib, _bytes, _hundredths ...);
// the values of a plugin, of another monitor's too, come from its performance data, unrounded. Facts that are
// codes or ports, and those that only carry an earlier round's on, are left out.
std::vector<Value> values_of(const round::Result& result);

}  // namespace jaga::feed
