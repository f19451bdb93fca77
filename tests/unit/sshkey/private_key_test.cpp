#include "sshkey/private_key.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "process/run.hpp"
#include "sshkey/public_key.hpp"

using jaga::sshkey::PrivateKeyFile;
using Problem = jaga::sshkey::PrivateKeyFile::Problem;

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
  REQUIRE(jaga::process::run({.argv = argv, .timeout = std::chrono::minutes(10)}).ok());
  return path;
}

Problem problem_of(std::string_view text) {
  const auto file = PrivateKeyFile::parse(text);
  CHECK(file.key.has_value() == (file.problem == Problem::none));
  return file.problem;
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
    const std::string text = read(path);
    const auto file = PrivateKeyFile::parse(text);
    REQUIRE(file.problem == Problem::none);
    REQUIRE(file.key);
    CHECK(file.openssh);
    CHECK(file.key->public_key() == jaga::sshkey::parse_public_key(read(path + ".pub")));
    CHECK(file.public_half == file.key->public_key());
    CHECK(file.key->sign("data"));
    CHECK_FALSE(file.token_wants);
    for (std::size_t size = 0; size < text.size() - 2; size += 7)
      CHECK(problem_of(text.substr(0, size)) != Problem::none);

    std::string windows = "\n";  // as an editor may leave it
    for (const char c : text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    CHECK(problem_of(windows + "\n") == Problem::none);
  }
}

TEST_CASE("whatever is changed in a file, it is the same key or none") {
  const Folder folder;
  for (const char* type : {"ed25519", "ecdsa"}) {
    CAPTURE(type);
    const std::string text = read(keygen(folder, {"-t", type, "-N", ""}));
    const auto key = PrivateKeyFile::parse(text).public_half;
    std::size_t refused = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string changed = text;
      changed[at] = changed[at] == 'A' ? 'B' : 'A';
      const auto file = PrivateKeyFile::parse(changed);
      if (!file.key) ++refused;
      // Of an ECDSA key OpenSSL does not look whether the number fits the point; who signs with it verifies.
      if (file.key) CHECK(file.key->public_key() == key);
    }
    CHECK(refused > text.size() / 3);
  }
}

TEST_CASE("what cannot be used says why") {
  const Folder folder;
  const auto file = [&folder](const std::vector<std::string>& options) {
    return PrivateKeyFile::parse(read(keygen(folder, options)));
  };
  const auto locked = file({"-t", "ed25519", "-N", "secret"});
  CHECK(locked.problem == Problem::locked);
  CHECK(locked.public_half->type == "ssh-ed25519");
  const auto rsa = file({"-t", "rsa", "-b", "2048", "-N", ""});
  CHECK(rsa.problem == Problem::unsupported);
  CHECK(rsa.public_half->type == "ssh-rsa");
  const auto pem = file({"-t", "ecdsa", "-m", "PEM", "-N", ""});
  CHECK(pem.problem == Problem::unsupported);
  CHECK_FALSE(pem.openssh);
  CHECK_FALSE(pem.public_half);
  for (const auto* one : {&locked, &rsa, &pem}) CHECK_FALSE(one->key);
  CHECK(problem_of("") == Problem::not_a_key);
  CHECK(problem_of("ssh-ed25519 AAAA") == Problem::not_a_key);
  CHECK(problem_of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") == Problem::not_a_key);
  CHECK(problem_of("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n") ==
        Problem::damaged);
  CHECK(problem_of("-----BEGIN OPENSSH PRIVATE KEY-----END OPENSSH PRIVATE KEY-----\n") == Problem::damaged);
}
