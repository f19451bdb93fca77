// Making a working directory.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/message.hpp"

namespace jaga::workflow {

struct InitWish {
  std::string path;  // absolute; made where it is missing
  std::string organisation;
  Language language = Language::indonesian;  // of paper
  std::string sop = "form";                  // name of a built-in procedure
  std::optional<std::string> sop_bytes{};    // or a file's bytes
  std::optional<gid_t> shared{};             // --shared GROUP: setgid, 3770, for the group
};
struct Initialised {
  std::string path;
  std::string repo;
  std::vector<std::string> files;  // made, below path
};
// Writes jaga.yaml, sop.yaml, hosts.yaml, .gitattributes and .gitignore. The register begins with the first
// person (begin_register). Throws Error{cant_create} where jaga.yaml is there already, Error{config} for a
// bad sop.
Initialised init(const InitWish& wish, const RandomBytes& random);

}  // namespace jaga::workflow
