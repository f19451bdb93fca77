#include "base/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/typed_secrets.hpp"

namespace jaga {
namespace {

constexpr std::string_view kMasked = "[masked]";

// Where a secret begins and ends; empty: none up to there. The text before `begin` is kept.
struct Secret {
  std::size_t begin = 0;
  std::size_t end = 0;
};
using Found = std::optional<Secret>;

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}
bool is_quote(char c) {
  return c == '"' || c == '\'';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}
bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}
bool is_base64(char c) {
  return is_letter(c) || is_digit(c) || std::string_view("+/=-_.~").find(c) != std::string_view::npos;
}
char lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

// No secret is longer; so that a hostile text costs no more than its length.
constexpr std::size_t kMostLength = 4096;

template <typename Is>
std::size_t end_of(std::string_view text, std::size_t at, Is is) {
  const std::size_t most = text.size() - at > kMostLength ? at + kMostLength : text.size();
  while (at < most && is(text[at])) ++at;
  return at;
}
std::size_t after_blanks(std::string_view text, std::size_t at) {
  return end_of(text, at, [](char c) { return c == ' ' || c == '\t'; });
}

// `word` is lower case; the text may be of any case.
bool is_at(std::string_view text, std::size_t at, std::string_view word) {
  if (text.size() - at < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (lower(text[at + i]) != word[i]) return false;
  return true;
}
bool begins_word(std::string_view text, std::size_t at) {
  return at == 0 || !is_word(text[at - 1]);
}

// From an opening quote at `quote` to before its closing one; without that, to the end of the line.
Secret quoted(std::string_view text, std::size_t quote) {
  std::size_t end = quote + 1;
  for (; end < text.size() && text[end] != text[quote] && text[end] != '\n'; ++end)
    if (text[end] == '\\' && end + 1 < text.size() && text[end + 1] != '\n') ++end;
  return {quote + 1, std::min(end, text.size())};
}
Secret value_at(std::string_view text, std::size_t at) {
  if (is_quote(text[at])) return quoted(text, at);
  return {at, end_of(text, at, [](char c) { return !is_space(c) && !is_quote(c) && c != '<'; })};
}

Found pem_key(std::string_view text, std::size_t at) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kEnd = "PRIVATE KEY-----";
  if (text.compare(at, kBegin.size(), kBegin) != 0) return {};
  const std::size_t line_end = std::min(text.find('\n', at), text.size());
  if (text.substr(at, line_end - at).find(kEnd) == std::string_view::npos) return {};
  const std::size_t end = text.find(kEnd, line_end);
  return Secret{at, end == std::string_view::npos ? text.size() : end + kEnd.size()};
}

// Keys that begin with the name of their issuer, and the least number of characters that follow.
struct Prefix {
  std::string_view text;
  std::size_t least;
};
constexpr std::array kPrefixes = {
    Prefix{"ghp_", 20},        Prefix{"gho_", 20},   Prefix{"ghu_", 20},     Prefix{"ghs_", 20},
    Prefix{"ghr_", 20},        Prefix{"glpat-", 16}, Prefix{"xoxb-", 10},    Prefix{"xoxp-", 10},
    Prefix{"github_pat_", 20}, Prefix{"xoxa-", 10},  Prefix{"xoxs-", 10},    Prefix{"xoxr-", 10},
    Prefix{"AIza", 30},        Prefix{"hvs.", 20},   Prefix{"sk_live_", 16}, Prefix{"rk_live_", 16},
};

Found prefixed_key(std::string_view text, std::size_t at) {
  if (!begins_word(text, at)) return {};
  const auto is_key = [](char c) { return is_word(c) || c == '-'; };
  for (const Prefix& prefix : kPrefixes) {
    if (text.compare(at, prefix.text.size(), prefix.text) != 0) continue;
    const std::size_t end = end_of(text, at + prefix.text.size(), is_key);
    if (end - at - prefix.text.size() >= prefix.least) return Secret{at, end};
  }
  if (text.compare(at, 4, "AKIA") == 0 || text.compare(at, 4, "ASIA") == 0) {
    const std::size_t end = end_of(text, at, [](char c) { return is_upper(c) || is_digit(c); });
    if (end - at == 20) return Secret{at, end};
  }
  return {};
}

