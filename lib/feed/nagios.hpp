// Reads and writes the output of Nagios plugins: Monitoring Plugins Development Guidelines, sections 2.1
// "Plugin output", 2.5 "Threshold and ranges" and 2.6 "Performance data". Parsers accept what plugins print
// in practice; writers follow the guidelines strictly.
//
// Pure. Input is untrusted: it may be any bytes.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "round/round.hpp"

namespace jaga::feed {

// A threshold range `[@]start:end`, inclusive at both ends. Alerts on values outside, or inside with '@'.
struct Range {
  double start = 0;  // -infinity for "~"
  double end = std::numeric_limits<double>::infinity();
  bool inside = false;

  bool alerts(double value) const;
  bool operator==(const Range&) const = default;
};
// Parses a range: "10" means 0:10, "10:" has no upper bound, "~:10" has no lower bound. Returns nullopt if
// the text is not a range or start > end.
[[nodiscard]] std::optional<Range> parse_range(std::string_view text);
std::string write_range(const Range& range);

// One performance value: `'label'=value[unit];[warn];[crit];[min];[max]`.
struct Perf {
  std::string label;            // not empty
  std::optional<double> value;  // finite; nullopt for "U" (the plugin could not determine it)
  std::string unit;             // "s", "ms", "us", "%", "B", "KB", "KiB", "c" or any other word; may be empty
  std::optional<Range> warn, crit;
  std::optional<double> min, max;
  bool operator==(const Perf&) const = default;
};

// Limits per plugin: number of performance values, and bytes of each text.
inline constexpr std::size_t kMostPerf = 128;
inline constexpr std::size_t kMostPluginText = 4'096;

struct PluginOutput {
  std::string text;         // first non-empty line up to '|', unescaped
  std::string long_text;    // following lines separated by LF, unescaped
  std::vector<Perf> perf;   // labels are unique: the first one is kept
  std::size_t damaged = 0;  // number of invalid or excess performance values
};

// Parses plugin output. Performance data follows the first '|' of the first non-empty line, and everything
// after the next '|' in later lines. Accepts CR LF, decimal commas, a leading '+', exponents, a bare '%', the
// micro sign, and thresholds that repeat the unit. Invalid values are counted in `damaged` and skipped.
PluginOutput parse_plugin_output(std::string_view output);
// Parses performance data only. Adds the number of invalid values to `*damaged` unless null.
std::vector<Perf> parse_perf(std::string_view text, std::size_t* damaged = nullptr);

// Writes one value as the guidelines require: no exponent, no trailing empty fields, the label quoted if
// necessary. Replaces '=' and '|' in labels by '_', because no parser accepts them.
std::string write_perf(const Perf& perf);
// Writes several values separated by spaces, leaving out those that would exceed `most` bytes in total.
std::string write_perf(const std::vector<Perf>& perf, std::size_t most);

// A value converted to its base unit.
struct Measure {
  enum class Unit { none, seconds, ratio, bytes, counter };  // none: also any unknown unit
  Unit unit = Unit::none;
  double value = 0;
};
// Converts to base units: "5ms" is 0.005 seconds, "20%" is 0.2, "2KB" and "2KiB" are 2048 bytes, "7c" is a
// counter. Returns nullopt if there is no value.
std::optional<Measure> measure_of(const Perf& perf);

// Converts performance data to facts. "perfdata" holds all values as text; each value is also a rounded
// integer, keyed by its label and unit: NAME_us, NAME_percent, NAME_bytes, NAME_count, or NAME_thousandths if
// it has no known unit. NAME is the label in lower case, with '_' in place of characters other than a-z and
// 0-9 (removed at the start), or "value" if nothing remains.
round::Facts facts_of(const std::vector<Perf>& perf);

// The state that a plugin's exit status stands for; unknown for any status but 0, 1 and 2.
round::State state_of_exit(int status);

}  // namespace jaga::feed
