#include "base/text.hpp"

#include <doctest/doctest.h>

#include <array>

#include "base/compose.hpp"

TEST_CASE("an accent becomes part of its letter, and invalid UTF-8 stays") {
  CHECK(jaga::composed("cafe\u0301 abc") == "caf\u00e9 abc");
  CHECK(jaga::composed("plain") == "plain");
  CHECK(jaga::composed("\xff\xfe e\u0301") == "\xff\xfe e\u0301");
  CHECK(jaga::composed("") == "");
}

TEST_CASE("malformed UTF-8 is found at its first byte") {
  CHECK_FALSE(jaga::find_invalid_utf8("plain, \xc3\xa9, \xe2\x82\xac, \xf0\x9f\x98\x80"));
  CHECK(jaga::find_invalid_utf8("ab\x80") == 2);
  CHECK(jaga::find_invalid_utf8("\xc0\xaf") == 0);          // overlong
  CHECK(jaga::find_invalid_utf8("\xed\xa0\x80") == 0);      // surrogate
  CHECK(jaga::find_invalid_utf8("\xf4\x90\x80\x80") == 0);  // beyond U+10FFFF
  CHECK(jaga::find_invalid_utf8("a\xe2\x82") == 1);         // cut
}

TEST_CASE("what no record holds is found at its first byte, malformed or forbidden") {
  CHECK_FALSE(jaga::find_forbidden("plain\n\t, \xc3\xa9, \xf0\x9f\x98\x80"));
  CHECK(jaga::find_forbidden("ab\r") == 2);
  CHECK(jaga::find_forbidden("a\x7f") == 1);
  CHECK(jaga::find_forbidden(std::string_view("ab\0c", 4)) == 2);
  CHECK(jaga::find_forbidden("\xc3\xa9\xe2\x80\xae\xff") == 2);  // right-to-left override, then malformed
  CHECK(jaga::find_forbidden("a\xff\x07") == 1);
  CHECK(jaga::find_forbidden("a\xef\xbf\xbf") == 1);  // noncharacter
  // At each place of a word and around it.
  for (std::size_t at = 0; at < 40; ++at) {
    for (const char c : {'\r', '\x7f', '\xff', '\0'}) {
      std::string text(40, 'x');
      text[at / 2] = '\n';
      text[at] = c;
      CHECK(jaga::find_forbidden(text) == at);
    }
  }
  CHECK_FALSE(jaga::find_forbidden(std::string(41, '~')));
}

