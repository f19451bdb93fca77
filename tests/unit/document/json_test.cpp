// The bytes of jaga-json(5).
#include "document/json.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace jaga;
using namespace jaga::document;

TEST_CASE("keys stay in their order, with a blank behind each comma and colon") {
  Json value;
  value["z"] = 1;
  value["a"] = std::vector<std::string>{"x", "y"};
  value["m"] = Json{{"b", true}, {"a", false}};
  value["none"] = nullptr;
  value["list"] = Json::array();
  value["map"] = Json::object();
  value["few"] = std::numeric_limits<std::int64_t>::min();
  value["many"] = std::numeric_limits<std::uint64_t>::max();
  CHECK(json_line(value) ==
        R"({"z": 1, "a": ["x", "y"], "m": {"b": true, "a": false}, "none": null, "list": [], "map": {}, )"
        R"("few": -9223372036854775808, "many": 18446744073709551615})");
}

TEST_CASE("strings and keys are escaped, and UTF-8 whatever they are made of") {
  CHECK(json_line("\" \\ / \n \t") == R"("\" \\ / \n \t")");
  CHECK(json_line(std::string("\0\b\f\r\x1b\x7f", 6)) == R"("\u0000\u0008\u000c\u000d\u001b\u007f")");
  CHECK(json_line("é €\U0001F600") == "\"é €\U0001F600\"");
  CHECK(json_line("a\xff"
                  "b\x01\r\n") == "\"a\uFFFDb\uFFFD\\n\"");
  CHECK(json_line(Json{{"a\"\n\xff", 1}}) == "{\"a\\\"\\n\uFFFD\": 1}");
}

TEST_CASE("a record is shown as it is") {
  yaml::Node body = yaml::Node::map();
  body.set("z", "12").set("count", 12).set("yes", true).set("no", false).set("word", "true");
  body.set("least", std::numeric_limits<std::int64_t>::min());
  body.set("list", yaml::Node::list({yaml::Node::text("null"), yaml::Node::integer(-1), yaml::Node::map()}));
  body.set("a", yaml::Node::list());
  CHECK(json_line(json_of(body)) ==
        R"({"z": "12", "count": 12, "yes": true, "no": false, "word": "true", "least": -9223372036854775808, )"
        R"("list": ["null", -1, {}], "a": []})");
  // What no record has: a bare word and a number that is not written so.
  CHECK(json_line(json_of(yaml::Node::plain("word"))) == R"("word")");
  CHECK(json_line(json_of(yaml::Node::plain("null"))) == "null");
  CHECK(json_line(json_of(yaml::Node::plain("-"))) == R"("-")");
  CHECK(json_line(json_of(yaml::Node::plain("99999999999999999999"))) == R"("99999999999999999999")");
}
