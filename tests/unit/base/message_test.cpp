#include "base/message.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using jaga::Language;

TEST_CASE("places are filled by name") {
  const jaga::Message m{"host '{host}' has {{n}} = {n}", {{"n", "3"}, {"host", "web01"}}};
  CHECK(m.render(Language::english) == "host 'web01' has {n} = 3");
  CHECK(jaga::Message{"lost {place}", {}}.render(Language::english) == "lost {place}");
  CHECK(jaga::Message{"open { brace", {}}.render(Language::indonesian) == "open { brace");
}

TEST_CASE("in Indonesian a number has a decimal comma; a version, an address and a quoted value keep their points") {
  const auto shown = [](const std::string& id, const std::string& place, const std::string& value) {
    return jaga::msg(id, {{place, value}, {"processors", "2 CPU"}}).render(Language::indonesian);
  };
  CHECK(shown("load {load} on {processors}", "load", "84.5") == "beban 84,5 pada 2 CPU");
  CHECK(shown("load {load} on {processors}", "load", "-0.25") == "beban -0,25 pada 2 CPU");
  for (const char* value : {"1.2.3.4", "10.", ".5", "1.5x", "7"})
    CHECK(shown("load {load} on {processors}", "load", value) == std::string("beban ") + value + " pada 2 CPU");
  CHECK(shown("unknown command '{name}'", "name", "1.5") == "perintah '1.5' tidak dikenal");
  CHECK(jaga::msg("load {load} on {processors}", {{"load", "84.5"}, {"processors", "2 CPUs"}}).render(Language::english) ==
        "load 84.5 on 2 CPUs");
}

TEST_CASE("a list is in one language") {
  const jaga::Message list = jaga::joined({jaga::literal("a.b"), jaga::msg("approve"), jaga::msg("verify")}, "; ");
  CHECK(list.render(Language::english) == "a.b; approve; verify");
  CHECK(list.render(Language::indonesian) == "a.b; persetujuan (3); pemeriksaan hasil (5)");
  CHECK(jaga::joined({}).render(Language::english).empty());
}

TEST_CASE("one is said without a number, none and several with theirs") {
  const auto said = [](std::size_t count) {
    return jaga::counted(count, jaga::Message{"1 host of {site}", {{"site", "a"}}},
                         jaga::Message{"{count} hosts of {site}", {{"site", "a"}}})
        .render(Language::english);
  };
  CHECK(said(0) == "0 hosts of a");
  CHECK(said(1) == "1 host of a");
  CHECK(said(2) == "2 hosts of a");
}

TEST_CASE("the Indonesian catalogue is used where it has the sentence") {
  const jaga::Message known = jaga::msg("not UTF-8");
  CHECK(known.render(Language::indonesian) == "bukan UTF-8");
  CHECK(jaga::Message{"no such sentence", {}}.render(Language::indonesian) == "no such sentence");
}

TEST_CASE("a location precedes the sentence and is not part of what is looked up") {
  jaga::Message known = jaga::msg("not UTF-8");
  known.location = jaga::Location{"hosts.yaml", 3, 14};
  CHECK(known.render(Language::english) == "hosts.yaml:3:14: not UTF-8");
  CHECK(known.render(Language::indonesian) == "hosts.yaml:3:14: bukan UTF-8");

  const jaga::Error error(jaga::ExitCode::config, known);
  REQUIRE(error.location());
  CHECK(*error.location() == jaga::Location{"hosts.yaml", 3, 14});
  CHECK(error.message().id == "not UTF-8");
  CHECK(std::string(error.what()) == "hosts.yaml:3:14: not UTF-8");
  CHECK_FALSE(jaga::Error(jaga::ExitCode::io, jaga::msg("out of memory")).location());
}

TEST_CASE("a file's name with braces is shown as it is") {
  jaga::Message message{"expected a text", {}};
  message.location = jaga::Location{"{reason}.yaml", 1, 1};
  CHECK(message.render(Language::english) == "{reason}.yaml:1:1: expected a text");
}

TEST_CASE("of a location that is known in part, that part is shown") {
  CHECK(jaga::Location{"hosts.yaml", 0, 0}.text() == "hosts.yaml");
  CHECK(jaga::Location{"", 2, 5}.text() == "2:5");
}

TEST_CASE("languages have two names") {
  Language language = Language::english;
  CHECK(jaga::parse_language("id", language));
  CHECK(language == Language::indonesian);
  CHECK_FALSE(jaga::parse_language("fr", language));
}

TEST_CASE("a translation whose place has no argument gives way to English") {
  const jaga::Message message = jaga::msg("unknown option '{option}'", {});
  CHECK(message.render(Language::indonesian) == "unknown option '{option}'");
  CHECK(jaga::msg("unknown option '{option}'", {{"option", "-x"}}).render(Language::indonesian) ==
        "opsi '-x' tidak dikenal");
}

TEST_CASE("escaped braces are braces in both languages") {
  const jaga::Message message = jaga::msg("write them as {{any: [...]}} or {{all: [...]}}");
  CHECK(message.render(Language::english) == "write them as {any: [...]} or {all: [...]}");
  CHECK(message.render(Language::indonesian) == "tulis seperti {any: [...]} atau {all: [...]}");
}

TEST_CASE("a sentence within a sentence is rendered in its language, with its own location") {
  jaga::Message part = jaga::msg("unknown option '{option}'", {{"option", "-x"}});
  part.location = jaga::Location{"a.yaml", 2, 5};
  const jaga::Message message = jaga::msg("the register is damaged: {what}").with("what", std::move(part));
  CHECK(message.render(Language::english) == "the register is damaged: a.yaml:2:5: unknown option '-x'");
  CHECK(message.render(Language::indonesian) == "register rusak: a.yaml:2:5: opsi '-x' tidak dikenal");
}

TEST_CASE("a literal is not a key of the catalogue and has no places") {
  CHECK(jaga::literal("{what} is said").render(Language::indonesian) == "{what} is said");
}
