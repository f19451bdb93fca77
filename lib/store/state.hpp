// The small folder outside the working directory, one an OS account and clone: who this installation is and
// which heads it has seen. <state home>/jaga/<repo>/<installation>/{place.yaml,heads.yaml,machine-key}, 0700.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "record/record.hpp"
#include "store/folder.hpp"

namespace jaga::store {

struct RememberedHead {
  record::ChainName chain;
  std::uint32_t seq = 0;
  Digest head;
  bool operator==(const RememberedHead&) const = default;
};

// Where a clone lies. A machine id is /etc/machine-id's; path absolute.
struct Place {
  std::string machine_id;
  std::string path;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool operator==(const Place&) const = default;
};

class State {
 public:
  // Finds the installation whose place is that of `dir`, or makes a new one. The same machine and path with
  // another device or inode (restored from a copy) is a new installation, which takes over the old one's
  // heads, so that they are still checked; `replaced` names the old one. `state_home` ($XDG_STATE_HOME) is
  // made if missing. Errors: io, cant_create; data for a damaged or foreign folder; not_permitted where it is
  // open to other users.
  static State open(const std::string& state_home, std::string_view repo, const Folder& dir,
                    std::string_view machine_id, const RandomBytes& random);

  const std::string& installation() const { return installation_; }
  const std::optional<std::string>& replaced() const { return replaced_; }

  // Sorted by chain. Error{data} where the file is damaged.
  std::vector<RememberedHead> heads() const;
  // When they were remembered; nullopt: never.
  std::optional<Instant> remembered_at() const;
  // Atomically in place of the older ones, durable on return.
  void remember(std::vector<RememberedHead> heads) const;

  // Where this installation's machine key is, or would be (its public half beside it, ".pub").
  std::string machine_key_file() const;

 private:
  State(Folder folder, std::string installation, std::optional<std::string> replaced)
      : folder_(std::move(folder)), installation_(std::move(installation)), replaced_(std::move(replaced)) {}
  Folder folder_;  // of the installation
  std::string installation_;
  std::optional<std::string> replaced_;
};

}  // namespace jaga::store
