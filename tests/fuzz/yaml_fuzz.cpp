// Files of anybody: reading never crashes, a canonical file has one form, and what was read can be written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace yaml = jaga::yaml;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const yaml::Node node = yaml::read_canonical(text, "file");
    if (yaml::write_canonical(node) != text) std::abort();
    // What has one form can be read by everybody: by the reader of hand-edited files, too.
    if (!(yaml::read_hand_edited(text, "file") == node)) std::abort();
  } catch (const jaga::Error&) {
  }
  try {
    static_cast<void>(yaml::read_hand_edited(text, "file"));
  } catch (const jaga::Error&) {
  }
  try {
    yaml::read_canonical_list(
        text, "file", "results", size, [](const yaml::Node&) {}, [](const yaml::Node&) {});
  } catch (const jaga::Error&) {
  }
  return 0;
}
