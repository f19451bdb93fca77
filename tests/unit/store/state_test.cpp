#include "store/state.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "scratch.hpp"
#include "store/rounds.hpp"

namespace {

using namespace jaga;
using namespace jaga::store;
using jaga::store::test::counted;
using jaga::store::test::Scratch;

constexpr const char* kRepo = "0123456789abcdef0123456789abcdef";

// Another directory by that name, as restored from a copy; the one of before is NAME-before.
void replace_directory(const Scratch& scratch, const std::string& name) {
  std::filesystem::create_directory(scratch / (name + "-new"));
  std::filesystem::rename(scratch / name, scratch / (name + "-before"));
  std::filesystem::rename(scratch / (name + "-new"), scratch / name);
}

void see(const Memory& memory, const RememberedHead& head) {
  memory.remember(head.chain, {head}, [](const RememberedHead&) { return true; });
}

}  // namespace

TEST_CASE("an installation is known again by machine, path, device and inode") {
  const Scratch home;
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "office");
  const RandomBytes random = counted();
  const Folder office(scratch / "office");
  const std::string id = Installation::open(home.path(), kRepo, office, "m1", random).installation();
  CHECK(Installation::open(home.path(), kRepo, office, "m1", random).installation() == id);
  CHECK(Installation::open(home.path(), kRepo, office, "m2", random).installation() != id);
  replace_directory(scratch, "office");
  CHECK(Installation::open(home.path(), kRepo, Folder(scratch / "office"), "m1", random).installation() !=
        id);
}

TEST_CASE("what any installation saw at a path is remembered there, whatever lies there now") {
  const Scratch home;
  const Scratch scratch;
  const RandomBytes random = counted();
  const auto open = [&](const std::string& at, const std::string& typed = {}, const char* machine = "m1") {
    return Installation::open(home.path(), kRepo, Folder(scratch / at), machine, random,
                              typed.empty() ? std::string() : scratch / typed);
  };
  std::filesystem::create_directory(scratch / "a");
  std::filesystem::create_directory(scratch / "b");
  std::filesystem::create_directory_symlink(scratch / "a", scratch / "link");
  const record::ChainName chain = record::ChainName::registry();
  const RememberedHead two{chain, 2, sha256("2"), "222222"};
  see(open("a", "link").memory(), two);

  SUBCASE("the same directory") {
    CHECK(open("a").memory().of(chain).heads == std::vector{two});
    CHECK(open("a", "link").memory().of(chain).heads == std::vector{two});
  }
  SUBCASE("another inode, which is another installation") {
    replace_directory(scratch, "a");
    const Installation now = open("a");
    CHECK(now.memory().of(chain).heads == std::vector{two});
    see(now.memory(), {chain, 3, sha256("3"), "333333"});
    // The one of before comes back: the later one is asked too.
    std::filesystem::rename(scratch / "a", scratch / "later");
    std::filesystem::rename(scratch / "a-before", scratch / "a");
    const auto heads = open("a").memory().of(chain).heads;
    CHECK(heads.size() == 2);
    CHECK(open("a").elsewhere().empty());
  }
  SUBCASE("another directory by the same typed path") {
    std::filesystem::remove(scratch / "link");
    std::filesystem::create_directory_symlink(scratch / "b", scratch / "link");
    CHECK(open("b").memory().of(chain).heads.empty());  // by its own path it was never here
    CHECK(open("link", "link").memory().of(chain).heads == std::vector{two});
    CHECK(open("link", "./link/").memory().of(chain).heads == std::vector{two});
  }
  SUBCASE("a directory in place of the link") {
    std::filesystem::remove(scratch / "link");
    std::filesystem::create_directory(scratch / "link");
    CHECK(open("link").memory().of(chain).heads == std::vector{two});
  }
  SUBCASE("another path, and another machine: told beside it") {
    const Installation other = open("b");
    CHECK(other.memory().of(chain).heads.empty());
    REQUIRE(other.elsewhere().size() == 1);
    CHECK(other.elsewhere()[0].path == std::filesystem::canonical(scratch / "a").string());
    CHECK(other.elsewhere()[0].memory.of(chain).heads == std::vector{two});
    CHECK(open("a", {}, "m2").memory().of(chain).heads.empty());
    CHECK(open("a", {}, "m2").elsewhere().size() == 2);
  }
}

TEST_CASE("names that say nothing are as none") {
  const Scratch home;
  const Scratch office;
  const Folder folder(office.path());
  const std::string typed = office.path() + "-link";
  const Installation state = Installation::open(home.path(), kRepo, folder, "m1", counted(), typed);
  const std::string file = state.folder() + "/names.yaml";
  REQUIRE(std::filesystem::exists(file));
  for (const std::string bytes : {"", "format: \"jaga/na", "\x01"}) {
    std::ofstream(file) << bytes;
    CHECK(Installation::open(home.path(), kRepo, folder, "m1", counted(), typed).installation() ==
          state.installation());
    CHECK(std::filesystem::file_size(file) > 20);
  }
}

