// What a repair by people, or the end of an incident, would record, shown before it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "document/locale.hpp"
#include "incident/incident.hpp"

namespace jaga::document {

struct RepairReport {
  enum class Kind { by_hand, vendor_called, vendor_reply, give_up };
  struct Letter {
    std::size_t size = 0;
    Digest digest;
  };
  const incident::State& state;  // must outlive it
  Kind kind = Kind::by_hand;
  Instant when{};
  std::string person{};  // who records it
  std::string vendor{};
  std::optional<std::string> technician{};
  std::optional<Instant> arrived{};
  std::optional<Instant> left{};
  std::optional<Letter> letter{};
  std::vector<incident::Part> parts{};
  bool is_complete = true;                 // of a vendor's reply: nothing of it is unknown
  std::optional<std::string> emergency{};  // the reason
  std::string remark{};
};
std::vector<std::string> repair_lines(const RepairReport& report, const Locale& locale);

struct ArchiveReport {
  const incident::State& state;  // must outlive it
  incident::PartDisposition part = incident::PartDisposition::none;
  std::string where{};
  std::optional<std::string> received_by{};
  std::optional<std::string> sanitised{};
  std::string folder{};  // of the bag
};
std::vector<std::string> archive_lines(const ArchiveReport& report, const Locale& locale);

}  // namespace jaga::document
