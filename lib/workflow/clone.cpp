#include "workflow/clone.hpp"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "git/config.hpp"
#include "store/folder.hpp"
#include "workflow/remote.hpp"
#include "workflow/repository.hpp"

namespace jaga::workflow {
namespace {

void require_place(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 && errno == ENOENT) return;
  std::error_code ignored;
  if (S_ISDIR(status.st_mode) && std::filesystem::is_empty(path, ignored)) return;
  throw Error{ExitCode::cant_create, msg("'{path}' already exists", {{"path", printable(path)}}),
              msg("give a folder that does not exist yet, or is empty")};
}

// A folder that is removed with all that is in it, unless it was given its name.
class Temporary {
 public:
  explicit Temporary(std::string path) : path_(std::move(path)) {
    if (::mkdir(path_.c_str(), 0777) != 0)
      throw Error{ExitCode::cant_create,
                  system_error(errno, msg("cannot create '{path}': {reason}", {{"path", printable(path_)}}))
                      .message()};
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  void become(const std::string& path) {
    if (::rename(path_.c_str(), path.c_str()) != 0)
      throw Error{ExitCode::cant_create,
                  system_error(errno, msg("cannot create '{path}': {reason}", {{"path", printable(path)}}))
                      .message()};
    path_.clear();
  }

 private:
  std::string path_;
};

}  // namespace

Cloned clone(const CloneOptions& options, const RandomBytes& random) {
  require_address(options.address);
  require_place(options.path);
  const auto slash = options.path.rfind('/');
  Temporary made(options.path.substr(0, slash + 1) + ".jaga-clone-" + random_suffix(random, 10));
  const store::Folder folder(made.path());
  git::Git git(folder.absolute(kGitFolder), folder.path(), options.git);
  prepare_repository(git, folder);
  const git::Config config = git::read_config(git);
  if (config.ssh_command) git.set_ssh_command(*config.ssh_command);

  struct stat status {};
  const bool is_bundle = ::stat(options.address.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  const Remote remote = is_bundle ? bundle_remote(options.address)
                                  : Remote{"origin", options.address, shown_address(options.address)};
  const std::string branch = branch_of(git, remote, {});
  if (branch != "refs/heads/main") (void)git.run({"symbolic-ref", "HEAD", branch});
  const std::string tip = fetch(git, remote, branch);
  if (tip.empty())
    throw Error{ExitCode::no_input, msg("'{remote}' holds no working directory", {{"remote", remote.shown}}),
                msg("send one to it first: jaga sync {remote}", {{"remote", remote.shown}})};
  Cloned out{options.path};
  out.genesis = genesis_of(git, tip);
  options.require_genesis(out.genesis);
  TipAnswer answer = check_tip(git, {.base = {}, .tip = tip, .genesis = out.genesis});
  out.files = answer.records + answer.others;
  out.refused = std::move(answer.refused);
  if (!out.refused.empty()) return out;
  (void)git.run({"read-tree", tip});
  (void)git.run({"checkout-index", "-a", "-q", "-u"});
  (void)git.run({"update-ref", branch, tip});
  if (!is_bundle) (void)git.run({"remote", "add", "origin", options.address});
  set_accepted(git, remote, tip);
  folder.sync_all();
  made.become(options.path);
  return out;
}

}  // namespace jaga::workflow
