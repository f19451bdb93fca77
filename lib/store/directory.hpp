// The working directory of an office: where jaga.yaml lies.
//
// One thread at a time; closes its descriptors when it goes.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>

#include "store/folder.hpp"

namespace jaga::store {

inline constexpr std::string_view kMarkFile = "jaga.yaml";

// Who opens it. `trusted`: directories of other users that this user's own configuration lists ("*": all).
struct Opener {
  uid_t user = 0;  // effective
  std::span<const std::string> trusted{};
};

// Throws Error{not_permitted} where `path` is that of another user and not trusted.
void require_own(const std::string& path, uid_t owner, const Opener& opener);

// Shared use (`init --shared`) shows in the directory itself: setgid and not open to others. New directories
// are then 3770 and files 0440, else as the umask says and 0444.
class WorkingDirectory : public Folder {
 public:
  // `path` is the directory that holds jaga.yaml. Throws Error{no_input} where it does not,
  // Error{not_permitted} where it belongs to another user and is not trusted.
  static WorkingDirectory open(const std::string& path, const Opener& opener, Abilities abilities = {});
  // The nearest directory from `start` (absolute) upwards that holds jaga.yaml; nullopt: none up to the root.
  static std::optional<std::string> find(const std::string& start);
  bool shared() const { return shared_; }

 private:
  WorkingDirectory(std::string path, Modes modes, Abilities abilities, bool shared)
      : Folder(std::move(path), modes, abilities), shared_(shared) {}
  bool shared_ = false;
};

}  // namespace jaga::store
