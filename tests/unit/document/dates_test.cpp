#include "document/dates.hpp"

#include <doctest/doctest.h>

using namespace jaga;
using document::Calendar;

namespace {

const Calendar kBali{Language::indonesian, std::chrono::hours{8}};
const Calendar kEnglish{Language::english, std::chrono::hours{8}};

Instant at(const char* text) {
  return *parse_instant(text);
}

}  // namespace

TEST_CASE("dates and times of papers") {
  const Instant monday = at("2026-11-30T00:41:09.000Z");
  CHECK(kBali.full_date(monday) == "Senin, 30 November 2026");
  CHECK(kBali.time(monday) == "pukul 08.41 WITA");
  CHECK(kBali.moment(monday) == "Senin, 30 November 2026 pukul 08.41 WITA");
  CHECK(kBali.brief(monday) == "30-11-2026 08.41");
  CHECK(kBali.in_words(monday) == "Senin tanggal tiga puluh bulan November tahun dua ribu dua puluh enam");
  CHECK(kEnglish.full_date(monday) == "Monday, 30 November 2026");
  CHECK(kEnglish.moment(monday) == "30 November 2026, 08:41 WITA");
  CHECK(kEnglish.in_words(monday) == "Monday, the 30 of November 2026");
  // The day is the office's.
  CHECK(kBali.full_date(at("2026-08-16T20:00:00.000Z")) == "Senin, 17 Agustus 2026");
  CHECK(Calendar{Language::indonesian, std::chrono::hours{7}}.zone() == "WIB");
  CHECK(Calendar{Language::indonesian, std::chrono::hours{9}}.zone() == "WIT");
  CHECK(Calendar{Language::indonesian, std::chrono::minutes{-210}}.zone() == "UTC-03:30");
  CHECK(kBali.date_of("2020-01-10") == "10 Januari 2020");
  CHECK(kBali.date_of("kemarin") == "kemarin");
}

TEST_CASE("numbers in words") {
  CHECK(kBali.spelled(0) == "nol");
  CHECK(kBali.spelled(11) == "sebelas");
  CHECK(kBali.spelled(15) == "lima belas");
  CHECK(kBali.spelled(21) == "dua puluh satu");
  CHECK(kBali.spelled(100) == "seratus");
  CHECK(kBali.spelled(117) == "seratus tujuh belas");
  CHECK(kBali.spelled(1000) == "seribu");
  CHECK(kBali.spelled(2026) == "dua ribu dua puluh enam");
  CHECK(kBali.spelled(250'500) == "dua ratus lima puluh ribu lima ratus");
  CHECK(kEnglish.spelled(2026) == "two thousand twenty-six");
  CHECK(kBali.number(1'234'567) == "1.234.567");
  CHECK(kBali.number(-999) == "-999");
  CHECK(kEnglish.number(1'234) == "1,234");
}

TEST_CASE("spans of time") {
  using namespace std::chrono_literals;
  CHECK(kBali.span(65min) == "1 jam 5 menit");
  CHECK(kBali.span(30h) == "30 jam");
  CHECK(kBali.span(20s) == "kurang dari 1 menit");
  CHECK(kBali.span(0s) == "0 menit");
  CHECK(kEnglish.span(65min) == "1 h 5 min");
}
