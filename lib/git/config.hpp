// What the configuration of git says that matters here, as `git config --list -z --show-scope` prints it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::git {

class Git;

struct Config {
  std::map<std::string, std::string> remotes{};  // remote.NAME.url, of this repository
  std::optional<std::string> name{};             // user.name
  std::optional<std::string> email{};            // user.email
  std::optional<std::string> ssh_command{};      // core.sshCommand of the user or the system
  std::optional<std::string> genesis{};          // jaga.genesis, of a server
  // Keys of the repository's own configuration that could start a program: a person who can write there could
  // make git run it. The same keys of the user and the system are theirs to set.
  std::vector<std::string> programs{};
};

// Pure. Throws Error{data} where it has another form.
Config parse_config(std::string_view listing);
Config read_config(const Git& git);

}  // namespace jaga::git
