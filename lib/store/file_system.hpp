// What a file system is, by its magic number: whether locks and fsync can be relied on there. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace jaga::store {

struct FileSystem {
  enum class Kind { local, network, unknown };
  Kind kind = Kind::unknown;
  std::string_view name{};  // of network
};
// `magic` is f_type of statfs(2), whose 32 bits may have been extended by their sign. FUSE counts as network:
// what is behind it cannot be seen.
FileSystem file_system(std::uint64_t magic);

}  // namespace jaga::store
