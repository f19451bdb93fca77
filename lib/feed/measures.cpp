#include "feed/measures.hpp"

#include <array>

namespace jaga::feed {
namespace {

using Unit = Measure::Unit;

struct Suffix {
  std::string_view text;
  Unit unit;
  double factor;
};
constexpr std::array<Suffix, 10> kSuffixes = {{{"_us", Unit::seconds, 1e-6},
                                               {"_s", Unit::seconds, 1},
                                               {"_h", Unit::seconds, 3'600},
                                               {"_hours", Unit::seconds, 3'600},
                                               {"_days", Unit::seconds, 86'400},
                                               {"_percent", Unit::ratio, 1e-2},
                                               {"_kib", Unit::bytes, 1024},
                                               {"_bytes", Unit::bytes, 1},
                                               {"_hundredths", Unit::none, 1e-2},
                                               {"_thousandths", Unit::none, 1e-3}}};
constexpr std::array<std::string_view, 5> kCodes = {"exit_status", "from_host", "icmp_code", "icmp_type",
                                                    "tcp_port"};

Value value_of(const std::string& fact, std::int64_t number) {
  for (const Suffix& suffix : kSuffixes) {
    // A key that is only a unit ("days") is the remaining time that the check is about (release, warranty).
    const bool whole = fact == suffix.text.substr(1);
    if (!whole && !fact.ends_with(suffix.text)) continue;
    return {whole ? "span" : fact.substr(0, fact.size() - suffix.text.size()),
            {},
            {suffix.unit, static_cast<double>(number) * suffix.factor}};
  }
  return {fact, {}, {Unit::none, static_cast<double>(number)}};
}

// References to earlier rounds, kept for trends (round/trend.cpp); those rounds have exported them already.
bool is_memory(const std::string& fact) {
  return fact.starts_with("before_") || fact.starts_with("recent_") || fact == "mac_rounds";
}

bool is_code(const std::string& fact) {
  for (const std::string_view code : kCodes)
    if (fact == code) return true;
  return false;
}

}  // namespace

bool is_plugin_result(const round::Result& result) {
  return result.check == "plugin" || result.check == "nagios";
}

std::vector<Value> values_of(const round::Result& result) {
  std::vector<Value> out;
  if (is_plugin_result(result)) {
    for (const Perf& perf : parse_perf(round::text(result, "perfdata").value_or("")))
      if (const auto measure = measure_of(perf)) out.push_back({"value", perf.label, *measure});
    return out;
  }
  for (const auto& [fact, value] : result.facts) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number != nullptr && !is_code(fact) && !is_memory(fact)) out.push_back(value_of(fact, *number));
  }
  return out;
}

}  // namespace jaga::feed
