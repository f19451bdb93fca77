#include "store/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <thread>

#include "base/errno_text.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "os/debug_timer.hpp"
#include "os/file.hpp"

namespace jaga::store {
namespace {

Error failure(ExitCode code, int reason, Message message) {
  return Error{code, std::move(message).with("reason", errno_text(reason))};
}

// What making a file says: the place refuses it, or writing fails.
ExitCode making(int reason) {
  switch (reason) {
    case EACCES:
    case EPERM:
    case EROFS:
    case EEXIST:
    case ENOTDIR:
    case ENOENT:
      return ExitCode::cant_create;
    default:
      return ExitCode::io;
  }
}

void check_path(std::string_view path) {
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == "." || part == ".." || part.find('\0') != std::string::npos) {
      throw Error{ExitCode::software,
                  msg("not a path inside a folder: '{path}'", {{"path", printable(path)}})};
    }
  }
}

Error not_what_it_should_be(std::string_view path) {
  return Error{
      ExitCode::data,
      msg("'{path}' is not a regular file or is behind a symbolic link", {{"path", printable(path)}}),
      msg("jaga does not write such files; find out who put it there")};
}

void write_all(int file, std::string_view bytes, std::string_view path) {
  if (const int reason = os::write_all(file, bytes); reason != 0)
    throw failure(ExitCode::io, reason, msg("cannot write '{path}': {reason}", {{"path", printable(path)}}));
}

void sync(int file, std::string_view path) {
  // Never tried again: after a failed fsync the kernel may have dropped what was not written.
  if (::fsync(file) != 0)
    throw failure(ExitCode::io, errno, msg("cannot write '{path}': {reason}", {{"path", printable(path)}}));
}

std::string temporary_name() {
  static std::atomic<unsigned> count{0};
  return ".jaga-" + std::to_string(::getpid()) + "-" + std::to_string(count++) + ".tmp";
}

// As os::read_all(), of a file whose size is known: one read tells that it ends there. Where a file system
// gives less at a time, or the file has changed, it is read on to its end.
int read_regular(int fd, std::size_t size, std::size_t most, std::string& out) {
  if (size > most) return EFBIG;
  out.assign(size + 1, '\0');
  std::size_t have = 0;
  for (;;) {
    if (have == out.size()) out.resize(std::min(2 * have, most + 1));
    const std::size_t room = out.size() - have;
    const ssize_t got = ::read(fd, out.data() + have, room);
    if (got < 0 && errno == EINTR) continue;
    const int reason = got < 0 ? errno : 0;
    if (got > 0) have += static_cast<std::size_t>(got);
    if (reason != 0 || have > most) {
      out.clear();
      return reason != 0 ? reason : EFBIG;
    }
    if (got == 0 || (have == size && static_cast<std::size_t>(got) < room)) break;
  }
  out.resize(have);
  return 0;
}

}  // namespace

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view last_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

Folder::Folder(std::string path, Modes modes, Abilities abilities)
    : path_(std::move(path)), modes_(modes), abilities_(abilities) {
  root_ = Descriptor(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root_) {
    const ExitCode code = errno == ENOENT || errno == ENOTDIR ? ExitCode::no_input : ExitCode::io;
    throw failure(code, errno, msg("cannot open '{path}': {reason}", {{"path", printable(path_)}}));
  }
}

