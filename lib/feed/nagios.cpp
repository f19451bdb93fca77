#include "feed/nagios.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "base/clipped.hpp"
#include "base/format.hpp"
#include "base/text.hpp"

namespace jaga::feed {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kMostLabel = 128;
constexpr std::size_t kMostUnit = 16;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Parses a finite number at the start of `text` and removes it from `text`.
std::optional<double> take_number(std::string_view& text) {
  std::size_t end = 0;
  if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
  const auto digits = [&] {
    const std::size_t from = end;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    return end - from;
  };
  std::size_t seen = digits();
  std::size_t comma = std::string_view::npos;
  if (end < text.size() && (text[end] == '.' || text[end] == ',')) {
    if (text[end] == ',') comma = end;
    ++end;
    seen += digits();
  }
  if (seen == 0) return std::nullopt;
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const std::size_t mantissa = end++;
    if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
    if (digits() == 0) end = mantissa;  // not an exponent: the unit starts with 'e'
  }
  std::string number(text.substr(0, end));
  if (comma != std::string_view::npos) number[comma] = '.';
  const char* first = number.data() + (number[0] == '+' ? 1 : 0);
  double value = 0;
  const auto read = std::from_chars(first, number.data() + number.size(), value);
  if (read.ec != std::errc{} || read.ptr != number.data() + number.size() || !std::isfinite(value))
    return std::nullopt;
  text.remove_prefix(end);
  return value;
}

std::optional<double> whole_number(std::string_view text) {
  const auto value = take_number(text);
  return text.empty() ? value : std::nullopt;
}

std::string number_text(double value) {
  if (value == 0) return "0";  // avoids "-0"
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return {text.data(), end.ptr};
}

// Removes the unit or '%' that plugins append to thresholds; the Monitoring Plugins do so and ignore it when
// reading. "1:12%" becomes 1:12.
std::string bare_limit(std::string_view text, std::string_view unit) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(':'), text.size());
    std::string_view part = text.substr(0, end);
    if (!unit.empty() && part.size() > unit.size() && part.ends_with(unit)) part.remove_suffix(unit.size());
    while (part.size() > 1 && part.ends_with('%')) part.remove_suffix(1);
    out += part;
    if (end < text.size()) out += ':';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// Replaces the micro sign (U+00B5), the Greek mu (U+03BC) or the Latin-1 byte at the start of a unit by "u".
std::string plain_unit(std::string_view unit) {
  for (const std::string_view micro : {"\xc2\xb5", "\xce\xbc", "\xb5"})
    if (unit.starts_with(micro)) return "u" + sanitized(unit.substr(micro.size()));
  return sanitized(unit);
}

// Parses a quoted label, in which '' stands for a quote, and removes it with its quotes from `text`.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string label;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] != '\'') {
      label += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '\'') {
      label += text[at++];
    } else {
      text.remove_prefix(at + 1);
      return label;
    }
  }
  return std::nullopt;
}

std::optional<Perf> perf_of(std::string label, std::string_view fields) {
  Perf perf;
  perf.label = sanitized(trim(label));
  if (perf.label.empty() || perf.label.size() > kMostLabel) return std::nullopt;
  const std::vector<std::string> part = split(fields, ';');
  std::string_view value = trim(part[0]);
  perf.value = take_number(value);
  if (!perf.value && value != "U" && !value.empty()) return std::nullopt;
  if (!perf.value) value = {};
  perf.unit = plain_unit(value);
  if (perf.unit.size() > kMostUnit || value.find_first_of("0123456789.,=+-'\"|") != std::string_view::npos)
    return std::nullopt;
  const auto field = [&](std::size_t index) {
    return index < part.size() ? trim(part[index]) : std::string_view{};
  };
  // An invalid threshold is dropped; the value itself remains valid.
  const auto limit = [&](std::size_t index) { return bare_limit(field(index), value); };
  if (!field(1).empty()) perf.warn = parse_range(limit(1));
  if (!field(2).empty()) perf.crit = parse_range(limit(2));
  perf.min = whole_number(limit(3));
  perf.max = whole_number(limit(4));
  return perf;
}