// Header, payload and signature in base64url; the first two are JSON objects, so they begin with "eyJ".
Found web_token(std::string_view text, std::size_t at) {
  if (text.compare(at, 3, "eyJ") != 0 || !begins_word(text, at)) return {};
  const auto is_base64url = [](char c) { return is_word(c) || c == '-'; };
  const std::size_t header = end_of(text, at, is_base64url);
  if (text.compare(header, 4, ".eyJ") != 0) return {};
  const std::size_t payload = end_of(text, header + 1, is_base64url);
  if (payload >= text.size() || text[payload] != '.') return {};
  return Secret{at, end_of(text, payload + 1, is_base64url)};
}

// crypt(5): "$6$salt$hash", "$6$rounds=5000$salt$hash", "$2b$12$salt-and-hash", "$y$j9T$salt$hash".
constexpr std::size_t kMostHash = 300;

Found password_hash(std::string_view text, std::size_t at) {
  if (text[at] != '$') return {};
  constexpr std::array<std::string_view, 12> kSchemes = {"1",  "5",  "6",  "7",    "y",        "gy",
                                                         "2a", "2b", "2y", "apr1", "argon2id", "argon2i"};
  for (const std::string_view scheme : kSchemes) {
    const std::size_t after = at + 1 + scheme.size();
    if (text.compare(at + 1, scheme.size(), scheme) != 0 || after >= text.size() || text[after] != '$')
      continue;
    const std::size_t end = end_of(text.substr(0, at + kMostHash), after, [](char c) {
      return is_letter(c) || is_digit(c) || std::string_view("$./=,+-").find(c) != std::string_view::npos;
    });
    const std::string_view hash = text.substr(after, end - after);
    const std::size_t last = hash.rfind('$');
    if (last > 0 && hash.size() - last > 20) return Secret{at, end};
  }
  return {};
}

// "https://user:password@host" (RFC 3986, 3.2.1), and the same without a scheme where the password has
// letters and something else: "08:30@" is a time, "mailto:staff@" an address.
constexpr std::size_t kMostAuthority = 300;

Found before_host(std::string_view text, std::size_t at) {
  if (text[at] != ':') return {};
  const auto is_authority = [](char c) { return !is_space(c) && !is_quote(c) && c != '/' && c != '<'; };
  text = text.substr(0, at + kMostAuthority);
  if (text.compare(at, 3, "://") == 0) {
    const std::size_t begin = at + 3;
    const std::string_view authority = text.substr(begin, end_of(text, begin, is_authority) - begin);
    const std::size_t host = authority.rfind('@');
    const std::size_t colon = authority.substr(0, host).find(':');
    if (host == std::string_view::npos || colon == std::string_view::npos || colon + 1 == host) return {};
    return Secret{begin + colon + 1, begin + host};
  }
  if (at == 0 || !is_word(text[at - 1])) return {};
  const std::size_t end = end_of(text, at + 1, [&](char c) { return is_authority(c) && c != '@'; });
  const std::string_view password = text.substr(at + 1, end - at - 1);
  if (end + 1 >= text.size() || text[end] != '@' || !is_word(text[end + 1]) || password.size() < 4) return {};
  const bool letters = std::any_of(password.begin(), password.end(), is_letter);
  const bool others = std::any_of(password.begin(), password.end(), [](char c) {
    return !is_letter(c) && c != '.' && c != '-' && c != '_' && c != ',' &&
           static_cast<unsigned char>(c) < 0x80;
  });
  for (const std::string_view word : {"mailto", "email", "e-mail", "surel", "cc", "bcc", "to", "from"})
    if (at >= word.size() && is_at(text, at - word.size(), word) && begins_word(text, at - word.size()))
      return {};
  return letters && others ? Found{Secret{at + 1, end}} : Found{};
}