// An empty descriptor where there is no such file; errors as the header says.
Descriptor Folder::open(std::string_view path, int flags) const {
  check_path(path);
  const std::string text(path);
  flags |= O_CLOEXEC;
  if ((flags & O_PATH) == 0) flags |= O_NOCTTY | O_NONBLOCK;  // openat2 refuses them together
  int file = -1;
  if (abilities_.openat2) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    do {
      file = static_cast<int>(::syscall(SYS_openat2, root_.get(), text.c_str(), &how, sizeof how));
    } while (file < 0 && (errno == EINTR || errno == EAGAIN));
    if (file < 0 && (errno == ENOSYS || errno == EPERM)) abilities_.openat2 = false;
  }
  if (!abilities_.openat2) {
    Descriptor at;
    const std::vector<std::string> parts = split(path, '/');
    for (std::size_t n = 0; n < parts.size(); ++n) {
      const bool last = n + 1 == parts.size();
      const int from = at ? at.get() : root_.get();
      const int got = ::openat(from, parts[n].c_str(),
                               last ? flags | O_NOFOLLOW : O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (got < 0 && !last && errno == ENOTDIR) {
        struct stat status {};
        if (::fstatat(from, parts[n].c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode))
          errno = ELOOP;
      }
      if (last)
        file = got;
      else if (got < 0)
        break;
      else
        at = Descriptor(got);
    }
  }
  if (file >= 0) return Descriptor(file);
  if (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG) return {};
  if (errno == ELOOP || errno == EXDEV || errno == ENXIO) throw not_what_it_should_be(path);
  throw failure(ExitCode::io, errno, msg("cannot read '{path}': {reason}", {{"path", printable(path)}}));
}

Descriptor Folder::open_directory(std::string_view path, bool make, bool secret) const {
  if (path.empty()) {
    Descriptor own(::openat(root_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!own)
      throw failure(ExitCode::io, errno, msg("cannot open '{path}': {reason}", {{"path", printable(path_)}}));
    return own;
  }
  if (Descriptor there = open(path, O_RDONLY)) {
    struct stat status {};
    if (::fstat(there.get(), &status) != 0 || !S_ISDIR(status.st_mode)) {
      throw Error{ExitCode::data, msg("'{path}' is not a directory", {{"path", printable(path)}})};
    }
    if (secret && (status.st_mode & ~modes_.secret_directory() & 0777U) != 0 &&
        status.st_uid == ::geteuid() && ::fchmod(there.get(), modes_.secret_directory()) != 0) {
      throw failure(ExitCode::io, errno,
                    msg("cannot restrict access to '{path}': {reason}", {{"path", printable(path)}}));
    }
    return there;
  }
  if (!make) return {};
  const Descriptor parent = open_directory(parent_of(path), true);
  const std::string name(last_of(path));
  const mode_t mode = secret ? modes_.secret_directory() : modes_.directory;
  if (::mkdirat(parent.get(), name.c_str(), mode) == 0) {
    const Descriptor made(
        ::openat(parent.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!made)
      throw failure(ExitCode::io, errno, msg("cannot open '{path}': {reason}", {{"path", printable(path)}}));
    if ((modes_.exact_directory || secret) && ::fchmod(made.get(), mode) != 0) {
      throw failure(ExitCode::cant_create, errno,
                    msg("cannot create '{path}': {reason}", {{"path", printable(path)}}));
    }
    sync(made.get(), path);
    sync(parent.get(), path);
  } else if (errno != EEXIST) {
    throw failure(making(errno), errno, msg("cannot create '{path}': {reason}", {{"path", printable(path)}}));
  }
  Descriptor there = open(path, O_RDONLY | O_DIRECTORY);
  if (!there) throw Error{ExitCode::data, msg("'{path}' is not a directory", {{"path", printable(path)}})};
  return there;
}

std::optional<std::string> Folder::read_from(const Descriptor& file, std::string_view path,
                                             std::size_t most) const {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) {
    throw failure(ExitCode::io, errno, msg("cannot read '{path}': {reason}", {{"path", printable(path)}}));
  }
  if (!S_ISREG(status.st_mode)) throw not_what_it_should_be(path);
  std::string bytes;
  const os::DebugTimer timer;
  const int reason = read_regular(file.get(), static_cast<std::size_t>(status.st_size), most, bytes);
  if (debugging()) debug("file", "read {}/{}: {} bytes in {}", path_, path, bytes.size(), timer.text());
  if (reason == EFBIG) {
    throw Error{ExitCode::data, msg("'{path}' is larger than {most} bytes",
                                    {{"path", printable(path)}, {"most", std::to_string(most)}})};
  }
  if (reason != 0)
    throw failure(ExitCode::io, reason, msg("cannot read '{path}': {reason}", {{"path", printable(path)}}));
  return bytes;
}

std::optional<std::string> Folder::read(std::string_view path, std::size_t most) const {
  const Descriptor file = open(path, O_RDONLY);
  if (!file) {
    debug("file", "no {}/{}", path_, path);
    return std::nullopt;
  }
  return read_from(file, path, most);
}

std::string Folder::require(std::string_view path, std::size_t most) const {
  std::optional<std::string> bytes = read(path, most);
  if (!bytes) {
    throw Error{ExitCode::no_input,
                msg("'{folder}' has no '{path}'", {{"path", printable(path)}, {"folder", printable(path_)}})};
  }
  return std::move(*bytes);
}

bool Folder::exists(std::string_view path) const {
  check_path(path);
  const Descriptor file = open(path, O_PATH | O_NOFOLLOW);
  if (!file) return false;
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) throw not_what_it_should_be(path);
  return true;
}

