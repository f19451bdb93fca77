#include "workflow/marks.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "process/run.hpp"

using namespace jaga;
using namespace jaga::workflow;

namespace {

// A home of one test. The other places (/run/user, /dev/shm) are those of this machine; the basis is random,
// so that marks of other runs of the test are never found.
class Home {
 public:
  Home() {
    std::string name = (std::filesystem::temp_directory_path() / "jaga-marks-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
    basis = sha256(name + std::to_string(std::filesystem::last_write_time(path_).time_since_epoch().count()));
  }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  ~Home() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
    std::filesystem::remove_all("/dev/shm/.jaga-runs/" + basis.hex() + "-1", ignored);
  }
  process::Outcome run(const Order& order) const {
    process::Command command;
    command.argv = {"/bin/sh", "-c", order.script, "jaga"};
    for (const auto& argument : order.arguments) command.argv.push_back(argument);
    command.environment = std::vector<std::string>{"PATH=/usr/bin:/bin", "HOME=" + path_.string()};
    return process::run(command);
  }
  const std::filesystem::path& path() const { return path_; }
  Digest basis;

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a run leaves its mark once") {
  const Home home;
  const Digest start = sha256("start");
  CHECK(parse_identity(home.run(identity_order(home.basis, 1)).out).marks.empty());
  const auto first = home.run(mark_order(home.basis, 1, start, false));
  CHECK(first.code == 0);
  CHECK(first.out == home.path().string() + "/.jaga-runs\n");
  CHECK(std::filesystem::is_directory(home.path() / ".jaga-runs" / (home.basis.hex() + "-1") / start.hex()));
  CHECK(home.run(mark_order(home.basis, 1, sha256("other"), false)).code == kMarkThere);
  const TargetIdentity looked = parse_identity(home.run(identity_order(home.basis, 1)).out);
  CHECK(looked.marks == std::vector<std::string>{"", start.hex()});
  CHECK(parse_identity(home.run(identity_order(home.basis, 2)).out).marks.empty());
}

TEST_CASE("what goes on adds its own mark beside the first") {
  const Home home;
  const Digest start = sha256("start");
  const Digest again = sha256("again");
  REQUIRE(home.run(mark_order(home.basis, 1, start, false)).code == 0);
  CHECK(home.run(mark_order(home.basis, 1, again, true)).code == 0);
  const TargetIdentity looked = parse_identity(home.run(identity_order(home.basis, 1)).out);
  CHECK(looked.marks.size() == 3);
  // The same repair-start a second time: no place takes its name again in the first; it falls through to the
  // next.
  CHECK(std::filesystem::is_directory(home.path() / ".jaga-runs" / (home.basis.hex() + "-1") / again.hex()));
}

TEST_CASE("a home that takes nothing gives way to another place, and the mark is still found") {
  if (!std::filesystem::is_directory("/dev/shm")) return;
  const Home home;
  // A file where the folder should be: also root cannot make one there.
  std::ofstream(home.path() / ".jaga-runs") << "in the way";
  const auto made = home.run(mark_order(home.basis, 1, sha256("start"), false));
  CHECK(made.code == 0);
  CHECK(made.out != home.path().string() + "/.jaga-runs\n");
  CHECK(home.run(mark_order(home.basis, 1, sha256("other"), false)).code == kMarkThere);
  CHECK(parse_identity(home.run(identity_order(home.basis, 1)).out).marks.size() == 2);
}

TEST_CASE("looking tells the machine-id and ignores what else the login prints") {
  const Home home;
  const TargetIdentity here = parse_identity(home.run(identity_order(home.basis, 1)).out);
  if (std::filesystem::exists("/etc/machine-id") && std::filesystem::file_size("/etc/machine-id") > 30)
    CHECK(here.machine_id.size() == 32);
  const TargetIdentity noisy = parse_identity("Welcome!\nmachine-id 00ff\nmark \nmark abc\nmarked x\n");
  CHECK(noisy.machine_id == "00ff");
  CHECK(noisy.marks == std::vector<std::string>{"", "abc"});
}

TEST_CASE("a folder of marks that is a link or somebody else's counts for nothing") {
  if (!std::filesystem::is_directory("/dev/shm")) return;
  const Home home;
  const Digest start = sha256("start");
  const std::filesystem::path runs = home.path() / ".jaga-runs";
  SUBCASE("a link") {
    const std::filesystem::path other = home.path() / "other";
    std::filesystem::create_directories(other / (home.basis.hex() + "-1") / start.hex());
    std::filesystem::create_directory_symlink(other, runs);
  }
  SUBCASE("somebody else's") {
    if (geteuid() != 0) return;
    std::filesystem::create_directories(runs / (home.basis.hex() + "-1") / start.hex());
    REQUIRE(chown(runs.c_str(), 54321, 54321) == 0);
  }
  CHECK(parse_identity(home.run(identity_order(home.basis, 1)).out).marks.empty());
  const auto made = home.run(mark_order(home.basis, 1, start, false));
  CHECK(made.code == 0);
  CHECK(made.out != runs.string() + "\n");
  CHECK(home.run(mark_order(home.basis, 1, sha256("other"), false)).code == kMarkThere);
}

TEST_CASE("a place is believed only where it looks like one") {
  CHECK(parse_place("/home/jaga/.jaga-runs\n", "/.jaga-runs") == "/home/jaga/.jaga-runs");
  for (const std::string& said :
       {std::string(), std::string("\n"), std::string("home/.jaga-runs"), std::string("/home/jaga"),
        std::string("/a\nmark: \"b\"/.jaga-runs"), std::string("/\x1b[2J/.jaga-runs"),
        std::string("/\xff/.jaga-runs"), "/" + std::string(5'000, 'a') + "/.jaga-runs"})
    CHECK_FALSE(parse_place(said, "/.jaga-runs"));
}
