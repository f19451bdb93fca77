#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "outcome.hpp"
#include "yaml/write.hpp"

using namespace jaga;
using namespace jaga::yaml;
using namespace jaga::yaml::test;

namespace {

// Each line of a body, and whether it has the one form. `x` is what a rule is about.
struct Case {
  const char* rule;
  const char* bytes;
};

// Every rule of jaga-record(5), broken once.
constexpr Case kBroken[] = {
    {"no byte order mark",
     "\xef\xbb\xbf"
     "a: 1\n...\n"},
    {"no CR", "a: 1\r\n...\r\n"},
    {"no NUL", "a: \"\\0\"\n...\n"},
    {"UTF-8", "a: \"\xff\"\n...\n"},
    {"UTF-8, no surrogates", "a: \"\xed\xa0\x80\"\n...\n"},
    {"UTF-8, shortest", "a: \"\xc0\xaf\"\n...\n"},
    {"no controls", "a: \"\x1b[2J\"\n...\n"},
    {"no C1 controls", "a: \"\xc2\x9b\"\n...\n"},
    {"no DEL", "a: \"\x7f\"\n...\n"},
    {"no bidirectional control", "a: \"\xe2\x80\xae\"\n...\n"},
    {"no line separator", "a: \"\xe2\x80\xa8\"\n...\n"},
    {"two spaces", "a:\n    b: 1\n...\n"},
    {"two spaces, not one", "a:\n b: 1\n...\n"},
    {"no TAB for indent", "a:\n\tb: 1\n...\n"},
    {"no indent at the top", "  a: 1\n...\n"},
    {"strings are quoted", "a: x\n...\n"},
    {"double quotes", "a: 'x'\n...\n"},
    {"no block scalar", "a: |\n  x\n...\n"},
    {"no folded scalar", "a: >\n  x\n...\n"},
    {"a string on one line", "a: \"x\n  y\"\n...\n"},
    {"a bare TAB in a string", "a: \"x\ty\"\n...\n"},
    {"the four escapes alone: x", "a: \"\\x41\"\n...\n"},
    {"the four escapes alone: u", "a: \"\\u0041\"\n...\n"},
    {"the four escapes alone: r", "a: \"\\r\"\n...\n"},
    {"the four escapes alone: slash", "a: \"\\/\"\n...\n"},
    {"the four escapes alone: line", "a: \"x\\\n  y\"\n...\n"},
    {"decimal, no leading zero", "a: 012\n...\n"},
    {"decimal, no plus", "a: +1\n...\n"},
    {"decimal, no -0", "a: -0\n...\n"},
    {"no hexadecimal", "a: 0x1f\n...\n"},
    {"no octal", "a: 0o17\n...\n"},
    {"no underscores", "a: 1_000\n...\n"},
    {"no float", "a: 1.5\n...\n"},
    {"no exponent", "a: 1e3\n...\n"},
    {"no infinity", "a: .inf\n...\n"},
    {"no base 60", "a: 12:30:45\n...\n"},
    {"no integer beyond 64 bits", "a: 9223372036854775808\n...\n"},
    {"true, not True", "a: True\n...\n"},
    {"true, not yes", "a: yes\n...\n"},
    {"false, not off", "a: off\n...\n"},
    {"no null", "a: null\n...\n"},
    {"no null, a tilde", "a: ~\n...\n"},
    {"no null, nothing", "a:\n...\n"},
    {"no null, a space", "a: \n...\n"},
    {"a map is a block", "a: {b: 1}\n...\n"},
    {"by is a flow", "by:\n  b: 1\n...\n"},
    {"an empty map is {}", "a: { }\n...\n"},
    {"an empty list is []", "a: [ ]\n...\n"},
    {"a list of scalars is one line", "a:\n  - 1\n  - 2\n...\n"},
    {"a list of maps is one a line", "a: [{b: 1}]\n...\n"},
    {"a list of maps is a flow each", "a:\n  - b: 1\n...\n"},
    {"a list is indented", "a:\n- {b: 1}\n...\n"},
    {"one space after a comma", "a: [1,2]\n...\n"},
    {"no space before a comma", "a: [1 , 2]\n...\n"},
    {"no comma at the end", "a: [1, 2,]\n...\n"},
    {"no space inside brackets", "a: [ 1, 2 ]\n...\n"},
    {"one space after a colon", "a:  1\n...\n"},
    {"no space before a colon", "a : 1\n...\n"},
    {"no space at the end of a line", "a: 1 \n...\n"},
    {"no empty line", "a: 1\n\nb: 2\n...\n"},
    {"keys are bare", "\"a\": 1\n...\n"},
    {"keys are lower case", "A: 1\n...\n"},
    {"keys begin with a letter or digit", "_a: 1\n...\n"},
    {"keys are not merge keys", "<<: {}\n...\n"},
    {"keys are not lists", "[a]: 1\n...\n"},
    {"keys are not complex", "? a\n: 1\n...\n"},
    {"a key stands once", "a: 1\na: 1\n...\n"},
    {"a key stands once, in a flow", "a:\n  - {b: 1, b: 1}\n...\n"},
    {"no anchor", "a: &x 1\n...\n"},
    {"no alias", "a: &x 1\nb: *x\n...\n"},
    {"no tag", "a: !!int 1\n...\n"},
    {"no bare tag", "a: ! 1\n...\n"},
    {"no own tag", "a: !x \"1\"\n...\n"},
    {"no directive", "%YAML 1.2\n---\na: 1\n...\n"},
    {"no start mark", "---\na: 1\n...\n"},
    {"no comment", "a: 1 # x\n...\n"},
    {"no comment line", "# x\na: 1\n...\n"},
    {"no comment after the end", "a: 1\n...\n# x\n"},
    {"the end mark", "a: 1\n"},
    {"the end mark ends a line", "a: 1\n..."},
    {"nothing after the end mark", "a: 1\n...\n\n"},
    {"one end mark", "a: 1\n...\n...\n"},
    {"one document", "a: 1\n...\nb: 1\n...\n"},
    {"one document, with ---", "a: 1\n---\nb: 1\n...\n"},
    {"the top is a map", "[1, 2]\n...\n"},
    {"the top is not a scalar", "\"a\"\n...\n"},
    {"not empty", ""},
    {"not the end mark alone", "...\n"},
    {"an unclosed list", "a: [1, 2\n...\n"},
    {"an unclosed map", "a:\n  - {b: 1\n...\n"},
    {"an unclosed text", "a: \"x\n...\n"},
};

}  // namespace