TEST_CASE("nothing printable drives a terminal") {
  CHECK(jaga::printable("\x1b[31mred\x07") == "\\x1b[31mred\\x07");
  CHECK(jaga::printable("a\nb\\") == "a\\nb\\\\");
  CHECK(jaga::printable_once("a\\nb\x1b\\") == "a\\nb\\x1b\\");
  CHECK(jaga::printable_lines("a\nb\r") == "a\nb\\x0d");
  CHECK(jaga::printable("\xc2\x9b") == "\\u{9b}");        // C1 CSI
  CHECK(jaga::printable("\xe2\x80\xae") == "\\u{202e}");  // right-to-left override
  CHECK(jaga::printable("\xff") == "\\xff");
  CHECK(jaga::sanitized("a\r\nb\x1b\xff") == "a\nb\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("fault keys are percent-encoded") {
  CHECK(jaga::percent_encode("/var") == "%2Fvar");
  CHECK(jaga::percent_encode("a b%") == "a%20b%25");
}

TEST_CASE("the nearest name is near") {
  const std::array<std::string, 3> hosts = {"web01", "web02", "db01"};
  CHECK(jaga::nearest("wbe01", hosts) == "web01");
  CHECK(jaga::nearest("db1", hosts) == "db01");
  CHECK(jaga::nearest("printer", hosts).empty());
}

TEST_CASE("splitting keeps empty parts, trimming takes blanks") {
  CHECK(jaga::split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(jaga::trim(" \ta b\r\n") == "a b");
  CHECK(jaga::join(jaga::split("a,b", ','), "; ") == "a; b");
  CHECK(jaga::join(jaga::split(",a,,b", ','), ",") == ",a,,b");
}

TEST_CASE("what is too long is cut between characters") {
  CHECK(jaga::shortened("abc", 3) == "abc");
  CHECK(jaga::shortened("abcd", 3) == "abc...");
  CHECK(jaga::shortened("ab\xc3\xa9z", 3) == "ab...");
  CHECK(jaga::shortened("\xe2\x82\xac\xe2\x82\xac", 2) == "...");
}

TEST_CASE("changed lines are those of the shortest way from one text to the other") {
  using Lines = std::vector<std::string>;
  CHECK(jaga::changed_lines("a\nb\nc\n", "a\nb\nc\n") == Lines{});
  CHECK(jaga::changed_lines("a\nb\nc\n", "a\nB\nc\n") == Lines{"- b", "+ B"});
  CHECK(jaga::changed_lines("a\nb\nc\n", "a\nc\nd\n") == Lines{"- b", "+ d"});
  CHECK(jaga::changed_lines("", "a\n") == Lines{"+ a"});
  CHECK(jaga::changed_lines("a\na\nb", "a\nb\na\nb") == Lines{"+ b"});
  // Too much to compare: all of what lies between is told.
  std::string before, after;
  for (int i = 0; i < 3000; ++i) {
    before += "x" + std::to_string(i) + "\n";
    after += "y" + std::to_string(i) + "\n";
  }
  CHECK(jaga::changed_lines(before, after).size() == 6000);
}

TEST_CASE("lines are broken at spaces, and a longer word has one of its own") {
  CHECK(jaga::wrapped("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(jaga::wrapped(" one  two ", 8) == std::vector<std::string>{"one  two"});
  CHECK(jaga::wrapped("a incidents/2026-11/0001 b", 5) ==
        std::vector<std::string>{"a", "incidents/2026-11/0001", "b"});
  CHECK(jaga::wrapped("", 5) == std::vector<std::string>{""});
  CHECK(jaga::wrapped("x", 0) == std::vector<std::string>{"x"});
  CHECK(jaga::text_width("kué") == 3);
  CHECK(jaga::wrapped("\u6771\u4eac \u5927\u962a", 8) ==
        std::vector<std::string>{"\u6771\u4eac", "\u5927\u962a"});
  CHECK(jaga::wrapped("\u6771\u4eac \u5927\u962a", 9) ==
        std::vector<std::string>{"\u6771\u4eac \u5927\u962a"});
}

TEST_CASE("the width of text is that on a terminal") {
  CHECK(jaga::text_width("") == 0);
  CHECK(jaga::text_width("web01 10 \u00b5s") == 11);
  CHECK(jaga::text_width("\u6771\u4eac") == 4);    // two ideographs
  CHECK(jaga::text_width("\ud55c\uae00 x") == 6);  // two syllables of Hangul
  CHECK(jaga::text_width("\uff21\uff22") == 4);    // full-width A, B
  CHECK(jaga::text_width("\uff71") == 1);          // half-width Katakana
  CHECK(jaga::text_width("\U0001f527") == 2);      // a wrench
  CHECK(jaga::text_width("ku"
                         "e\u0301") == 3);                // an accent of its own
  CHECK(jaga::text_width("\u0e19\u0e49\u0e33") == 2);     // Thai, with a tone mark
  CHECK(jaga::text_width("a\u200bb\u200dc\ufe0f") == 3);  // what nobody sees
  CHECK(jaga::text_width("a\tb\n\x1b\x7f") == 2);         // controls
  CHECK(jaga::text_width("\u2713 \u2026") == 3);          // a check mark and an ellipsis
  CHECK(jaga::text_width("a\xff\xc3") == 3);              // not UTF-8
}

TEST_CASE("invisible characters are found; joiners between letters are allowed in prose") {
  const auto at = [](std::string_view text, bool joiners) {
    const auto found = jaga::find_invisible(text, joiners);
    return found ? static_cast<int>(*found) : -1;
  };
  CHECK(at("staff", false) == -1);
  CHECK(at("d\u00e9j\u00e0 vu \u2714 10 \u00b5s", false) == -1);
  for (const std::string_view one : {"\u200b", "\u00ad", "\u2060", "\u3164", "\ufe0f", "\U000e0041",
                                     "\U000e0101", "\u180e", "\uffa0", "\ufff9"}) {
    const std::string text = "ab" + std::string(one) + "cd";
    CAPTURE(text);
    CHECK(at(text, false) == 2);
    CHECK(at(text, true) == 2);
  }
  // Balinese: adeg adeg, then a non-joiner, then a letter.
  CHECK(at("\u1b13\u1b44\u200c\u1b13", true) == -1);
  CHECK(at("\u1b13\u1b44\u200c\u1b13", false) == 6);
  CHECK(at("a\u200db", true) == -1);
  CHECK(at("\u200da", true) == 0);
  CHECK(at("a\u200d", true) == 1);
  CHECK(at("a\u200d b", true) == 1);
  CHECK(at("1\u200d2", true) == 1);
  CHECK(at("a\u200d\u200db", true) == 1);
  CHECK(at("\xff\u200b", true) == 1);
}

TEST_CASE("patterns with * and ?") {
  using jaga::matches_glob;
  CHECK(matches_glob("web*.example", "web01.example"));
  CHECK(matches_glob("*", ""));
  CHECK(matches_glob("w?b*1", "web011"));
  CHECK_FALSE(matches_glob("web?", "web"));
  CHECK_FALSE(matches_glob("web", "web01"));
  CHECK_FALSE(matches_glob("", "x"));
  CHECK_FALSE(matches_glob("*a*a*a*a*a*a*a*a*b", std::string(5000, 'a')));
  CHECK(matches_glob("*", "*b"));  // a star of the text does not end one of the pattern
}

TEST_CASE("lower case is that of ASCII letters alone") {
  CHECK(jaga::lower("WEB-01.Example[@`{") == "web-01.example[@`{");
  CHECK(jaga::lower("\u00c9") == "\u00c9");
  CHECK(jaga::lower("").empty());
}

TEST_CASE("a part of a text, an entry of a list") {
  CHECK(jaga::contains("signing failed", "fail"));
  CHECK(jaga::contains("text", ""));
  CHECK_FALSE(jaga::contains("text", "Text"));
  const std::vector<std::string> list{"staff", "section_head"};
  CHECK(jaga::contains(list, "staff"));
  CHECK_FALSE(jaga::contains(list, "section"));
  CHECK_FALSE(jaga::contains(std::vector<std::string>{}, ""));
}

TEST_CASE("a port is 1 to 65535, in digits alone") {
  CHECK(jaga::parse_port("1") == 1);
  CHECK(jaga::parse_port("65535") == 65535);
  CHECK(jaga::parse_port("0022") == 22);
  for (const std::string_view none :
       {"", "0", "65536", "99999999999999999999", "-1", "+22", " 22", "22 ", "2x"})
    CHECK_FALSE(jaga::parse_port(none));
}
