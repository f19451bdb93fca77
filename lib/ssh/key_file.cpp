#include "ssh/key_file.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/text.hpp"

namespace jaga::ssh {
namespace {

constexpr off_t kMostKeyFile = 64 * 1024;

Message::Arguments of(const std::string& path) {
  return {{"path", printable(path)}};
}

// The content, or the reason in `problem` (empty where there is no such file).
std::string read_key_file(const std::string& path, Message& problem) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    if (errno == ENOENT) return {};
    problem = msg("cannot read the key '{path}': {reason}",
                  {{"path", printable(path)}, {"reason", std::generic_category().message(errno)}});
    return {};
  }
  struct stat info = {};
  std::string content;
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > kMostKeyFile) {
    problem = msg("'{path}' is not a key file", of(path));
  } else if ((info.st_mode & 077U) != 0) {
    problem = msg("the key '{path}' is not used, since others may read it: chmod 600 it", of(path));
  } else if (info.st_uid != ::geteuid() && info.st_uid != 0) {
    problem = msg("the key '{path}' is not used, since it belongs to another user", of(path));
  } else {
    content.resize(static_cast<std::size_t>(info.st_size));
    const ssize_t got = ::read(fd, content.data(), content.size());
    content.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (content.empty()) problem = msg("'{path}' is not a key file", of(path));
  }
  ::close(fd);
  return content;
}

Message explain(PrivateKey::Problem problem, const std::optional<HostKey>& public_key,
                const std::string& path) {
  switch (problem) {
    case PrivateKey::Problem::encrypted:
      return msg("the key '{path}' has a passphrase: add it to ssh-agent with ssh-add", of(path));
    case PrivateKey::Problem::unsupported:
      if (public_key) {
        return msg("the key '{path}' is of type {type}; from a file only ed25519 and ecdsa keys are used",
                   {{"path", printable(path)}, {"type", public_key->type}});
      }
      return msg("the key '{path}' is in an old format: convert it with ssh-keygen -p", of(path));
    case PrivateKey::Problem::damaged:
      return msg("the key '{path}' is damaged", of(path));
    case PrivateKey::Problem::not_a_key:
    case PrivateKey::Problem::none:
      break;
  }
  return msg("'{path}' is not a key file", of(path));
}

}  // namespace

KeyFiles load_key_files(const std::vector<std::string>& paths) {
  KeyFiles loaded;
  for (const std::string& path : paths) {
    Message problem;
    std::string content = read_key_file(path, problem);
    if (!problem.empty()) loaded.skipped.push_back(problem);
    if (content.empty()) continue;
    PrivateKey::Problem why{};
    std::optional<HostKey> public_key;
    auto key = PrivateKey::parse(content, why, public_key);
    OPENSSL_cleanse(content.data(), content.size());
    if (key) {
      loaded.keys.push_back(std::move(*key));
    } else {
      loaded.skipped.push_back(explain(why, public_key, path));
    }
  }
  return loaded;
}

}  // namespace jaga::ssh
