#include "feed/status_line.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/clipped.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "feed/measures.hpp"
#include "feed/nagios.hpp"

namespace jaga::feed {
namespace {

using round::Result;
using round::State;

constexpr std::size_t kMostText = 1'500;

std::string number_of(std::size_t count, std::string_view what) {
  return formatted("{} {}{}", count, what, count == 1 ? "" : "s");
}

// Escapes for one line. Replaces '|', which would start performance data and cannot be quoted.
std::string one_line(std::string_view text) {
  std::string out = printable_once(text);
  std::replace(out.begin(), out.end(), '|', '/');
  return out;
}

std::string upper(std::string_view word) {
  std::string out;
  for (const char c : word) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string subject(const Result& result) {
  return result.host + " " + result.check + (result.object.empty() ? "" : ":" + result.object);
}

Perf count(std::string label, std::size_t number) {
  Perf perf;
  perf.label = std::move(label);
  perf.value = static_cast<double>(number);
  perf.min = 0;
  return perf;
}

// `shared`: the result has another value of this name in a different unit, so the label needs the unit.
Perf perf_of(const Result& result, const Value& value, bool shared) {
  Perf perf;
  perf.label = subject(result) + " " + (value.label.empty() ? value.name : value.label);
  if (shared && value.measure.unit == Measure::Unit::ratio) perf.label += "_percent";
  perf.value = value.measure.value;
  switch (value.measure.unit) {
    case Measure::Unit::seconds:
      perf.unit = "s";
      break;
    case Measure::Unit::ratio:
      perf.unit = "%";
      *perf.value *= 100;
      break;
    case Measure::Unit::bytes:
      perf.unit = "B";
      break;
    case Measure::Unit::counter:
      perf.unit = "c";
      break;
    case Measure::Unit::none:
      break;
  }
  // Round away floating-point noise, such as 0.07 * 100 = 7.000000000000001.
  perf.value = std::stod(formatted("{:.12g}", *perf.value));
  return perf;
}

}  // namespace

std::string status_line(const round::Round& round) {
  std::set<std::string_view> hosts;
  std::array<std::size_t, 4> number{};
  std::vector<const Result*> bad;
  for (const Result& result : round.results) {
    hosts.insert(result.host);
    ++number.at(static_cast<std::size_t>(result.state));
    if (result.state != State::ok) bad.push_back(&result);
  }
  std::stable_sort(bad.begin(), bad.end(), [](const Result* a, const Result* b) {
    return round::badness(a->state) > round::badness(b->state);
  });
  const std::size_t all = round.results.size();
  std::string text = formatted("JAGA {}: ", upper(round::name(round::worst(round))));
  const std::string of = formatted("{} on {}", number_of(all, "check"), number_of(hosts.size(), "host"));
  if (bad.empty()) text += formatted("{} {} ok", of, all == 1 ? "is" : "are");
  if (!bad.empty()) text += formatted("{} of {} {} not ok: ", bad.size(), of, bad.size() == 1 ? "is" : "are");
  for (std::size_t i = 0; i < bad.size(); ++i) {
    std::string one = one_line(subject(*bad[i]) + " " + std::string(round::name(bad[i]->state)) + ", " +
                               std::string(clipped(bad[i]->summary.text(), 300)));
    if (i > 0 && text.size() + one.size() > kMostText) {
      text += formatted("; and {} more", bad.size() - i);
      break;
    }
    text += (i > 0 ? "; " : "") + one;
  }

  std::vector<Perf> perf = {count("hosts", hosts.size()), count("checks", all)};
  for (const State state : {State::ok, State::warning, State::critical, State::unknown})
    perf.push_back(count(std::string(round::name(state)), number.at(static_cast<std::size_t>(state))));
  for (const Result& result : round.results)
    for (const std::vector<Value> values = values_of(result); const Value& value : values) {
      const auto same = std::count_if(values.begin(), values.end(), [&](const Value& other) {
        return value.label.empty() && other.label.empty() && other.name == value.name;
      });
      perf.push_back(perf_of(result, value, same > 1));
    }
  return text + " | " + write_perf(perf, kMostStatusLine - std::min(text.size() + 4, kMostStatusLine)) + "\n";
}

std::string unknown_line(std::string_view text) {
  return "JAGA UNKNOWN: " + shortened(one_line(text), kMostText) + "\n";
}

}  // namespace jaga::feed
