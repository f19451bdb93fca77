#include "document/document.hpp"

#include <doctest/doctest.h>

using namespace jaga::document;

namespace {

Document all() {
  Document out;
  out.title = "Titel é";
  out.add(Pairs{{{"a", "1"}, {"longer", "2"}, {"left out", ""}}});
  out.add(Heading{"Part"});
  out.add(Table{{"host", "what"}, {{"web01", "down"}, {"w", ""}}});
  out.add(Heading{"Within", 2});
  out.add(Paragraph{"One line."});
  out.add(List{{"first", "second"}});
  return out;
}

}  // namespace

TEST_CASE("text: columns as wide as their widest cell, by characters") {
  CHECK(to_text(all()) ==
        "Titel é\n=======\n\na       1\nlonger  2\n\nPart\n----\nhost   what\nweb01  down\nw\n\nWithin\n"
        "One line.\n  first\n  second\n");
}

TEST_CASE("text on a narrow terminal: what is too long goes on below, between words") {
  Document out;
  out.title = "x";
  out.add(Pairs{{{"remedy", "See to the é cable, then to the switch behind it"}}});
  out.add(Table{{"host", "what"}, {{"web01", "no answer in time from anybody at all"}, {"w", "short"}}});
  out.add(List{{"+ evidence that is rather long for this one"}});
  CHECK(to_text(out, 32) ==
        "x\n=\n\n"
        "remedy  See to the é cable, then\n        to the switch behind it\n"
        "host   what\n"
        "web01  no answer in time from\n       anybody at all\n"
        "w      short\n"
        "  + evidence that is rather long\n  for this one\n");
  // No room for a column of its own: the cells of a row stand one after the other, each with its head.
  CHECK(to_text(out, 24) ==
        "x\n=\n\n"
        "remedy\n    See to the é cable,\n    then to the switch\n    behind it\n"
        "web01\n    what: no answer in\n    time from anybody at\n    all\n"
        "w  what: short\n"
        "    + evidence that is\n    rather long for this\n    one\n");
}

TEST_CASE("markdown") {
  CHECK(to_markdown(all()) ==
        "# Titel é\n\n- **a**: 1\n- **longer**: 2\n\n\n## Part\n\n| host | what |\n| --- | --- |\n"
        "| web01 | down |\n| w |  |\n\n\n### Within\n\nOne line.\n\n- first\n- second\n\n");
}

TEST_CASE("what a host says drives neither the terminal nor the markup") {
  Document out;
  out.title = "x";
  out.add(Paragraph{"\033[31mred\n# no heading | <b>*"});
  const std::string text = to_text(out);
  CHECK(text.find('\033') == std::string::npos);
  CHECK(text.find("red\n#") == std::string::npos);
  const std::string marked = to_markdown(out);
  CHECK(marked.find("\n# no") == std::string::npos);
  CHECK(marked.find("\\| \\<b\\>\\*") != std::string::npos);
}
