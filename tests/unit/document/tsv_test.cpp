#include "document/tsv.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using jaga::Json;
using namespace jaga::document;

TEST_CASE("a cell is the value of its key, or of a key within") {
  const Json row = {{"host", "web01"},
                    {"seq", 3},
                    {"late", false},
                    {"roles", {"staff", "section_head"}},
                    {"facts", {{"used", 97}, {"name", "a,b"}}},
                    {"none", nullptr},
                    {"empty", Json::array()},
                    {"dotted.key", "x"}};
  CHECK(cell(row, "host") == "web01");
  CHECK(cell(row, "seq") == "3");
  CHECK(cell(row, "late") == "false");
  CHECK(cell(row, "roles") == "staff,section_head");
  CHECK(cell(row, "facts.used") == "97");
  CHECK(cell(row, "facts.name") == "a,b");
  CHECK(cell(row, "facts") == R"({"used": 97, "name": "a,b"})");
  for (const char* missing : {"none", "empty", "other", "host.name", "facts.other", "", ".", "facts."})
    CHECK(cell(row, missing) == "");
}

TEST_CASE("a list of objects, or of texts with a comma, is one line of JSON") {
  CHECK(cell(Json{{"checks", {"icmp", "http:http://web01/a,b"}}}, "checks") ==
        R"(["icmp", "http:http://web01/a,b"])");
  CHECK(cell(Json{{"checks", {"icmp", "ssh"}}}, "checks") == "icmp,ssh");
  CHECK(cell(Json{{"passes", {{{"step", "repair"}}, {{"step", "verify"}}}}}, "passes") ==
        R"([{"step": "repair"}, {"step": "verify"}])");
}

TEST_CASE("a row stays one line, whatever its values are") {
  const std::vector<std::string> columns = {"first", "text", "last"};
  CHECK(tsv_heads(columns) == "first\ttext\tlast\n");
  CHECK(tsv_line(Json{{"text", "a\tb\nc\rd\\e\x1B[31m\x7F"}}, columns) ==
        "\ta\\tb\\nc\\rd\\\\e\\x1b[31m\\x7f\t\n");
  CHECK(tsv_line(Json{{"first", "\xC3\xA9"}, {"text", "\xFF"}, {"last", ""}}, columns) ==
        "\xC3\xA9\t\xEF\xBF\xBD\t\n");
}

TEST_CASE("values that end in NUL are as they are, and hold none") {
  using namespace std::string_literals;
  const std::vector<std::string> columns = {"first", "text"};
  CHECK(nul_values(Json{{"first", "a\tb\nc\\"}, {"text", "\0"s}}, columns) ==
        "a\tb\nc\\\0"s + "\xEF\xBF\xBD"s + "\0"s);
  CHECK(nul_values(Json::object(), columns) == "\0\0"s);
}
