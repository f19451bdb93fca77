#include "base/duration.hpp"

#include <array>
#include <cstdint>

#include "base/format.hpp"

namespace jaga {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array<Unit, 6> kUnits = {
    {{"w", 604'800'000}, {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::int64_t kMost = std::int64_t{100} * 366 * 86'400'000;

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::int64_t number = 0;
    std::size_t used = 0;
    while (used < text.size() && text[used] >= '0' && text[used] <= '9') {
      number = number * 10 + (text[used] - '0');
      if (number > kMost) return std::nullopt;
      ++used;
    }
    if (used == 0) return std::nullopt;
    text.remove_prefix(used);
    std::size_t letters = 0;
    while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z') ++letters;
    std::size_t unit = next_unit;
    while (unit < kUnits.size() && kUnits[unit].name != text.substr(0, letters)) ++unit;
    if (unit == kUnits.size() || number > kMost / kUnits[unit].ms) return std::nullopt;
    total += number * kUnits[unit].ms;
    if (total > kMost) return std::nullopt;
    text.remove_prefix(letters);
    next_unit = unit + 1;
  }
  return std::chrono::milliseconds{total};
}

std::string format_duration(std::chrono::milliseconds span) {
  std::int64_t rest = span.count();
  std::string out;
  for (const Unit& unit : kUnits) {
    if (unit.name == "w") continue;  // "7d" reads better than "1w"
    const std::int64_t n = rest / unit.ms;
    if (n > 0) out += formatted("{}{}", n, unit.name);
    rest %= unit.ms;
  }
  return out.empty() ? "0s" : out;
}

std::string brief_duration(std::chrono::milliseconds span) {
  const std::int64_t ms = span.count();
  if (ms < 1'000) return formatted("{}ms", ms);
  for (std::size_t i = 1; i + 2 < kUnits.size(); ++i) {
    if (ms < kUnits[i].ms) continue;
    const std::int64_t small = ms % kUnits[i].ms / kUnits[i + 1].ms;
    const std::string head = formatted("{}{}", ms / kUnits[i].ms, kUnits[i].name);
    return small == 0 ? head : formatted("{} {}{}", head, small, kUnits[i + 1].name);
  }
  return formatted("{}s", ms / 1'000);
}

std::string span_text(std::chrono::milliseconds span) {
  return span < std::chrono::seconds{1} ? "0s"
                                        : brief_duration(std::chrono::floor<std::chrono::seconds>(span));
}

std::string work_text(std::chrono::milliseconds span) {
  if (span < std::chrono::days{1}) return span_text(span);
  const auto hours = std::chrono::floor<std::chrono::hours>(span);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(span - hours);
  return formatted("{}h", hours.count()) + (minutes.count() > 0 ? formatted(" {}m", minutes.count()) : "");
}

}  // namespace jaga
