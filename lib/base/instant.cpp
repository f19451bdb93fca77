#include "base/instant.hpp"

#include <algorithm>

#include "base/format.hpp"

namespace jaga {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::minutes;

struct Civil {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<milliseconds> time;
};

Civil civil(Instant at) {
  const auto day = floor<days>(at);
  return {std::chrono::year_month_day{day}, std::chrono::hh_mm_ss<milliseconds>{at - day}};
}

// Reads fixed-width decimal fields; any surprise makes the whole parse fail.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool digits(std::size_t width, int& out) {
    if (rest_.size() < width) return false;
    int value = 0;
    for (const char c : rest_.substr(0, width)) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(width);
    out = value;
    return true;
  }
  bool literal(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // ".123456789": milliseconds, further digits dropped.
  bool fraction(int& ms) {
    int scale = 100;
    std::size_t count = 0;
    ms = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      ms += scale * (rest_.front() - '0');
      scale /= 10;
      rest_.remove_prefix(1);
      ++count;
    }
    return count > 0;
  }
  bool done() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

 private:
  std::string_view rest_;
};

bool read_date(Cursor& in, std::chrono::sys_days& out) {
  int y = 0;
  int m = 0;
  int d = 0;
  if (!in.digits(4, y) || !in.literal('-') || !in.digits(2, m) || !in.literal('-') || !in.digits(2, d))
    return false;
  const std::chrono::year_month_day date{std::chrono::year{y}, std::chrono::month{static_cast<unsigned>(m)},
                                         std::chrono::day{static_cast<unsigned>(d)}};
  if (!date.ok()) return false;
  out = std::chrono::sys_days{date};
  return true;
}

bool read_clock(Cursor& in, milliseconds& out, bool& has_seconds) {
  int h = 0;
  int m = 0;
  int s = 0;
  has_seconds = false;
  if (!in.digits(2, h) || !in.literal(':') || !in.digits(2, m) || h > 23 || m > 59) return false;
  if (in.literal(':')) {
    if (!in.digits(2, s) || s > 59) return false;
    has_seconds = true;
  }
  out = std::chrono::hours{h} + minutes{m} + std::chrono::seconds{s};
  return true;
}

}  // namespace

std::string format_instant(Instant at) {
  const Civil c = civil(at);
  return formatted("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(c.date.year()),
                   static_cast<unsigned>(c.date.month()), static_cast<unsigned>(c.date.day()),
                   c.time.hours().count(), c.time.minutes().count(), c.time.seconds().count(),
                   c.time.subseconds().count());
}

std::string format_seconds(Instant at) {
  std::string text = format_instant(at);
  text.replace(text.size() - 5, 5, "Z");
  return text;
}

namespace {
// A year before 0 or after 9999, as format_instant writes it: "-001", "10000".
std::optional<Instant> parse_far_instant(std::string_view text) {
  const std::size_t dash = text.find('-', 1);
  if (dash == std::string_view::npos || dash < 4 || dash > 6) return std::nullopt;
  const bool negative = text.front() == '-';
  Cursor in(text.substr(negative ? 1 : 0));
  int year = 0;
  int month = 0;
  int day = 0;
  if (!in.digits(dash - (negative ? 1 : 0), year) || !in.literal('-') || !in.digits(2, month) ||
      !in.literal('-') || !in.digits(2, day))
    return std::nullopt;
  if (year > static_cast<int>(std::chrono::year::max())) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{negative ? -year : year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  const auto rest = text.substr(std::min(text.size(), dash + 6));
  if (!date.ok()) return std::nullopt;
  if (rest.size() != 14) return std::nullopt;  // "T16:00:00.000Z"
  const auto clock = parse_instant("1970-01-01" + std::string(rest));
  if (!clock) return std::nullopt;
  const Instant at = Instant{std::chrono::sys_days{date}} + clock->time_since_epoch();
  return format_instant(at) == text ? std::optional(at) : std::nullopt;
}
}  // namespace

std::optional<Instant> parse_instant(std::string_view text) {
  if (text.size() != 24 || text.front() == '-')
    return text.size() < 40 ? parse_far_instant(text) : std::nullopt;
  Cursor in(text);
  std::chrono::sys_days day;
  milliseconds time{};
  bool seconds = false;
  int ms = 0;
  if (!read_date(in, day) || !in.literal('T') || !read_clock(in, time, seconds) || !seconds ||
      !in.literal('.') || !in.digits(3, ms) || !in.literal('Z') || !in.done()) {
    return std::nullopt;
  }
  return Instant{day.time_since_epoch() + time + milliseconds{ms}};
}

std::optional<Instant> parse_time(std::string_view text, minutes utc_offset) {
  Cursor in(text);
  std::chrono::sys_days day;
  if (!read_date(in, day)) return std::nullopt;
  if (in.done()) return Instant{day.time_since_epoch() - utc_offset};
  if (!in.literal('T') && !in.literal(' ')) return std::nullopt;
  milliseconds time{};
  bool seconds = false;
  if (!read_clock(in, time, seconds)) return std::nullopt;
  if (seconds && in.literal('.')) {
    int ms = 0;
    if (!in.fraction(ms)) return std::nullopt;
    time += milliseconds{ms};
  }
  minutes offset = utc_offset;
  if (in.literal('Z')) {
    offset = minutes{0};
  } else if (in.peek() == '+' || in.peek() == '-') {
    const bool negative = in.literal('-');
    if (!negative) in.literal('+');
    int h = 0;
    int m = 0;
    if (!in.digits(2, h) || !in.literal(':') || !in.digits(2, m) || h > 23 || m > 59) return std::nullopt;
    offset = std::chrono::hours{h} + minutes{m};
    if (negative) offset = -offset;
  }
  if (!in.done()) return std::nullopt;
  return Instant{day.time_since_epoch() + time - offset};
}

std::string compact_date(Instant at, minutes utc_offset) {
  const Civil c = civil(at + utc_offset);
  return formatted("{:04}{:02}{:02}", static_cast<int>(c.date.year()), static_cast<unsigned>(c.date.month()),
                   static_cast<unsigned>(c.date.day()));
}

std::string local_time(Instant at, minutes utc_offset) {
  const Civil c = civil(at + utc_offset);
  return formatted("{:04}-{:02}-{:02} {:02}:{:02}", static_cast<int>(c.date.year()),
                   static_cast<unsigned>(c.date.month()), static_cast<unsigned>(c.date.day()),
                   c.time.hours().count(), c.time.minutes().count());
}

}  // namespace jaga