TEST_CASE("a record has one form: what it has") {
  REQUIRE_FALSE(as_record(kRecord).has_value());
  CHECK(write_canonical(read_canonical(kRecord, "f")) == kRecord);
  for (const char* good : {"a: 1\n...\n", "{}\n...\n", "a: -9223372036854775808\n...\n", "a: false\n...\n",
                           "a.b-c_d0: []\n...\n", "0a: {}\n...\n", "by: {}\n...\n",
                           "a:\n  - {by: {b: [{c: 1}]}}\n  - 1\n...\n", "a: \"... # & * ! %\"\n...\n"}) {
    const auto refused = as_record(good);
    CHECK_MESSAGE(!refused, good, refused ? refused->what : "");
    if (!refused) CHECK(write_canonical(read_canonical(good, "f")) == good);
  }
}

TEST_CASE("a record has one form: every rule, broken") {
  for (const Case& broken : kBroken) {
    const auto refused = as_record(broken.bytes);
    CHECK_MESSAGE(refused.has_value(), broken.rule);
    if (!refused) continue;
    CHECK_MESSAGE(refused->code == ExitCode::data, broken.rule);
    CHECK_MESSAGE(refused->what.starts_with("f:"), refused->what);
  }
}

TEST_CASE("the other reader of YAML reads a record as ours does") {
  CHECK(read_hand_edited(kRecord, "f") == read_canonical(kRecord, "f"));
}

