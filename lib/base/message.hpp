// Text meant for a person: an English sentence with named places, looked up in the catalogue of the
// language in which it is to be read. A Message is a value: it is made where something is known and
// rendered only at the edge (cmd/, documents), so nothing in between needs to know the language.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jaga {

enum class Language { english, indonesian };

// "en" or "id"; anything else is not a language of jaga (false, `out` untouched).
bool parse_language(std::string_view text, Language& out);

struct Message {
  using Arguments = std::vector<std::pair<std::string, std::string>>;

  std::string id;  // the English text, the key of the catalogue; places are {name}; {{ and }} are braces
  Arguments arguments;

  bool empty() const { return id.empty(); }
  // The sentence in `language`; English where the catalogue has no entry or its entry names a place
  // that `arguments` does not have. A place that English itself names without an argument stays as
  // written. Never throws on a bad translation.
  std::string render(Language language) const;
};

// The marker that xgettext looks for: every literal given to it must be in lib/base/po/id.po
// (tests/lint/catalogue checks that both ways).
Message msg(std::string_view id, Message::Arguments arguments = {});

// The catalogue's entry of `id`, or `id` itself. For texts without places (column heads, states).
std::string_view translate(std::string_view id, Language language);

}  // namespace jaga
