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

}  // namespace

TEST_CASE("an installation is known again by machine, path, device and inode") {
  const Scratch home;
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "office");
  const RandomBytes random = counted();
  std::string id;
  {
    const Folder office(scratch / "office");
    const State state = State::open(home.path(), kRepo, office, "m1", random);
    id = state.installation();
    CHECK_FALSE(state.replaced().has_value());
    CHECK(state.heads().empty());
    state.remember({{record::ChainName::registry(), 3, sha256("x")}});
    CHECK(State::open(home.path(), kRepo, office, "m1", random).installation() == id);
    CHECK(State::open(home.path(), kRepo, office, "m2", random).installation() != id);
  }
  // Restored from a copy: the same path, another inode.
  std::filesystem::create_directory(scratch / "new");
  std::filesystem::remove_all(scratch / "office");
  std::filesystem::rename(scratch / "new", scratch / "office");
  const Folder restored(scratch / "office");
  const State state = State::open(home.path(), kRepo, restored, "m1", random);
  CHECK(state.installation() != id);
  CHECK(state.replaced() == id);
  REQUIRE(state.heads().size() == 1);
  CHECK(state.heads().front() == RememberedHead{record::ChainName::registry(), 3, sha256("x")});
}

TEST_CASE("a state folder that others can read is refused") {
  const Scratch home;
  const Scratch office;
  const Folder folder(office.path());
  State::open(home.path(), kRepo, folder, "m1", counted());
  REQUIRE(::chmod((home / ("jaga/" + std::string(kRepo))).c_str(), 0755) == 0);
  CHECK_THROWS_AS(State::open(home.path(), kRepo, folder, "m1", counted()), Error);
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