// "Authorization: Basic ...", and "Bearer ..." anywhere; the words themselves stay.
Found authorization(std::string_view text, std::size_t at) {
  if (!begins_word(text, at)) return {};
  const auto token = [&](std::size_t after) -> Found {
    const std::size_t begin = after_blanks(text, after);
    if (begin == after || begin == text.size()) return {};
    const std::size_t end = end_of(text, begin, is_base64);
    return end > begin ? Found{Secret{begin, end}} : Found{};
  };
  if (is_at(text, at, "bearer")) {
    const Found found = token(at + 6);
    if (!found || found->end - found->begin < 6) return {};
    const std::string_view value = text.substr(found->begin, found->end - found->begin);
    return value.size() >= 20 || std::any_of(value.begin(), value.end(), is_digit) ? found : Found{};
  }
  if (!is_at(text, at, "authorization")) return {};
  std::size_t after = at + std::string_view("authorization").size();
  if (after < text.size() && is_quote(text[after])) ++after;
  after = after_blanks(text, after);
  if (after == text.size() || (text[after] != ':' && text[after] != '=')) return {};
  after = after_blanks(text, after + 1);
  if (after < text.size() && is_quote(text[after])) ++after;
  for (const std::string_view scheme : {"basic", "bearer", "digest", "token", "apikey", "negotiate"})
    if (after < text.size() && is_at(text, after, scheme)) return token(after + scheme.size());
  return {};
}

// Options of programs that take a password, wherever the program stands earlier in the line.
struct Option {
  std::string_view program;
  std::string_view option;
  bool attached;         // -pVALUE
  bool separate;         // -p VALUE
  char user_before = 0;  // USER:VALUE, USER%VALUE
};
constexpr std::array kOptions = {
    Option{"mysql", "-p", true, false},
    Option{"mariadb", "-p", true, false},
    Option{"sshpass", "-p", true, true},
    Option{"ldap", "-w", true, true},
    Option{"ipmitool", "-P", true, true},
    Option{"redis-cli", "-a", false, true},
    Option{"curl", "-u", true, true, ':'},
    Option{"curl", "--user", false, true, ':'},
    Option{"smbclient", "-U", true, true, '%'},
    Option{"openssl", "-k", false, true},
    Option{"keytool", "-storepass", false, true},
    Option{"keytool", "-keypass", false, true},
    Option{"unzip", "-P", true, true},
    Option{"7z", "-p", true, false},
};

Found option_value(std::string_view text, std::size_t at) {
  if (text[at] != '-' || at == 0 || !is_space(text[at - 1])) return {};
  constexpr std::size_t kMostBefore = 400;
  for (const Option& option : kOptions) {
    if (text.compare(at, option.option.size(), option.option) != 0) continue;
    const std::size_t from = at - std::min(at, kMostBefore);
    std::string_view before = text.substr(from, at - from);
    if (const std::size_t line = before.rfind('\n'); line != std::string_view::npos)
      before.remove_prefix(line);
    if (before.find(option.program) == std::string_view::npos) continue;
    const std::size_t after = at + option.option.size();
    const std::size_t begin = after_blanks(text, after);
    if (begin == text.size() || text[begin] == '\n' || text[begin] == '-') return {};
    if (begin == after ? !option.attached : !option.separate) return {};
    Secret value = value_at(text, begin);
    if (option.user_before != 0) {
      const std::size_t user = text.substr(value.begin, value.end - value.begin).find(option.user_before);
      if (user == std::string_view::npos) return {};
      value.begin += user + 1;
    }
    return value.begin < value.end ? Found{value} : Found{};
  }
  return {};
}

// ${NAME}, $(command), $NAME in capitals, $1: a script says where the secret comes from, not what it is.
bool is_reference(std::string_view value) {
  if (value.size() < 2 || value[0] != '$') return false;
  if (value[1] == '{' || value[1] == '(') return true;
  const std::string_view name = value.substr(1);
  const std::size_t end = end_of(name, 0, [](char c) { return is_upper(c) || is_digit(c) || c == '_'; });
  return end == name.size() || (end > 0 && !is_word(name[end]) && name[end] != '$');
}

