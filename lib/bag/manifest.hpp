// What writing and checking share. Private to bag.
#pragma once

#include <string>
#include <string_view>

namespace jaga::bag {

inline constexpr std::string_view kBagit = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
inline constexpr std::string_view kSignature = "tagmanifest-sha256.txt.sig";

// The same path without slashes at its end. Error{no_input} where it is a symbolic link or not a directory.
std::string require_directory(const std::string& directory);

}  // namespace jaga::bag
