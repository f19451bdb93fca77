// The folders of files that people edit: hosts.d, plans, rules, maintenance.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/folder.hpp"

namespace jaga::store {

struct EditedFile {
  std::string stem;   // "web" of "hosts.d/web.yaml"
  std::string path;   // "hosts.d/web.yaml"
  std::string bytes;
};

// The files NAME.yaml of `directory`, sorted by name; hidden ones and other endings are passed over. No such
// directory: none. Error{config} with the path where a symbolic link, a FIFO, a device or a directory has such a
// name: passed over, its hosts would not be measured and nobody would know. Error{data} where one is larger than
// Folder::kMostRead.
std::vector<EditedFile> edited_files(const Folder& folder, std::string_view directory);

}  // namespace jaga::store