TEST_CASE("every beginning of a record is refused") {
  for (std::size_t length = 0; length < kRecord.size(); ++length) {
    const auto refused = as_record(kRecord.substr(0, length));
    REQUIRE_MESSAGE(refused.has_value(), length);
    CHECK_MESSAGE(refused->code == ExitCode::data, length);
  }
}

TEST_CASE("every flipped bit is refused or gives another document in its one form") {
  const Node original = read_canonical(kRecord, "f");
  std::size_t other = 0;
  for (std::size_t at = 0; at < kRecord.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string bytes(kRecord);
      bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << bit));
      try {
        const Node read = read_canonical(bytes, "f");
        ++other;
        REQUIRE(write_canonical(read) == bytes);
        REQUIRE_FALSE(read == original);
      } catch (const Error& error) {
        REQUIRE(error.code() == ExitCode::data);
      }
    }
  }
  CHECK(other > 0);  // a digit in a digest
}

TEST_CASE("every byte left out, doubled or put where it does not belong") {
  const Node original = read_canonical(kRecord, "f");
  constexpr std::string_view kOdd = " \t\n\"'\\,:[]{}#&*!%|>-?.~0a\r\x01\xff";
  const auto look = [&](const std::string& bytes) {
    try {
      const Node read = read_canonical(bytes, "f");
      REQUIRE(write_canonical(read) == bytes);
      REQUIRE_FALSE(read == original);
    } catch (const Error& error) {
      REQUIRE(error.code() == ExitCode::data);
    }
  };
  for (std::size_t at = 0; at < kRecord.size(); ++at) {
    std::string bytes(kRecord);
    look(std::string(bytes).erase(at, 1));
    for (const char odd : kOdd) {
      look(std::string(bytes).insert(at, 1, odd));
      if (bytes[at] != odd) {
        std::string replaced = bytes;
        replaced[at] = odd;
        look(replaced);
      }
    }
  }
}

TEST_CASE("an error says where: the line and the column, from 1") {
  const std::pair<const char*, const char*> places[] = {
      {"a: 1\nb: x\n...\n", "f:2:4: "},
      {"a: 1\nb:\n  c: 'x'\n...\n", "f:3:6: "},
      {"x: 1\n", "f:2:1: "},
      {"a: [1, x]\n...\n", "f:1:8: "},
      {"a: 1\na: 2\n...\n", "f:2:1: "},
      {"a: \"\xc3\xa9\", b\n...\n", "f:1:8: "},
      {"a: \"x\r\"\n...\n", "f:1:6: "},
  };
  for (const auto& one : places) {
    const std::string bytes = one.first;
    const std::string place = one.second;
    const auto refused = as_record(bytes);
    REQUIRE_MESSAGE(refused.has_value(), bytes);
    CHECK_MESSAGE(refused->what.starts_with(place), refused->what);
  }
}

TEST_CASE("what has no form in a record cannot be written") {
  const auto writes = [](Node value) {
    Node top = Node::map();
    top.set("a", std::move(value));
    const auto refused = refusal([&] { write_canonical(top); });
    if (refused) CHECK(refused->code == ExitCode::software);
    return !refused;
  };
  CHECK(writes(Node::text("")));
  CHECK(writes(Node::plain("-1")));
  for (const char* bad : {"x", "", "012", "1.5", "-0", "+1", "yes", "~", "9223372036854775808"})
    CHECK_FALSE_MESSAGE(writes(Node::plain(bad)), bad);
  for (const char* bad : {"\x1b", "\xff", "\r", "\xe2\x80\xae", "\xef\xbb\xbf", "\x7f"})
    CHECK_FALSE_MESSAGE(writes(Node::text(bad)), bad);
  CHECK_FALSE(writes(Node::text(std::string("\0", 1))));
  CHECK(writes(Node::text(std::string(kMostScalar, 'x'))));
  CHECK_FALSE(writes(Node::text(std::string(kMostScalar + 1, 'x'))));
  for (const char* bad : {"", "A", "a b", "_a", "-a", ".a", "a:", "\xc3\xa9"}) {
    Node top = Node::map();
    top.set(bad, 1);
    CHECK_MESSAGE(refusal([&] { write_canonical(top); }).has_value(), bad);
  }
  CHECK(refusal([] { write_canonical(Node::list()); }).has_value());
}

