#include "statistics/period.hpp"

#include "base/format.hpp"

namespace jaga::statistics {
namespace {

using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month;
using std::chrono::year_month_day;

// The digits at `from`; nullopt: something else is among them.
std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  for (std::size_t at = from; at < from + count; ++at) {
    if (at >= text.size() || text[at] < '0' || text[at] > '9') return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  return value;
}

Instant begin_of(year_month month, std::chrono::minutes utc_offset) {
  return Instant{sys_days{month / 1}} - utc_offset;
}

Period period_of(year_month first, months count, std::chrono::minutes utc_offset) {
  return {begin_of(first, utc_offset), begin_of(first + count, utc_offset)};
}

year_month month_of(Instant at, std::chrono::minutes utc_offset) {
  const year_month_day date{std::chrono::floor<std::chrono::days>(at + utc_offset)};
  return date.year() / date.month();
}

constexpr int kFirstYear = 1970;
constexpr months kMonth{1};
constexpr months kYear{12};

}  // namespace

std::optional<Period> parse_month(std::string_view text, std::chrono::minutes utc_offset) {
  const auto years = digits(text, 0, 4);
  const auto number = digits(text, 5, 2);
  if (text.size() != 7 || text[4] != '-' || !years || !number || *years < kFirstYear || *number < 1 ||
      *number > 12)
    return std::nullopt;
  return period_of(year{*years} / std::chrono::month{static_cast<unsigned>(*number)}, kMonth, utc_offset);
}

std::optional<Period> parse_year(std::string_view text, std::chrono::minutes utc_offset) {
  const auto years = digits(text, 0, 4);
  if (text.size() != 4 || !years || *years < kFirstYear) return std::nullopt;
  return period_of(year{*years} / std::chrono::January, kYear, utc_offset);
}

std::string month_text(Instant at, std::chrono::minutes utc_offset) {
  const year_month month = month_of(at, utc_offset);
  return formatted("{:04}-{:02}", static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
}

std::string year_text(Instant at, std::chrono::minutes utc_offset) {
  return formatted("{:04}", static_cast<int>(month_of(at, utc_offset).year()));
}

Period month_before(const Period& month, std::chrono::minutes utc_offset) {
  return period_of(month_of(month.from, utc_offset) - kMonth, kMonth, utc_offset);
}

Period year_before(const Period& of, std::chrono::minutes utc_offset) {
  return period_of(month_of(of.from, utc_offset) - kYear, kYear, utc_offset);
}

std::vector<Period> months_of(const Period& of, std::chrono::minutes utc_offset) {
  std::vector<Period> out;
  const year_month first = month_of(of.from, utc_offset);
  for (int count = 0; count < 12; ++count)
    out.push_back(period_of(first + months{count}, kMonth, utc_offset));
  return out;
}

}  // namespace jaga::statistics