std::unique_ptr<Tree> Folder::another() const {
  auto own = std::make_unique<Folder>(path_, modes_);
  if (own->identity() != identity()) return nullptr;
  return own;
}

void Folder::each(std::string_view directory, const Visit& visit) const {
  const Descriptor at = directory.empty() ? open_directory(directory, false) : open(directory, O_RDONLY);
  if (!at) return;
  const auto refuse = [&](int reason) {
    if (reason == ENOTDIR)
      throw Error{ExitCode::data, msg("'{path}' is not a directory", {{"path", printable(directory)}})};
    throw failure(ExitCode::io, reason,
                  msg("cannot read '{path}': {reason}", {{"path", printable(directory)}}));
  };
  // Not by readdir(3): most directories of an office hold a few files, and its set-up takes longer than they
  // do.
  alignas(dirent64) std::array<char, std::size_t{32} << 10U> buffer;
  for (;;) {
    const ssize_t got = ::getdents64(at.get(), buffer.data(), buffer.size());
    if (got < 0) refuse(errno);
    if (got == 0) break;
    for (std::size_t next = 0; next < static_cast<std::size_t>(got);) {
      const auto* entry =
          reinterpret_cast<const dirent64*>(buffer.data() + next);  // NOLINT: the kernel's layout
      next += entry->d_reclen;
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      unsigned char type = entry->d_type;
      if (type == DT_UNKNOWN) {
        struct stat status {};
        if (::fstatat(at.get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
          type = S_ISREG(status.st_mode) ? DT_REG : S_ISDIR(status.st_mode) ? DT_DIR : DT_LNK;
        }
      }
      visit(name, type == DT_REG   ? Item::Kind::file
                  : type == DT_DIR ? Item::Kind::directory
                                   : Item::Kind::other);
    }
  }
}

std::vector<Item> Folder::list(std::string_view directory) const {
  std::vector<Item> items;
  each(directory, [&](std::string_view name, Item::Kind kind) {
    items.push_back({std::string(name), kind});
  });
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.name < b.name; });
  return items;
}

void Folder::make_directory(std::string_view path) const {
  open_directory(path, true);
}

// A new file that has no name yet, or a passing one.
struct Folder::Staged {
  std::string_view path;
  std::string_view bytes;
  mode_t mode = 0;
  bool exact = false;
  Descriptor parent{};
  Descriptor file{};
  std::string temporary{};  // empty: nameless

  Staged(std::string_view of_path, std::string_view of_bytes, mode_t of_mode, bool is_exact)
      : path(of_path), bytes(of_bytes), mode(of_mode), exact(is_exact) {}
  Staged(const Staged&) = delete;
  Staged& operator=(const Staged&) = delete;
  Staged(Staged&&) = default;
  Staged& operator=(Staged&&) = delete;
  ~Staged() {
    if (parent && !temporary.empty()) ::unlinkat(parent.get(), temporary.c_str(), 0);
  }

