#include "ssh/private_key.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/digest.hpp"
#include "process/run.hpp"
#include "ssh/wire.hpp"

using jaga::ssh::HostKey;
using jaga::ssh::PrivateKey;
using Problem = jaga::ssh::PrivateKey::Problem;

namespace {

struct Folder {
  std::string path = [] {
    char name[] = "/tmp/jaga-key-XXXXXX";
    return std::string(::mkdtemp(name));
  }();
  ~Folder() { std::filesystem::remove_all(path); }
};

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string keygen(const Folder& folder, const std::vector<std::string>& options) {
  const std::string path = folder.path + "/key";
  std::filesystem::remove(path);
  std::vector<std::string> argv{"ssh-keygen", "-q", "-f", path, "-C", "test"};
  argv.insert(argv.end(), options.begin(), options.end());
  REQUIRE(jaga::process::run({.argv = argv}).ok());
  return path;
}

}  // namespace

TEST_CASE("keys made by ssh-keygen are read whole or not at all") {
  const Folder folder;
  const std::vector<std::vector<std::string>> kinds{{"-t", "ed25519"},
                                                    {"-t", "ecdsa", "-b", "256"},
                                                    {"-t", "ecdsa", "-b", "384"},
                                                    {"-t", "ecdsa", "-b", "521"}};
  for (const auto& kind : kinds) {
    std::vector<std::string> options = kind;
    options.insert(options.end(), {"-N", ""});
    const std::string path = keygen(folder, options);
    const std::string file = read(path);
    Problem problem{};
    std::optional<HostKey> public_key;
    const auto key = PrivateKey::parse(file, problem, public_key);
    REQUIRE(key);
    CHECK(problem == Problem::none);
    CHECK(key->public_key() == jaga::ssh::parse_host_key(read(path + ".pub")));
    CHECK(key->sign("data"));
    for (std::size_t size = 0; size < file.size() - 2; size += 7) {
      CHECK_FALSE(PrivateKey::parse(file.substr(0, size), problem, public_key));
    }
  }
}

TEST_CASE("what cannot be used says why") {
  const Folder folder;
  Problem problem{};
  std::optional<HostKey> public_key;
  CHECK_FALSE(
      PrivateKey::parse(read(keygen(folder, {"-t", "ed25519", "-N", "secret"})), problem, public_key));
  CHECK(problem == Problem::encrypted);
  CHECK(public_key->type == "ssh-ed25519");
  CHECK_FALSE(
      PrivateKey::parse(read(keygen(folder, {"-t", "rsa", "-b", "2048", "-N", ""})), problem, public_key));
  CHECK(problem == Problem::unsupported);
  CHECK(public_key->type == "ssh-rsa");
  CHECK_FALSE(
      PrivateKey::parse(read(keygen(folder, {"-t", "ecdsa", "-m", "PEM", "-N", ""})), problem, public_key));
  CHECK(problem == Problem::unsupported);
  CHECK_FALSE(PrivateKey::parse("ssh-ed25519 AAAA", problem, public_key));
  CHECK(problem == Problem::not_a_key);
  CHECK_FALSE(PrivateKey::parse(
      "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", problem, public_key));
  CHECK(problem == Problem::damaged);
}
