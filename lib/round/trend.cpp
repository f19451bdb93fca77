#include "round/trend.hpp"

#include <algorithm>
#include <array>

#include "base/format.hpp"
#include "base/quantity.hpp"

namespace jaga::round {
namespace {

using inventory::Limit;
using std::chrono::duration_cast;
using std::chrono::seconds;

// Ages of the two reference values that a result carries.
constexpr const char* kBefore = "before_s";
constexpr const char* kRecent = "recent_s";
constexpr std::array<const char*, 4> kErrors = {"rx_errors", "tx_errors", "errors", "uncorrected"};
constexpr std::int64_t kUsualWeight = 16;
// Unusual values have little weight, so that they become the usual ones within days rather than rounds.
constexpr std::int64_t kUnusualWeight = 512;
constexpr std::int64_t kLeastRise_us = 20'000;

std::optional<std::int64_t> errors_of(const Result& result) {
  std::optional<std::int64_t> sum;
  for (const char* counter : kErrors)
    if (const auto count = number(result, counter)) sum = sum.value_or(0) + *count;
  return sum;
}

struct Pace {
  std::int64_t before = 0;  // the older reference value
  seconds span{0};          // its age
  std::int64_t recent = 0;
};

// Compares `now` with the reference values of `before` and updates those of `result`. Returns nullopt if
// there are none yet.
std::optional<Pace> follow_number(Result& result, const Result* before, std::int64_t now, seconds elapsed,
                                  const std::string& unit) {
  const std::string then = "before_" + unit;
  const std::string lately = "recent_" + unit;
  const auto age = [&](const char* fact) { return number(*before, fact); };
  std::optional<std::int64_t> old_value;
  std::optional<std::int64_t> new_value;
  if (before != nullptr) {
    old_value = number(*before, then);
    new_value = number(*before, lately);
  }
  if (!old_value || !new_value || !age(kBefore) || !age(kRecent) || elapsed < seconds{0}) {
    result.facts[then] = now;
    result.facts[lately] = now;
    result.facts[kBefore] = std::int64_t{0};
    result.facts[kRecent] = std::int64_t{0};
    return std::nullopt;
  }
  const Pace pace{*old_value, seconds{*age(kBefore)} + elapsed, *new_value};
  const seconds recent_age = seconds{*age(kRecent)} + elapsed;
  const bool moves = recent_age >= kPace;
  result.facts[then] = moves ? *new_value : *old_value;
  result.facts[kBefore] = std::int64_t{moves ? recent_age.count() : pace.span.count()};
  result.facts[lately] = moves ? now : *new_value;
  result.facts[kRecent] = std::int64_t{moves ? 0 : recent_age.count()};
  return pace;
}

State reached(std::int64_t value, const Limit& limit, bool at_most) {
  const auto is = [&](const std::optional<std::int64_t>& side) {
    return side && (at_most ? value <= *side : value >= *side);
  };
  return is(limit.crit) ? State::critical : is(limit.warn) ? State::warning : State::ok;
}

void worsen(Result& result, State state) {
  if (state == State::ok || badness(result.state) >= badness(state)) return;
  result.state = state;
  result.reason = Reason::limit_reached;
}

void fills(Result& result, const Result* before, seconds elapsed, const Limit& left) {
  const std::string unit = result.check == "disk" ? "kib" : "inodes";
  const auto free = number(result, "available_" + unit);
  const auto all = number(result, "total_" + unit);
  if (!free || !all) return;
  // A different size means another file system.
  if (before != nullptr && number(*before, "total_" + unit) != all) before = nullptr;
  const auto pace = follow_number(result, before, *free, elapsed, unit);
  if (!pace || pace->span < kLeastPace) return;
  const std::int64_t used = pace->before - *free;
  // Not filling if space was freed, or if none was used lately.
  if (used <= 0 || *free > pace->recent) return;
  const std::int64_t hours = *free / std::max<std::int64_t>(1, used * 3600 / pace->span.count());
  if (hours > kMostHoursLeft) return;
  result.facts["full_in_h"] = hours;
  Message pace_of = hours < 1 ? sentence("{usage}, full within the hour at this rate")
                              : sentence("{usage}, full in about {hours} h at this rate",
                                         {{"hours", std::to_string(hours)}});
  result.summary = std::move(pace_of).with("usage", result.summary.part());
  worsen(result, reached(hours, left, true));
}

void fails(Result& result, const Result* before, seconds elapsed, const Limit& limit) {
  const auto count = errors_of(result);
  if (!count) return;
  // A counter that has decreased was reset by a reboot: start again.
  if (before != nullptr && errors_of(*before).value_or(0) > *count) before = nullptr;
  const auto pace = follow_number(result, before, *count, elapsed, "errors");
  if (!pace || *count < pace->before) return;
  const std::int64_t growth = *count - pace->before;
  result.facts["new_errors"] = growth;
  if (growth == 0) return;
  result.summary = counted(static_cast<std::size_t>(growth), sentence("{before}, 1 new error"),
                           sentence("{before}, {count} new errors"))
                       .with("before", result.summary.part());
  if (result.check == "interface") return worsen(result, reached(growth, limit, false));
  worsen(result, number(result, "uncorrected").value_or(0) > 0 ? State::critical : State::warning);
}

void slows(Result& result, const Result* before, const Limit& rise) {
  const auto rtt = number(result, "rtt_us");
  if (!rtt || *rtt <= 0) {
    if (before == nullptr) return;
    if (const auto usual = number(*before, "rtt_usual_us")) result.facts["rtt_usual_us"] = *usual;
    return;
  }
  const auto usual = before == nullptr ? std::nullopt : number(*before, "rtt_usual_us");
  if (!usual || *usual <= 0) {
    result.facts["rtt_usual_us"] = *rtt;
    return;
  }
  const std::int64_t percent = *rtt * 100 / *usual;
  const State state = *rtt - *usual >= kLeastRise_us ? reached(percent, rise, false) : State::ok;
  const std::int64_t weight = state == State::ok ? kUsualWeight : kUnusualWeight;
  result.facts["rtt_usual_us"] = std::max<std::int64_t>(1, *usual + (*rtt - *usual) / weight);
  if (state == State::ok || before->history.size() < kLeastRounds) return;
  result.facts["rtt_percent"] = percent;
  result.summary = sentence("{now}, usually {usual} ms",
                            {{"usual", formatted("{}.{}", *usual / 1000, *usual % 1000 / 100)}})
                       .with("now", result.summary.part());
  worsen(result, state);
}

// An address that returns to a previous network card is used by two machines.
void moves(Result& result, const Result* before) {
  const auto old = before == nullptr ? std::nullopt : text(*before, "mac");
  if (!old) return;
  const auto now = text(result, "mac");
  const auto other = text(*before, "other_mac");
  const std::int64_t flips = number(*before, "mac_flips").value_or(0);
  const std::int64_t still = number(*before, "mac_rounds").value_or(0) + 1;
  result.facts["mac"] = now.value_or(*old);
  if (now && *now != *old) {
    result.facts["other_mac"] = *old;
    result.facts["mac_flips"] = flips + (other == now ? 1 : 0);
    result.facts["mac_rounds"] = std::int64_t{0};
  } else if (other && still < static_cast<std::int64_t>(kHistory)) {
    result.facts["other_mac"] = *other;
    result.facts["mac_flips"] = flips;
    result.facts["mac_rounds"] = still;
  }
  if (number(result, "mac_flips").value_or(0) > 1)
    result.summary = sentence("{now}; answered in turn by {mac} and {other}",
                              {{"mac", *text(result, "mac")}, {"other", *text(result, "other_mac")}})
                         .with("now", result.summary.part());
}

}  // namespace

void judge_trends(Round& round, const Round* previous, const inventory::Inventory& inventory) {
  if (!round.source.empty()) return;
  const inventory::Host* host = nullptr;
  for (Result& result : round.results) {
    if (result.measured) continue;
    const bool disk = result.check == "disk" || result.check == "inode";
    if (!disk && result.check != "icmp" && !errors_of(result)) continue;
    if (host == nullptr || host->name != result.host) host = inventory.find(result.host);
    const inventory::Thresholds& limits =
        host == nullptr ? inventory::default_thresholds() : host->thresholds();
    const Result* before =
        previous == nullptr ? nullptr : find(*previous, result.host, result.check, result.object);
    const seconds elapsed =
        before == nullptr ? seconds{0} : duration_cast<seconds>(round.at - measured_at(*before, *previous));
    if (disk) {
      fills(result, before, elapsed, limits.disk_left);
    } else if (result.check == "icmp") {
      slows(result, before, limits.rtt_rise);
      moves(result, before);
    } else {
      fails(result, before, elapsed, limits.new_errors);
    }
  }
}

bool counts_differ(const Result& a, const Result& b) {
  return errors_of(a) != errors_of(b);
}

void carry_on(Result& result, std::chrono::milliseconds more) {
  for (const char* age : {kBefore, kRecent})
    if (const auto was = number(result, age))
      result.facts[age] = std::int64_t{*was + duration_cast<seconds>(more).count()};
  result.facts.erase("full_in_h");
}

}  // namespace jaga::round
