#include "record/seal.hpp"

#include <doctest/doctest.h>

#include "base/id.hpp"
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

TEST_CASE("a seal covers what it names and what it rests on") {
  const Digest first = sha256("first"), second = sha256("second"), theirs = sha256("theirs");
  Coverage seals;
  seals.add(first, {}, {{{"register/0001", sha256("a")}}, {}});
  seals.add(theirs, {sha256("missing")}, {{{"incidents/0001", sha256("b")}}, {}});
  seals.add(second, {first}, {{{"incidents/0002", sha256("c")}}, {{"other", theirs}}});
  CHECK(seals.covers(first, "register/0001", sha256("a")));
  CHECK_FALSE(seals.covers(first, "register/0001", sha256("other bytes")));
  CHECK_FALSE(seals.covers(first, "incidents/0002", sha256("c")));
  CHECK(seals.covers(second, "register/0001", sha256("a")));
  CHECK(seals.covers(second, "incidents/0001", sha256("b")));
  CHECK(seals.covers(second, "seals/0001", first));
  CHECK_FALSE(seals.covers(first, "seals/0002", second));
  CHECK_FALSE(seals.covers(sha256("unknown"), "register/0001", sha256("a")));
  CHECK(seals.covers_name(second, "register/0001"));
  CHECK_FALSE(seals.covers_name(first, "incidents/0002"));
  CHECK_FALSE(seals.covers_name(sha256("unknown"), "register/0001"));
  CHECK(seals.names("incidents/0002"));
  CHECK_FALSE(seals.names("incidents/0003"));
  CHECK(seals.contains(theirs));
  CHECK(seals.reach(std::vector{second}) == std::vector<bool>{true, true, true});
  CHECK(seals.reach(std::vector{theirs, sha256("unknown")}) == std::vector<bool>{false, true, false});
  REQUIRE(seals.of("incidents/0001").size() == 1);
  CHECK(seals.seals()[seals.of("incidents/0001").front().seal] == theirs);

  // What is added later is found, too, and a seal that is there already adds nothing.
  const Digest third = sha256("third");
  seals.add(third, {second}, {{{"incidents/0001", sha256("another")}, {"register/0001", sha256("a")}}, {}});
  seals.add(third, {}, {{{"incidents/0009", sha256("x")}}, {}});
  CHECK(seals.of("incidents/0001").size() == 2);
  CHECK(seals.covers(third, "incidents/0001", sha256("b")));
  CHECK(seals.covers(third, "incidents/0001", sha256("another")));
  CHECK_FALSE(seals.covers(second, "incidents/0001", sha256("another")));
  CHECK_FALSE(seals.names("incidents/0009"));
}

TEST_CASE("an installation has a chain of seals for each key, and one more where somebody took its name") {
  const std::string installation = "0123456789abcdefghjkmnpqrs";
  CHECK(seal_chain_of(installation, "SHA256:a", 0) == installation);
  const std::string second = seal_chain_of(installation, "SHA256:a", 1);
  CHECK(is_random_id(second));
  CHECK(second == seal_chain_of(installation, "SHA256:a", 1));
  for (const std::string& other :
       {installation, seal_chain_of(installation, "SHA256:b", 1), seal_chain_of(installation, "SHA256:a", 2),
        seal_chain_of("0123456789abcdefghjkmnpqrt", "SHA256:a", 1)})
    CHECK(other != second);
  CHECK(is_seal_chain_of(installation, installation, "SHA256:a"));
  CHECK(is_seal_chain_of(second, installation, "SHA256:a"));
  CHECK_FALSE(is_seal_chain_of(second, installation, "SHA256:b"));
  CHECK_FALSE(is_seal_chain_of(second, "", "SHA256:a"));
}
