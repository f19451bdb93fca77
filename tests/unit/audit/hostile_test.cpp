// Things that are not records, put where records are: nothing hangs, nothing is followed, everything is
// named, and no name reaches a terminal as it is.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <chrono>

#include "place.hpp"
#include "store/chain.hpp"

using namespace jaga;
using namespace jaga::audit;
using namespace jaga::audit::test;
namespace fs = std::filesystem;

namespace {

void check_safe(const Copy& copy) {
  const auto began = std::chrono::steady_clock::now();
  const auto report = copy.audit();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{20});
  for (const auto& finding : report.findings) {
    for (const char c : finding.file + finding.chain) CHECK(static_cast<unsigned char>(c) >= 0x20);
  }
  const auto outcome = copy.script();
  CHECK(outcome.end == process::Outcome::End::exited);
  for (const char c : outcome.out + outcome.err) {
    const auto byte = static_cast<unsigned char>(c);
    CHECK((c == '\n' || (byte >= 0x20 && byte < 0x7F)));
  }
  INFO("audit:\n" << text(report));
  INFO("script: " << outcome.code << "\n" << outcome.out << outcome.err);
  CHECK(outcome.code == (report.sound() ? 0 : 1));
}

}  // namespace

TEST_CASE("something else in place of a record, a signature, a note, evidence, a directory") {
  const auto first = record::ChainName::incident(original().first).directory();
  const Copy whole;
  const std::vector<std::string> places{
      whole.file("-approve."),
      whole.file("-approve.") + ".sig",
      whole.file("/notes/"),
      whole.file("/evidence/sha256-"),
      whole.file("seals/two/0001"),
      whole.file("register/0002"),
      whole.file("register/0002") + ".sig",
      first + "/notes",
      first + "/evidence",
      first,
      "incidents/2026-11",
      "seals/two",
      "seals",
      "register/evidence",
  };
  unsigned checked = 0;  // by the printed program, which takes its time
  for (const auto& place : places) {
    for (const std::string kind : {"symlink", "fifo", "directory", "device"}) {
      const Copy copy;
      CAPTURE(place);
      CAPTURE(kind);
      const bool was_directory = fs::is_directory(copy.at(place));
      if (kind == "directory" && was_directory) continue;
      const auto aside = copy.path().string() + "-aside";
      fs::rename(copy.at(place), aside);
      if (kind == "symlink") fs::create_symlink(aside, copy.at(place));
      if (kind == "fifo") REQUIRE(mkfifo(copy.at(place).c_str(), 0644) == 0);
      if (kind == "directory") fs::create_directory(copy.at(place));
      if (kind == "device" && mknod(copy.at(place).c_str(), S_IFCHR | 0644, makedev(1, 5)) != 0) {
        fs::remove_all(aside);
        continue;  // only root makes one
      }
      CHECK_FALSE(copy.audit().sound());
      if ((kind == "fifo" || kind == "symlink") && ++checked % 4 == 0) check_safe(copy);
      fs::remove_all(aside);
    }
  }
}

TEST_CASE("the register itself is a link") {
  const Copy copy;
  const auto aside = copy.path().string() + "-aside";
  fs::rename(copy.at("register"), aside);
  fs::create_symlink(aside, copy.at("register"));
  CHECK_FALSE(copy.audit().sound());
  CHECK(copy.script().code == 2);
  fs::remove_all(aside);
}

TEST_CASE("names that would drive a terminal, and names of nothing") {
  const Copy copy;
  const auto first = record::ChainName::incident(original().first).directory();
  const std::string escape = "\x1b]0;owned\x07\x1b[2J";
  std::string named;
  bool sound = false;
  SUBCASE("a record") {
    copy.write(first + "/0003-" + escape + ".aaaaaa.yaml", "x");
  }
  SUBCASE("a note") {
    copy.write(first + "/notes/" + escape + ".yaml", "x");
  }
  SUBCASE("a directory") {
    fs::create_directories(copy.at(first + "/" + escape));
  }
  SUBCASE("a line end in a directory, with a name that is jaga's after it") {
    fs::create_directories(copy.at("seals/a\nregister"));
    copy.write("seals/a\nregister/0001-genesis.aaaaaa.yaml", "x");
  }
  SUBCASE("a line end in a file") {
    copy.write("register/x\nregister.yaml", "x");
  }
  SUBCASE("a link that only has the name") {
    fs::create_symlink("/dev/zero", copy.at(first + "/" + escape));
  }
  SUBCASE("a file of no kind is only mentioned") {
    copy.write(first + "/" + escape, "x");
    copy.write(first + "/a file.txt", "x");
    copy.write(first + "/README", "x");
    copy.write(first + "/0099-note.aaaaaa.yaml.sig", "a lone signature is harmless");
    copy.write(first + "/.jaga-1-1.tmp", "left by a crash");
    sound = true;
    CHECK(copy.audit().unchecked.size() == 3);
  }
  SUBCASE("a number beyond all bounds") {
    copy.write(first + "/999999999-note.aaaaaa.yaml", "seq: 999999999\n");
  }
  CHECK(copy.audit().sound() == sound);
  check_safe(copy);
}

TEST_CASE("a record of more than 4 MiB, one deep in lists, one that is all of one line") {
  const Copy copy;
  const auto file = copy.file("-approve.");
  const auto bytes = copy.read(file);
  const auto body = bytes.find("body:\n");
  SUBCASE("large") {
    copy.write(file,
               bytes.substr(0, body) + "body:\n  reason: \"" + std::string(5U << 20U, 'x') + "\"\n...\n");
  }
  SUBCASE("deep") {
    copy.write(file, bytes.substr(0, body) + "body:\n  x: " + std::string(100000, '[') + "\n...\n");
  }
  SUBCASE("one line") {
    copy.write(file, std::string(1U << 20U, '{'));
  }
  SUBCASE("zeros") {
    copy.write(file, std::string(1U << 16U, '\0'));
  }
  CHECK(names(copy.audit(), file));
  check_safe(copy);
}
