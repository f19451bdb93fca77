#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "bag/bag.hpp"
#include "bag/manifest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "process/run.hpp"

namespace jaga::bag {
namespace {

namespace fs = std::filesystem;

Error cannot(const std::string& path) {
  const auto error = system_error(errno, msg("cannot write '{path}': {reason}", {{"path", path}}));
  return Error{ExitCode::cant_create, error.message()};
}

void sync_directory(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) throw cannot(path);
  const bool good = fsync(fd) == 0;
  const int reason = errno;
  close(fd);
  errno = reason;
  if (!good) throw cannot(path);
}

void write_file(const std::string& path, std::string_view bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) throw cannot(path);
  bool good = true;
  while (good && !bytes.empty()) {
    const auto put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    good = put > 0;
    if (good) bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  good = good && fsync(fd) == 0;
  const int reason = errno;
  good = close(fd) == 0 && good;
  errno = reason;
  if (!good) throw cannot(path);
}

// Removed again unless it got its name.
class Draft {
 public:
  Draft(const std::string& parent, const std::string& name) {
    path_ = parent + "/." + name + ".XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) {
      const auto error = cannot(path_);
      path_.clear();
      throw error;
    }
    chmod(path_.c_str(), 0755);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  void become(const std::string& target) {
    if (renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) != 0) {
      if (errno != EINVAL && errno != ENOSYS) throw cannot(target);
      // A file system without it: rename(2) still refuses a directory that is not empty.
      if (rename(path_.c_str(), target.c_str()) != 0) throw cannot(target);
    }
    path_.clear();
  }

 private:
  std::string path_;
};

void put(const std::string& root, const std::string& path, std::string_view bytes) {
  const auto whole = root + "/" + path;
  std::error_code error;
  fs::create_directories(fs::path(whole).parent_path(), error);
  if (error) {
    errno = error.value();
    throw cannot(whole);
  }
  write_file(whole, bytes);
}

struct Manifests {
  std::string sha256;
  std::string sha512;
  void add(const std::string& path, std::string_view bytes) {
    sha256 += jaga::sha256(bytes).hex() + "  " + path + "\n";
    sha512 += sha512_hex(bytes) + "  " + path + "\n";
  }
};

std::map<std::string, std::string_view> ordered(const std::vector<Item>& items, const std::string& prefix,
                                                std::set<std::string>& folded) {
  std::map<std::string, std::string_view> out;
  for (const auto& item : items) {
    const auto path = prefix + item.path;
    if (!is_safe_path(path))
      throw Error{ExitCode::usage, msg("no bag may hold '{path}'", {{"path", printable(path)}})};
    if (!folded.insert(lower(path)).second) {
      throw Error{ExitCode::usage, msg("a bag cannot hold '{path}' twice", {{"path", path}})};
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
    throw Error{ExitCode::usage, msg("'{name}' is no name of a bag", {{"name", printable(name)}})};
  }
  const auto target = parent + "/" + name;
  if (fs::exists(fs::symlink_status(target))) {
    throw Error{ExitCode::cant_create, msg("'{path}' exists", {{"path", target}})};
  }
  std::set<std::string> folded{
      "bagit.txt", "bag-info.txt",           "manifest-sha256.txt",    "manifest-sha512.txt",  "fetch.txt",
      "data",      "tagmanifest-sha256.txt", "tagmanifest-sha512.txt", std::string(kSignature)};
  const auto payload = ordered(contents.payload, "data/", folded);
  const auto extra = ordered(contents.tags, "", folded);

  Draft draft(parent, name);
  fs::create_directory(draft.path() + "/data");
  Manifests manifests;
  for (const auto& file : payload) {
    put(draft.path(), file.first, file.second);
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
    put(draft.path(), file.first, file.second);
    tagmanifests.add(file.first, file.second);
  }
  put(draft.path(), "tagmanifest-sha256.txt", tagmanifests.sha256);
  put(draft.path(), "tagmanifest-sha512.txt", tagmanifests.sha512);
  put(draft.path(), std::string(kSignature), sign(tagmanifests.sha256));

  for (const auto& entry : fs::recursive_directory_iterator(draft.path())) {
    if (entry.is_directory()) sync_directory(entry.path().string());
  }
  sync_directory(draft.path());
  draft.become(target);
  sync_directory(parent);
  return sha256(tagmanifests.sha256);
}

std::string pack(const std::string& directory, Instant at) {
  const fs::path path(directory);
  const auto out = directory + ".tar.zst";
  const auto draft = out + ".tmp";
  if (fs::exists(fs::symlink_status(out))) {
    throw Error{ExitCode::cant_create, msg("'{path}' exists", {{"path", out}})};
  }
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
                  path.parent_path().empty() ? "." : path.parent_path().string(),
                  "-cf",
                  draft,
                  path.filename().string()};
  command.environment = {{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}};
  command.timeout = std::chrono::minutes{10};
  const auto outcome = process::run(command);
  if (!outcome.ok()) {
    std::error_code ignored;
    fs::remove(draft, ignored);
    const auto reason = outcome.end == process::Outcome::End::not_started ? outcome.reason : outcome.err;
    throw Error{ExitCode::cant_create,
                msg("cannot pack '{path}': {reason}", {{"path", out}, {"reason", printable(trim(reason))}}),
                msg("install the packages tar and zstd")};
  }
  const int fd = open(draft.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fsync(fd) != 0) throw cannot(draft);
  close(fd);
  if (rename(draft.c_str(), out.c_str()) != 0) throw cannot(out);
  sync_directory(path.parent_path().empty() ? "." : path.parent_path().string());
  return out;
}

}  // namespace jaga::bag