// "-passin pass:VALUE", as openssl takes it; its "env:", "file:" and "fd:" only say where the password is.
Found password_source(std::string_view text, std::size_t at) {
  constexpr std::string_view kSource = "pass:";
  constexpr std::size_t kMostOption = 40;
  if (text.compare(at, kSource.size(), kSource) != 0) return {};
  const bool in_quotes = at > 0 && is_quote(text[at - 1]);
  const std::size_t blanks = in_quotes ? at - 1 : at;
  std::size_t option_end = blanks;
  while (option_end > 0 && blanks - option_end < kMostOption && is_space(text[option_end - 1])) --option_end;
  if (option_end == blanks) return {};
  std::size_t option = option_end;
  while (option > 0 && option_end - option < kMostOption && !is_space(text[option - 1])) --option;
  if (text.substr(option, option_end - option).find("-pass") == std::string_view::npos) return {};
  const std::size_t begin = at + kSource.size();
  if (begin == text.size() || is_space(text[begin])) return {};
  const Secret value = in_quotes ? Secret{begin, quoted(text, at - 1).end} : value_at(text, begin);
  if (value.begin >= value.end) return {};
  return is_reference(text.substr(value.begin, value.end - value.begin)) ? Secret{value.end, value.end}
                                                                         : value;
}

// What tells "NAME VALUE", with nothing but a blank between, from a sentence.
enum class Bare {
  never,
  mixed,   // letters and digits or signs
  strong,  // capitals or signs too: in Indonesian the name of a host follows ("sandi web01 diganti")
};
struct Name {
  std::string_view text;
  // Too short to count within a word: "compass=".
  bool brief = false;
  bool before_colon = true;  // "pass: all tests", but for "pass: hunter2", typed
  Bare bare = Bare::never;
};
constexpr std::string_view kPassphrase = "passphrase";
constexpr std::array kNames = {
    Name{"password", false, true, Bare::mixed},
    Name{"passwd", false, true, Bare::mixed},
    Name{kPassphrase},
    Name{"passcode", false, true, Bare::mixed},
    Name{"secret"},
    Name{"token"},
    Name{"api_key"},
    Name{"api-key"},
    Name{"apikey"},
    Name{"access_key"},
    Name{"access-key"},
    Name{"accesskey"},
    Name{"secret_key"},
    Name{"secret-key"},
    Name{"secretkey"},
    Name{"private_key"},
    Name{"private-key"},
    Name{"credentials"},
    Name{"sandi", false, true, Bare::strong},
    Name{"kata kunci", false, true, Bare::strong},
    Name{"pass", true, false},
    Name{"pwd", true},
    Name{"psw", true},
    Name{"pw", true, true, Bare::mixed},
};

// "password: user called" is prose: after the colon and a blank a word of letters, then another word. One
// word alone may be a password. A passphrase is words.
bool is_prose(std::string_view text, std::string_view name, std::string_view between, std::size_t value) {
  if (name == kPassphrase || between.empty() || !is_space(between.back()) ||
      std::any_of(between.begin(), between.end(), is_quote))
    return false;
  const std::size_t end = end_of(text, value, [](char c) { return !is_space(c); });
  for (std::size_t i = value; i < end; ++i) {
    const char c = text[i];
    const bool letter =
        static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (i == value && is_letter(c));
    if (letter) continue;
    if (i == value || i + 1 != end || std::string_view(".,;:!?").find(c) == std::string_view::npos)
      return false;
  }
  const std::size_t next = after_blanks(text, end);
  if (next == text.size() || text[next] == '\n') return false;
  // "sandi: rahasia di web01": a value and where it counts, unless the word is one of a sentence.
  const auto word = [&](std::size_t at) { return text.substr(at, end_of(text, at, is_letter) - at); };
  return end - value != word(value).size() || is_word_of_prose(word(value)) || !is_preposition(word(next));
}

