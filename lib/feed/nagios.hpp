// What Nagios plugins print, read liberally and written strictly, after the Monitoring Plugins Development
// Guidelines (sections 2.1 "Plugin output", 2.5 "Threshold and ranges", 2.6 "Performance data"). Pure; the
// bytes are those of a program that may print anything.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "round/round.hpp"

namespace jaga::feed {

// `[@]start:end`, both ends inclusive: a value outside alerts, with '@' one inside does.
struct Range {
  double start = 0;  // -infinity for "~"
  double end = std::numeric_limits<double>::infinity();
  bool inside = false;

  bool alerts(double value) const;
  bool operator==(const Range&) const = default;
};
// "10" is 0:10, "10:" has no upper end, "~:10" no lower one. nullopt where it is none, or start is above end.
[[nodiscard]] std::optional<Range> parse_range(std::string_view text);
std::string write_range(const Range& range);

// One measured value, `'label'=value[unit];[warn];[crit];[min];[max]`.
struct Perf {
  std::string label;            // not empty
  std::optional<double> value;  // finite; nullopt: "U", the plugin could not tell
  std::string unit;  // "s", "ms", "us", "%", "B", "KB", "KiB", "c" ... or any other word; may be empty
  std::optional<Range> warn, crit;
  std::optional<double> min, max;
  bool operator==(const Perf&) const = default;
};

// At most this many values and this much text are kept of one plugin.
inline constexpr std::size_t kMostPerf = 128;
inline constexpr std::size_t kMostPluginText = 4'096;

struct PluginOutput {
  std::string text;         // the first line, before '|'; raw
  std::string long_text;    // the lines after it, LF between them; raw
  std::vector<Perf> perf;   // no label twice: the first counts
  std::size_t damaged = 0;  // words of performance data that are none
};

// The first line that is not empty is the text; '|' in it begins performance data. Of what follows all is
// long text up to a '|', and performance data after it. Line ends may be CR LF. What cannot be read as a
// value is counted and passed over; decimal commas, a '+', an exponent, a bare '%', a micro sign and limits
// with the unit of their value are understood.
PluginOutput parse_plugin_output(std::string_view output);
// The words of performance data alone.
std::vector<Perf> parse_perf(std::string_view text, std::size_t* damaged = nullptr);

// One value as the guidelines have it: digits without an exponent, no empty fields at the end, a label in
// quotes where it needs them; '=' and '|' in a label, which no reader understands, become '_'.
std::string write_perf(const Perf& perf);
// Several, a space between them; those that would make it longer than `most` bytes are left out.
std::string write_perf(const std::vector<Perf>& perf, std::size_t most);

// A value in its base unit.
struct Measure {
  enum class Unit { none, seconds, ratio, bytes, counter };  // none: also of units that nobody knows
  Unit unit = Unit::none;
  double value = 0;
};
// "5ms" as 0.005 seconds, "20%" as 0.2, "2KB" and "2KiB" as 2048 bytes, "7c" as a counter. nullopt without a
// value.
std::optional<Measure> measure_of(const Perf& perf);

// As facts of a result: all of it as text, "perfdata" (strictly written), and each value as a number under
// its label in lower case, other characters than a-z and 0-9 made '_' (left out at its beginning; "value"
// where none is left), with its unit: NAME_us, NAME_percent, NAME_bytes, NAME_count, NAME_thousandths for
// what has none.
round::Facts facts_of(const std::vector<Perf>& perf);

// What a plugin may be and what it is for the round: 0 to 3 are its answer, any other status none.
round::State state_of_exit(int status);

}  // namespace jaga::feed
