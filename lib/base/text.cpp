#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/clipped.hpp"
#include "base/format.hpp"
#include "base/word.hpp"

namespace jaga {
namespace {

// Length of the well-formed sequence at `at` and its code point, or 0 (RFC 3629, table 3-7 of Unicode).
std::size_t decode(std::string_view text, std::size_t at, char32_t& code_point) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(at);
  if (first < 0x80) {
    code_point = first;
    return 1;
  }
  std::size_t length = 0;
  char32_t least = 0;
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2;
    code_point = first & 0x1fU;
    least = 0x80;
  } else if ((first & 0xf0U) == 0xe0) {
    length = 3;
    code_point = first & 0x0fU;
    least = 0x800;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    code_point = first & 0x07U;
    least = 0x10000;
  } else {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80) return 0;
    code_point = code_point << 6U | (byte(at + i) & 0x3fU);
  }
  if (code_point < least || code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) return 0;
  return length;
}

// Past what is printable ASCII, LF and TAB: nearly all of what comes, and quickly told.
std::size_t end_of_plain(std::string_view text, std::size_t at) {
  return pass_over(
      text, at,
      [](std::uint64_t word) {
        return !has_high_bit(word) && !has_below(word, 0x20) && !has_byte(word, 0x7f);
      },
      [](unsigned char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t'; });
}

std::string escape(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    char32_t c = 0;
    const std::size_t length = decode(text, i, c);
    if (length == 0) {
      out += formatted("\\x{:02x}", static_cast<unsigned char>(text[i]));
      ++i;
      continue;
    }
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n' || c == '\t') {
      if (keep_lines) {
        out += text[i];
      } else {
        out += c == '\n' ? "\\n" : "\\t";
      }
    } else if (is_forbidden(c)) {
      out += c < 0x80 ? formatted("\\x{:02x}", static_cast<unsigned>(c))
                      : formatted("\\u{{{:x}}}", static_cast<unsigned>(c));
    } else {
      out += text.substr(i, length);
    }
    i += length;
  }
  return out;
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; (i = end_of_plain(text, i)) < text.size();) {
    char32_t c = 0;
    const std::size_t length = decode(text, i, c);
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

bool is_forbidden(char32_t c) {
  if (c == '\n' || c == '\t') return false;
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
         (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffeU) == 0xfffe;
}

std::optional<std::size_t> find_forbidden(std::string_view text) {
  for (std::size_t i = 0; (i = end_of_plain(text, i)) < text.size();) {
    char32_t c = 0;
    const std::size_t length = decode(text, i, c);
    if (length == 0 || is_forbidden(c)) return i;
    i += length;
  }
  return std::nullopt;
}

bool is_invisible(char32_t c) {
  return c == 0xad || c == 0x34f || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 ||
         (c >= 0x180b && c <= 0x180f) || (c >= 0x200b && c <= 0x200d) || (c >= 0x2060 && c <= 0x2065) ||
         (c >= 0x206a && c <= 0x206f) || c == 0x3164 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xffa0 ||
         (c >= 0xfff0 && c <= 0xfffb) || (c >= 0x1bca0 && c <= 0x1bca3) || (c >= 0x1d173 && c <= 0x1d17a) ||
         (c >= 0xe0000 && c <= 0xe0fff);
}

namespace {
// Letters and the marks on them, of any script; symbols, punctuation, digits and pictures are none.
bool is_letter(char32_t c) {
  if (c < 0x80) return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  const bool symbols = (c >= 0x2000 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x303f) || c >= 0x1f000;
  return c >= 0xc0 && !symbols && !is_forbidden(c) && !is_invisible(c);
}
}  // namespace

std::optional<std::size_t> find_invisible(std::string_view text, bool joiners) {
  bool after_letter = false;
  for (std::size_t i = 0; i < text.size();) {
    char32_t c = 0;
    const std::size_t length = decode(text, i, c);
    if (length == 0) {  // malformed: not for this to judge
      after_letter = false;
      ++i;
      continue;
    }
    if (is_invisible(c)) {
      char32_t next = 0;
      const bool joins = joiners && (c == 0x200c || c == 0x200d) && after_letter &&
                         i + length < text.size() && decode(text, i + length, next) > 0 && is_letter(next);
      if (!joins) return i;
    }
    after_letter = is_letter(c);
    i += length;
  }
  return std::nullopt;
}

std::string printable(std::string_view text) {
  return escape(text, false);
}
std::string printable_once(std::string_view text) {
  std::string out;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t at = std::min(text.find('\\', from), text.size());
    out += printable(text.substr(from, at - from));
    if (at < text.size()) out += '\\';
    from = at + 1;
  }
  return out;
}