// The value at this place unless it is a word of a sentence, without the marks that may follow it.
Found mixed_value(std::string_view text, std::size_t begin, Bare least) {
  if (begin == text.size()) return {};
  Secret value = value_at(text, begin);
  const auto is_mark = [](char c) { return std::string_view(".,;:!?)]").find(c) != std::string_view::npos; };
  while (value.end > value.begin && is_mark(text[value.end - 1])) --value.end;
  const std::string_view bytes = text.substr(value.begin, value.end - value.begin);
  constexpr std::size_t kLeast = 4;
  // An option, a path, a list of conditions as PAM writes them, a version ("1:4.13+dfsg1").
  if (bytes.size() < kLeast || std::string_view("-/[({$.").find(bytes[0]) != std::string_view::npos ||
      (is_digit(bytes[0]) && bytes.find('.') != std::string_view::npos))
    return {};
  // "12th", "90s"
  const std::size_t digits = end_of(bytes, 0, is_digit);
  constexpr std::size_t kUnit = 2;
  if (digits > 0 && bytes.size() - digits <= kUnit && end_of(bytes, digits, is_letter) == bytes.size())
    return {};
  const auto any = [&](auto is) { return std::any_of(bytes.begin(), bytes.end(), is); };
  const bool signs =
      any([](char c) { return std::string_view("!@#$%^&*+=~").find(c) != std::string_view::npos; });
  const bool capitals = std::any_of(bytes.begin() + 1, bytes.end(), is_upper) &&
                        any([](char c) { return c >= 'a' && c <= 'z'; });
  const bool mixed = any(is_letter) && (any(is_digit) || signs);
  return mixed && (least == Bare::mixed || signs || capitals) ? Found{value} : Found{};
}

// "passwd hunter2", "the password is hunter2": where the value begins and ends. `after`: the name.
Found bare_value(std::string_view text, std::size_t at, std::size_t after, const Name& name, bool typed) {
  if (at > 0 && (text[at - 1] == '/' || text[at - 1] == '.')) return {};  // a path
  std::size_t begin = after_blanks(text, after);
  if (begin == after) return {};
  bool given = false;
  for (const std::string_view is : {"is", "adalah", "ialah", "yaitu"})
    if (begin < text.size() && is_at(text, begin, is))
      if (const std::size_t next = after_blanks(text, begin + is.size()); next > begin + is.size()) {
        begin = next;
        given = true;
      }
  const Found mixed = mixed_value(text, begin, name.bare);
  if (!typed) return mixed;
  if (mixed && !given && is_host_or_algorithm(text.substr(mixed->begin, mixed->end - mixed->begin)))
    return {};
  if (mixed || !begins_word(text, at)) return mixed;
  // "password" is followed by too many words that are none; "passwd" and "pw" are hardly written but before
  // one.
  const bool brief = name.text != "password" && name.bare == Bare::mixed;
  const bool words = (brief || (given && name.bare == Bare::mixed)) && !is_command_before(text.substr(0, at));
  const std::size_t end = end_of_last_value(text, begin, given, words);
  return end == 0 ? Found{} : Found{Secret{begin, end}};
}

// "PIN: 482913", "pin adalah 1234": four digits or more, since a pin is a pinned key and a pin of a plug,
// too.
Found pin(std::string_view text, std::size_t at) {
  if (!is_at(text, at, "pin") || !begins_word(text, at)) return {};
  std::size_t after = at + 3;
  if (is_at(text, after, "nya")) after += 3;
  std::size_t begin = after_blanks(text, after);
  if (begin == text.size()) return {};
  if (text[begin] == ':' || text[begin] == '=') {
    begin = after_blanks(text, begin + 1);
  } else if (begin == after) {
    return {};
  } else {
    for (const std::string_view is : {"is", "adalah", "ialah", "yaitu"})
      if (is_at(text, begin, is)) begin = after_blanks(text, begin + is.size());
  }
  if (begin < text.size() && is_quote(text[begin])) ++begin;
  const std::size_t end = end_of(text, begin, is_digit);
  constexpr std::size_t kLeast = 4;
  constexpr std::size_t kMost = 12;
  const bool more = end < text.size() && (is_word(text[end]) || text[end] == '-' || text[end] == '/');
  return end - begin >= kLeast && end - begin <= kMost && !more ? Found{Secret{begin, end}} : Found{};
}

// The option --db-password is followed by its value.
bool is_long_option(std::string_view text, std::size_t at) {
  while (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '-')) --at;
  return text.compare(at, 2, "--") == 0 && (at == 0 || is_space(text[at - 1]));
}

