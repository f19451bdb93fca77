// The folder of a request that somebody carried here: reading it never crashes. A line "=== PATH" begins the
// file of that path; corpus/request has a real one.
#include <stdlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "workflow/sign.hpp"

namespace fs = std::filesystem;

namespace {

// In memory where that is possible, and removed at the end.
class Folder {
 public:
  Folder() {
    std::string name = fs::exists("/dev/shm") ? "/dev/shm/jaga-fuzz-XXXXXX" : "/tmp/jaga-fuzz-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path;
};

bool is_inside(const std::string& path) {
  return path.size() < 200 && !path.starts_with('/') &&
         ("/" + path + "/").find("/../") == std::string::npos && path.find('\0') == std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folder folder;
  constexpr std::string_view kMark = "=== ";
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder.path, error)) fs::remove_all(entry.path(), error);
  std::string_view text(reinterpret_cast<const char*>(data), size);
  for (int files = 0; files < 100 && text.starts_with(kMark); ++files) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string path(text.substr(kMark.size(), end - kMark.size()));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t next = text.find("\n" + std::string(kMark));
    const std::string_view bytes = text.substr(0, next == std::string_view::npos ? next : next + 1);
    text.remove_prefix(bytes.size());
    if (!is_inside(path)) continue;
    const fs::path file = fs::path(folder.path) / path;
    fs::create_directories(file.parent_path(), error);
    std::ofstream(file, std::ios::binary) << bytes;
  }
  try {
    static_cast<void>(jaga::workflow::read_request(folder.path));
  } catch (const jaga::Error& refused) {
    if (refused.code() == jaga::ExitCode::software) std::abort();
  }
  return 0;
}
