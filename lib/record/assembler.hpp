// Puts a chain together from files that come one after the other, so that not all of their bytes have to be
// there at once. Private to record, store and audit; assemble() of chain.hpp is the same for a list.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "record/chain.hpp"

namespace jaga::record {

class Assembler {
 public:
  Assembler(const ChainName& name, std::string_view repo);
  // In the order of their names; nullopt where it is not a record, which is then a break.
  [[nodiscard]] std::optional<Record> parse(const File& file);
  // Its body and bytes may be gone.
  void add(const std::string& file, Record record);
  Chain finish();  // once

 private:
  std::string repo_;
  Chain chain_;
};

}  // namespace jaga::record
