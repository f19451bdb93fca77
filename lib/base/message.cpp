#include "base/message.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <embedded/messages_id.hpp>
#include <optional>

namespace jaga {
namespace {

// The .mo file, as the GNU gettext manual describes it ("The Format of GNU MO Files"): a magic number
// in the byte order of the machine that made it, then counts and offsets of two tables of
// (length, offset), the originals sorted.
class Catalogue {
 public:
  explicit Catalogue(std::string_view bytes) : bytes_(bytes) {
    if (word(0) != 0x950412de) return;
    count_ = word(8);
    originals_ = word(12);
    translations_ = word(16);
  }

  std::optional<std::string_view> find(std::string_view id) const {
    std::uint32_t low = 0;
    std::uint32_t high = count_;
    while (low < high) {
      const std::uint32_t middle = low + (high - low) / 2;
      const std::string_view original = entry(originals_, middle);
      if (original == id) {
        const std::string_view found = entry(translations_, middle);
        if (found.empty()) return std::nullopt;
        return found;
      }
      if (original < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return std::nullopt;
  }

 private:
  std::uint32_t word(std::size_t offset) const {
    std::uint32_t value = 0;
    if (offset + sizeof value > bytes_.size()) return 0;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap32(value);
    return value;
  }
  std::string_view entry(std::uint32_t table, std::uint32_t index) const {
    const std::size_t at = table + std::size_t{8} * index;
    const std::uint32_t length = word(at);
    const std::uint32_t offset = word(at + 4);
    if (std::size_t{offset} + length > bytes_.size()) return {};
    return bytes_.substr(offset, length);
  }

  std::string_view bytes_;
  std::uint32_t count_ = 0;
  std::uint32_t originals_ = 0;
  std::uint32_t translations_ = 0;
};

std::optional<std::string_view> look_up(std::string_view id, Language language) {
  if (language == Language::english || id.empty()) return std::nullopt;
  static const Catalogue indonesian(embedded::messages_id);
  return indonesian.find(id);
}

// Whether `value` is a number with a decimal point in the place {name}. A version is none, though it looks like one.
bool is_decimal(std::string_view name, std::string_view value) {
  const std::size_t point = value.find('.');
  if (point == std::string_view::npos || name.ends_with("version")) return false;
  const auto digits = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return digits(value.substr(value.starts_with('-') ? 1 : 0, point - (value.starts_with('-') ? 1 : 0))) &&
         digits(value.substr(point + 1));
}

// The value of an argument. In Indonesian the argument "NAME:id", if there is one, takes its place: data such as
// a role's title has a text in each language.
const std::string* value_of(const Message::Arguments& arguments, std::string_view name, bool indonesian) {
  const auto find = [&](std::string_view wanted) -> const std::string* {
    const auto found = std::ranges::find_if(arguments, [&](const auto& a) { return a.first == wanted; });
    return found == arguments.end() ? nullptr : &found->second;
  };
  const std::string* own = indonesian ? find(std::string(name) + ":id") : nullptr;
  return own != nullptr ? own : find(name);
}

// Fills the placeholders of `text`. If one is not among `arguments`, returns nullopt, or keeps it if `lenient`.
std::optional<std::string> fill(std::string_view text, const Message::Arguments& arguments, bool lenient,
                                bool indonesian) {
  std::string out;
  out.reserve(text.size() + 32);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c) {
      out += c;
      ++i;
      continue;
    }
    const std::size_t close = c == '{' ? text.find('}', i) : std::string_view::npos;
    if (close == std::string_view::npos) {
      out += c;
      continue;
    }
    const std::string_view name = text.substr(i + 1, close - i - 1);
    if (const std::string* value = value_of(arguments, name, indonesian)) {
      const std::size_t begin = out.size();
      out += *value;
      if (indonesian && is_decimal(name, *value) && (begin == 0 || out[begin - 1] != '\''))
        out[out.find('.', begin)] = ',';
    } else if (lenient) {
      out += text.substr(i, close - i + 1);
    } else {
      return std::nullopt;
    }
    i = close;
  }
  return out;
}

}  // namespace

bool parse_language(std::string_view text, Language& out) {
  if (text == "en") {
    out = Language::english;
  } else if (text == "id") {
    out = Language::indonesian;
  } else {
    return false;
  }
  return true;
}

std::string Location::text() const {
  if (line == 0) return file;
  const std::string place = (file.empty() ? "" : file + ":") + std::to_string(line);
  return column == 0 ? place : place + ":" + std::to_string(column);
}

std::string Message::render(Language language) const {
  const std::string before = location ? location->text() + ": " : std::string{};
  Arguments all = arguments;
  for (const auto& [name, part] : parts) all.emplace_back(name, part.render(language));
  if (const auto translated = look_up(id, language)) {
    if (const auto filled = fill(*translated, all, false, true)) return before + *filled;
  }
  return before + *fill(id, all, true, false);
}

Message Message::with(std::string name, Message part) && {
  parts.emplace_back(std::move(name), std::move(part));
  return std::move(*this);
}

Message msg(std::string_view id, Message::Arguments arguments) {
  return {std::string(id), std::move(arguments)};
}

Message sentence(std::string_view id, Message::Arguments arguments) {
  return {std::string(id), std::move(arguments)};
}

Message joined(std::vector<Message> parts, std::string_view separator) {
  Message out;
  for (Message& part : parts) {
    const std::string place = std::to_string(out.parts.size());
    (out.id += out.id.empty() ? "" : separator) += "{" + place + "}";
    out.parts.emplace_back(place, std::move(part));
  }
  return out;
}

Message counted(std::size_t count, Message one, Message several) {
  if (count == 1) return one;
  several.arguments.emplace_back("count", std::to_string(count));
  return several;
}

Message literal(std::string text) {
  return {"{text}", {{"text", std::move(text)}}};
}

std::string_view translate(std::string_view id, Language language) {
  return look_up(id, language).value_or(id);
}

}  // namespace jaga
