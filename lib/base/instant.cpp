#include "base/instant.hpp"

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

std::optional<Instant> parse_instant(std::string_view text) {
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
