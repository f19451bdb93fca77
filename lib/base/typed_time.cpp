#include "base/typed_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace jaga {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

using Names = std::vector<std::string_view>;

// By month, in both languages and in the older Indonesian spelling.
const std::array<Names, 12> kMonths = {{{"january", "januari"},
                                        {"february", "februari", "pebruari"},
                                        {"march", "maret"},
                                        {"april"},
                                        {"may", "mei"},
                                        {"june", "juni"},
                                        {"july", "juli"},
                                        {"august", "agustus", "ags"},
                                        {"september"},
                                        {"october", "oktober"},
                                        {"november", "nopember"},
                                        {"december", "desember"}}};
// By std::chrono::weekday::c_encoding.
const std::array<Names, 7> kWeekdays = {{{"sunday", "minggu", "ahad"},
                                         {"monday", "senin"},
                                         {"tuesday", "selasa"},
                                         {"wednesday", "rabu"},
                                         {"thursday", "kamis"},
                                         {"friday", "jumat"},
                                         {"saturday", "sabtu"}}};

// Which of `all` begins with `word`, at least three letters of it.
template <std::size_t N>
std::optional<unsigned> named(const std::array<Names, N>& all, std::string_view word) {
  if (word.size() < 3) return std::nullopt;
  for (unsigned at = 0; at < N; ++at)
    for (const std::string_view name : all[at])
      if (name.starts_with(word)) return at;
  return std::nullopt;
}

