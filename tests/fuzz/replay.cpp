// Without libFuzzer: runs a fuzz target over each file of the folders that are named, so that what was found
// once is looked for in every build.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      if (!file) return 1;
      // Each cut, too: a parser that reads past its end does so at one of them.
      for (std::size_t size = bytes.size() > 4'096 ? bytes.size() : 0; size <= bytes.size(); ++size) {
        const std::string cut = bytes.substr(0, size);  // with its own end, for the sanitizers
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(cut.data()), cut.size());
      }
      ++files;
    }
  }
  std::printf("%d inputs with all their cuts\n", files);
  return files > 0 ? 0 : 1;
}
