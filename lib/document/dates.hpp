// Dates, times, numbers and spans as official papers write them: in Indonesian "Senin, 30 November 2026",
// "pukul 08.41 WITA", "tiga puluh", "2,5"; in English "Monday, 30 November 2026", "08:41 WITA",
// "thirty".
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/instant.hpp"
#include "base/message.hpp"

namespace jaga::document {

// An office's paper: its language and clock.
struct Calendar {
  Language language = Language::indonesian;
  std::chrono::minutes utc_offset{0};

  std::string weekday(Instant at) const;    // "Senin"
  std::string date(Instant at) const;       // "30 November 2026"
  std::string full_date(Instant at) const;  // "Senin, 30 November 2026"
  std::string time(Instant at) const;       // "pukul 08.41 WITA"
  std::string moment(Instant at) const;     // "Senin, 30 November 2026 pukul 08.41 WITA"
  std::string brief(Instant at) const;      // "30-11-2026 08.41", for tables; English "2026-11-30 08:41"
  std::string month(Instant at) const;      // "November 2026"
  std::string zone() const;                 // "WIB", "WITA", "WIT", else "UTC+09:30"
  // "Senin tanggal tiga puluh bulan November tahun dua ribu dua puluh enam"
  std::string in_words(Instant at) const;
  // "1 jam 5 menit"; whole_minutes(); what is longer than nothing is never "0 menit".
  std::string span(std::chrono::milliseconds span) const;
  // "1.234" and "1,234".
  std::string number(std::int64_t value) const;
  // "terbilang": up to a million.
  std::string spelled(std::int64_t value) const;
  // "2026-11-30" of a hand-edited file as date(); unchanged if it is not a date.
  std::string date_of(const std::string& iso) const;
};

// To the nearest one, as Calendar::span() shows it; CSV has the same figure.
std::int64_t whole_minutes(std::chrono::milliseconds span);

}  // namespace jaga::document
