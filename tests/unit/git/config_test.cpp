#include "git/config.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

namespace jaga::git {
namespace {

// "SCOPE", "KEY\nVALUE", each with its NUL.
std::string entry(const std::string& scope, const std::string& key, const std::string& value) {
  return scope + '\0' + key + '\n' + value + '\0';
}

}  // namespace

TEST_CASE("remotes, the user's name and what a server says") {
  const Config config = parse_config(
      entry("global", "user.name", "Sari") + entry("local", "remote.origin.url", "srv:jaga.git") +
      entry("local", "remote.origin.url", "second") + entry("local", "jaga.genesis", "sha256:x") +
      entry("system", "core.sshcommand", "ssh -4"));
  CHECK(config.remotes == std::map<std::string, std::string>{{"origin", "srv:jaga.git"}});
  CHECK(config.name == "Sari");
  CHECK_FALSE(config.email);
  CHECK(config.genesis == "sha256:x");
  CHECK(config.ssh_command == "ssh -4");
  CHECK(config.programs.empty());
}

TEST_CASE("a repository's own configuration that could start a program is named") {
  for (const char* const key :
       {"core.sshcommand", "core.askpass", "core.gitproxy", "credential.helper",
        "credential.https://x.helper", "filter.lfs.clean", "include.path", "includeif.gitdir:/x.path",
        "url.ext::sh.insteadof", "remote.origin.uploadpack", "remote.origin.receivepack", "remote.origin.vcs",
        "merge.x.driver", "diff.x.textconv", "diff.x.command", "gpg.program", "gpg.ssh.program",
        "protocol.ext.allow", "Core.SSHCommand"}) {
    CAPTURE(key);
    CHECK(parse_config(entry("local", key, "x")).programs == std::vector<std::string>{key});
    CHECK(parse_config(entry("worktree", key, "x")).programs.size() == 1);
    CHECK(parse_config(entry("global", key, "x")).programs.empty());
    CHECK_FALSE(parse_config(entry("local", key, "x")).ssh_command);
  }
  for (const char* const key :
       {"core.bare", "user.email", "remote.origin.fetch", "branch.main.remote", "pull.rebase"})
    CHECK(parse_config(entry("local", key, "x")).programs.empty());
}

TEST_CASE("a key without a value, values of several lines, and output that is cut") {
  const std::string no_value = std::string("local") + '\0' + "core.bare" + '\0';
  CHECK(parse_config(no_value + entry("global", "user.name", "a\nb")).name == "a\nb");
  CHECK_THROWS_AS(parse_config(no_value.substr(0, no_value.size() - 1)), Error);
  CHECK_THROWS_AS(parse_config("local"), Error);
}

}  // namespace jaga::git
