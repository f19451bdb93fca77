#include "record/seal.hpp"

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace jaga;
using namespace jaga::record;
using namespace jaga::record::test;

TEST_CASE("a seal is read as it was written") {
  const Seal seal{{{"incidents/2026-11/20261124-web01-k7f3q2/0001-monitor.a10000.yaml", sha256("a")},
                   {"register/0001-genesis.a10000.yaml", sha256("b")}},
                  {{"a1", sha256("c")}, {"b2", sha256("d")}}};
  const Seal read = parse_seal(write_seal(seal), "f");
  REQUIRE(read.files.size() == 2);
  CHECK(read.files[1].path == seal.files[1].path);
  CHECK(read.files[1].digest == seal.files[1].digest);
  REQUIRE(read.seen.size() == 2);
  CHECK(read.seen[1].head == seal.seen[1].head);
  CHECK(parse_seal(write_seal({}), "f").files.empty());
}

TEST_CASE("a seal in disorder is refused") {
  const auto refused = [](Seal seal) { return refusal([&] { parse_seal(write_seal(seal), "f"); }); };
  const Digest d = sha256("a");
  CHECK_FALSE(refused({{{"a/b", d}, {"a/c", d}}, {{"a", d}, {"b", d}}}).has_value());
  CHECK(refused({{{"b", d}, {"a", d}}, {}}) == ExitCode::data);
  CHECK(refused({{{"a", d}, {"a", d}}, {}}) == ExitCode::data);
  CHECK(refused({{}, {{"b", d}, {"a", d}}}) == ExitCode::data);
  CHECK(refused({{}, {{"a", d}, {"a", d}}}) == ExitCode::data);
  CHECK(refused({{}, {{"../a", d}}}) == ExitCode::data);
  CHECK(refusal([] { parse_seal(yaml::Node::map().set("files", "x"), "f"); }) == ExitCode::data);
}