  Error failed(int reason) const {
    return failure(making(reason), reason,
                   msg("cannot write '{path}': {reason}", {{"path", printable(path)}}));
  }
  // 0, or why it has no name.
  int link_as(const std::string& from, int at, int flags) const {
    const std::string name(last_of(path));
    if (::linkat(at, from.c_str(), parent.get(), name.c_str(), flags) == 0) return 0;
    if (errno == EEXIST)
      throw Error{ExitCode::cant_create, msg("'{path}' already exists", {{"path", printable(path)}})};
    return errno;
  }
};

void Folder::write_staged(Staged& staged) const {
  const int parent = staged.parent.get();
  if (abilities_.tmpfile) {
    staged.file = Descriptor(::openat(parent, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, staged.mode));
    if (!staged.file && errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL)
      throw staged.failed(errno);
    if (!staged.file) abilities_.tmpfile = false;
  }
  if (!staged.file) {
    std::string temporary = temporary_name();
    staged.file = Descriptor(::openat(parent, temporary.c_str(),
                                      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, staged.mode));
    if (!staged.file) throw staged.failed(errno);
    staged.temporary = std::move(temporary);
  }
  write_all(staged.file.get(), staged.bytes, staged.path);
  if (staged.exact && ::fchmod(staged.file.get(), staged.mode) != 0) throw staged.failed(errno);
}

void Folder::give_name(Staged& staged) const {
  if (staged.temporary.empty()) {
    const std::string self = "/proc/self/fd/" + std::to_string(staged.file.get());
    const int reason = staged.link_as(self, AT_FDCWD, AT_SYMLINK_FOLLOW);
    if (reason == 0) return;
    if (reason != ENOENT) throw staged.failed(reason);
    // No /proc here: the named way.
    abilities_.tmpfile = false;
    staged.file = Descriptor{};
    write_staged(staged);
    sync(staged.file.get(), staged.path);
  }
  if (const int reason = staged.link_as(staged.temporary, staged.parent.get(), 0); reason != 0)
    throw staged.failed(reason);
}

