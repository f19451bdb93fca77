// A tree of files that others may have written to: opened once by descriptor, everything below reached from
// there without following a symbolic link, only regular files read, files published whole or not at all.
//
// A Folder is for one thread at a time, its const functions too: they remember what the kernel can do. Locks
// hold against other processes and other Folders alike.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "os/descriptor.hpp"
#include "store/tree.hpp"

namespace jaga::store {

using os::Descriptor;

// An flock(2) on a directory, held while this lives; the kernel drops it when the process dies.
class Lock {
 public:
  explicit Lock(Descriptor directory) : directory_(std::move(directory)) {}

 private:
  Descriptor directory_;
};

// What the kernel and the file system can do. All are tried and found out by themselves; a test switches them
// off to walk the other way.
struct Abilities {
  bool openat2 = true;
  bool tmpfile = true;
};

struct Modes {
  mode_t record = 0444;          // publish()
  mode_t file = 0644;            // create(), replace(); the umask applies
  mode_t directory = 0777;       // the umask applies
  bool exact_directory = false;  // set the mode in spite of the umask (shared directories)

  // publish_secret(), and the directory of such files: in a shared directory its group's, else this user's
  // alone.
  mode_t secret() const { return exact_directory ? record : record & 0700U; }
  mode_t secret_directory() const { return exact_directory ? directory : directory & 0700U; }
};

// Paths are relative to the folder, of one or more components separated by '/'; none may be empty, "." or
// "..". A path that breaks this is a bug (Error{software}) and never reaches the kernel. Errors: data where a
// component is a symbolic link or the path is not a regular file (or directory); io, cant_create for what the
// system says.
class Folder : public Tree {
 public:
  // Opens an existing directory, following symbolic links in `path` itself. Throws Error{no_input}.
  explicit Folder(std::string path, Modes modes = {}, Abilities abilities = {});

  const std::string& path() const { return path_; }
  std::string absolute(std::string_view below) const { return path_ + "/" + std::string(below); }
  int descriptor() const { return root_.get(); }
  const Modes& modes() const { return modes_; }

  // nullopt where there is no such file. Error{data} where it is larger than `most`.
  std::optional<std::string> read(std::string_view path, std::size_t most = kMostRead) const override;
  std::string require(std::string_view path, std::size_t most = kMostRead) const override;
  bool exists(std::string_view path) const override;
  // Sorted by name, without "." and ".."; "" is the folder itself. No such directory: empty.
  std::vector<Item> list(std::string_view directory) const override;
  void each(std::string_view directory, const Visit& visit) const override;
  // Null where another directory lies at the path by now.
  std::unique_ptr<Tree> another() const override;

  // Makes a directory and its parents where missing; each new one is fsynced, and its parent.
  void make_directory(std::string_view path) const;
  // Puts a new file in place whole: a nameless file is written, made read-only (modes().record), fsynced and
  // only then linked to `path`, which must not exist (Error{cant_create}). The link is durable after
  // sync_directory(). Makes the directories that are missing. After a failed fsync nothing is linked.
  void publish(std::string_view path, std::string_view bytes) const;
  // The same for `path`.sig and `path`: both are written and fsynced before the signature is linked, and then
  // the file, which is never there without it. Costs little more than one file.
  void publish_with_signature(const std::string& path, std::string_view bytes,
                              std::string_view signature) const;
  struct NewFile {
    std::string_view path;
    std::string_view bytes;
  };
  // publish() of many, in this order, durable on return: all are written before the first has its name, and
  // one sync of the file system takes the place of one for each. What is there already with the same bytes is
  // left; with other bytes it is Error{cant_create}. After an error those before it may be there.
  void publish_all(std::span<const NewFile> files) const;
  // publish() with modes().secret(); the directory that it lies in has modes().secret_directory() and is
  // given it where it is this user's and more open.
  void publish_secret(std::string_view path, std::string_view bytes) const;
  // publish() with modes().file and the directory fsynced: files that people edit.
  void create(std::string_view path, std::string_view bytes) const;
  // Atomically puts `bytes` where an older file may be, by rename; durable on return. Never for records.
  void replace(std::string_view path, std::string_view bytes) const { replace(path, bytes, true); }
  // The same without a sync: after a power cut the older file may be there, or one that is empty or torn. For
  // holders of an exclusive lock: what a killed process leaves is overwritten by the next one.
  void replace_unsynced(std::string_view path, std::string_view bytes) const { replace(path, bytes, false); }
  // Makes all durable that was written to this file system.
  void sync_all() const;
  // Removes a file, durably; none there: false. Only for what may go: redacted evidence, old rounds.
  bool remove(std::string_view path) const;
  // Removes a directory that is empty; false where it is not there or something is in it. Not durable: it may
  // be there again after a power cut.
  bool remove_directory(std::string_view path) const;
  void sync_directory(std::string_view directory) const;

  // flock of a directory below (made if missing; "" the folder itself). Error{busy} after `wait`.
  Lock lock(std::string_view directory, std::chrono::milliseconds wait = std::chrono::seconds{10}) const;

  // Device and inode of the folder itself.
  std::pair<std::uint64_t, std::uint64_t> identity() const;

 private:
  Descriptor open(std::string_view path, int flags) const;
  Descriptor open_directory(std::string_view path, bool make, bool secret = false) const;
  std::optional<std::string> read_from(const Descriptor& file, std::string_view path, std::size_t most) const;
  struct Staged;
  void replace(std::string_view path, std::string_view bytes, bool durable) const;
  void write_staged(Staged& staged) const;
  void give_name(Staged& staged) const;
  void put(std::span<const NewFile> files, mode_t mode, bool exact, bool secret) const;

  std::string path_;
  Modes modes_;
  mutable Abilities abilities_;
  Descriptor root_;
};

// "a/b" of "a/b/c"; "" of "c".
std::string_view parent_of(std::string_view path);
std::string_view last_of(std::string_view path);

}  // namespace jaga::store