TEST_CASE("a last entry that is written beside its map, or taken out of it, is as one in the map") {
  Node map = Node::map();
  map.set("b", Node::list({Node::map(), Node::text("x")})).set("c", Node::map()).set("by", Node::map());
  for (const Node& last : {map, Node::map(), Node::list(), Node::list({map}), Node::texts({"x", "y"}),
                           Node::text("line\nline"), Node::integer(-1)}) {
    Node top = Node::map();
    top.set("a", 1);
    for (const char* key : {"body", "by"}) {
      Node whole = top;
      whole.set(key, last);
      CHECK(write_canonical(top, key, last) == write_canonical(whole));
      CHECK(whole.take(key) == last);
      CHECK(whole == top);
    }
  }
  CHECK(refusal([] { write_canonical(Node::map(), "A", Node::map()); }).has_value());
  CHECK(refusal([] { write_canonical(Node::list(), "a", Node::map()); }).has_value());
}

TEST_CASE("a long list is read item by item, as strictly") {
  const auto read = [](std::string_view bytes) {
    std::vector<Node> items;
    read_canonical_list(
        bytes, "f", "l", 1000, [](const Node& header) { CHECK(header.find("a") != nullptr); },
        [&](const Node& item) { items.push_back(item); });
    return items;
  };
  const auto two = read("a: 1\nl:\n  - {k: 1}\n  - {k: 2}\n...\n");
  REQUIRE(two.size() == 2);
  CHECK(two[1].find("k")->value() == "2");
  CHECK(two[1].mark().line == 4);
  CHECK(read("a: 1\nl: []\n...\n").empty());
  for (const char* bad :
       {"a: 1\nl:\n  - {k: 1}\n", "a: 1\nl:\n  - {k:  1}\n...\n", "a: 1\nl:\n- {k: 1}\n...\n", "a: 1\n...\n",
        "a: 1\nl:\n  - {k: 1}\nz: 1\n...\n", "a: 1\nl:\n  - {k: x}\n...\n", "a: 1\nl: {}\n...\n",
        "a: 1\nl:\n  - {k: 1}\n...\nx", "a: 1\nl:\n...\n", "a: 1\nl:\n  - 1\n...\n"}) {
    const auto refused = refusal([&] { read(bad); });
    REQUIRE_MESSAGE(refused.has_value(), bad);
    CHECK_MESSAGE(refused->code == ExitCode::data, bad);
  }
  CHECK(refusal([&] { read("a: \"" + std::string(1000, 'x') + "\"\nl: []\n...\n"); }).has_value());
}

TEST_CASE("a duplicate key is found among few and among many") {
  for (const int count : {1, 2, 23, 24, 25, 26, 60}) {
    std::string block;
    std::string flow;
    for (int i = 0; i < count; ++i) {
      block += "k" + std::to_string(i) + ": 1\n";
      flow += (i == 0 ? "k" : ", k") + std::to_string(i) + ": 1";
    }
    CAPTURE(count);
    CHECK_FALSE(as_record(block + "...\n").has_value());
    CHECK_FALSE(as_record("by: {" + flow + "}\n...\n").has_value());
    for (const int twice : {0, count / 2, count - 1}) {
      const std::string again = "k" + std::to_string(twice) + ": 1";
      CHECK(as_record(block + again + "\n...\n").has_value());
      CHECK(as_record("by: {" + flow + ", " + again + "}\n...\n").has_value());
    }
  }
}
