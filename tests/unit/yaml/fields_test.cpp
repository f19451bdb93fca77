#include "yaml/fields.hpp"

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

#include "outcome.hpp"
#include "yaml/title.hpp"

using namespace jaga;
using namespace jaga::yaml;
using namespace jaga::yaml::test;

// It is referred to, so a temporary one is refused when compiling.
static_assert(std::is_constructible_v<Fields, const Node&, const Source&>);
static_assert(!std::is_constructible_v<Fields, const Node&, Source>);

TEST_CASE("fields take a map apart and name what is wrong, and where") {
  const Source source{"hosts.yaml", ExitCode::config};
  const Node top =
      read_hand_edited("name: web\ncount: 3\non: true\nwait: 15m\nlist: [a, b]\ncoutn: 1\n", "hosts.yaml");
  Fields fields(top, source);
  CHECK(fields.name("name") == "web");
  CHECK(fields.integer("count", 1, 5) == 3);
  CHECK(fields.boolean("on"));
  CHECK(fields.duration("wait") == std::chrono::minutes{15});
  CHECK(fields.texts("list").size() == 2);
  CHECK_FALSE(fields.optional_text("none").has_value());
  const auto where = [](auto get) {
    const auto refused = refusal(get);
    REQUIRE(refused.has_value());
    CHECK(refused->code == ExitCode::config);
    return refused->what.substr(0, refused->what.find(": "));
  };
  CHECK(where([&] { fields.integer("count", 4, 5); }) == "hosts.yaml:2:8");
  CHECK(where([&] { fields.integer("name", 1, 5); }) == "hosts.yaml:1:7");
  CHECK(where([&] { fields.boolean("count"); }) == "hosts.yaml:2:8");
  CHECK(where([&] { fields.duration("name"); }) == "hosts.yaml:1:7");
  CHECK(where([&] { fields.list("name"); }) == "hosts.yaml:1:7");
  CHECK(where([&] { fields.text("list"); }) == "hosts.yaml:5:7");
  CHECK(where([&] { fields.digest("name"); }) == "hosts.yaml:1:7");
  CHECK(where([&] { fields.instant("name"); }) == "hosts.yaml:1:7");
  CHECK(where([&] { fields.text("missing"); }) == "hosts.yaml:1:1");
  CHECK(where([&] { fields.finish(); }) == "hosts.yaml:6:1");
  try {
    fields.finish();
  } catch (const Error& error) {
    CHECK(error.hint().render(Language::english) == "did you mean 'count'?");
  }
}

TEST_CASE("a key that is misspelt is named in place of the one that is missing then") {
  const Source source{"hosts.yaml", ExitCode::config};
  const Node top = read_hand_edited("name: web\nadress: here\n", "hosts.yaml");
  Fields fields(top, source);
  CHECK(fields.text("name") == "web");
  try {
    (void)fields.text("address");
    FAIL("taken");
  } catch (const Error& error) {
    CHECK(std::string(error.what()) == "hosts.yaml:2:1: unknown key 'adress'");
    CHECK(error.hint().render(Language::english) == "did you mean 'address'?");
  }
  CHECK(refusal([&] { (void)fields.text("checks"); })->what == "hosts.yaml:1:1: missing key 'checks'");
}

TEST_CASE("types come from the schema: a record's are spelled one way, a person's any way") {
  const Node by_person = read_hand_edited("n: '5'\nt: 5\n", "f");
  const Source config{"f", ExitCode::config};
  Fields loose(by_person, config);
  CHECK(loose.integer("n", 0, 9) == 5);
  CHECK(loose.text("t") == "5");
  const Node record = read_canonical("n: \"5\"\nt: 5\n...\n", "f");
  const Source data{"f", ExitCode::data};
  Fields strict(record, data);
  CHECK(refusal([&] { strict.integer("n", 0, 9); })->code == ExitCode::data);
  CHECK(refusal([&] { strict.text("t"); })->code == ExitCode::data);
}

TEST_CASE("the place in a file precedes the sentence in every language") {
  const Error error =
      error_at(ExitCode::config, "hosts.yaml", {3, 7}, msg("unknown key '{key}'", {{"key", "x"}}));
  CHECK(error.message().render(Language::english) == "hosts.yaml:3:7: unknown key 'x'");
  CHECK(error.message().render(Language::indonesian).starts_with("hosts.yaml:3:7: "));
  CHECK(error_at(ExitCode::config, "a\nb", {1, 1}, msg("x")).what() == std::string("a\\nb:1:1: x"));
}
