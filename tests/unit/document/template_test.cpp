#include "document/template.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace jaga;
using namespace jaga::document;

namespace {

const yaml::Source kSource{"t.yaml", ExitCode::config};

yaml::Node sample() {
  yaml::Node items = yaml::Node::list();
  items.add(yaml::Node::map().set("name", "a").set("late", "true"))
      .add(yaml::Node::map().set("name", "b").set("late", "false"));
  return yaml::Node::map()
      .set("incident", yaml::Node::map().set("id", "X"))
      .set("empty", "")
      .set("none", yaml::Node::list())
      .set("cause", yaml::Node::texts({"disk <full>", "no inode"}))
      .set("steps", std::move(items));
}

std::string fill(std::string_view text) {
  return Tagged(text, {3, 10}, kSource).fill(sample());
}

// "LINE:COLUMN message" of what is wrong.
std::string wrong(std::string_view text) {
  try {
    Tagged(text, {3, 10}, kSource).check(sample());
  } catch (const Error& error) {
    REQUIRE(error.location());
    CHECK(error.code() == ExitCode::config);
    return std::to_string(error.location()->line) + ":" + std::to_string(error.location()->column) + " " +
           Message(error.message()).id;
  }
  return "";
}

}  // namespace

TEST_CASE("tags are filled in from the values") {
  CHECK(fill("Insiden {{incident.id}}.") == "Insiden X.");
  CHECK(fill("{{#cause}}- {{.}};{{/cause}}") == "- disk <full>;- no inode;");
  CHECK(fill("{{#steps}}{{name}}{{#late}}!{{/late}} {{incident.id}},{{/steps}}") == "a! X,b X,");
  CHECK(fill("{{^none}}nothing{{/none}}{{#none}}x{{/none}}{{^empty}}, empty{{/empty}}") == "nothing, empty");
  CHECK(fill("{{#incident}}{{id}}{{/incident}}{{! a remark }}") == "X");
}

TEST_CASE("what is wrong is told with line and column, in every branch") {
  CHECK(wrong("x {{incident.nr}}").starts_with("3:12 this document has no value"));
  CHECK(wrong("{{incident}}").starts_with("3:10 '{name}' is not a text"));
  CHECK(wrong("a {{b").starts_with("3:12 the tag is not closed"));
  CHECK(wrong("{{#steps}}").starts_with("3:10 the section '{name}' is not closed"));
  CHECK(wrong("{{/steps}}").starts_with("3:10 the section '{name}' is closed but was not opened"));
  CHECK(wrong("{{#steps}}{{/cause}}").starts_with("3:20 the section '{name}' is closed while"));
  CHECK(wrong("a }} b").starts_with("3:12 '}}}}' without"));
  CHECK(wrong("{{A}}").starts_with("3:10 invalid value name"));
  CHECK(wrong("{{}}").starts_with("3:10 invalid value name"));
  CHECK(
      wrong("{{#steps}}{{#late}}{{nothing}}{{/late}}{{/steps}}").starts_with("3:29 this document has no value"));
  CHECK(wrong("{{^steps}}{{nothing}}{{/steps}}").starts_with("3:20 this document has no value"));
  CHECK(wrong("one\ntwo {{nothing}}").starts_with("5:5 this document has no value"));
  std::string deep;
  for (int n = 0; n < 9; ++n) deep += "{{#steps}}";
  CHECK(wrong(deep).find("nested sections") != std::string::npos);
}

TEST_CASE("a template takes over parts, says texts of its own, and keeps the binding last") {
  Document builtin{"t"};
  for (const char* name : {"letterhead", "title", "binding"}) {
    builtin.begin(name);
    builtin.add(Paragraph{std::string("built-in ") + name});
  }
  const Template layout =
      parse_template(R"(format: jaga/template@1
blocks:
  - part: binding
  - part: title
  - heading: "Perihal {{incident.id}}"
  - paragraph: |
      Sebab:
      {{#cause}}{{.}}; {{/cause}}
  - list: ["{{incident.summary}}", "dua"]
  - pairs: {Nomor: "{{number}}"}
)",
                     "templates/approval.yaml", part_names("approval"), specimen("approval"));
  yaml::Node values = specimen("approval");
  const Document made = with_template(layout, builtin, values);
  REQUIRE(made.parts.size() == 3);
  CHECK(made.parts[0].name == "title");
  CHECK(made.parts[1].name == "own-1");
  CHECK(made.parts[1].blocks.size() == 4);
  CHECK(made.parts[2].name == "binding");
  CHECK(to_text(made).find("Perihal x") != std::string::npos);
}

TEST_CASE("unknown blocks, parts and styles that refer elsewhere") {
  const auto place = [](const char* text) -> std::string {
    try {
      (void)parse_template(text, "templates/approval.yaml", part_names("approval"), specimen("approval"));
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::config);
      return error.location() ? error.location()->text() : "";
    }
    return "";
  };
  CHECK(place("format: jaga/template@1\nblocks:\n  - part: nothing\n") == "templates/approval.yaml:3:11");
  CHECK(place("format: jaga/template@1\nblocks:\n  - blink: x\n") == "templates/approval.yaml:3:5");
  CHECK(place("format: jaga/template@1\nblocks:\n  - paragraph: \"a {{b.c}}\"\n") ==
        "templates/approval.yaml:3:19");
  CHECK(place("format: jaga/template@2\nblocks: []\n") == "templates/approval.yaml:1:9");
  CHECK_NOTHROW(check_style("p{color:#000;background:url(data:image/png;base64,AA)}", "s"));
  for (const char* css : {"</style>", "p{}\n@import \"x\";", "p{background:url(http://x)}",
                          "p{background:URL( 'file:///x')}", "p{background:u\\72l(x)}"})
    CHECK_THROWS_AS(check_style(css, "s"), Error);
}
