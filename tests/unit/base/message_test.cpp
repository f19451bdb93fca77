#include "base/message.hpp"

#include <doctest/doctest.h>

using jaga::Language;

TEST_CASE("places are filled by name") {
  const jaga::Message m{"host '{host}' has {{n}} = {n}", {{"n", "3"}, {"host", "web01"}}};
  CHECK(m.render(Language::english) == "host 'web01' has {n} = 3");
  CHECK(jaga::Message{"lost {place}", {}}.render(Language::english) == "lost {place}");
  CHECK(jaga::Message{"open { brace", {}}.render(Language::indonesian) == "open { brace");
}

TEST_CASE("the Indonesian catalogue is used where it has the sentence") {
  const jaga::Message known = jaga::msg("this OpenSSL has no SHA-256");
  CHECK(known.render(Language::indonesian) == "OpenSSL ini tidak memiliki SHA-256");
  CHECK(jaga::Message{"no such sentence", {}}.render(Language::indonesian) == "no such sentence");
}

TEST_CASE("languages have two names") {
  Language language = Language::english;
  CHECK(jaga::parse_language("id", language));
  CHECK(language == Language::indonesian);
  CHECK_FALSE(jaga::parse_language("fr", language));
}
