#include "feed/prometheus.hpp"

#include <array>
#include <charconv>
#include <map>
#include <set>
#include <vector>

#include "base/format.hpp"
#include "base/text.hpp"
#include "feed/measures.hpp"

namespace jaga::feed {
namespace {

using round::Result;
using round::State;

struct Family {
  std::string help;
  bool counter = false;
  std::vector<std::string> samples;  // "{labels} value"
  std::set<std::string> labels;      // label sets that already have a sample
};

using Labels = std::vector<std::pair<std::string_view, std::string>>;

std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quotes)
      out += "\\\"";
    else
      out += c;
  }
  return out;
}

std::string number_text(double value) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

std::string_view suffix(Measure::Unit unit) {
  switch (unit) {
    case Measure::Unit::seconds:
      return "_seconds";
    case Measure::Unit::ratio:
      return "_ratio";
    case Measure::Unit::bytes:
      return "_bytes";
    case Measure::Unit::counter:
      return "_total";
    case Measure::Unit::none:
      break;
  }
  return "";
}

double seconds(Instant at) {
  return static_cast<double>(at.time_since_epoch().count()) / 1e3;
}

// Replaces suffixes that OpenMetrics reserves for counters, histograms and summaries.
std::string gauge_name(std::string name) {
  for (const std::string_view type : {"_total", "_count", "_sum", "_bucket", "_created", "_info"})
    if (name.ends_with(type)) return name.substr(0, name.size() - type.size()) + "_number";
  return name;
}

class Writer {
 public:
  explicit Writer(Exposition exposition) : open_(exposition == Exposition::openmetrics) {}

  void add(const std::string& name, const std::string& help, const Labels& labels, double value,
           bool counter = false) {
    Family& family = families_[name];
    family.help = help;
    family.counter = counter;
    std::string text;
    for (const auto& [label, content] : labels)
      text += formatted("{}{}=\"{}\"", text.empty() ? "" : ",", label, escaped(sanitized(content), true));
    if (!family.labels.insert(text).second) return;
    family.samples.push_back((text.empty() ? "" : "{" + text + "}") + " " + number_text(value));
  }

  std::string write() const {
    std::string out;
    for (const auto& [name, family] : families_) {
      // OpenMetrics names a counter's family without the _total suffix of its samples.
      const std::string called = open_ && family.counter
                                     ? name.substr(0, name.size() - suffix(Measure::Unit::counter).size())
                                     : name;
      out += formatted("# HELP {} {}\n# TYPE {} {}\n", called, escaped(family.help, open_), called,
                       family.counter ? "counter" : "gauge");
      for (const std::string& sample : family.samples) out += name + sample + "\n";
    }
    if (open_) out += "# EOF\n";
    return out;
  }

 private:
  bool open_;
  std::map<std::string, Family> families_;
};

}  // namespace

std::string write_metrics(const round::Round& round, Exposition exposition) {
  Writer writer(exposition);
  writer.add("jaga_round_timestamp_seconds", "When the last round began, seconds since 1970.", {},
             seconds(round.at));
  writer.add("jaga_round_own_drops", "Replies that the measuring machine dropped itself in the last round.",
             {}, static_cast<double>(round.self.own_drops));
  std::map<State, std::size_t> number;
  for (const Result& result : round.results) ++number[result.state];
  for (const State state : {State::ok, State::warning, State::critical, State::unknown})
    writer.add("jaga_round_checks", "Results of the last round by state.",
               {{"state", std::string(round::name(state))}}, static_cast<double>(number[state]));
  for (const Result& result : round.results) {
    const Labels whole = {{"host", result.host}, {"check", result.check}, {"object", result.object}};
    writer.add("jaga_check_state", "State of a check: 0 ok, 1 warning, 2 critical, 3 unknown.", whole,
               static_cast<double>(result.state));
    writer.add("jaga_check_hard", "Whether the state is confirmed.", whole, result.hard ? 1 : 0);
    writer.add("jaga_check_since_timestamp_seconds",
               "Since when the check is in this state, seconds since 1970.", whole, seconds(result.since));
    writer.add("jaga_check_age_seconds", "Age of the result when the round was taken, in seconds; 0: measured in that round.", whole,
               static_cast<double>((round.at - round::measured_at(result, round)).count()) / 1e3);
    for (const Value& value : values_of(result)) {
      const bool counter = value.measure.unit == Measure::Unit::counter;
      Labels labels = {{"host", result.host}, {"object", result.object}};
      std::string name = formatted("jaga_{}_{}", result.check, value.name);
      const bool of_plugin = is_plugin_result(result);
      if (of_plugin) {
        labels.emplace_back("label", value.label);
        if (value.measure.unit != Measure::Unit::none) name = "jaga_" + result.check;
      }
      name += suffix(value.measure.unit);
      if (!counter) name = gauge_name(std::move(name));
      writer.add(name,
                 of_plugin ? std::string("Values of plugins by their label.")
                           : formatted("The fact {} of checks of kind {}.", value.name, result.check),
                 labels, value.measure.value, counter);
    }
  }
  return writer.write();
}

}  // namespace jaga::feed
