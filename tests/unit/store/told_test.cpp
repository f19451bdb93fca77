#include "store/told.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <optional>

#include "../expect.hpp"
#include "base/error.hpp"
#include "scratch.hpp"

using namespace jaga;
using namespace jaga::store;
using namespace jaga::store::test;

namespace {

constexpr std::string_view kOne = "20261124-web01-k7f3q2";
constexpr std::string_view kTwo = "20261125-db01-k7f3q3";
const record::FileName kFirst{1, "monitor", "9dkq4t"};
const record::FileName kSecond{2, "analyze", "ab3de7"};
const record::FileName kTwelfth{12, "monitor", "9dkq4t"};

void write(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

TEST_CASE("what was told is known afterwards, by number and id together") {
  const Scratch state;
  {
    Told told(state.path(), "mail");
    CHECK_FALSE(told.began());
    CHECK_FALSE(told.has(kOne, kFirst));
    told.add(kOne, kFirst);
    told.add(kTwo, kTwelfth);
    told.save();
    CHECK(told.began());
  }
  const Told told(state.path(), "mail");
  CHECK(told.began());
  CHECK(told.has(kOne, kFirst));
  CHECK(told.has(kTwo, kTwelfth));
  CHECK_FALSE(told.has(kTwo, kFirst));
  CHECK_FALSE(told.has(kOne, kTwelfth));  // another number with the same id: of another branch
  CHECK_FALSE(told.has(kOne, kSecond));
  CHECK_FALSE(Told(state.path(), "chat").has(kOne, kFirst));
}

TEST_CASE("a process that dies after it told a record has not forgotten it") {
  const Scratch state;
  Told(state.path(), "mail").save();
  {
    Told told(state.path(), "mail");
    told.add(kTwo, kSecond);  // passed over, not told: it may be looked at again
    told.add_now(kOne, kFirst);
  }
  {
    Told told(state.path(), "mail");
    CHECK(told.has(kOne, kFirst));
    CHECK_FALSE(told.has(kTwo, kSecond));
    told.add_now(kOne, kSecond);
    told.save();
  }
  Told told(state.path(), "mail");
  CHECK(told.has(kOne, kFirst));
  CHECK(told.has(kOne, kSecond));
}

TEST_CASE("a torn file of the last run is as none; a damaged one of all runs stops") {
  const Scratch state;
  {
    Told told(state.path(), "mail");
    told.add(kOne, kFirst);
    told.save();
    told.add_now(kOne, kSecond);
  }
  const std::string whole = "20261124-web01-k7f3q2 2.ab3de7\nend\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    write(state / "told/mail/new", whole.substr(0, size));
    const Told told(state.path(), "mail");
    CHECK(told.has(kOne, kFirst));
    CHECK_FALSE(told.has(kOne, kSecond));
  }
  write(state / "told/mail/new", whole);
  CHECK(Told(state.path(), "mail").has(kOne, kSecond));
  for (const char* text : {"", "end", "x", "20261124-web01-k7f3q2 1.9dkq4t\n", "no-incident 1.9dkq4t\nend\n",
                           "20261124-web01-k7f3q2\nend\n", "20261124-web01-k7f3q2 1.9dkq4tend\n"}) {
    CAPTURE(text);
    write(state / "told/mail/all", text);
    CHECK(expect::code_of([&] { Told(state.path(), "mail"); }) == ExitCode::data);
  }
}

TEST_CASE("one process at a time tells a program") {
  const Scratch state;
  std::optional<Told> first(std::in_place, state.path(), "mail");
  CHECK(expect::code_of([&] { Told(state.path(), "mail"); }) == ExitCode::busy);
  const Told another(state.path(), "chat");
  first.reset();
  const Told next(state.path(), "mail");
}
