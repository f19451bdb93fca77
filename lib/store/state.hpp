// The small folder outside the working directory, one an OS account and clone: who this installation is and
// which heads it has seen. <state
// home>/jaga/<repo>/<installation>/{place.yaml,names.yaml,heads/,machine-key}, 0700.
//
// One thread at a time; closes its descriptors when it goes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/message.hpp"
#include "store/folder.hpp"
#include "store/memory.hpp"

namespace jaga::store {

// Where a clone lies. A machine id is /etc/machine-id's; path absolute.
struct Place {
  std::string machine_id;
  std::string path;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool operator==(const Place&) const = default;
};

class Installation {
 public:
  // Finds the installation whose place is that of `dir`, or makes a new one. The same machine and path with
  // another device or inode (restored from a copy) is a new installation. What any installation saw at this
  // path, as it was typed or as it is without symbolic links, memory() holds: what is there now must
  // continue it. `state_home` ($XDG_STATE_HOME) is made if missing. `typed`: the absolute path by which the
  // directory was reached. A place.yaml that cannot be read is told by remarks(): what that
  // installation saw counts as seen elsewhere. Errors: io, cant_create; not_permitted where the folder is
  // open to other users.
  static Installation open(const std::string& state_home, std::string_view repo, const Folder& dir,
                           std::string_view machine_id, const RandomBytes& random,
                           std::string_view typed = {});

  const std::string& installation() const { return installation_; }
  const std::string& folder() const { return path_; }  // absolute
  const Memory& memory() const { return memory_; }
  // What this account saw of this repo at other paths: the path and its memory.
  struct Elsewhere {
    std::string path;
    Memory memory;
  };
  std::vector<Elsewhere> elsewhere() const;

  // What could not be read.
  const std::vector<Message>& remarks() const { return remarks_; }

  // Where this installation's machine key is, or would be (its public half beside it, ".pub").
  std::string machine_key_file() const { return path_ + "/machine-key"; }

 private:
  struct Other {
    std::string folder;
    std::string path;
  };
  Installation(std::string path, std::string installation, Memory memory, std::vector<Other> others,
               std::vector<Message> remarks)
      : path_(std::move(path)),
        installation_(std::move(installation)),
        memory_(std::move(memory)),
        others_(std::move(others)),
        remarks_(std::move(remarks)) {}
  std::string path_;  // of the installation's folder
  std::string installation_;
  Memory memory_;
  std::vector<Other> others_;  // installations at other paths
  std::vector<Message> remarks_;
};

}  // namespace jaga::store
