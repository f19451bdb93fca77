#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "outcome.hpp"

using namespace jaga;
using namespace jaga::yaml;
using namespace jaga::yaml::test;

TEST_CASE("a person may write freely") {
  CHECK(read_hand_edited("", "f") == Node::map());
  CHECK(read_hand_edited("# nothing\n", "f") == Node::map());
  Node same = Node::map();
  same.set("a", Node::plain("b c"))
      .set("d", Node::list({Node::plain("1"), Node::text("x"), Node::text("y")}));
  for (const char* spelled :
       {"a: b c # why\nd: [1, 'x', \"y\"]\n", "---\na: b c\nd:\n  - 1\n  - 'x'\n  - \"y\"\n",
        "{a: b c, d: [1, 'x', \"y\"]}", "\"a\": b\n c\n'd':\n- 1\n- \"x\"\n- 'y'\n...\n"}) {
    const auto refused = by_hand(spelled);
    REQUIRE_MESSAGE(!refused, spelled, refused ? refused->what : "");
    CHECK_MESSAGE(read_hand_edited(spelled, "f") == same, spelled);
  }
  CHECK(read_hand_edited("a: |\n  one\n  two\n", "f").find("a")->value() == "one\ntwo\n");
  // Whether a bare word is a number is the schema's to say.
  CHECK(read_hand_edited("a: no\n", "f").find("a")->value() == "no");
  CHECK(read_hand_edited("a: 012\n", "f").find("a")->value() == "012");
  CHECK(read_hand_edited("a: it's 5 o'clock! & more * %\n", "f").find("a")->value() ==
        "it's 5 o'clock! & more * %");
  CHECK(read_hand_edited("a: 'it''s'\nb: \"\\\"\"\n", "f").find("a")->value() == "it's");
  CHECK(read_hand_edited("a: '\"'\nb: \"'\"\n", "f").find("b")->value() == "'");
  // TABs that are not indentation.
  CHECK(read_hand_edited("a: |\n  b\n  \tc\n", "f").find("a")->value() == "b\n\tc\n");
  CHECK(read_hand_edited("a:\tb\t# c\n\t\nd: {\n\te: f }\n", "f").find("a")->value() == "b");
  CHECK(read_hand_edited("? a\n: b\n? c\n:\n  - d\n", "f").find("c")->items().size() == 1);
  CHECK(read_hand_edited("a:\n- b\nc:\n\n  d\n", "f").find("c")->value() == "d");
}

