#include "process/environment.hpp"

#include <doctest/doctest.h>

using jaga::process::Change;
using jaga::process::environment_with;

TEST_CASE("changes set, replace and remove variables, and leave none twice") {
  const std::vector<std::string> base{"PATH=/bin", "LANG=id_ID", "LANG=C", "broken", "=x", "EMPTY="};
  const std::vector<Change> changes{
      {"LC_ALL", "C"}, {"LANG", std::nullopt}, {"LC_ALL", "C.UTF-8"}, {"V", "a=b"}};
  const std::vector<std::string> expected{"PATH=/bin", "EMPTY=", "LC_ALL=C.UTF-8", "V=a=b"};
  CHECK(environment_with(base, changes) == expected);
  CHECK(environment_with({}, {}).empty());
}

TEST_CASE("a variable is found by its whole name") {
  const std::vector<std::string> environment{"PATHS=1", "PATH=/bin", "PATH=/other", "EMPTY="};
  CHECK(jaga::process::variable(environment, "PATH") == "/bin");
  CHECK(jaga::process::variable(environment, "EMPTY") == "");
  CHECK_FALSE(jaga::process::variable(environment, "PAT"));
  CHECK_FALSE(jaga::process::variable(environment, "HOME"));
}