bool needs_no_quotes(const std::string& label) {
  return std::none_of(label.begin(), label.end(), [](char c) { return is_space(c) || c == '\''; });
}

std::string fact_name(const std::string& label, std::string_view unit) {
  std::string name;
  for (const char c : label.substr(0, 64)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      name += c;
    else if (c >= 'A' && c <= 'Z')
      name += static_cast<char>(c - 'A' + 'a');
    else if (!name.empty())  // keys do not start with '_': "/var" becomes "var"
      name += '_';
  }
  if (name.empty()) name = "value";
  return name + "_" + std::string(unit);
}

std::optional<std::int64_t> rounded(double value) {
  if (!(std::abs(value) < 9e18)) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(value));
}

}  // namespace

bool Range::alerts(double value) const {
  const bool within = value >= start && value <= end;
  return inside ? within : !within;
}

std::optional<Range> parse_range(std::string_view text) {
  Range range;
  if (text.starts_with('@')) {
    range.inside = true;
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  const std::size_t colon = text.find(':');
  const std::string_view last = colon == std::string_view::npos ? text : text.substr(colon + 1);
  if (colon != std::string_view::npos) {
    const std::string_view first = text.substr(0, colon);
    if (first == "~")
      range.start = -kInfinity;
    else if (const auto start = whole_number(first))
      range.start = *start;
    else if (!first.empty())
      return std::nullopt;
  }
  if (const auto end = whole_number(last))
    range.end = *end;
  else if (!last.empty() || colon == std::string_view::npos)
    return std::nullopt;
  if (range.start > range.end) return std::nullopt;
  return range;
}

std::string write_range(const Range& range) {
  std::string text = range.inside ? "@" : "";
  if (range.start == -kInfinity)
    text += "~:";
  else if (range.start != 0 || range.end == kInfinity)
    text += number_text(range.start) + ":";
  if (range.end != kInfinity) text += number_text(range.end);
  return text;
}

std::vector<Perf> parse_perf(std::string_view text, std::size_t* damaged) {
  std::vector<Perf> out;
  std::set<std::string, std::less<>> labels;
  const auto refuse = [&] {
    if (damaged != nullptr) ++*damaged;
  };
  for (;;) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    if (text.empty()) return out;
    std::optional<std::string> label;
    const bool quoted = text.front() == '\'';
    if (quoted) label = take_quoted(text);
    const auto end =
        static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_space) - text.begin());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    if (!label && !quoted) {
      const std::size_t equals = word.find('=');
      if (equals != std::string_view::npos) label = std::string(word.substr(0, equals));
      word.remove_prefix(equals == std::string_view::npos ? word.size() : equals);
    }
    if (!label || !word.starts_with('=')) {
      refuse();
      continue;
    }
    word.remove_prefix(1);
    auto perf = perf_of(std::move(*label), word);
    if (!perf || out.size() >= kMostPerf || !labels.insert(perf->label).second)
      refuse();
    else
      out.push_back(std::move(*perf));
  }
}

PluginOutput parse_plugin_output(std::string_view output) {
  PluginOutput out;
  std::string perf;
  bool first = true;
  bool numbers = false;  // after the second '|', remaining lines are performance data
  while (!output.empty()) {
    const std::size_t end = output.find('\n');
    std::string_view line = output.substr(0, end);
    output = end == std::string_view::npos ? std::string_view{} : output.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (first && trim(line).empty()) continue;
    const std::size_t bar = numbers ? std::string_view::npos : line.find('|');
    const std::string_view words = line.substr(0, bar);
    if (bar != std::string_view::npos) {
      perf += line.substr(bar + 1);
      perf += '\n';
    }
    if (first) {
      out.text = std::string(clipped(trim(words), kMostPluginText));
      first = false;
      continue;
    }
    if (numbers) {
      perf += line;
      perf += '\n';
      continue;
    }
    numbers = bar != std::string_view::npos;
    if (numbers && trim(words).empty()) continue;
    // Keep as much of the line as fits.
    if (out.long_text.size() + 1 >= kMostPluginText) continue;
    if (!out.long_text.empty()) out.long_text += '\n';
    out.long_text += clipped(words, kMostPluginText - out.long_text.size());
  }
  out.perf = parse_perf(perf, &out.damaged);
  return out;
}

