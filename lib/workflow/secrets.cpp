#include "workflow/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/error.hpp"
#include "base/text.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kMasked = "[masked]";
constexpr std::string_view kPassphrase = "passphrase";
constexpr std::array<std::string_view, 8> kWords = {"password", "passwd",  kPassphrase, "secret",
                                                    "token",    "api_key", "apikey",    "sandi"};

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool is_at(std::string_view text, std::size_t at, std::string_view word) {
  if (text.size() - at < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (lower(text[at + i]) != word[i]) return false;
  return true;
}

// The length of a PEM private key at `at`; to the end where its last line is missing. 0: none.
std::size_t key_at(std::string_view text, std::size_t at) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  if (text.compare(at, kBegin.size(), kBegin) != 0) return 0;
  const std::size_t line_end = std::min(text.find('\n', at), text.size());
  if (text.substr(at, line_end - at).find("PRIVATE KEY-----") == std::string_view::npos) return 0;
  const std::size_t end = text.find("PRIVATE KEY-----", line_end);
  return end == std::string_view::npos ? text.size() - at : end + 16 - at;
}

std::size_t access_key_at(std::string_view text, std::size_t at) {
  if (text.compare(at, 4, "AKIA") != 0 || text.size() - at < 20) return 0;
  for (std::size_t i = 4; i < 20; ++i) {
    const auto c = static_cast<unsigned char>(text[at + i]);
    if (std::isupper(c) == 0 && std::isdigit(c) == 0) return 0;
  }
  return 20;
}

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}
bool is_quote(char c) {
  return c == '"' || c == '\'';
}

std::size_t end_of_value(std::string_view text, std::size_t value) {
  while (value < text.size() && !is_space(text[value]) && !is_quote(text[value])) ++value;
  return value;
}

// "password: user called" is prose: after the colon and a blank a word of letters, then another word. One
// word alone may be a password. A passphrase is words.
bool is_prose(std::string_view text, std::string_view word, std::size_t after_word, std::size_t value) {
  const std::string_view between = text.substr(after_word, value - after_word);
  if (word == kPassphrase || !is_space(between.back()) ||
      between.find_first_of("\"'") != std::string_view::npos)
    return false;
  std::size_t end = value;
  for (; end < text.size() && !is_space(text[end]); ++end) {
    const auto c = static_cast<unsigned char>(text[end]);
    const bool letter = c >= 0x80 || std::islower(c) != 0 || (end == value && std::isalpha(c) != 0);
    if (letter) continue;
    const bool last = end + 1 == text.size() || is_space(text[end + 1]);
    if (end == value || !last || std::string_view(".,;:!?").find(text[end]) == std::string_view::npos)
      return false;
  }
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
  return end < text.size() && text[end] != '\n';
}

// Where the value after "password=" or "token: " begins; 0: no such word here. `typed`: by a person, who also
// writes prose.
std::size_t value_after(std::string_view text, std::size_t at, bool typed) {
  const auto blanks = [&](std::size_t from) {
    while (from < text.size() && text[from] == ' ') ++from;
    return from;
  };
  for (const std::string_view word : kWords) {
    if (!is_at(text, at, word)) continue;
    const std::size_t after = at + word.size();
    std::size_t value = after;
    if (value < text.size() && is_quote(text[value])) ++value;
    value = blanks(value);
    if (value >= text.size() || (text[value] != '=' && text[value] != ':')) continue;
    ++value;
    while (value < text.size() && (text[value] == ' ' || is_quote(text[value]))) ++value;
    if (value >= text.size() || is_space(text[value])) return 0;
    return typed && is_prose(text, word, after, value) ? 0 : value;
  }
  return 0;
}

std::string masked(std::string_view text, bool typed) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = key_at(text, at);
    if (length == 0) length = access_key_at(text, at);
    if (length == 0) {
      if (const std::size_t value = value_after(text, at, typed); value != 0) {
        result += text.substr(at, value - at);
        at = value;
        length = end_of_value(text, at) - at;
      }
    }
    if (length == 0) {
      result += text[at++];
    } else {
      result += kMasked;
      at += length;
    }
  }
  return result;
}

}  // namespace

std::string mask_secrets(std::string_view text) {
  return masked(text, false);
}

void require_recordable(std::string_view name, std::string_view text) {
  if (sanitized(text) != text)
    throw Error(ExitCode::usage,
                msg("{name} holds characters that no record may hold: '{text}'",
                    {{"name", std::string(name)}, {"text", printable(text)}}),
                msg("use plain text: no control characters, carriage returns or invisible ones"));
  if (masked(text, true) != text)
    throw Error(
        ExitCode::usage, msg("{name} seems to hold a password, token or key", {{"name", std::string(name)}}),
        msg("a record can never be changed: leave the secret out; where it is none, say it without ':' "
            "or '='"));
}

}  // namespace jaga::workflow