TEST_CASE("a place that cannot be read stops nobody, and what was seen there counts as seen elsewhere") {
  const Scratch home;
  const Scratch office;
  const Folder folder(office.path());
  const record::ChainName chain = record::ChainName::registry();
  const RememberedHead two{chain, 2, sha256("2"), "222222"};
  const RandomBytes random = counted();
  const Installation before = Installation::open(home.path(), kRepo, folder, "m1", random);
  see(before.memory(), two);
  CHECK(before.remarks().empty());
  for (const std::string bytes : {"", "format: \"jaga/place@1\"\n", "\x01\xff"}) {
    std::ofstream(before.folder() + "/place.yaml") << bytes;
    const Installation after = Installation::open(home.path(), kRepo, folder, "m1", random);
    CHECK(after.installation() != before.installation());
    CHECK(after.remarks().size() == 1);
    CHECK(after.memory().of(chain).heads.empty());
    bool known = false;
    for (const Installation::Elsewhere& other : after.elsewhere())
      known |= other.memory.of(chain).heads == std::vector{two};
    CHECK(known);
    std::filesystem::remove_all(after.folder());
  }
}

TEST_CASE("a state folder that others can read is refused") {
  const Scratch home;
  const Scratch office;
  const Folder folder(office.path());
  Installation::open(home.path(), kRepo, folder, "m1", counted());
  REQUIRE(::chmod((home / ("jaga/" + std::string(kRepo))).c_str(), 0755) == 0);
  CHECK_THROWS_AS(Installation::open(home.path(), kRepo, folder, "m1", counted()), Error);
}

TEST_CASE("rounds by name, the newest first, and expired by age") {
  const Scratch scratch;
  const Folder folder(scratch.path());
  const Instant first{std::chrono::milliseconds{1'790'000'000'123}};
  const std::string path = write_round(folder, "here", first, "one\n");
  CHECK(path == round_path("here", first));
  REQUIRE(parse_round_path(path).has_value());
  CHECK(parse_round_path(path)->at == first);
  CHECK_FALSE(parse_round_path("rounds/here/2026/11/24/T031522Z.yaml").has_value());
  write_round(folder, "here", first + std::chrono::hours{48}, "two\n");
  write_round(folder, "there", first + std::chrono::hours{1}, "three\n");
  CHECK_THROWS_AS(write_round(folder, "here", first, "again\n"), Error);
  const auto newest = newest_rounds(folder, 2);
  REQUIRE(newest.size() == 2);
  CHECK(read_round(folder, newest[0]) == "two\n");
  CHECK(read_round(folder, newest[1]) == "three\n");
  CHECK(newest_rounds(folder, 5, "here").size() == 2);
  CHECK(newest_rounds(folder, 5, {}, first + std::chrono::hours{2}).size() == 2);
  // What came late from a site is not among the newest rounds of all.
  write_round(folder, site_installation("kecamatan-a"), first + std::chrono::hours{49}, "late\n");
  CHECK(newest_rounds(folder, 5).front().at == first + std::chrono::hours{48});
  CHECK(newest_rounds(folder, 5, "site.kecamatan-a").size() == 1);
  CHECK(site_installations(folder) == std::vector<std::string>{"site.kecamatan-a"});
  std::filesystem::remove_all(scratch / "rounds/site.kecamatan-a");
  // Whole days go, with their directories; others are not even looked into.
  CHECK(expire_rounds(folder, first + std::chrono::hours{2}).empty());
  const std::string day = path.substr(0, path.rfind('/'));
  std::ofstream(scratch / (day + "/README")) << "not a round";
  CHECK(expire_rounds(folder, first + std::chrono::hours{24}).size() == 2);
  CHECK(newest_rounds(folder, 5).size() == 1);
  CHECK(std::filesystem::exists(scratch / (day + "/README")));
  CHECK_FALSE(std::filesystem::exists(scratch / ("there" + day.substr(11))));
  CHECK_FALSE(std::filesystem::exists(scratch / ("rounds/there" + day.substr(11))));
  // The directory of a month or year goes when it is over: into the current one somebody may be writing.
  CHECK(expire_rounds(folder, first + std::chrono::hours{24 * 60}).size() == 1);
  CHECK(newest_rounds(folder, 5).empty());
  CHECK(std::filesystem::exists(scratch / "rounds/there/2026"));
  write_round(folder, "there", first, "four\n");
  CHECK(expire_rounds(folder, first + std::chrono::hours{24 * 120}).size() == 1);
  CHECK_FALSE(std::filesystem::exists(scratch / "rounds/there/2026"));
}
