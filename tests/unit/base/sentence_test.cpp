#include "base/sentence.hpp"

#include <doctest/doctest.h>

#include "base/system_text.hpp"

using jaga::Language;
using jaga::Message;
using jaga::Sentence;

TEST_CASE("a sentence is English text and shown in the reader's language") {
  const Sentence sentence = jaga::sentence("{percent}% of space used", {{"percent", "97"}});
  CHECK(sentence.text() == "97% of space used");
  CHECK(sentence.in(Language::english) == "97% of space used");
  CHECK(sentence.in(Language::indonesian) == "97% ruang terpakai");
}

TEST_CASE("a sentence within a sentence is in the same language") {
  const Sentence usage = jaga::sentence("{percent}% of space used", {{"percent", "97"}});
  const Sentence both =
      jaga::sentence("{usage}, full within the hour at this rate").with("usage", usage.part());
  CHECK(both.text() == "97% of space used, full within the hour at this rate");
  CHECK(both.in(Language::indonesian) == "97% ruang terpakai, penuh dalam satu jam dengan laju ini");
}

TEST_CASE("words of others are the same in every language") {
  CHECK(Sentence("interrupted").in(Language::indonesian) == "interrupted");
  CHECK(Sentence(jaga::literal("interrupted")).message() == nullptr);
  CHECK(jaga::system_text("Connection refused").render(Language::indonesian) == "Koneksi ditolak");
  CHECK(jaga::system_text("what {nobody} knows").render(Language::indonesian) == "what {nobody} knows");
}

TEST_CASE("a message that says something else than the text is not shown") {
  const auto shown = [](std::string text, Message message) {
    return Sentence(std::move(text), std::move(message)).in(Language::indonesian);
  };
  const std::string full = "97% of space used";
  CHECK(shown(full, {"{percent}% of space used", {{"percent", "97"}}}) == "97% ruang terpakai");
  SUBCASE("another value") {
    CHECK(shown(full, {"{percent}% of space used", {{"percent", "3"}}}) == full);
  }
  SUBCASE("another id") { CHECK(shown(full, {"no reply", {}}) == full); }
  SUBCASE("an id of a newer version") {
    CHECK(shown(full, {"{percent}% of space in use", {{"percent", "97"}}}) == full);
    CHECK(shown("97% of it", {"{percent}% of it", {{"percent", "97"}}}) == "97% of it");
  }
  SUBCASE("too few arguments") {
    CHECK(shown("{percent}% of space used", {"{percent}% of space used", {}}) == "{percent}% of space used");
  }
  SUBCASE("control characters") {
    CHECK(shown("\\x1b[2J% of space used", {"{percent}% of space used", {{"percent", "\x1b[2J"}}}) ==
          "\\x1b[2J% ruang terpakai");
    CHECK(shown("\x1b[2J% of space used", {"{percent}% of space used", {{"percent", "\x1b[2J"}}}) ==
          "\x1b[2J% of space used");  // the text as it came: it is escaped where it is shown
  }
}

TEST_CASE("the text of a sentence is safe to print") {
  const Sentence sentence = jaga::sentence("{percent}% of space used", {{"percent", "\x1b[2J\n"}});
  CHECK(sentence.text() == "\\x1b[2J\\n% of space used");
  CHECK(sentence.in(Language::indonesian) == "\\x1b[2J\\n% ruang terpakai");
}
