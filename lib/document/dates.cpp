#include "document/dates.hpp"

#include <array>

#include "base/date.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "base/zone.hpp"

namespace jaga::document {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::array<const char*, 12> kBulan = {"Januari",   "Februari", "Maret",    "April",
                                                "Mei",       "Juni",     "Juli",     "Agustus",
                                                "September", "Oktober",  "November", "Desember"};
constexpr std::array<const char*, 12> kMonths = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};
constexpr std::array<const char*, 7> kHari = {"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"};
constexpr std::array<const char*, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                              "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 12> kAngka = {"nol",  "satu",  "dua",     "tiga",     "empat",   "lima",
                                                "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"};
constexpr std::array<const char*, 20> kNumbers = {"zero",    "one",     "two",       "three",    "four",
                                                  "five",    "six",     "seven",     "eight",    "nine",
                                                  "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                                  "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<const char*, 10> kTens = {"",      "",      "twenty",  "thirty", "forty",
                                               "fifty", "sixty", "seventy", "eighty", "ninety"};

std::string after(const std::string& words, std::int64_t rest, std::string (*spell)(std::int64_t)) {
  return rest == 0 ? words : words + " " + spell(rest);
}

std::string terbilang(std::int64_t value) {
  if (value < 0) return "minus " + terbilang(-value);
  if (value < 12) return kAngka[static_cast<std::size_t>(value)];
  if (value < 20) return terbilang(value - 10) + " belas";
  if (value < 100) return after(terbilang(value / 10) + " puluh", value % 10, terbilang);
  if (value < 200) return after("seratus", value % 100, terbilang);
  if (value < 1'000) return after(terbilang(value / 100) + " ratus", value % 100, terbilang);
  if (value < 2'000) return after("seribu", value % 1'000, terbilang);
  if (value < 1'000'000) return after(terbilang(value / 1'000) + " ribu", value % 1'000, terbilang);
  return std::to_string(value);
}

std::string spelled_english(std::int64_t value) {
  if (value < 0) return "minus " + spelled_english(-value);
  if (value < 20) return kNumbers[static_cast<std::size_t>(value)];
  if (value < 100) {
    const std::string tens = kTens[static_cast<std::size_t>(value / 10)];
    return value % 10 == 0 ? tens : tens + "-" + kNumbers[static_cast<std::size_t>(value % 10)];
  }
  if (value < 1'000) return after(spelled_english(value / 100) + " hundred", value % 100, spelled_english);
  if (value < 1'000'000)
    return after(spelled_english(value / 1'000) + " thousand", value % 1'000, spelled_english);
  return std::to_string(value);
}

}  // namespace

std::string Calendar::weekday(Instant at) const {
  const std::chrono::weekday day{floor<days>(at + utc_offset)};
  return language == Language::indonesian ? kHari[day.c_encoding()] : kDays[day.c_encoding()];
}

std::string Calendar::date(Instant at) const {
  const year_month_day date{floor<days>(at + utc_offset)};
  return std::to_string(static_cast<unsigned>(date.day())) + " " + month(at);
}

std::string Calendar::month(Instant at) const {
  const year_month_day date{floor<days>(at + utc_offset)};
  const std::size_t month = static_cast<unsigned>(date.month()) - 1;
  std::string out = language == Language::indonesian ? kBulan[month] : kMonths[month];
  return out + " " + std::to_string(static_cast<int>(date.year()));
}

std::string Calendar::full_date(Instant at) const {
  return weekday(at) + ", " + date(at);
}

std::string Calendar::zone() const {
  return zone_text(utc_offset);
}

std::string Calendar::time(Instant at) const {
  const auto local = floor<minutes>(at + utc_offset);
  const auto of_day = (local - floor<days>(local)).count();
  return language == Language::indonesian
             ? formatted("pukul {:02}.{:02} {}", of_day / 60, of_day % 60, zone())
             : formatted("{:02}:{:02} {}", of_day / 60, of_day % 60, zone());
}

std::string Calendar::moment(Instant at) const {
  return language == Language::indonesian ? full_date(at) + " " + time(at) : date(at) + ", " + time(at);
}

std::string Calendar::brief(Instant at) const {
  if (language != Language::indonesian) return local_time(at, utc_offset);
  const auto local = floor<minutes>(at + utc_offset);
  const year_month_day date{floor<days>(local)};
  const auto of_day = (local - floor<days>(local)).count();
  return formatted("{:02}-{:02}-{:04} {:02}.{:02}", static_cast<unsigned>(date.day()),
                   static_cast<unsigned>(date.month()), static_cast<int>(date.year()), of_day / 60,
                   of_day % 60);
}

std::string Calendar::in_words(Instant at) const {
  const year_month_day date{floor<days>(at + utc_offset)};
  const std::size_t month = static_cast<unsigned>(date.month()) - 1;
  const std::string day = spelled(static_cast<unsigned>(date.day()));
  const std::string year = spelled(static_cast<int>(date.year()));
  if (language != Language::indonesian)
    return weekday(at) + ", the " + std::to_string(static_cast<unsigned>(date.day())) + " of " +
           kMonths[month] + " " + std::to_string(static_cast<int>(date.year()));
  return weekday(at) + " tanggal " + day + " bulan " + kBulan[month] + " tahun " + year;
}

std::string Calendar::span(std::chrono::milliseconds span) const {
  const bool id = language == Language::indonesian;
  const std::int64_t rest = whole_minutes(span);
  if (rest == 0)
    return span.count() > 0 ? (id ? "kurang dari 1 menit" : "less than a minute")
                            : (id ? "0 menit" : "0 min");
  std::string out;
  const auto hours = rest / 60;
  if (hours > 0) out = number(hours) + (id ? " jam" : " h");
  if (rest % 60 > 0) out += (out.empty() ? "" : " ") + std::to_string(rest % 60) + (id ? " menit" : " min");
  return out;
}

std::int64_t whole_minutes(std::chrono::milliseconds span) {
  return std::chrono::round<minutes>(span).count();
}

std::string Calendar::number(std::int64_t value) const {
  std::string digits = std::to_string(value < 0 ? -value : value);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, language == Language::indonesian ? "." : ",");
  }
  return (value < 0 ? "-" : "") + digits;
}

std::string Calendar::spelled(std::int64_t value) const {
  return language == Language::indonesian ? terbilang(value) : spelled_english(value);
}

std::string Calendar::date_of(const std::string& iso) const {
  return is_iso_date(iso) ? date(midnight_of(iso, utc_offset)) : iso;
}

}  // namespace jaga::document
