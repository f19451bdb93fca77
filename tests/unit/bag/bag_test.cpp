#include "bag/bag.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "../sign/workshop.hpp"
#include "base/error.hpp"

using namespace jaga;
namespace fs = std::filesystem;

namespace {

std::string no_signature(std::string_view) {
  return "signature\n";
}

bag::Contents contents() {
  bag::Contents out;
  out.payload = {{"incidents/a/0001-monitor.k7f3q2.yaml", "one\n"}, {"register/x", "two\n"}, {"empty", ""}};
  out.tags = {{"VERIFY.txt", "sha256sum -c manifest-sha256.txt\n"}};
  out.info = {{"External-Identifier", "20261124-web01-k7f3q2"}};
  return out;
}

bool names(const bag::Check& check, const std::string& text) {
  for (const auto& problem : check.problems) {
    if (problem.render(Language::english).find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a bag is whole, sha256sum accepts it, and it is the same twice") {
  const Workshop workshop;
  const auto digest = bag::write(workshop.at(""), "bag", contents(), no_signature);
  CHECK(sha256(workshop.read("bag/tagmanifest-sha256.txt")) == digest);
  CHECK(
      Workshop::run({"sh", "-c",
                     "cd \"$1\" && sha256sum --strict --quiet -c manifest-sha256.txt tagmanifest-sha256.txt "
                     "&& sha512sum --strict --quiet -c manifest-sha512.txt tagmanifest-sha512.txt",
                     "sh", workshop.at("bag")})
          .ok());
  const auto check = bag::check(workshop.at("bag"));
  for (const auto& problem : check.problems) MESSAGE(problem.render(Language::english));
  CHECK(check.sound());
  CHECK(check.payload.size() == 3);
  CHECK(check.signature == "signature\n");
  CHECK(bag::write(workshop.at(""), "again", contents(), no_signature) == digest);
  CHECK_THROWS_AS(bag::write(workshop.at(""), "bag", contents(), no_signature), Error);
  for (const auto& entry : fs::directory_iterator(workshop.at("")))
    CHECK(entry.path().filename().string()[0] != '.');
}

TEST_CASE("a signer that refuses leaves nothing behind") {
  const Workshop workshop;
  const auto refuse = [](std::string_view) -> std::string {
    throw Error{ExitCode::not_permitted, msg("no")};
  };
  CHECK_THROWS_AS(bag::write(workshop.at(""), "bag", contents(), refuse), Error);
  CHECK(fs::is_empty(workshop.at("")));
}

TEST_CASE("bad paths are refused before anything is written") {
  const Workshop workshop;
  for (const std::string path : {"../x", "/x", "a//b", "a/./b", "a\nb", "a b", "a\\b", "", "EMPTY"}) {
    auto bad = contents();
    bad.payload.push_back({path, "x"});
    CHECK_THROWS_AS(bag::write(workshop.at(""), "bag", bad, no_signature), Error);
  }
  auto bad = contents();
  bad.tags.push_back({"fetch.txt", "x"});
  CHECK_THROWS_AS(bag::write(workshop.at(""), "bag", bad, no_signature), Error);
  CHECK(fs::is_empty(workshop.at("")));
}

TEST_CASE("every flipped byte of a bag is named, and everything that does not belong") {
  const Workshop workshop;
  bag::write(workshop.at(""), "bag", contents(), no_signature);
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(workshop.at("bag"))) {
    if (entry.is_regular_file())
      files.push_back("bag/" + fs::relative(entry.path(), workshop.at("bag")).string());
  }
  for (const auto& file : files) {
    if (file.ends_with(".sig") || file.find("/tagmanifest") != std::string::npos)
      continue;  // the signature's to find
    const auto bytes = workshop.read(file);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      auto changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
      workshop.write(file, changed);
      CHECK_FALSE(bag::check(workshop.at("bag")).sound());
    }
    workshop.write(file, bytes);
  }
  REQUIRE(bag::check(workshop.at("bag")).sound());

  const auto with = [&](const std::string& file, const std::string& bytes) {
    workshop.write("bag/" + file, bytes);
    auto check = bag::check(workshop.at("bag"));
    fs::remove(workshop.at("bag/" + file));
    return check;
  };
  CHECK(names(with("fetch.txt", ""), "fetch.txt"));
  CHECK(names(with("data/more", "x"), "is not listed in any manifest"));
  CHECK(names(with("more.txt", "x"), "is not listed in any manifest"));
  CHECK(names(with("tagmanifest-md5.txt", "x"), "is not listed in any manifest"));
  CHECK(names(with("data/EMPTY", ""), "with different upper and lower case"));
  REQUIRE(symlink("empty", workshop.at("bag/data/link").c_str()) == 0);
  CHECK(names(bag::check(workshop.at("bag")), "is not a regular file"));
  fs::remove(workshop.at("bag/data/link"));
  REQUIRE(mkfifo(workshop.at("bag/data/pipe").c_str(), 0600) == 0);
  CHECK(names(bag::check(workshop.at("bag")), "is not a regular file"));
  fs::remove(workshop.at("bag/data/pipe"));
  // Holes cost nobody anything but who reads them.
  for (const char* file : {"bag/data/holes", "bag/manifest-sha256.txt", "bag/bagit.txt"}) {
    const auto bytes = fs::exists(workshop.at(file)) ? workshop.read(file) : std::string();
    workshop.write(file, bytes);
    fs::resize_file(workshop.at(file), std::uintmax_t{1} << 40U);
    CHECK(names(bag::check(workshop.at("bag")), "larger than any file that jaga writes"));
    fs::remove(workshop.at(file));
    if (!bytes.empty()) workshop.write(file, bytes);
  }
  REQUIRE(bag::check(workshop.at("bag")).sound());

  for (const auto& file : files) {
    fs::rename(workshop.at(file), workshop.at("away"));
    CHECK_FALSE(bag::check(workshop.at("bag")).sound());
    fs::rename(workshop.at("away"), workshop.at(file));
  }
  CHECK(bag::check(workshop.at("bag")).sound());
  CHECK_THROWS_AS(bag::check(workshop.at("none")), Error);
}

TEST_CASE("a bag is written where it was to be, and not for everybody") {
  const Workshop workshop;
  fs::create_directory(workshop.at("archive"));
  fs::create_directory(workshop.at("elsewhere"));
  // While it is written somebody puts a link where the directory was.
  const auto moved = [&](std::string_view) -> std::string {
    fs::rename(workshop.at("archive"), workshop.at("held"));
    fs::create_directory_symlink(workshop.at("elsewhere"), workshop.at("archive"));
    return "signature\n";
  };
  bag::write(workshop.at("archive"), "bag", contents(), moved);
  CHECK(bag::check(workshop.at("held/bag")).sound());
  CHECK(fs::is_empty(workshop.at("elsewhere")));
  struct stat status {};
  REQUIRE(stat(workshop.at("held/bag").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0750);

  try {
    bag::write(workshop.at("archive"), "bag", contents(), no_signature);
    CHECK_MESSAGE(false, "a link was followed");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::cant_create);
  }
  CHECK(fs::is_empty(workshop.at("elsewhere")));
  try {
    bag::write(workshop.at("none"), "bag", contents(), no_signature);
    CHECK_MESSAGE(false, "there is no such place");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::cant_create);
  }
}

