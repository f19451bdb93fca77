// Sizes, depths and every bit of a record.
#include <doctest/doctest.h>

#include <string>

#include "samples.hpp"
#include "yaml/read.hpp"

using namespace jaga;
using namespace jaga::record;
using namespace jaga::record::test;

namespace {

std::optional<ExitCode> made(yaml::Node body) {
  return refusal([&] { make_record(envelope(1, "a1", {chain_root(kRepo, kChain)}), std::move(body)); });
}

}  // namespace

TEST_CASE("every beginning of a record is refused with 65") {
  const std::string whole = first().bytes;
  for (std::size_t length = 0; length < whole.size(); ++length)
    REQUIRE(refusal([&] { parse_record(whole.substr(0, length), "f"); }) == ExitCode::data);
}

TEST_CASE("every flipped bit is refused or is another record, with another digest") {
  const Record whole = first();
  for (std::size_t at = 0; at < whole.bytes.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string bytes = whole.bytes;
      bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << bit));
      const auto refused = refusal([&] {
        const Record read = parse_record(bytes, "f");
        REQUIRE(read.bytes == bytes);
        REQUIRE(read.digest != whole.digest);
        // Whatever it now says, as the chain's first record it is found out or another one.
        const Chain chain = assemble(kChain, kRepo, {{file_name(whole.envelope), bytes}});
        REQUIRE((chain.heads.empty() || chain.heads.front() != whole.digest));
      });
      if (refused) REQUIRE(*refused == ExitCode::data);
    }
  }
}

TEST_CASE("a field of 1 MiB, a record of 4 MiB, 32 levels") {
  const std::string field(yaml::kMostScalar, 'x');
  CHECK_FALSE(made(yaml::Node::map().set("a", field)).has_value());
  CHECK(made(yaml::Node::map().set("a", field + "x")).has_value());
  CHECK(made(yaml::Node::map().set("a", field).set("b", field).set("c", field).set("d", field)) ==
        ExitCode::data);
  const std::string bytes = replaced(first().bytes, "text: \"x\"", "text: \"" + field + "x\"");
  CHECK(refusal([&] { parse_record(bytes, "f"); }) == ExitCode::data);
  yaml::Node deep = yaml::Node::plain("1");
  for (int level = 0; level < 30; ++level) deep = yaml::Node::list({deep});
  CHECK_FALSE(made(yaml::Node::map().set("a", deep)).has_value());  // within the top and the body
  CHECK(made(yaml::Node::map().set("a", yaml::Node::list({deep}))).has_value());
}

TEST_CASE("what a terminal would obey is in no record") {
  for (const char* text : {"\x1b[2J", "\r", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xff"})
    CHECK(made(yaml::Node::map().set("a", text)).has_value());
}
