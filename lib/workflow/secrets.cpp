#include "workflow/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/error.hpp"
#include "base/text.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kMasked = "[masked]";
constexpr std::array<std::string_view, 7> kWords = {"password", "passwd",  "passphrase", "secret",
                                                    "token",    "api_key", "apikey"};

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

// Where the value after "password=" or "token: " begins; 0: no such word here.
std::size_t value_after(std::string_view text, std::size_t at) {
  for (const std::string_view word : kWords) {
    if (!is_at(text, at, word)) continue;
    std::size_t value = at + word.size();
    if (value < text.size() && (text[value] == '"' || text[value] == '\'')) ++value;
    if (value >= text.size() || (text[value] != '=' && text[value] != ':')) continue;
    ++value;
    while (value < text.size() && (text[value] == ' ' || text[value] == '"' || text[value] == '\'')) ++value;
    return value < text.size() && std::isspace(static_cast<unsigned char>(text[value])) == 0 ? value : 0;
  }
  return 0;
}

}  // namespace

std::string mask_secrets(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = key_at(text, at);
    if (length == 0) length = access_key_at(text, at);
    if (length == 0) {
      if (const std::size_t value = value_after(text, at); value != 0) {
        result += text.substr(at, value - at);
        at = value;
        while (at + length < text.size() &&
               std::isspace(static_cast<unsigned char>(text[at + length])) == 0 && text[at + length] != '"' &&
               text[at + length] != '\'')
          ++length;
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

void require_recordable(std::string_view name, std::string_view text) {
  if (sanitized(text) != text)
    throw Error(ExitCode::usage,
                msg("{name} holds characters that no record may hold: '{text}'",
                    {{"name", std::string(name)}, {"text", printable(text)}}),
                msg("use plain text: no control characters, carriage returns or invisible ones"));
  if (mask_secrets(text) != text)
    throw Error(ExitCode::usage,
                msg("{name} seems to hold a password, token or key", {{"name", std::string(name)}}),
                msg("a record can never be changed: say it without the secret"));
}

}  // namespace jaga::workflow
