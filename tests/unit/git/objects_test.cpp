#include "git/objects.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "../store/scratch.hpp"
#include "base/error.hpp"
#include "os/file.hpp"
#include "store/folder.hpp"

namespace jaga::git {
namespace {

using namespace std::string_literals;

const std::string kId(40, 'a');

// A repository of its own, with no configuration of anybody.
struct Place {
  store::test::Scratch scratch{};
  store::Folder folder{scratch.path()};
  Git git{scratch / ".git",
          scratch.path(),
          {.environment = {"PATH=/usr/bin:/bin", "GIT_CONFIG_GLOBAL=/dev/null"}}};
  Place() {
    (void)git.run({"init", "-q", "--template=", "--initial-branch=main"});
    git.set_identity("t", "t@localhost");
  }
  std::string commit() {
    (void)git.run({"add", "-A", "."});
    return git.line({"commit-tree", git.line({"write-tree"})}, "x\n");
  }
};

}  // namespace

TEST_CASE("what git prints of a tree") {
  const auto entries = parse_tree("100644 blob " + kId + "\ta b\tc\0"s + "120000 blob " + kId + "\tlink\0"s);
  REQUIRE(entries.size() == 2);
  CHECK(entries.at("a b\tc").mode == 0100644);
  CHECK(entries.at("a b\tc").id == kId);
  CHECK(entries.at("link").mode == 0120000);
  CHECK(parse_tree("").empty());
  for (const std::string& bad : {"100644 blob "s + kId + "\ta"s, "x blob "s + kId + "\ta\0"s, "100644\ta\0"s})
    CHECK_THROWS_AS(parse_tree(bad), Error);
}

TEST_CASE("files of a commit are read from objects, not from the folder") {
  Place place;
  const std::string binary = "a\r\n\0b\n"s;
  place.folder.create("register/one", binary);
  place.folder.create("register/sub/two", "");
  place.folder.create("zero", "0");
  std::filesystem::create_symlink("zero", place.scratch / "link");
  const std::string commit = place.commit();
  std::filesystem::remove_all(place.scratch / "register");
  place.folder.replace("zero", "changed");

  const ObjectTree tree(place.git, commit);
  CHECK(tree.read("register/one") == binary);
  CHECK(tree.read("register/sub/two") == "");
  CHECK(tree.read("zero") == "0");
  CHECK(tree.read("absent") == std::nullopt);
  CHECK(tree.read("register") == std::nullopt);
  CHECK_THROWS_AS((void)tree.read("link"), Error);
  CHECK_THROWS_AS((void)tree.read("register/one", 3), Error);
  const auto top = tree.list("");
  REQUIRE(top.size() == 3);
  CHECK(top[0].name == "link");
  CHECK(top[0].kind == store::Item::Kind::other);
  CHECK(top[1].name == "register");
  CHECK(top[1].kind == store::Item::Kind::directory);
  CHECK(top[2].kind == store::Item::Kind::file);
  CHECK(tree.list("register").size() == 2);
  CHECK(tree.list("absent").empty());

  tree.load({"register/one", "register/sub/two", "absent", "link"}, 1'000);
  std::filesystem::remove_all(place.scratch / ".git");
  CHECK(tree.read("register/one") == binary);
  CHECK_THROWS_AS((void)tree.read("register/one", 3), Error);
  CHECK_THROWS_AS((void)tree.read("zero"), Error);
}

TEST_CASE("an object that is missing or not a file is named") {
  Place place;
  place.folder.create("a", "a");
  const std::string commit = place.commit();
  CHECK_THROWS_AS((void)sizes(place.git, {kId}), Error);
  CHECK_THROWS_AS((void)sizes(place.git, {commit}), Error);
  CHECK_THROWS_AS(read_blobs(place.git, {kId}, [](std::size_t, std::string) {}), Error);
  CHECK(sizes(place.git, {}).empty());
}

TEST_CASE("output is read up to a limit, whatever a few objects make git print") {
  Place place;
  place.folder.create("a", "a");
  const std::string commit = place.commit();
  CHECK(place.git.run_up_to(100, {"rev-parse", commit}) == commit + "\n");
  CHECK(place.git.run_up_to(41, {"rev-parse", commit}) == commit + "\n");
  CHECK_FALSE(place.git.run_up_to(40, {"rev-parse", commit}));
  CHECK_THROWS_AS((void)place.git.run_up_to(100, {"rev-parse", "--verify", "absent"}), Error);
  // Ten trees, of which each names the one before ten times: 10,000,000,000 files.
  std::string tree = "100644 blob " + place.git.line({"hash-object", "-w", "--stdin"}, "a");
  for (int level = 0; level < 10; ++level) {
    std::string entries;
    for (char name = '0'; name <= '9'; ++name) entries += tree + "\t" + name + "\n";
    tree = "040000 tree " + place.git.line({"mktree"}, entries);
  }
  CHECK_FALSE(place.git.run_up_to(std::uint64_t{1} << 20U, {"ls-tree", "-r", "-z", tree.substr(12)}));
}

TEST_CASE("no attribute, hook or configuration of the repository changes bytes or starts a program") {
  Place place;
  const std::string mark = place.scratch / "started";
  const std::string script = "#!/bin/sh\ntouch " + mark + "\ncat\n";
  place.folder.create(".gitattributes", "* text eol=crlf ident filter=evil working-tree-encoding=UTF-16\n");
  place.folder.create("a", "$Id$\r\nx\n");
  place.folder.create("evil", script);
  std::filesystem::permissions(place.scratch / "evil", std::filesystem::perms::all);
  place.folder.create(".git/hooks/pre-commit", script);
  place.folder.replace(".git/info/attributes", "* -text -ident -filter !eol !working-tree-encoding\n");
  for (const auto& [key, value] : {std::pair{"filter.evil.clean", "evil"},
                                   {"core.fsmonitor", "evil"},
                                   {"core.autocrlf", "true"},
                                   {"commit.gpgsign", "true"}})
    (void)place.git.run({"config", key, value == "evil"s ? place.scratch / "evil" : value});
  const ObjectTree tree(place.git, place.commit());
  CHECK(tree.read("a") == "$Id$\r\nx\n");
  CHECK_FALSE(std::filesystem::exists(mark));
}

}  // namespace jaga::git
