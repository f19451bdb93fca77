#include "store/edited.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/error.hpp"
#include "scratch.hpp"

using jaga::Error;
using jaga::ExitCode;
using jaga::store::edited_files;
using jaga::store::Folder;
using jaga::store::test::Scratch;

TEST_CASE("edited files: by name, without hidden ones and other endings") {
  const Scratch scratch;
  const Folder folder(scratch.path());
  CHECK(edited_files(folder, "rules").empty());
  folder.create("rules/b.yaml", "two");
  folder.create("rules/a.yaml", "one");
  folder.create("rules/.c.yaml", "hidden");
  folder.create("rules/d.yaml~", "a copy");
  const auto files = edited_files(folder, "rules");
  REQUIRE(files.size() == 2);
  CHECK(files[0].stem == "a");
  CHECK(files[0].path == "rules/a.yaml");
  CHECK(files[0].bytes == "one");
  CHECK(files[1].stem == "b");
}

TEST_CASE("edited files: what is not a regular file is an error with its name, whatever it is") {
  const Scratch scratch;
  const Folder folder(scratch.path());
  folder.create("rules/a.yaml", "one");
  const std::string path = scratch.path() + "/rules/x.yaml";
  const auto refused = [&] {
    try {
      (void)edited_files(folder, "rules");
      return false;
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::config);
      CHECK(error.message().render(jaga::Language::english) == "'rules/x.yaml' is not a regular file");
      return true;
    }
  };
  SUBCASE("a symbolic link") { REQUIRE(symlink("a.yaml", path.c_str()) == 0); }
  SUBCASE("a symbolic link to nothing") { REQUIRE(symlink("nothing", path.c_str()) == 0); }
  SUBCASE("a FIFO") { REQUIRE(mkfifo(path.c_str(), 0600) == 0); }
  SUBCASE("a directory") { REQUIRE(mkdir(path.c_str(), 0700) == 0); }
  CHECK(refused());
}

TEST_CASE("edited files: a folder that is a symbolic link is refused") {
  const Scratch scratch;
  const Folder folder(scratch.path());
  folder.create("elsewhere/a.yaml", "one");
  REQUIRE(symlink("elsewhere", (scratch.path() + "/rules").c_str()) == 0);
  CHECK_THROWS_AS(edited_files(folder, "rules"), Error);
}
