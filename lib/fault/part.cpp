#include "fault/part.hpp"

namespace jaga::fault {

Title part_of(const Rule& rule, const inventory::Host& host, const std::string& object,
              const round::Result& deciding, const std::vector<const round::Result*>* results) {
  if (rule.part.empty() || rule.fault_class != "hardware") return rule.part;
  const auto fact = [&](const char* name) { return round::text(deciding, name).value_or(""); };
  const std::string slot = fact("slot");
  std::string serial = host.hardware.serial;
  if (serial.empty() && results != nullptr)
    for (const round::Result* result : *results)
      if (const auto told = round::text(*result, "serials"); told && serial.empty()) serial = *told;
  const auto in = [&](std::string text, std::string_view serial_word, std::string_view at,
                      std::string_view in_word) {
    const auto add = [&](std::string_view word, const std::string& value) {
      if (!value.empty()) text += ", " + std::string(word) + value;
    };
    add("model ", fact("model"));
    add(serial_word, fact("serial"));
    add(slot.empty() ? at : "slot ", slot.empty() ? object : slot);
    if (!host.hardware.model.empty() || !serial.empty()) {
      text += std::string(in_word) + (host.hardware.model.empty() ? host.name : host.hardware.model);
      add(serial_word, serial);
    }
    return text;
  };
  return {in(rule.part.id, "nomor seri ", "pada ", "; dalam "), in(rule.part.en, "serial ", "at ", "; in ")};
}

}  // namespace jaga::fault
