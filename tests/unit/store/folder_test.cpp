#include "store/folder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "../expect.hpp"
#include "base/error.hpp"
#include "scratch.hpp"

namespace {

using jaga::Error;
using jaga::ExitCode;
using jaga::expect::code_of;
using jaga::store::Abilities;
using jaga::store::Folder;
using jaga::store::test::Scratch;

// Every way through the kernel.
constexpr Abilities kWays[] = {{true, true}, {false, true}, {true, false}, {false, false}};

}  // namespace

TEST_CASE("a file is published whole, read-only, once") {
  for (const Abilities ways : kWays) {
    const Scratch scratch;
    const Folder folder(scratch.path(), {}, ways);
    folder.publish("a/b/one", "bytes");
    folder.sync_directory("a/b");
    CHECK(folder.require("a/b/one") == "bytes");
    struct stat status {};
    REQUIRE(::stat((scratch / "a/b/one").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0444);
    CHECK(code_of([&] { folder.publish("a/b/one", "other"); }) == ExitCode::cant_create);
    CHECK(folder.require("a/b/one") == "bytes");
    CHECK(folder.list("a/b").size() == 1);  // nothing temporary is left
  }
}

TEST_CASE("no symbolic link is followed, and nothing but regular files is read") {
  for (const Abilities ways : kWays) {
    const Scratch outside;
    std::ofstream(outside / "secret") << "secret";
    const Scratch scratch;
    REQUIRE(::symlink((outside / "secret").c_str(), (scratch / "link").c_str()) == 0);
    REQUIRE(::symlink(outside.path().c_str(), (scratch / "folder").c_str()) == 0);
    REQUIRE(::mkfifo((scratch / "pipe").c_str(), 0600) == 0);
    const Folder folder(scratch.path(), {}, ways);
    CHECK(code_of([&] { folder.read("link"); }) == ExitCode::data);
    CHECK(code_of([&] { folder.read("folder/secret"); }) == ExitCode::data);
    CHECK(code_of([&] { folder.publish("folder/new", "x"); }) == ExitCode::data);
    CHECK_FALSE(std::ifstream(outside / "new").good());
    CHECK(code_of([&] { folder.read("pipe"); }) == ExitCode::data);
    CHECK(code_of([&] { folder.exists("link"); }) == ExitCode::data);
  }
}

TEST_CASE("a path that leaves the folder is a bug, not a file") {
  const Scratch scratch;
  const Folder folder(scratch.path());
  for (const char* path : {"../x", "a/../x", "/etc/passwd", "a//b", ".", "a/"}) {
    CHECK(code_of([&] { folder.read(path); }) == ExitCode::software);
    CHECK(code_of([&] { folder.publish(path, "x"); }) == ExitCode::software);
  }
}

TEST_CASE("what is not there, too large, replaced, removed") {
  const Scratch scratch;
  const Folder folder(scratch.path());
  CHECK_FALSE(folder.read("none").has_value());
  CHECK_FALSE(folder.read("none/none").has_value());
  CHECK(folder.list("none").empty());
  CHECK(code_of([&] { folder.require("none"); }) == ExitCode::no_input);
  folder.create("file", "12345");
  CHECK(code_of([&] { folder.read("file", 4); }) == ExitCode::data);
  folder.replace("file", "6");
  CHECK(folder.require("file") == "6");
  CHECK(folder.remove("file"));
  CHECK_FALSE(folder.remove("file"));
  CHECK(code_of([&] { Folder{scratch / "none"}; }) == ExitCode::no_input);
}

TEST_CASE("many files are published in their order; what is there already stays, if it is the same") {
  const Scratch scratch;
  for (const bool tmpfile : {true, false}) {
    CAPTURE(tmpfile);
    const Folder folder(scratch.path(), {}, {.openat2 = true, .tmpfile = tmpfile});
    const std::string top = tmpfile ? "one/" : "two/";
    std::vector<std::string> paths;
    for (int n = 0; n < 600; ++n) paths.push_back(top + std::to_string(n % 3) + "/" + std::to_string(n));
    std::vector<Folder::NewFile> files;
    for (const std::string& path : paths) files.push_back({path, path});
    folder.publish_all(std::span(files).first(10));
    folder.publish_all(files);
    for (const std::string& path : paths) CHECK(folder.require(path) == path);
    CHECK(folder.list(top + "0").size() == 200);
    const std::vector<Folder::NewFile> other = {{top + "new", "x"}, {paths[7], "other bytes"}};
    CHECK(code_of([&] { folder.publish_all(other); }) == ExitCode::cant_create);
    CHECK(folder.require(paths[7]) == paths[7]);
    CHECK(code_of([&] {
            folder.publish_all(std::vector<Folder::NewFile>{{"../x", "x"}});
          }) == ExitCode::software);
    folder.publish_all({});
  }
}

TEST_CASE("a lock is waited for, then refused, and released with its holder") {
  const Scratch scratch;
  const Folder folder(scratch.path());
  {
    const jaga::store::Lock held = folder.lock("chain");
    CHECK(code_of([&] { folder.lock("chain", std::chrono::milliseconds{30}); }) == ExitCode::busy);
  }
  CHECK(code_of([&] { folder.lock("chain", std::chrono::milliseconds{30}); }) == ExitCode::ok);
}