TEST_CASE("but not wildly, and the error says where") {
  const std::pair<std::string, const char*> bad[] = {
      {"a: 1\nb: &x c\n", "f:2:4: "},
      {"a: 1\nb: &x\n  c: d\n", "f:2:4: "},
      {"a: 1\nb: &x [c]\n", "f:2:4: "},
      {"a: &x [*x]\n", "f:1:4: "},
      {"a: 1\n&x b: c\n", "f:2:1: "},
      {"a: 1\nb: *a\n", "f:2:4: "},
      {"a: 1\nb: ! 1\n", "f:2:4: "},
      {"a: 1\nb: ! 'x'\n", "f:2:4: "},
      {"a: 1\nb: ! [x]\n", "f:2:4: "},
      {"a: 1\nb: !!str 1\n", "f:2:4: "},
      {"a: 1\nb: !x\n", "f:2:4: "},
      {"a: 1\nb: !<x> 1\n", "f:2:4: "},
      {"a: 1\n!x b: 1\n", "f:2:1: "},
      {"%YAML 1.2\n---\na: 1\n", "f:1:1: "},
      {"%TAG ! x\n---\na: 1\n", "f:1:1: "},
      {"a: 1\n---\nb: 2\n", "f:"},
      {"a: 1\n...\nb: 2\n", "f:"},
      {"a: 1\nb: 2\na: 3\n", "f:3:1: "},
      {"a: 1\n\"a\": 3\n", "f:2:1: "},
      {"a: {b: 1, b: 2}\n", "f:1:11: "},
      {"<<: {a: b}\n", "f:1:1: "},
      {"a:\n  <<: 1\n", "f:2:3: "},
      {"[a]: b\n", "f:1:1: "},
      {"{a: b}: c\n", "f:1:1: "},
      {"? [a]\n: b\n", "f:1:3: "},
      {"a: b\r\n", "f:1:5: "},
      {"\xef\xbb\xbf"
       "a: b\n",
       "f:1:1: "},
      {"a: 1\nb: \xff\n", "f:2:4: "},
      {"a: \xe2\x80\xae\n", "f:1:4: "},
      {"a: \x1b[2J\n", "f:1:4: "},
      {"a: \"\\e[2J\"\n", "f:1:4: "},  // an escape makes what the bytes may not hold
      {"a: \"\\0\"\n", "f:1:4: "},
      {"a: \"\\u202e\"\n", "f:1:4: "},
      {"\"\\e\": 1\n", "f:1:1: "},
      {"a: 1\nb:\n", "f:2:1: "},
      {"a: 1\nb: ~\n", "f:2:1: "},
      {"a: 1\nb: null\n", "f:2:1: "},
      {"a:\n  -\n", "f:"},
      {"a: 1\n: b\n", "f:2:1: "},
      {"a: 'x\n", "f:1:4: "},
      {"a: \"x\n", "f:1:4: "},
      {"a: \"x\\\"\n", "f:1:4: "},
      {"a: 'x''\n", "f:1:4: "},
      {"'a: x\n", "f:1:1: "},
      {"a: [1, 2\n", "f:"},
      {"a: [1, 2,\n", "f:"},
      {"a: [\n", "f:"},
      {"a: {b: 1\n", "f:"},
      {"a: {b: 1,\n", "f:"},
      {"a: {\n", "f:"},
      {"a: [[1], {b: [\n", "f:"},
      {"a: [1}\n", "f:1:6: "},
      {"a: 1]\nb: ]\n", "f:"},
      {"a: 1\n\tb: 1\n", "f:2:"},
      {"a: 1\n b: 1\n", "f:2:"},
      {"a: 'x' y\n", "f:1:"},
      {"@a: 1\n", "f:1:1: "},
      {"a: `b`\n", "f:1:4: "},
      {"a:\n\tb\n", "f:2:1: "},
      {"a:\n  \tb: 1\n", "f:2:"},
      {"a:\n-\tb\n", "f:2:2: "},
      {"a:\nb\n", "f:1:1: "},
      {"a:\n\"b\"\n", "f:1:1: "},
      {"a: 1\nb:\n[c]\n", "f:2:1: "},
      {"a: 1\nb:\n{c: d}\n", "f:2:1: "},
      {"a:\n  - b: 1\n    c:\n    d\n", "f:3:5: "},
      {"a:\n  -\n  b\n", "f:"},
  };
  for (const auto& one : bad) {
    const std::string bytes = one.first;
    const std::string place = one.second;
    const auto refused = by_hand(bytes);
    CHECK_MESSAGE(refused.has_value(), bytes);
    if (!refused) continue;
    CHECK_MESSAGE(refused->code == ExitCode::config, bytes);
    CHECK_MESSAGE(refused->what.starts_with(place), bytes, refused->what);
  }
}

