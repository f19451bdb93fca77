// Records, notes, rounds and inventories of anybody: parsing never crashes; a record that is accepted has one
// form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "record/day_summary.hpp"
#include "record/glance.hpp"
#include "record/record.hpp"
#include "record/seal.hpp"
#include "round/states.hpp"

namespace record = jaga::record;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const record::Record read = record::parse_record(text, "file");
    if (record::make_record(read.envelope, read.body).bytes != text) std::abort();
    if (!record::parse_file_name(record::file_name(read.envelope))) std::abort();
    const record::Seal seal = record::parse_seal(read.body, "file");
    // A glance says the same, or nothing.
    if (const auto seen = record::glance_at_seal(text))
      if (seen->prev != read.envelope.prev || record::write_seal(seen->body) != record::write_seal(seal))
        std::abort();
  } catch (const jaga::Error&) {
  }
  try {
    const record::Note read = record::parse_note(text, "file");
    if (record::make_note(read).bytes != text) std::abort();
  } catch (const jaga::Error&) {
  }
  try {
    const record::DaySummary read = record::parse_day_summary(text, "file");
    if (record::make_day_summary(read).bytes != text) std::abort();
  } catch (const jaga::Error&) {
  }
  static_cast<void>(record::glance(text));
  static_cast<void>(record::glance_at_seal(text));
  static_cast<void>(jaga::round::read_states(text));
  static_cast<void>(record::parse_summary_path(text));
  static_cast<void>(record::parse_chain_name(text));
  static_cast<void>(record::parse_file_name(text));
  return 0;
}
