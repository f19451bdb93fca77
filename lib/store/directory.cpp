#include "store/directory.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"

namespace jaga::store {

namespace {

bool is_trusted(const std::string& path, const Opener& opener) {
  return std::any_of(opener.trusted.begin(), opener.trusted.end(),
                     [&](const std::string& one) { return one == "*" || one == path; });
}

}  // namespace

void require_own(const std::string& path, uid_t owner, const Opener& opener) {
  if (owner == opener.user || is_trusted(path, opener)) return;
  throw Error{ExitCode::not_permitted, msg("'{path}' belongs to another user", {{"path", printable(path)}}),
              msg("if you trust everybody who can write there, add it under 'trusted' in "
                  "~/.config/jaga/config.yaml")};
}

WorkingDirectory WorkingDirectory::open(const std::string& path, const Opener& opener, Abilities abilities) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    throw system_error(errno, msg("cannot open '{path}': {reason}", {{"path", printable(path)}}));
  }
  // The mark file too: in a folder where anybody may write, it may be anybody's.
  struct stat mark {};
  const std::string mark_path = path + "/" + std::string(kMarkFile);
  const bool foreign_mark = ::lstat(mark_path.c_str(), &mark) == 0 && mark.st_uid != opener.user;
  const bool anybody_writes = (status.st_mode & S_IWOTH) != 0;
  require_own(path, status.st_uid, opener);
  if (foreign_mark && anybody_writes) require_own(path, mark.st_uid, opener);
  const bool shared = (status.st_mode & S_ISGID) != 0 && (status.st_mode & 07) == 0;
  Modes modes;
  if (shared) modes = {0440, 0660, 03770, true};
  WorkingDirectory directory(path, modes, abilities, shared);
  if (!directory.exists(kMarkFile)) {
    throw Error{ExitCode::no_input, msg("'{path}' is not a working directory", {{"path", printable(path)}}),
                msg("create one with 'jaga init'")};
  }
  return directory;
}

std::optional<std::string> WorkingDirectory::find(const std::string& start) {
  std::string at = start;
  while (at.size() > 1 && at.ends_with('/')) at.pop_back();
  for (;;) {
    struct stat status {};
    const std::string mark = (at == "/" ? "" : at) + "/" + std::string(kMarkFile);
    if (::lstat(mark.c_str(), &status) == 0) return at;
    const std::size_t slash = at.rfind('/');
    if (slash == std::string::npos || at == "/") return std::nullopt;
    at.resize(slash == 0 ? 1 : slash);
  }
}

}  // namespace jaga::store
