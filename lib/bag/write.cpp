#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "bag/bag.hpp"
#include "bag/manifest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "os/file.hpp"
#include "process/run.hpp"

namespace jaga::bag {
namespace {

Error cannot(const std::string& path) {
  const bool refused = errno == EACCES || errno == EPERM || errno == EROFS || errno == EEXIST ||
                       errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
  const auto error = system_error(errno, msg("cannot write '{path}': {reason}", {{"path", printable(path)}}));
  return Error{refused ? ExitCode::cant_create : ExitCode::io, error.message()};
}

void sync(int fd, const std::string& path) {
  if (fsync(fd) != 0) throw cannot(path);
}

// The folder for bags. Held open: others who can write there cannot replace it in the meantime.
os::Descriptor open_parent(const std::string& path) {
  os::Descriptor fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (fd.get() >= 0) return fd;
  struct stat status {};
  if ((errno == ELOOP || errno == ENOTDIR) && lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
    throw Error{ExitCode::cant_create, msg("'{path}' is a symbolic link", {{"path", printable(path)}}),
                msg("give the directory to which it points")};
  }
  throw cannot(path);
}

bool is_there(int parent, const std::string& name) {
  struct stat status {};
  return fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

// Gives a new file or directory its name; never over another one.
void rename_new(int from_parent, const std::string& from, int parent, const std::string& to,
                const std::string& shown) {
  if (renameat2(from_parent, from.c_str(), parent, to.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno != EINVAL && errno != ENOSYS) throw cannot(shown);
  // A file system without it.
  if (is_there(parent, to)) {
    errno = EEXIST;
    throw cannot(shown);
  }
  if (renameat(from_parent, from.c_str(), parent, to.c_str()) != 0) throw cannot(shown);
}

// Removes the file or directory `name` and all below it, following no symbolic link; false where some of it
// stays.
bool remove_tree(int parent, const std::string& name) {
  if (unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return true;
  os::Descriptor opened(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!opened) return false;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(fdopendir(opened.get()), closedir);
  if (!directory) return false;
  const int fd = opened.release();  // the stream's from here on
  std::vector<std::string> names;
  while (const dirent* entry = readdir(directory.get()))
    if (const std::string_view each = entry->d_name; each != "." && each != "..") names.emplace_back(each);
  for (const std::string& each : names) (void)remove_tree(fd, each);
  return unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0;
}

constexpr const char* kDrafts = ".drafts";  // beside the bags

// Where bags are written until they are whole. A shared lock on it says that somebody writes; the last one
// removes it.
class Drafts {
 public:
  Drafts(int parent, const std::string& shown) : parent_(parent) {
    for (;;) {
      if (mkdirat(parent_, kDrafts, 0700) != 0 && errno != EEXIST) throw cannot(shown);
      os::Descriptor fd(openat(parent_, kDrafts, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
      if (fd.get() < 0 && errno == ENOENT) continue;  // removed meanwhile
      struct stat status {};
      if (fd.get() < 0 || flock(fd.get(), LOCK_SH) != 0 || fstat(fd.get(), &status) != 0) throw cannot(shown);
      if (status.st_nlink == 0) continue;
      fd_.emplace(std::move(fd));
      return;
    }
  }
  Drafts(const Drafts&) = delete;
  Drafts& operator=(const Drafts&) = delete;
  ~Drafts() { unlinkat(parent_, kDrafts, AT_REMOVEDIR); }  // unless others still write
  int get() const { return fd_->get(); }

 private:
  int parent_;
  std::optional<os::Descriptor> fd_;
};

void remove_drafts_in(int parent) {
  const os::Descriptor fd(openat(parent, kDrafts, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (fd.get() < 0 || flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return;
  (void)remove_tree(parent, kDrafts);
}

// The bag while it is written: reached by descriptors alone, removed again unless it got its name.
class Draft {
 public:
  Draft(int parent, int drafts, const std::string& name, std::string shown)
      : parent_(parent), drafts_(drafts), shown_(std::move(shown)) {
    constexpr int kTries = 1000;
    for (int n = 0; n < kTries && name_.empty(); ++n) {
      const std::string tried = name + "." + std::to_string(getpid()) + "-" + std::to_string(n);
      if (mkdirat(drafts_, tried.c_str(), 0700) == 0)
        name_ = tried;
      else if (errno != EEXIST)
        throw cannot(shown_);
    }
    if (name_.empty()) throw cannot(shown_);
    try {
      hold("", drafts_, name_, kRootMode);
    } catch (...) {
      unlinkat(drafts_, name_.c_str(), AT_REMOVEDIR);
      throw;
    }
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (name_.empty()) return;
    for (const auto& [directory, file] : files_) unlinkat(directory, file.c_str(), 0);
    for (auto at = order_.rbegin(); at != order_.rend(); ++at)
      unlinkat(at->first, at->second.c_str(), AT_REMOVEDIR);
  }

  void put(const std::string& path, std::string_view bytes) {
    const auto slash = path.rfind('/');
    const int directory = make(slash == std::string::npos ? std::string() : path.substr(0, slash));
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    const std::string whole = shown_ + "/" + path;
    const os::Descriptor fd(
        openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (fd.get() < 0) throw cannot(whole);
    files_.emplace_back(directory, name);
    errno = os::write_all(fd.get(), bytes);
    if (errno != 0) throw cannot(whole);
    if (fchmod(fd.get(), kFileMode) != 0) throw cannot(whole);
    sync(fd.get(), whole);
  }
  // The descriptor of a directory of the bag, made where it is missing.
  int make(const std::string& path) {
    const auto known = held_.find(path);
    if (known != held_.end()) return known->second.get();
    const auto slash = path.rfind('/');
    const int parent = make(slash == std::string::npos ? std::string() : path.substr(0, slash));
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    if (mkdirat(parent, name.c_str(), 0700) != 0) throw cannot(shown_ + "/" + path);
    return hold(path, parent, name, kDirectoryMode);
  }
  void become(const std::string& name) {
    for (const auto& [path, fd] : held_) sync(fd.get(), shown_ + "/" + path);
    rename_new(drafts_, name_, parent_, name, shown_);
    name_.clear();
  }

 private:
  // The bag may contain private files, so nobody else may enter it; modes below do not matter.
  static constexpr mode_t kRootMode = 0750;
  static constexpr mode_t kDirectoryMode = 0755;
  static constexpr mode_t kFileMode = 0644;

  int hold(const std::string& path, int parent, const std::string& name, mode_t mode) {
    order_.emplace_back(parent, name);
    os::Descriptor fd(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (fd.get() < 0 || fchmod(fd.get(), mode) != 0) throw cannot(shown_ + "/" + path);
    return held_.emplace(path, std::move(fd)).first->second.get();
  }

  int parent_;
  int drafts_;
  std::string shown_;
  std::string name_;
  std::map<std::string, os::Descriptor> held_;      // by path in the bag; "" the bag itself
  std::vector<std::pair<int, std::string>> order_;  // directories as they were made
  std::vector<std::pair<int, std::string>> files_;
};

// A file of a name that nobody knew before, removed again unless it was renamed.
class Temporary {
 public:
  Temporary(int parent, const std::string& where, const std::string& pattern)
      : parent_(parent), path_(where + "/" + pattern), fd_(mkostemp(path_.data(), O_CLOEXEC)) {
    if (fd_.get() < 0) throw cannot(path_);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() { unlinkat(parent_, name().c_str(), 0); }
  int fd() const { return fd_.get(); }
  const std::string& path() const { return path_; }
  std::string name() const { return path_.substr(path_.rfind('/') + 1); }

 private:
  int parent_;
  std::string path_;
  os::Descriptor fd_;
};

struct Manifests {
  std::string sha256;
  std::string sha512;
  void add(const std::string& path, std::string_view bytes) {
    sha256 += jaga::sha256(bytes).hex() + "  " + path + "\n";
    sha512 += hex(jaga::sha512(bytes)) + "  " + path + "\n";
  }
};

std::map<std::string, std::string_view> ordered(const std::vector<Item>& items, const std::string& prefix,
                                                std::set<std::string>& folded) {
  std::map<std::string, std::string_view> out;
  for (const auto& item : items) {
    const auto path = prefix + item.path;
    if (!is_safe_path(path))
      throw Error{ExitCode::usage, msg("'{path}' is not allowed in a bag", {{"path", printable(path)}})};
    if (!folded.insert(lower(path)).second) {
      throw Error{ExitCode::usage, msg("duplicate path in the bag: '{path}'", {{"path", path}})};
    }
    out.emplace(path, item.bytes);
  }
  return out;
}

std::string info_text(const Contents& contents) {
  std::string out;
  std::size_t octets = 0;
  for (const auto& item : contents.payload) octets += item.bytes.size();
  for (const auto& line : contents.info) out += line.first + ": " + printable(line.second) + "\n";
  return out + "Payload-Oxum: " + std::to_string(octets) + "." + std::to_string(contents.payload.size()) +
         "\n";
}

}  // namespace

Digest write(const std::string& parent, const std::string& name, const Contents& contents, const Sign& sign) {
  if (!is_safe_path(name) || name.find('/') != std::string::npos) {
    throw Error{ExitCode::usage, msg("invalid bag name: '{name}'", {{"name", printable(name)}})};
  }
  const auto target = parent + "/" + name;
  const os::Descriptor place = open_parent(parent);
  remove_drafts_in(place.get());
  if (is_there(place.get(), name)) {
    throw Error{ExitCode::cant_create, msg("'{path}' already exists", {{"path", target}})};
  }
  std::set<std::string> folded{
      "bagit.txt", "bag-info.txt",           "manifest-sha256.txt",    "manifest-sha512.txt",  "fetch.txt",
      "data",      "tagmanifest-sha256.txt", "tagmanifest-sha512.txt", std::string(kSignature)};
  const auto payload = ordered(contents.payload, "data/", folded);
  const auto extra = ordered(contents.tags, "", folded);

  const Drafts drafts(place.get(), target);
  Draft draft(place.get(), drafts.get(), name, target);
  draft.make("data");
  Manifests manifests;
  for (const auto& file : payload) {
    draft.put(file.first, file.second);
    manifests.add(file.first, file.second);
  }
  const auto info = info_text(contents);
  std::map<std::string, std::string_view> tags = extra;
  tags.emplace("bagit.txt", kBagit);
  tags.emplace("bag-info.txt", info);
  tags.emplace("manifest-sha256.txt", manifests.sha256);
  tags.emplace("manifest-sha512.txt", manifests.sha512);
  Manifests tagmanifests;
  for (const auto& file : tags) {
    draft.put(file.first, file.second);
    tagmanifests.add(file.first, file.second);
  }
  draft.put("tagmanifest-sha256.txt", tagmanifests.sha256);
  draft.put("tagmanifest-sha512.txt", tagmanifests.sha512);
  draft.put(std::string(kSignature), sign(tagmanifests.sha256));

  draft.become(name);
  sync(place.get(), parent);
  return sha256(tagmanifests.sha256);
}

void remove_drafts(const std::string& parent) {
  const os::Descriptor place(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (place.get() >= 0) remove_drafts_in(place.get());
}

std::string pack(const std::string& directory, Instant at) {
  const auto slash = directory.rfind('/');
  const auto parent = slash == std::string::npos ? std::string(".") : directory.substr(0, slash + 1);
  const auto name = slash == std::string::npos ? directory : directory.substr(slash + 1);
  const auto out = directory + ".tar.zst";
  const os::Descriptor place = open_parent(parent);
  if (is_there(place.get(), name + ".tar.zst")) {
    throw Error{ExitCode::cant_create, msg("'{path}' already exists", {{"path", out}})};
  }
  const Drafts drafts(place.get(), out);
  const Temporary draft(drafts.get(), parent + "/" + kDrafts, name + ".XXXXXX");
  process::Command command;
  command.argv = {"tar",
                  "--sort=name",
                  "--owner=0",
                  "--group=0",
                  "--numeric-owner",
                  "--mode=u=rwX,go=rX",
                  "--format=gnu",
                  "--mtime=" + format_seconds(at),
                  "--zstd",
                  "-C",
                  parent,
                  "-cf",
                  draft.path(),
                  name};
  command.environment = {{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}};
  command.timeout = std::chrono::minutes{10};
  const auto outcome = process::run(command);
  if (!outcome.ok()) {
    const auto reason = outcome.end == process::Outcome::End::not_started ? outcome.reason : outcome.err;
    throw Error{ExitCode::cant_create,
                msg("cannot pack '{path}': {reason}", {{"path", out}, {"reason", printable(trim(reason))}}),
                msg("install the packages tar and zstd")};
  }
  sync(draft.fd(), out);
  rename_new(drafts.get(), draft.name(), place.get(), name + ".tar.zst", out);
  sync(place.get(), parent);
  return out;
}

}  // namespace jaga::bag
