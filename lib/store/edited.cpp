#include "store/edited.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace jaga::store {

std::vector<EditedFile> edited_files(const Folder& folder, std::string_view directory) {
  constexpr std::string_view kEnding = ".yaml";
  std::vector<EditedFile> out;
  for (const Item& item : folder.list(directory)) {
    if (item.name.starts_with('.') || !item.name.ends_with(kEnding)) continue;
    std::string path = std::string(directory) + "/" + item.name;
    if (item.kind != Item::Kind::file)
      throw Error{ExitCode::config, msg("'{path}' is not a regular file", {{"path", printable(path)}}),
                  msg("put the file itself there: symbolic links, FIFOs and devices are not read")};
    std::string bytes = folder.require(path);
    out.push_back({item.name.substr(0, item.name.size() - kEnding.size()), std::move(path), std::move(bytes)});
  }
  return out;
}

}  // namespace jaga::store