std::optional<int> number(std::string_view word, std::size_t shortest, std::size_t longest) {
  int value = 0;
  const char* end = word.data() + word.size();
  if (word.size() < shortest || word.size() > longest) return std::nullopt;
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  return error == std::errc{} && stop == end && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<sys_days> date(int year, unsigned month, int day) {
  const std::chrono::year_month_day out{std::chrono::year{year}, std::chrono::month{month},
                                        std::chrono::day{static_cast<unsigned>(day)}};
  return out.ok() ? std::optional(sys_days{out}) : std::nullopt;
}

// The date without a year that is nearest to `today`.
std::optional<sys_days> nearest_date(unsigned month, int day, sys_days today) {
  const int year = static_cast<int>(std::chrono::year_month_day{today}.year());
  const auto away = [&](sys_days when) { return when < today ? today - when : when - today; };
  std::optional<sys_days> best;
  for (const int candidate : {year - 1, year, year + 1}) {
    const auto one = date(candidate, month, day);
    if (one && (!best || away(*one) < away(*best))) best = one;
  }
  return best;
}

class Words {
 public:
  explicit Words(std::string_view text) {
    std::string plain = lower(text);
    std::replace(plain.begin(), plain.end(), ',', ' ');
    std::replace(plain.begin(), plain.end(), '\t', ' ');
    for (std::string& word : split(plain, ' '))
      if (!word.empty()) all_.push_back(std::move(word));
  }
  std::string_view peek(std::size_t ahead = 0) const {
    return at_ + ahead < all_.size() ? std::string_view(all_[at_ + ahead]) : std::string_view{};
  }
  void skip(std::size_t count = 1) { at_ += count; }
  bool take(std::string_view word) {
    if (peek() != word) return false;
    ++at_;
    return true;
  }
  bool at_beginning() const { return at_ == 0; }
  bool done() const { return at_ >= all_.size(); }

 private:
  std::vector<std::string> all_;
  std::size_t at_ = 0;
};

std::optional<sys_days> relative_day(Words& words, sys_days today) {
  if (words.take("today")) return today;
  if (words.peek() == "hari" && words.peek(1) == "ini") {
    words.skip(2);
    return today;
  }
  if (words.take("yesterday") || words.take("kemarin")) return today - days{1};
  if (words.take("tomorrow") || words.take("besok")) return today + days{1};
  return std::nullopt;
}

// 2026-11-30, 30-11-2026
std::optional<sys_days> numeric_day(std::string_view word) {
  const std::vector<std::string> parts = split(word, '-');
  if (parts.size() != 3) return std::nullopt;
  const bool year_first = parts[0].size() == 4;
  const auto year = number(parts[year_first ? 0 : 2], 4, 4);
  const auto month = number(parts[1], year_first ? 2 : 1, 2);
  const auto day = number(parts[year_first ? 2 : 0], year_first ? 2 : 1, 2);
  if (!year || !month || !day) return std::nullopt;
  return date(*year, static_cast<unsigned>(*month), *day);
}

// 30 November 2026, November 30 2026, 30 nov
std::optional<sys_days> day_in_words(Words& words, sys_days today) {
  auto month = named(kMonths, words.peek(1));
  auto day = number(words.peek(), 1, 2);
  if (!month || !day) {
    month = named(kMonths, words.peek());
    day = number(words.peek(1), 1, 2);
  }
  if (!month || !day) return std::nullopt;
  words.skip(2);
  const auto year = number(words.peek(), 4, 4);
  if (!year) return nearest_date(*month + 1, *day, today);
  words.skip();
  return date(*year, *month + 1, *day);
}

std::optional<sys_days> read_day(Words& words, sys_days today) {
  if (const auto day = relative_day(words, today)) return day;
  const auto weekday = named(kWeekdays, words.peek());
  if (weekday) words.skip();
  auto day = numeric_day(words.peek());
  if (day)
    words.skip();
  else
    day = day_in_words(words, today);
  if (day && weekday && std::chrono::weekday{*day}.c_encoding() != *weekday) return std::nullopt;
  return day;
}

// 08:41, 08.41, 8:41, 08:41:30
std::optional<std::chrono::seconds> clock(std::string_view word) {
  const char separator = word.find(':') != std::string_view::npos ? ':' : '.';
  const std::vector<std::string> parts = split(word, separator);
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  const auto hour = number(parts[0], 1, 2);
  const auto minute = number(parts[1], 2, 2);
  const auto second = parts.size() == 3 ? number(parts[2], 2, 2) : std::optional(0);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return std::chrono::hours{*hour} + minutes{*minute} + std::chrono::seconds{*second};
}

std::optional<minutes> zone(std::string_view word) {
  if (word == "utc" || word == "z") return minutes{0};
  if (word == "wib") return std::chrono::hours{7};
  if (word == "wita") return std::chrono::hours{8};
  if (word == "wit") return std::chrono::hours{9};
  if (word.size() != 9 || !word.starts_with("utc") || word[6] != ':') return std::nullopt;
  const auto time = clock(word.substr(4));
  if (!time || (word[3] != '+' && word[3] != '-')) return std::nullopt;
  const auto offset = std::chrono::duration_cast<minutes>(*time);
  return word[3] == '-' ? -offset : offset;
}

}  // namespace

std::optional<TypedTime> parse_typed_time(std::string_view text, minutes utc_offset, Instant now) {
  constexpr std::size_t kDate = 10;  // "2026-11-24"
  if (const auto at = parse_time(text, utc_offset)) return TypedTime{*at, text.size() == kDate};
  constexpr std::size_t kLongest = 100;
  if (text.size() > kLongest) return std::nullopt;
  Words words(text);
  const auto day = read_day(words, std::chrono::floor<days>(now + utc_offset));
  if (!day && !words.at_beginning()) return std::nullopt;
  if (day && words.done()) return TypedTime{Instant{*day} - utc_offset, true};
  if (!words.take("at") && !words.take("pukul")) words.take("jam");
  const auto time = clock(words.peek());
  if (!time) return std::nullopt;
  words.skip();
  minutes offset = utc_offset;
  if (!words.done()) {
    const auto given = zone(words.peek());
    if (!given) return std::nullopt;
    offset = *given;
    words.skip();
  }
  if (!words.done()) return std::nullopt;
  // A time of day alone is of today where it is meant.
  const sys_days date = day ? *day : std::chrono::floor<days>(now + offset);
  return TypedTime{Instant{date} + *time - offset, false};
}

}  // namespace jaga