std::string printable_lines(std::string_view text) {
  return escape(text, true);
}

std::string sanitized(std::string_view bytes) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) {
    if (bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n') {
      ++i;
      continue;
    }
    char32_t c = 0;
    const std::size_t length = decode(bytes, i, c);
    if (length == 0 || is_forbidden(c)) {
      out += kReplacement;
    } else {
      out += bytes.substr(i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return out;
}

std::string_view clipped(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  // A character has four bytes at most.
  std::size_t end = most;
  while (end > 0 && most - end < 4 && continues(end)) --end;
  return text.substr(0, continues(end) ? most : end);
}

bool is_line(std::string_view text) {
  return !find_invalid_utf8(text) && sanitized(text) == text && text.find('\n') == std::string_view::npos;
}

std::string shortened(std::string_view text, std::size_t most) {
  return std::string(clipped(text, most)) + (text.size() > most ? "..." : "");
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    if (plain) {
      out += c;
    } else {
      out += formatted("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string nearest(std::string_view text, std::span<const std::string> candidates) {
  const auto distance = [&](std::string_view other) {
    std::vector<std::vector<std::size_t>> d(text.size() + 1, std::vector<std::size_t>(other.size() + 1));
    for (std::size_t i = 0; i <= text.size(); ++i) {
      for (std::size_t j = 0; j <= other.size(); ++j) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        const std::size_t substitution = d[i - 1][j - 1] + (text[i - 1] == other[j - 1] ? 0 : 1);
        d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, substitution});
        if (i > 1 && j > 1 && text[i - 1] == other[j - 2] && text[i - 2] == other[j - 1]) {
          d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[text.size()][other.size()];
  };
  const auto begins = [&](const std::string& candidate) {
    return text.size() >= 2 && candidate.starts_with(text);
  };
  if (std::count_if(candidates.begin(), candidates.end(), begins) == 1)
    return *std::find_if(candidates.begin(), candidates.end(), begins);
  std::string best;
  std::size_t least = text.size() / 3 + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > 128 || text.size() > 128) continue;
    const std::size_t d = distance(candidate);
    if (d < least || (d == least && best.empty() && d <= 1)) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

std::string shell_word(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-+=:,./@%").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), plain) ? std::string(text)
                                                                       : shell_quoted(text);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool contains(std::span<const std::string> list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  // Remembers only the last *, to which it comes back: linear in memory, never exponential in time.
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (n < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string out;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    if (at > 0) out += separator;
    out += parts[at];
  }
  return out;
}

std::vector<std::string> changed_lines(std::string_view before, std::string_view after) {
  std::vector<std::string> old = split(before, '\n');
  std::vector<std::string> now = split(after, '\n');
  while (!old.empty() && !now.empty() && old.back() == now.back()) {
    old.pop_back();
    now.pop_back();
  }
  std::size_t same = 0;
  while (same < std::min(old.size(), now.size()) && old[same] == now[same]) ++same;
  old.erase(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(same));
  now.erase(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(same));
  constexpr std::size_t kMostCompared = 4'000'000;  // cells of the table below
  if (old.size() * now.size() > kMostCompared) {
    std::vector<std::string> all;
    for (const std::string& line : old) all.push_back("- " + line);
    for (const std::string& line : now) all.push_back("+ " + line);
    return all;
  }
  // common[i][j]: how many lines a longest common subsequence of old[i..] and now[j..] has.
  std::vector<std::vector<std::size_t>> common(old.size() + 1, std::vector<std::size_t>(now.size() + 1));
  for (std::size_t i = old.size(); i-- > 0;)
    for (std::size_t j = now.size(); j-- > 0;)
      common[i][j] =
          old[i] == now[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  std::vector<std::string> out;
  std::size_t i = 0, j = 0;
  while (i < old.size() || j < now.size()) {
    if (i < old.size() && j < now.size() && old[i] == now[j]) {
      ++i, ++j;
    } else if (i < old.size() && (j == now.size() || common[i + 1][j] >= common[i][j + 1])) {
      out.push_back("- " + old[i++]);
    } else {
      out.push_back("+ " + now[j++]);
    }
  }
  return out;
}

}  // namespace jaga