std::string write_perf(const Perf& perf) {
  std::string label;
  for (const char c : sanitized(perf.label)) {
    if (c == '=' || c == '|' || c == '\n' || c == '\t')
      label += '_';
    else if (c == '\'')
      label += "''";
    else
      label += c;
  }
  if (!needs_no_quotes(label)) label = "'" + label + "'";
  std::string unit;
  // Drop separators only: dropping a letter would change the unit.
  for (const char c : sanitized(perf.unit))
    if ((static_cast<unsigned char>(c) > ' ' && c != ';' && c != '\'' && c != '|' && c != '=' && c != '"'))
      unit += c;
  std::array<std::string, 4> fields = {
      perf.warn ? write_range(*perf.warn) : "", perf.crit ? write_range(*perf.crit) : "",
      perf.min ? number_text(*perf.min) : "", perf.max ? number_text(*perf.max) : ""};
  std::string text = label + "=" + (perf.value ? number_text(*perf.value) + unit : "U");
  for (const std::string& field : fields) text += ";" + field;
  text.erase(text.find_last_not_of(';') + 1);
  return text;
}

std::string write_perf(const std::vector<Perf>& perf, std::size_t most) {
  std::string text;
  for (const Perf& one : perf) {
    const std::string word = write_perf(one);
    if (text.size() + word.size() + 1 > most) continue;
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

std::optional<Measure> measure_of(const Perf& perf) {
  if (!perf.value) return std::nullopt;
  using Unit = Measure::Unit;
  struct Known {
    std::string_view name;
    Unit unit;
    double factor;
  };
  // The guidelines do not define KB; the Monitoring Plugins project uses 1024.
  constexpr std::array<Known, 9> kKnown = {{{"s", Unit::seconds, 1},
                                            {"ms", Unit::seconds, 1e-3},
                                            {"us", Unit::seconds, 1e-6},
                                            {"ns", Unit::seconds, 1e-9},
                                            {"%", Unit::ratio, 1e-2},
                                            {"B", Unit::bytes, 1},
                                            {"kB", Unit::bytes, 1024},
                                            {"kiB", Unit::bytes, 1024},
                                            {"c", Unit::counter, 1}}};
  for (const Known& known : kKnown)
    if (known.name == perf.unit) return Measure{known.unit, *perf.value * known.factor};
  // KB, KiB ... EB, EiB.
  constexpr std::string_view kPrefixes = "KMGTPE";
  const std::string_view unit = perf.unit;
  const std::size_t power = unit.empty() ? std::string_view::npos : kPrefixes.find(unit.front());
  if (power != std::string_view::npos && (unit.substr(1) == "B" || unit.substr(1) == "iB"))
    return Measure{Unit::bytes, *perf.value * std::pow(1024.0, static_cast<double>(power) + 1)};
  return Measure{Unit::none, *perf.value};
}

round::Facts facts_of(const std::vector<Perf>& perf) {
  round::Facts facts;
  for (const Perf& one : perf) {
    const auto measure = measure_of(one);
    if (!measure) continue;
    std::string_view unit = "thousandths";
    double factor = 1e3;
    switch (measure->unit) {
      case Measure::Unit::seconds:
        unit = "us";
        factor = 1e6;
        break;
      case Measure::Unit::ratio:
        unit = "percent";
        factor = 1e2;
        break;
      case Measure::Unit::bytes:
        unit = "bytes";
        factor = 1;
        break;
      case Measure::Unit::counter:
        unit = "count";
        factor = 1;
        break;
      case Measure::Unit::none:
        break;
    }
    if (const auto number = rounded(measure->value * factor))
      facts.emplace(fact_name(one.label, unit), *number);
  }
  std::string all = write_perf(perf, kMostPluginText);
  if (!all.empty()) facts.insert_or_assign("perfdata", std::move(all));
  return facts;
}

round::State state_of_exit(int status) {
  switch (status) {
    case 0:
      return round::State::ok;
    case 1:
      return round::State::warning;
    case 2:
      return round::State::critical;
    default:
      return round::State::unknown;
  }
}

}  // namespace jaga::feed