void Folder::put(std::span<const NewFile> files, mode_t mode, bool exact, bool secret) const {
  std::vector<Staged> staged;
  staged.reserve(files.size());
  for (const NewFile& file : files) {
    check_path(file.path);
    Staged& one = staged.emplace_back(file.path, file.bytes, mode, exact);
    one.parent = open_directory(parent_of(file.path), true, secret);
    write_staged(one);
  }
  // The kernel begins with all of them, so that what the first fsync commits to the journal are all of them.
  // That alone makes nothing durable, and its errors are the fsyncs' to tell.
  for (std::size_t n = 1; n < staged.size(); ++n)
    ::sync_file_range(staged[n].file.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
  for (const Staged& one : staged) sync(one.file.get(), one.path);
  for (Staged& one : staged) give_name(one);
}

void Folder::publish(std::string_view path, std::string_view bytes) const {
  const NewFile file{path, bytes};
  put(std::span(&file, 1), modes_.record, true, false);
}

void Folder::publish_with_signature(const std::string& path, std::string_view bytes,
                                    std::string_view signature) const {
  const std::string beside = path + ".sig";
  const NewFile files[] = {{beside, signature}, {path, bytes}};
  put(files, modes_.record, true, false);
}

void Folder::publish_all(std::span<const NewFile> files) const {
  constexpr std::size_t kAtOnce = 256;  // each has a descriptor until it has its name
  for (std::size_t begin = 0; begin < files.size(); begin += kAtOnce) {
    std::vector<Staged> staged;
    for (const NewFile& file : files.subspan(begin, std::min(kAtOnce, files.size() - begin))) {
      if (const auto there = read(file.path, file.bytes.size())) {
        if (*there == file.bytes) continue;
        throw Error{ExitCode::cant_create, msg("'{path}' already exists", {{"path", printable(file.path)}})};
      }
      Staged& one = staged.emplace_back(file.path, file.bytes, modes_.record, true);
      one.parent = open_directory(parent_of(file.path), true);
      write_staged(one);
    }
    if (staged.empty()) continue;
    sync_all();
    for (Staged& one : staged) give_name(one);
  }
  if (!files.empty()) sync_all();
}

void Folder::publish_secret(std::string_view path, std::string_view bytes) const {
  const NewFile file{path, bytes};
  put(std::span(&file, 1), modes_.secret(), true, true);
}

void Folder::create(std::string_view path, std::string_view bytes) const {
  const NewFile file{path, bytes};
  put(std::span(&file, 1), modes_.file, false, false);
  sync_directory(parent_of(path));
}

void Folder::replace(std::string_view path, std::string_view bytes, bool durable) const {
  check_path(path);
  const Descriptor parent = open_directory(parent_of(path), true);
  const std::string name(last_of(path));
  const std::string temporary = durable ? temporary_name() : ".jaga-new.tmp";
  const Descriptor file(::openat(parent.get(), temporary.c_str(),
                                 O_WRONLY | O_CREAT | (durable ? O_EXCL : O_TRUNC) | O_NOFOLLOW | O_CLOEXEC,
                                 modes_.file));
  if (!file)
    throw failure(making(errno), errno, msg("cannot write '{path}': {reason}", {{"path", printable(path)}}));
  try {
    write_all(file.get(), bytes, path);
    if (durable) sync(file.get(), path);
    if (::renameat(parent.get(), temporary.c_str(), parent.get(), name.c_str()) != 0) {
      throw failure(making(errno), errno,
                    msg("cannot write '{path}': {reason}", {{"path", printable(path)}}));
    }
  } catch (...) {
    ::unlinkat(parent.get(), temporary.c_str(), 0);
    throw;
  }
  if (durable) sync(parent.get(), path);
}

void Folder::sync_all() const {
  if (::syncfs(root_.get()) != 0)
    throw failure(ExitCode::io, errno, msg("cannot write '{path}': {reason}", {{"path", printable(path_)}}));
}

bool Folder::remove(std::string_view path) const {
  check_path(path);
  const Descriptor parent = open_directory(parent_of(path), false);
  if (!parent) return false;
  if (::unlinkat(parent.get(), std::string(last_of(path)).c_str(), 0) != 0) {
    if (errno == ENOENT) return false;
    throw failure(ExitCode::io, errno, msg("cannot remove '{path}': {reason}", {{"path", printable(path)}}));
  }
  sync(parent.get(), path);
  return true;
}

bool Folder::remove_directory(std::string_view path) const {
  check_path(path);
  const Descriptor parent = open_directory(parent_of(path), false);
  if (!parent) return false;
  if (::unlinkat(parent.get(), std::string(last_of(path)).c_str(), AT_REMOVEDIR) == 0) return true;
  if (errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST) return false;
  throw failure(ExitCode::io, errno, msg("cannot remove '{path}': {reason}", {{"path", printable(path)}}));
}

void Folder::sync_directory(std::string_view directory) const {
  const Descriptor at = open_directory(directory, false);
  if (!at) throw Error{ExitCode::io, msg("'{path}' is missing", {{"path", printable(directory)}})};
  sync(at.get(), directory);
}

Lock Folder::lock(std::string_view directory, std::chrono::milliseconds wait) const {
  Descriptor at = open_directory(directory, true);
  const auto end = std::chrono::steady_clock::now() + wait;
  while (::flock(at.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      throw failure(ExitCode::io, errno,
                    msg("cannot lock '{path}': {reason}", {{"path", printable(directory)}}));
    }
    if (std::chrono::steady_clock::now() >= end) {
      throw Error{ExitCode::busy,
                  msg("another process is writing to '{path}'", {{"path", printable(directory)}}),
                  msg("try again")};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return Lock(std::move(at));
}

std::pair<std::uint64_t, std::uint64_t> Folder::identity() const {
  struct stat status {};
  if (::fstat(root_.get(), &status) != 0) {
    throw failure(ExitCode::io, errno,
                  msg("cannot examine '{path}': {reason}", {{"path", printable(path_)}}));
  }
  return {status.st_dev, status.st_ino};
}

}  // namespace jaga::store
