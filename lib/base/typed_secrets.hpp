// What follows "passwd", "pw" or "sandi" with nothing but a blank between, in text that a person typed: a
// value, or a word of the sentence. Private to base. Pure.
#pragma once

#include <string_view>

namespace jaga {

// Whether a word is one that people write after "password", in English or Indonesian, and no value:
// "expired", "root", "diganti". Letters alone; any case.
bool is_word_of_prose(std::string_view word);

// Whether it looks like the name of a host or of an algorithm: "web01", "srv-2", "sha256".
bool is_host_or_algorithm(std::string_view word);

// Whether the text before the name of a password says that it is a program that was run: "ran passwd
// staff".
bool is_command_before(std::string_view before);

// "di", "untuk", "on", "for": they may follow a value, and say what it is the password of.
bool is_preposition(std::string_view word);

// The end of the value that begins at `begin` and is the last word of its clause, where it is one; 0: it is
// none. `given`: "is" or "adalah" precedes it. `words`: a word of letters alone may be a value.
std::size_t end_of_last_value(std::string_view text, std::size_t begin, bool given, bool words);

}  // namespace jaga
