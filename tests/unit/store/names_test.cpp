#include "store/names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "scratch.hpp"
#include "store/chain.hpp"
#include "store/verified.hpp"

using namespace jaga;
using namespace jaga::store;
using namespace jaga::store::test;
namespace fs = std::filesystem;

TEST_CASE("incidents by the names of their directories") {
  const Scratch scratch;
  const Folder folder(scratch.path());
  CHECK(incident_ids(folder).empty());
  for (const char* directory :
       {"incidents/2026-11/20261124-web01-k7f3q2", "incidents/2026-11/20261124-db-main-k7f3q3",
        "incidents/2026-10/20261001-web01-k7f3q4",
        "incidents/2026-10/20261101-web01-k7f3q5",  // another month's
        "incidents/2026-10/notes", "incidents/other"})
    fs::create_directories(scratch / directory);
  folder.create("incidents/2026-11/20261124-web09-k7f3q9", "a file");
  fs::create_directory_symlink("20261124-web01-k7f3q2", scratch / "incidents/2026-11/20261124-web02-k7f3q6");
  CHECK(incident_ids(folder) == std::vector<std::string>{"20261001-web01-k7f3q4", "20261124-db-main-k7f3q3",
                                                         "20261124-web01-k7f3q2"});
  CHECK(incident_ids(folder, [](std::string_view id) { return subject_of(id) == "db-main"; }) ==
        std::vector<std::string>{"20261124-db-main-k7f3q3"});
  CHECK(subject_of("20261124-web01-k7f3q2") == "web01");

  const auto visited = [&](std::size_t most, std::string_view last) {
    std::vector<std::string> ids;
    const auto visit = [&](std::string_view id) {
      ids.emplace_back(id);
      return ids.size() < most;
    };
    newest_incidents_first(folder, visit, last);
    return ids;
  };
  CHECK(visited(9, "99999999") == std::vector<std::string>{"20261124-web01-k7f3q2", "20261124-db-main-k7f3q3",
                                                           "20261001-web01-k7f3q4"});
  CHECK(visited(1, "99999999") == std::vector<std::string>{"20261124-web01-k7f3q2"});
  CHECK(visited(9, "20261123") == std::vector<std::string>{"20261001-web01-k7f3q4"});
  CHECK(visited(9, "20260930").empty());
}

TEST_CASE("a directory of thousands of names is listed whole") {
  const Scratch scratch;
  const Folder folder(scratch.path());
  fs::create_directory(scratch / "many");
  constexpr int kFiles = 3000;
  for (int n = 0; n < kFiles; ++n) folder.replace("many/" + std::string(100, 'x') + std::to_string(n), "x");
  const auto items = folder.list("many");
  REQUIRE(items.size() == kFiles);
  CHECK(std::ranges::is_sorted(items, {}, &Item::name));
  CHECK(items.front().kind == Item::Kind::file);
  std::vector<std::string> visited;
  folder.each("many", [&](std::string_view name, Item::Kind kind) {
    if (kind == Item::Kind::file) visited.emplace_back(name);
  });
  std::ranges::sort(visited);
  CHECK(std::ranges::equal(visited, items, {}, {}, &Item::name));
  CHECK(folder.list("none").empty());
  folder.each("none", [](std::string_view, Item::Kind) { FAIL("nothing is there"); });
  CHECK_THROWS_AS(folder.list("many/" + std::string(100, 'x') + "0"), Error);
}

TEST_CASE("what this account has verified") {
  const Scratch scratch;
  CHECK_FALSE(read_verified(scratch.path()));
  const VerifiedSeals verified{{sha256("a"), sha256("b")},
                               Instant{std::chrono::milliseconds{1'790'000'000'123}},
                               Instant{std::chrono::milliseconds{1'780'000'000'000}}};
  write_verified(scratch.path(), verified);
  CHECK(read_verified(scratch.path()) == verified);
  const std::string text = verified_text(verified);
  CHECK(parse_verified(text) == verified);
  // A torn file says nothing.
  for (std::size_t size = 0; size < text.size(); ++size)
    CHECK_FALSE(parse_verified(std::string_view(text).substr(0, size)));
  CHECK_FALSE(parse_verified(text + "end\n"));
  CHECK_FALSE(parse_verified("jaga/verified@1 yesterday today\nend\n"));
  fs::remove(scratch / "verified");
  fs::create_symlink("other", scratch / "verified");
  CHECK_FALSE(read_verified(scratch.path()));
}