TEST_CASE("manifests: one form") {
  Message problem;
  const auto hex = std::string(64, 'a');
  CHECK(bag::parse_manifest(hex + "  data/x\n", 64, problem));
  for (const auto& bad :
       {hex + " data/x\n", hex + "  data/x", hex + "  ../x\n", hex + "  /x\n", hex + " *data/x\n",
        hex + "  data/x\n" + hex + "  data/x\n", hex + "  data/x\n" + hex + "  data/X\n", std::string()}) {
    CHECK_FALSE(bag::parse_manifest(bad, 64, problem));
  }
}

TEST_CASE("packed twice is the same bytes") {
  const Workshop workshop;
  bag::write(workshop.at(""), "bag", contents(), no_signature);
  const auto at = *parse_instant("2026-11-24T03:15:22.123Z");
  const auto first = bag::pack(workshop.at("bag"), at);
  const auto bytes = workshop.read("bag.tar.zst");
  CHECK_THROWS_AS(bag::pack(workshop.at("bag"), at), Error);
  fs::remove(first);
  chmod(workshop.at("bag/data/empty").c_str(), 0600);
  CHECK(workshop.read("bag.tar.zst").empty());
  bag::pack(workshop.at("bag"), at);
  CHECK(workshop.read("bag.tar.zst") == bytes);
  struct stat status {};
  REQUIRE(stat(first.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(std::distance(fs::directory_iterator(workshop.at("")), {}) == 2);  // the bag, the pack
  CHECK(Workshop::run({"tar", "--zstd", "-tf", first}).out.find("bag/data/register/x\n") !=
        std::string::npos);
}

TEST_CASE("what a killed write left is removed by the next, but not while somebody writes") {
  const Workshop workshop;
  fs::create_directories(workshop.at("out/.drafts/bag.1-0/data/evidence"));
  workshop.write("out/.drafts/bag.1-0/data/evidence/sha256-x", "restricted");
  workshop.write("out/.drafts/bag.XYZ", "half packed");
  workshop.write("kept", "kept");
  fs::create_symlink(workshop.at("kept"), workshop.at("out/.drafts/link"));
  fs::create_directory_symlink(workshop.at("out"), workshop.at("out/.drafts/bag.1-0/up"));
  SUBCASE("asked for") {
    bag::remove_drafts(workshop.at("out"));
  }
  SUBCASE("by the next bag") {
    (void)bag::write(workshop.at("out"), "bag", contents(), no_signature);
  }
  SUBCASE("where another process writes, it stays") {
    const int fd = open(workshop.at("out/.drafts").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    REQUIRE(flock(fd, LOCK_SH) == 0);
    bag::remove_drafts(workshop.at("out"));
    CHECK(fs::exists(workshop.at("out/.drafts/bag.1-0/data/evidence/sha256-x")));
    (void)bag::write(workshop.at("out"), "bag", contents(), no_signature);
    CHECK(fs::exists(workshop.at("out/.drafts/bag.1-0/data/evidence/sha256-x")));
    close(fd);
    bag::remove_drafts(workshop.at("out"));
  }
  CHECK_FALSE(fs::exists(workshop.at("out/.drafts")));
  CHECK(workshop.read("kept") == "kept");
  CHECK(fs::exists(workshop.at("out")));
}

TEST_CASE("a place for drafts that is a symbolic link is not followed") {
  const Workshop workshop;
  fs::create_directories(workshop.at("out"));
  fs::create_directories(workshop.at("elsewhere"));
  workshop.write("elsewhere/kept", "kept");
  fs::create_directory_symlink(workshop.at("elsewhere"), workshop.at("out/.drafts"));
  bag::remove_drafts(workshop.at("out"));
  CHECK_THROWS_AS(bag::write(workshop.at("out"), "bag", contents(), no_signature), Error);
  CHECK(workshop.read("elsewhere/kept") == "kept");
}
