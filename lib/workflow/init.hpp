// Making a working directory.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/message.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {

// What init() writes to these files.
inline constexpr std::string_view kGitAttributes = "* -text\n";
inline constexpr std::string_view kGitIgnore =
    "/rounds/\n/archive/\n/reports/\n/incidents/*/*/evidence/private/\n";

struct InitOptions {
  std::string path;  // absolute; made where it is missing
  std::string organisation;
  Language language = Language::indonesian;  // of paper
  std::string city{};                        // Settings::city
  std::vector<std::string> letterhead{};     // Settings::letterhead
  std::optional<std::string> sop{};  // the bytes of a procedure; none: the form, or what lies there already
  std::optional<gid_t> shared{};     // --shared GROUP: setgid, 3770, for the group
  store::Opener opener{};            // who makes it
};
// Throws, before anything is written, what would stop init(): a bad procedure, the options's or the one that
// lies there already (Error{config}); a options for another procedure than that one, a folder that is none,
// that cannot be made or written (Error{cant_create}), or is another user's (Error{not_permitted}); a group
// that this user is not in; a name that no record may hold (Error{usage}). The answer is the procedure that
// will hold.
sop::Sop check_init(const InitOptions& options);

struct Initialised {
  std::string path;
  std::string repo;
  std::vector<std::string> files;  // made, below path
  bool made_folder = false;        // ... and `path` itself
};
// Writes jaga.yaml, sop.yaml, hosts.yaml, .gitattributes and .gitignore, but not over what is there: an init
// that was broken off can be run again. The register begins with the first person (begin_register). Throws
// what check_init() throws, and Error{cant_create} where jaga.yaml is there already.
Initialised init(const InitOptions& options, const RandomBytes& random);
// Removes what init() made, where the register could not be begun then. Once a record of the register is there
// nothing is removed, and the answer is false.
bool undo_init(const Initialised& made);

}  // namespace jaga::workflow
