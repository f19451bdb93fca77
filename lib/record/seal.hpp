// The body of a seal: what was new since the last one.
#pragma once

#include <string>
#include <vector>

#include "base/digest.hpp"
#include "yaml/node.hpp"

namespace jaga::record {

struct SealedFile {
  std::string path;  // relative to the working directory
  Digest digest;
};
struct SeenSeal {
  std::string installation;
  Digest head;  // of its chain of seals
};
struct Seal {
  std::vector<SealedFile> files;   // sorted by path; where they lie is for audit to judge
  std::vector<SeenSeal> seen;      // newest seal of every other installation, sorted
};

yaml::Node write_seal(const Seal& seal);
Seal parse_seal(const yaml::Node& body, const std::string& file);  // Error{data}

}  // namespace jaga::record
