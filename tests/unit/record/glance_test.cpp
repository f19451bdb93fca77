#include "record/glance.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "samples.hpp"

using namespace jaga;
using namespace jaga::record;
using namespace jaga::record::test;

namespace {

Record seal_of(const Seal& seal) {
  Envelope e = envelope(2, "s1", {sha256("before"), sha256("other")});
  std::sort(e.prev.begin(), e.prev.end());
  e.chain = ChainName::seal("one");
  e.kind = "seal";
  return make_record(std::move(e), write_seal(seal));
}

// What parsing it says, and what the glance says.
void check_same(const Record& record, const Seal& seal) {
  const auto seen = glance_at_seal(record.bytes);
  REQUIRE(seen);
  CHECK(seen->prev == record.envelope.prev);
  CHECK(write_seal(seen->body) == write_seal(seal));
}

}  // namespace

TEST_CASE("a glance at a record says when it was made and under which register") {
  const Record record = first();
  const auto seen = glance(record.bytes);
  REQUIRE(seen);
  CHECK(seen->at == record.envelope.at);
  CHECK(seen->register_head == record.envelope.register_head);
  // Texts of the body that look like these lines.
  const Record other = make_record(envelope(1, "a1", {sha256("x")}),
                                   yaml::Node::map().set("text", "\nat: \"1\"\nregister: \"2\"\n"));
  CHECK(glance(other.bytes)->at == other.envelope.at);
  for (const std::string bad : {"", "at: ", "format: \"jaga/record@1\"\nat: \"yesterday\"\n"})
    CHECK_FALSE(glance(bad));
  CHECK_FALSE(glance(replaced(record.bytes, "\nat: ", "\nAt: ")));
  CHECK_FALSE(glance(replaced(record.bytes, "\nregister: \"sha256:", "\nregister: \"sha1:")));
}

TEST_CASE("a glance at a seal says what parsing it says") {
  const Digest d = sha256("d");
  for (const Seal& seal : {Seal{}, Seal{{{"a/b", d}}, {}}, Seal{{}, {{"one", d}}},
                           Seal{{{"a/b", d}, {"a/c", sha256("e")}}, {{"one", d}, {"two", sha256("f")}}}})
    check_same(seal_of(seal), seal);
}

TEST_CASE("what is not a seal in its usual form is left to the parser") {
  const Digest d = sha256("d");
  const Record seal = seal_of({{{"a/b", d}, {"a/c", d}}, {{"one", d}, {"two", d}}});
  REQUIRE(glance_at_seal(seal.bytes));
  const auto refused = [&](std::string_view what, std::string_view by) {
    CAPTURE(what);
    const std::string other = replaced(seal.bytes, what, by);
    REQUIRE(other != seal.bytes);
    CHECK_FALSE(glance_at_seal(other));
  };
  refused("kind: \"seal\"", "kind: \"sael\"");
  refused("a/b", "a/d");     // not in order
  refused("a/b", "a/c");     // twice
  refused("a/b", "a\\\\b");  // escaped
  refused("a/b\"}", "a/b\", x: 1}");
  refused("\"one\"", "\"two\"");
  refused("...\n", "...\n...\n");
  refused("...\n", "");
  refused("  seen:", "  seem:");
  refused("format: \"jaga/record@1\"", "format: \"jaga/record@2\"");
  CHECK_FALSE(glance_at_seal(first().bytes));
  CHECK_FALSE(glance_at_seal(""));
  // Cut anywhere it is none.
  for (std::size_t size = 0; size < seal.bytes.size(); ++size)
    CHECK_FALSE(glance_at_seal(std::string_view(seal.bytes).substr(0, size)));
}