// `typed`: by a person, who also writes prose.
Found named_value(std::string_view text, std::size_t at, bool typed) {
  for (const Name& name : kNames) {
    if (!is_at(text, at, name.text)) continue;
    const bool compound = at > 0 && (text[at - 1] == '_' || text[at - 1] == '-');
    if (name.brief && at > 0 && is_word(text[at - 1]) && text[at - 1] != '_') continue;
    std::size_t after = at + name.text.size();
    // "kata sandinya", its password
    if (is_at(text, after, "nya") && (after + 3 == text.size() || !is_word(text[after + 3]))) after += 3;
    std::size_t sign = after;
    if (sign < text.size() && is_quote(text[sign])) ++sign;
    sign = after_blanks(text, sign);
    if (sign == text.size()) continue;
    if (name.bare != Bare::never)
      if (const Found bare = bare_value(text, at, after, name, typed)) return bare;
    const bool option =
        sign > after && text[sign] != '-' && !is_quote(text[after]) && is_long_option(text, at);
    std::size_t begin = sign;
    if (text[sign] == '=' || text[sign] == ':' || text[sign] == '>') {
      if (!name.before_colon && !compound && text[sign] == ':')
        return typed ? mixed_value(text, after_blanks(text, sign + 1), Bare::mixed) : Found{};
      begin = after_blanks(text, sign + 1);
    } else if (!option) {
      continue;
    }
    if (begin == text.size() || is_space(text[begin])) return {};
    const Secret value = value_at(text, begin);
    const std::string_view bytes = text.substr(value.begin, value.end - value.begin);
    if (bytes.empty()) return {};
    if (is_reference(bytes)) return Secret{value.end, value.end};  // nor is what stands within it
    if (name.brief && name.bare == Bare::never &&
        (bytes[0] == '/' || (!compound && std::all_of(bytes.begin(), bytes.end(), is_digit))))
      return {};
    if (typed && option && begin == sign && std::all_of(bytes.begin(), bytes.end(), is_letter)) return {};
    if (typed && !is_quote(text[begin]) &&
        is_prose(text, name.text, text.substr(after, begin - after), begin))
      return {};
    return value;
  }
  return {};
}

// Every shape begins with one of these; most of a text does not.
constexpr std::array<bool, 256> kBeginnings = [] {
  std::array<bool, 256> begins{};
  for (const char c : std::string_view("-$:AaBbCcGgHhKkPpRrSsTtXxe"))
    begins[static_cast<unsigned char>(c)] = true;
  return begins;
}();

Found secret_at(std::string_view text, std::size_t at, bool typed) {
  if (!kBeginnings[static_cast<unsigned char>(text[at])]) return {};
  for (const auto shape : {pem_key, prefixed_key, web_token, password_hash, before_host, authorization,
                           option_value, password_source, pin})
    if (const Found found = shape(text, at)) return found;
  return named_value(text, at, typed);
}

std::string masked(std::string_view text, bool typed) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Found found = secret_at(text, at, typed);
    if (!found) {
      result += text[at++];
      continue;
    }
    result += text.substr(at, found->begin - at);
    if (found->begin < found->end) result += kMasked;
    at = found->end;
  }
  return result;
}

}  // namespace

std::string mask_secrets(std::string_view text) {
  return masked(text, false);
}

void require_recordable(std::string_view name, std::string_view text, Typed typed) {
  if (const auto at = find_invisible(text, typed == Typed::prose)) {
    constexpr std::size_t kBefore = 20;
    const std::string_view before = text.substr(0, *at);
    throw Error(ExitCode::usage,
                msg("{name} contains an invisible character after '{text}'",
                    {{"name", std::string(name)},
                     {"text", printable(before.substr(before.size() - std::min(before.size(), kBefore)))}}),
                msg("type it again; text copied from a web page or a document may contain such characters"));
  }
  if (sanitized(text) != text)
    throw Error(ExitCode::usage,
                msg("{name} contains characters that are not allowed in a record: '{text}'",
                    {{"name", std::string(name)}, {"text", printable(text)}}),
                msg("use plain text without control characters, carriage returns or invisible characters"));
  if (masked(text, true) != text)
    throw Error(
        ExitCode::usage,
        msg("{name} seems to contain a password, token or key", {{"name", std::string(name)}}),
        msg("a record can never be changed: leave the secret out; if it is not a secret, use other words"));
}

}  // namespace jaga
