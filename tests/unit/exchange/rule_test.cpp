#include "exchange/rule.hpp"

#include <doctest/doctest.h>

#include <string>

namespace jaga::exchange {
namespace {

using namespace std::string_literals;

const std::string kNone(40, '0');
const std::string kOne(40, '1');
const std::string kTwo(40, '2');
const std::string kIncident = "incidents/2026-11/20261124-web01-k7f3q2/";
const std::string kRecord = kIncident + "0002-analyze.p2m8xa.yaml";
const std::string kHash(64, 'a');

Change added(const std::string& path, unsigned mode = kFileMode, std::uint64_t size = 1000) {
  return {path, kNoMode, mode, kNone, kOne, size};
}
Change deleted(const std::string& path) {
  return {path, kFileMode, kNoMode, kOne, kNone};
}
Change changed(const std::string& path, unsigned mode = kFileMode) {
  return {path, kFileMode, mode, kOne, kTwo, 1000};
}
Change chmoded(const std::string& path, unsigned mode) {
  return {path, kFileMode, mode, kOne, kOne, 1000};
}

// Why it is refused; empty: it is not.
std::string refused(const Change& change) {
  const auto judgement = judge({change}, {});
  if (judgement.good()) return {};
  CHECK(judgement.refusals.size() == 1);
  CHECK(judgement.refusals.front().path == change.path);
  return judgement.refusals.front().what.render(Language::english);
}

}  // namespace

TEST_CASE("new records of every kind may come") {
  for (const std::string& path :
       {"register/0001-genesis.k7f3q2.yaml"s, "register/0001-genesis.k7f3q2.yaml.sig"s,
        "register/evidence/sha256-" + kHash, kRecord, kRecord + ".sig",
        kIncident + "notes/01234567890123456789abcdef.yaml",
        kIncident + "notes/01234567890123456789abcdef.yaml.sig", kIncident + "evidence/sha256-" + kHash,
        "seals/01234567890123456789abcdef/0001-seal.x2v9aq.yaml"s,
        "papers/01234567890123456789abcdef/0001-paper.x2v9aq.yaml"s, ".gitattributes"s}) {
    CAPTURE(path);
    const auto judgement = judge({added(path)}, {});
    CHECK(judgement.good());
    CHECK(judgement.new_records == std::vector<std::string>{path});
  }
}

TEST_CASE("a record is never changed, deleted or given another mode") {
  for (const std::string& path :
       {kRecord, kRecord + ".sig", "register/0001-genesis.k7f3q2.yaml"s, ".gitattributes"s,
        "seals/01234567890123456789abcdef/0001-seal.x2v9aq.yaml"s,
        kIncident + "notes/01234567890123456789abcdef.yaml"}) {
    CAPTURE(path);
    CHECK(refused(deleted(path)) == "it was deleted");
    CHECK(refused(changed(path)) == "it was changed");
    CHECK(refused(chmoded(path, kProgramMode)) == "its mode was changed");
    CHECK(refused(changed(path, kLinkMode)) == "it was changed");
    CHECK(refused(chmoded(path, kSubmoduleMode)) == "its mode was changed");
  }
}

TEST_CASE("evidence that is gone is for audit to judge, evidence that differs is not") {
  const std::string path = kIncident + "evidence/sha256-" + kHash;
  const auto judgement = judge({deleted(path)}, {});
  CHECK(judgement.good());
  CHECK(judgement.gone_evidence == std::vector<std::string>{path});
  CHECK(refused(changed(path)) == "it was changed");
}

TEST_CASE("a rename by case is a deletion and a new name that is not one of jaga") {
  const auto judgement = judge({deleted(kRecord), added(kIncident + "0002-Analyze.p2m8xa.yaml")}, {});
  REQUIRE(judgement.refusals.size() == 2);
  CHECK(judgement.refusals[0].path == kRecord);
  CHECK(judgement.refusals[1].path == kIncident + "0002-Analyze.p2m8xa.yaml");
  for (const char* const path :
       {"Register/x", "INCIDENTS/2026-11/x", "seaLs/x", ".GitAttributes", "Rounds/x"}) {
    CAPTURE(path);
    CHECK_FALSE(refused(added(path)).empty());
  }
}

TEST_CASE("what jaga does not write there does not come there") {
  for (const std::string& path :
       {"register/notes.txt"s, "register"s, "register/sub/0001-genesis.k7f3q2.yaml"s, "incidents/x"s,
        "incidents/2026-12/20261124-web01-k7f3q2/0002-analyze.p2m8xa.yaml"s, kIncident + ".gitattributes",
        kIncident + "evidence/sha256-" + kHash.substr(1), kIncident + "evidence/x/sha256-" + kHash,
        "seals/0001-seal.x2v9aq.yaml"s, "summaries/x"s, kRecord + ".sig.sig", kRecord + "/x",
        "register/.gitignore"s}) {
    CAPTURE(path);
    CHECK_FALSE(refused(added(path)).empty());
  }
}

TEST_CASE("what stays in its clone does not come from another one") {
  for (const std::string& path : {"rounds/x/2026/11/24/T031522.123Z.yaml"s, "archive/x/bagit.txt"s,
                                  "reports/x.html"s, kIncident + "evidence/private/sha256-" + kHash}) {
    CAPTURE(path);
    CHECK(refused(added(path)) == "files of this directory are never shared");
  }
}

TEST_CASE("links and submodules come nowhere, programs not among records") {
  for (const std::string& path : {kRecord, "hosts.yaml"s, "rules/disk.yaml"s}) {
    CAPTURE(path);
    CHECK(refused(added(path, kLinkMode)) == "it is a symbolic link");
    CHECK(refused(added(path, kSubmoduleMode)) == "it is a submodule");
    CHECK(refused(added(path, 040000)) == "it is not a regular file");
  }
  CHECK(refused(added(kRecord, kProgramMode)) == "it is executable, which no record is");
  CHECK(refused(added("tools/look", kProgramMode)).empty());
}

TEST_CASE("names that git, a terminal or a file system would take for something else") {
  for (const std::string& path :
       {"../x"s, "a/../b"s, "a/./b"s, "a//b"s, "/etc/passwd"s, ".git/config"s, "a/.GIT/hooks/x"s,
        ".gitmodules"s, "GIT~1/x"s, "a\\b"s, "a\nb"s, "a\tb"s, "a\x1b[2Jb"s,
        "a\xe2\x80\xae"
        "b"s,
        "hosts\xe2\x80\x8b.yaml"s, "a\xff"s, std::string(256, 'a'),
        std::string(1000, 'a') + "/" + std::string(100, 'b')}) {
    CAPTURE(path);
    CHECK_FALSE(refused(added(path)).empty());
  }
  for (const char* const path :
       {"hosts.d/a b.yaml", "rules/ü.yaml", ".gitignore", "plans/x.yaml", "docs/peta.pdf"}) {
    CAPTURE(path);
    CHECK(refused(added(path)).empty());
  }
}

TEST_CASE("edited files may be changed and deleted") {
  CHECK(refused(changed("hosts.yaml")).empty());
  CHECK(refused(deleted("rules/disk.yaml")).empty());
  // To take away what should never have come is right.
  CHECK(refused(deleted("rounds/x")).empty());
}

TEST_CASE("sizes have limits, each kind its own") {
  const Limits limits;
  const std::string evidence = kIncident + "evidence/sha256-" + kHash;
  CHECK(refused(added(kRecord, kFileMode, limits.record)).empty());
  CHECK(refused(added(kRecord, kFileMode, limits.record + 1)) ==
        "it has 4194305 bytes; at most 4194304 are accepted");
  CHECK_FALSE(refused(added(kRecord + ".sig", kFileMode, limits.signature + 1)).empty());
  CHECK(refused(added(evidence, kFileMode, limits.evidence)).empty());
  CHECK_FALSE(refused(added(evidence, kFileMode, limits.evidence + 1)).empty());
  CHECK_FALSE(refused(added("docs/x.iso", kFileMode, limits.other + 1)).empty());
}

TEST_CASE("what comes at a time has a limit together, evidence aside") {
  std::vector<Change> many;
  for (int n = 0; n < 128; ++n) many.push_back(added(kRecord, kFileMode, std::uint64_t{4} << 20U));
  CHECK(judge(many, {}).good());
  many.push_back(added("hosts.yaml", kFileMode, 1));
  const auto judgement = judge(many, {});
  REQUIRE(judgement.refusals.size() == 1);
  CHECK(judgement.refusals.front().path.empty());
  CHECK(judgement.refusals.front().what.render(Language::english) ==
        "536870913 bytes of new or changed files; at most 536870912 are accepted at a time");
  CHECK(judge(many, {.first = true}).good());
  many.back() = added(kIncident + "evidence/sha256-" + kHash, kFileMode, std::uint64_t{256} << 20U);
  CHECK(judge(many, {}).good());
}

TEST_CASE("numbers of files have limits; a first exchange may bring any number of records") {
  std::vector<Change> many;
  for (int n = 0; n < 100'000; ++n)
    many.push_back(added("register/evidence/sha256-" + std::to_string(100'000 + n) + std::string(58, 'a')));
  auto judgement = judge(many, {});
  REQUIRE(judgement.refusals.size() == 1);
  CHECK(judgement.refusals.front().path.empty());
  CHECK(judgement.refusals.front().what.render(Language::english) ==
        "100000 new or changed files; at most 50000 are accepted at a time");
  Limits first;
  first.first = true;
  CHECK(judge(many, first).good());
  std::vector<Change> others;
  for (int n = 0; n < 5'001; ++n) others.push_back(added("junk/" + std::to_string(n)));
  CHECK_FALSE(judge(others, {}).good());
  CHECK_FALSE(judge(others, first).good());
  others.pop_back();
  CHECK(judge(others, {}).good());
}

}  // namespace jaga::exchange
