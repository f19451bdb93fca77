// Text meant for a person: an English sentence with named places, looked up in the catalogue of the
// language in which it is to be read. A Message is a value: it is made where something is known and
// rendered only at the edge (cmd/, documents), so nothing in between needs to know the language.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jaga {

enum class Language { english, indonesian };

// "en" or "id"; anything else is not a language of jaga (false, `out` untouched).
bool parse_language(std::string_view text, Language& out);

// A place in a text file that a person can go to.
struct Location {
  std::string file;  // as it is to be shown; empty: what is read has no name
  int line = 0;      // from 1; 0: the file as a whole
  int column = 0;    // from 1, in bytes

  std::string text() const;  // "FILE:LINE:COLUMN", as compilers write it, without what is not known
  bool operator==(const Location&) const = default;
};

struct Message {
  using Arguments = std::vector<std::pair<std::string, std::string>>;

  std::string id;  // the English text, the key of the catalogue; places are {name}; {{ and }} are braces
  Arguments arguments;
  // Where in a file the sentence is about. It is not part of the id, so that the sentence is found in the
  // catalogue wherever it is said.
  std::optional<Location> location{};
  // Sentences that fill places of this one, in the same language.
  std::vector<std::pair<std::string, Message>> parts{};

  // The same with `part` in the place {name}.
  Message with(std::string name, Message part) &&;
  bool empty() const { return id.empty(); }
  // The sentence in `language`, after "FILE:LINE:COLUMN: " where it has a location; English where the
  // catalogue has no entry or its entry names a place that `arguments` does not have. A place that English
  // itself names without an argument stays as written. In Indonesian an argument that is a number with a decimal
  // point gets a comma, "84.5" "84,5"; in a place named {version} it is none. Never throws on a bad translation.
  std::string render(Language language) const;
  bool operator==(const Message&) const = default;
};

// The marker that xgettext looks for: every literal given to it must be in lib/base/po/id.po
// (tests/lint/catalogue checks that both ways).
Message msg(std::string_view id, Message::Arguments arguments = {});

// The same for what rounds and records keep (base/sentence.hpp): its id is never changed or given another
// meaning. tests/lint/sentences.list holds those ids; where the words change, the old ones move to
// base/po/kept_sentences.hpp.
Message sentence(std::string_view id, Message::Arguments arguments = {});

// Singular for one; plural, with {count}, for none and several.
Message counted(std::size_t count, Message one, Message several);

// A list: each part in the language in which the whole is rendered, with `separator` between them.
Message joined(std::vector<Message> parts, std::string_view separator = ", ");

// Says `text` as it is, in every language.
Message literal(std::string text);

// The catalogue's entry of `id`, or `id` itself. For texts without places (column heads, states).
std::string_view translate(std::string_view id, Language language);

}  // namespace jaga
