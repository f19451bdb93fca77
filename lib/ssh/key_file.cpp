#include "ssh/key_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/errno_text.hpp"
#include "base/text.hpp"
#include "os/file.hpp"
#include "sshkey/wiped.hpp"

namespace jaga::ssh {
namespace {

using Problem = sshkey::PrivateKeyFile::Problem;

constexpr std::size_t kMostKeyFile = 64 * 1024;

Message::Arguments of(const std::string& path) {
  return {{"path", printable(path)}};
}

// The content, or the reason in `problem` (empty where there is no such file).
std::string read_key_file(const std::string& path, Message& problem) {
  const os::Descriptor file = os::open_to_read(path);
  if (!file) {
    if (errno == ENOENT) return {};
    const int error = errno;
    problem = msg("cannot read the key '{path}': {reason}", {{"path", printable(path)}})
                  .with("reason", errno_text(error));
    return {};
  }
  struct stat info = {};
  std::string content;
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    problem = msg("'{path}' is not a key file", of(path));
  } else if ((info.st_mode & 077U) != 0) {
    problem = msg("the key '{path}' is not used because other users can read it: chmod 600", of(path));
  } else if (info.st_uid != ::geteuid() && info.st_uid != 0) {
    problem = msg("the key '{path}' is not used because it belongs to another user", of(path));
  } else if (os::read_all(file.get(), kMostKeyFile, content) != 0 || content.empty()) {
    problem = msg("'{path}' is not a key file", of(path));
  }
  return content;
}

// Of PATH.pub, or of PATH where it is itself a public key.
std::optional<sshkey::PublicKey> read_public_key(const std::string& path) {
  for (const std::string& each : {path + ".pub", path}) {
    std::string content;
    if (os::read_file(each, kMostKeyFile, content) != 0) continue;
    if (auto key = sshkey::parse_public_key(content)) return key;
  }
  return std::nullopt;
}

Message explain(const sshkey::PrivateKeyFile& file, const std::string& path) {
  switch (file.problem) {
    case Problem::locked:
      return msg("the key '{path}' has a passphrase: add it to ssh-agent with ssh-add", of(path));
    case Problem::unsupported:
      if (file.public_half) {
        return msg("the key '{path}' has type {type}; only ed25519 and ecdsa keys can be used from a file",
                   {{"path", printable(path)}, {"type", file.public_half->type}});
      }
      return msg("the key '{path}' is in an old format: convert it with ssh-keygen -p", of(path));
    case Problem::damaged:
      return msg("the key '{path}' is damaged", of(path));
    case Problem::not_a_key:
    case Problem::none:
      break;
  }
  return msg("'{path}' is not a key file", of(path));
}

}  // namespace

KeyFile load_key_file(const std::string& path) {
  KeyFile loaded;
  const sshkey::Wiped content(read_key_file(path, loaded.skipped));
  const bool readable = !content.get().empty();
  Problem why = Problem::none;
  if (readable) {
    auto file = sshkey::PrivateKeyFile::parse(content.get());
    if (file.problem != Problem::none) loaded.skipped = explain(file, path);
    why = file.problem;
    loaded.key = std::move(file.key);
    loaded.public_key = std::move(file.public_half);
  }
  if (!loaded.public_key) loaded.public_key = read_public_key(path);
  const bool exists = readable || loaded.public_key;
  loaded.for_program =
      why == Problem::unsupported || (exists && ::access((path + "-cert.pub").c_str(), R_OK) == 0);
  return loaded;
}

}  // namespace jaga::ssh