TEST_CASE("a common slip has a hint") {
  const std::pair<std::string, const char*> slips[] = {
      {"a:\n\t- b\n", "indent with spaces, not with a TAB"},
      {"a: 1\n\tb: 1\n", "indent with spaces, not with a TAB"},
      {"a: @b\n", "quote a text that begins with '@'"},
      {"a: b: c\n", "quote a text that contains ': '; items of one group must begin in the same column"},
      {"a: 1\n b: 1\n", "quote a text that contains ': '; items of one group must begin in the same column"},
      {"a: 1\nb: {c: 1,\n  d: 2\n", "close the brace or bracket opened in line 2, and separate its items with commas"},
      {"a: [b c: d]\ne: [f, g\nh: 1\n", "close the brace or bracket opened in line 2, and separate its items with commas"},
      {"a:\n  - b: 1\n   c: 1\n", "everything that belongs to line 2 must begin in the same column"},
      {"  a: 1\n b: 1\n", "all keys of the file must begin in the same column"},
      {"a: 1\n...\nb: 1\n", "the file ends with the '...' in line 2: write this above it"},
      {"a:\n  - name:\u2009web01\n    b: 1\n",
       "line 2 contains a no-break space (U+2009), as used in web pages; write a plain space"},
      {"a: 1\nb:1\nc: 2\n",
       "line 2 has no key: write a space after ':', and start a text of several lines with '|'"},
      {"a: 1\nb:1\n",
       "line 2 has no key: write a space after ':', and start a text of several lines with '|'"},
      {"a: b\n   c: d\n",
       "quote a text that contains ': '; items of one group must begin in the same column"},
      {"a:\n\tb: 1\n", "indent with spaces, not with a TAB"},
      {"\ta: 1\n", "indent with spaces, not with a TAB"},
      {"a:\n\tb\n", "indent with spaces, not with a TAB"},
      {"a:\n  -\tb\n", "indent with spaces, not with a TAB"},
      {"a: {url: https://b/?c=d, e?f: 1}\n", "quote a text that has a '?' within brackets"},
      {"a: | b\n",
       "quote a text that begins with '|', '>' or '['; a text of several lines begins below a '|'"},
      {"a: \"\\d\"\n", "write \\\\ for a backslash, or put the text in single quotes"},
      {"a: 1\n---\nb: 1\n", "a file contains one document; remove the '---' or '...'"},
      {"- a\nb: 1\n", "all keys of the file must begin in the same column"},
      {"a: [1}\n", "close the brace or bracket opened in line 1, and separate its items with commas"},
      {"a: 1\n- b\n", "everything that belongs to line 1 must begin in the same column"},
  };
  for (const auto& one : slips) {
    const std::string bytes = one.first;
    const std::string wanted = one.second;
    try {
      read_hand_edited(bytes, "f");
      FAIL(bytes);
    } catch (const Error& error) {
      CHECK_MESSAGE(error.hint().render(Language::english) == wanted, bytes, error.what());
    }
  }
}

TEST_CASE("a blank that is none is told, but where a text is quoted or has it inside") {
  const auto refusal = [](const std::string& bytes) -> std::string {
    const auto refused = by_hand(bytes);
    return refused ? refused->what : "taken";
  };
  CHECK(refusal("a: {b: c,\u00a0d: e}\n") == "f:1:10: a no-break space (U+00A0) in or beside '\u00a0d'");
  CHECK(refusal("a: {b:\u202fc}\n") == "f:1:5: a no-break space (U+202F) in or beside 'b:\u202fc'");
  CHECK(refusal("a: \u00a0b\n").starts_with("f:1:4: a no-break space (U+00A0)"));
  CHECK(refusal("a: b\u3000\n").starts_with("f:1:4: a no-break space (U+3000)"));
  CHECK(refusal("a: b\u200b\n").starts_with("f:1:4: a no-break space (U+200B)"));
  CHECK(refusal("a:\n  b: 1\n\u00a0 c: 1\n  d: 2\n").starts_with("f:3:1: a no-break space (U+00A0)"));
  CHECK(refusal("hosts:\n  -\u00a0name: web01\n    address: 192.0.2.1\n").find("(U+00A0)") !=
        std::string::npos);
  CHECK(refusal("a: b\u00a0c\n") == "taken");
  CHECK(refusal("a: \"\u00a0b\"\n\"c\u00a0\": 1\n") == "taken");
  CHECK(refusal("a: \u00e9\n") == "taken");
}

TEST_CASE("what is cut within brackets or quotes is refused") {
  constexpr std::string_view kWhole = "{a: ['it''s', \"x\\\"y\", {b: [1, 2]}], c: \"d\"}";
  REQUIRE_FALSE(by_hand(kWhole).has_value());
  for (std::size_t length = 1; length < kWhole.size(); ++length)
    CHECK_MESSAGE(by_hand(kWhole.substr(0, length)).has_value(), kWhole.substr(0, length));
}

TEST_CASE("marks are of the first byte, from 1, in bytes") {
  const Node top = read_hand_edited("a:\n  \xc3\xa9: x\n  '\xc3\xa9\xc3\xa9': [y, {z: \"w\"}]\n", "f");
  const Node& a = *top.find("a");
  CHECK(a.entries()[0].mark.line == 2);
  CHECK(a.entries()[0].mark.column == 3);
  CHECK(a.entries()[0].value.mark().column == 7);
  CHECK(a.entries()[1].value.mark().column == 11);
  CHECK(a.entries()[1].value.items()[1].find("z")->mark().column == 19);
}
