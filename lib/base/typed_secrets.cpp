#include "base/typed_secrets.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace jaga {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

// Sorted.
constexpr auto kWords = std::to_array<std::string_view>({
    "accepted",
    "access",
    "account",
    "accounts",
    "admin",
    "administrator",
    "again",
    "age",
    "akun",
    "algorithm",
    "aman",
    "anew",
    "authentication",
    "awal",
    "bad",
    "baru",
    "bawaan",
    "belum",
    "benar",
    "besok",
    "bocor",
    "box",
    "cache",
    "change",
    "changes",
    "check",
    "complexity",
    "correct",
    "data",
    "database",
    "default",
    "dialog",
    "done",
    "dulu",
    "empty",
    "entries",
    "entry",
    "error",
    "errors",
    "expiry",
    "failure",
    "failures",
    "fault",
    "field",
    "file",
    "files",
    "fine",
    "for",
    "form",
    "format",
    "gagal",
    "gone",
    "good",
    "group",
    "guest",
    "habis",
    "hari",
    "hash",
    "hashes",
    "here",
    "hilang",
    "history",
    "host",
    "hosts",
    "immediately",
    "incorrect",
    "ini",
    "invalid",
    "itu",
    "juga",
    "kadaluarsa",
    "kedaluwarsa",
    "kemarin",
    "kosong",
    "kuat",
    "lagi",
    "lama",
    "late",
    "lemah",
    "length",
    "lines",
    "list",
    "lock",
    "login",
    "logins",
    "logon",
    "long",
    "lost",
    "lupa",
    "manager",
    "mandatory",
    "mereka",
    "mismatch",
    "missing",
    "new",
    "nonaktif",
    "none",
    "now",
    "okay",
    "old",
    "only",
    "operator",
    "optional",
    "page",
    "panel",
    "panjang",
    "pendek",
    "pengguna",
    "petugas",
    "pihak",
    "please",
    "policies",
    "policy",
    "polisi",
    "problem",
    "problems",
    "prompt",
    "prompts",
    "protection",
    "ready",
    "request",
    "requests",
    "reset",
    "resets",
    "right",
    "root",
    "rule",
    "rules",
    "safe",
    "saja",
    "salah",
    "same",
    "screen",
    "secrets",
    "security",
    "sekarang",
    "sementara",
    "server",
    "servers",
    "service",
    "services",
    "shadow",
    "short",
    "sistem",
    "soon",
    "staf",
    "staff",
    "state",
    "status",
    "store",
    "strength",
    "strong",
    "sudah",
    "support",
    "system",
    "tadi",
    "terpisah",
    "tersebut",
    "test",
    "tests",
    "there",
    "ticket",
    "today",
    "tomorrow",
    "tool",
    "tools",
    "twice",
    "unknown",
    "unset",
    "update",
    "updates",
    "usage",
    "user",
    "users",
    "utama",
    "valid",
    "vault",
    "verification",
    "visible",
    "wajib",
    "weak",
    "wrong",
    "yesterday",
    "yet",
});
static_assert(std::ranges::is_sorted(kWords));

constexpr auto kBeginnings =
    std::to_array<std::string_view>({"ber", "di", "ke", "me", "pem", "pen", "per", "ter"});
constexpr auto kEndings = std::to_array<std::string_view>(
    {"able", "ally", "ed", "ing", "ion", "less", "ment", "ness", "ous", "tly"});

template <typename List>
bool any_of(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string_view last_word(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  std::size_t begin = text.size();
  while (begin > 0 && is_letter(text[begin - 1])) --begin;
  return text.substr(begin);
}

}  // namespace

bool is_word_of_prose(std::string_view word) {
  const std::string text = lower(word);
  constexpr std::size_t kStem = 4;  // shorter ones are words of their own
  if (std::binary_search(kWords.begin(), kWords.end(), std::string_view(text)) || text.size() < 4)
    return true;
  return std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [&](std::string_view one) {
                       return text.size() >= one.size() + kStem && text.starts_with(one);
                     }) ||
         std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view one) {
           return text.size() >= one.size() + kStem && text.ends_with(one);
         });
}

bool is_host_or_algorithm(std::string_view word) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"ad",  "aes",  "ap",     "api",  "app", "backup", "ci",      "db",   "dc",     "disk",  "dns",
       "ed",  "esx",  "file",   "fs",   "fw",  "git",    "gw",      "host", "hv",     "http",  "ipv",
       "k8s", "lab",  "lb",     "ldap", "log", "mail",   "md",      "mon",  "mq",     "mx",    "mysql",
       "nas", "node", "ns",     "ntp",  "pc",  "pg",     "printer", "prod", "proxy",  "redis", "router",
       "rtr", "san",  "server", "sha",  "sql", "srv",    "stg",     "sw",   "switch", "test",  "tls",
       "utf", "vm",   "vpn",    "web",  "win", "ws",     "www"});
  // "web01.example": its first label, where the others are words.
  if (const std::size_t dot = word.find('.');
      dot != std::string_view::npos &&
      std::all_of(word.begin() + static_cast<std::ptrdiff_t>(dot), word.end(),
                  [](char c) { return (c >= 'a' && c <= 'z') || c == '.' || c == '-'; }))
    word = word.substr(0, dot);
  std::size_t digits = word.size();
  while (digits > 0 && is_digit(word[digits - 1])) --digits;
  std::string_view name = word.substr(0, digits);
  const std::size_t count = word.size() - digits;
  if (count == 0 || count > 4 || name.empty() || !std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || c == '-' || c == '.';
      }))
    return false;
  if (word[digits] == '0' && count <= 3) return true;  // "web01": nobody counts passwords so
  while (!name.empty() && name.back() == '-') name.remove_suffix(1);
  if (const std::size_t dash = name.rfind('-'); dash != std::string_view::npos) name.remove_prefix(dash + 1);
  return any_of(kNames, name);
}

bool is_command_before(std::string_view before) {
  constexpr auto kVerbs = std::to_array<std::string_view>(
      {"call", "called", "command", "execute", "executed", "jalankan", "lewat", "menjalankan", "perintah",
       "ran", "run", "running", "runs", "sudo", "through", "via"});
  const std::string word = lower(last_word(before));
  return any_of(kVerbs, std::string_view(word));
}

bool is_preposition(std::string_view word) {
  constexpr auto kPrepositions =
      std::to_array<std::string_view>({"at", "buat", "di", "for", "on", "pada", "untuk", "utk"});
  const std::string text = lower(word);
  return any_of(kPrepositions, std::string_view(text));
}

std::size_t end_of_last_value(std::string_view text, std::size_t begin, bool given, bool words) {
  constexpr std::size_t kMost = 128;
  std::size_t end = begin;
  while (end < text.size() && end - begin < kMost && !is_blank(text[end])) ++end;
  const auto is_mark = [](char c) { return std::string_view(".,;:!?)]").find(c) != std::string_view::npos; };
  const bool ends_line = end == text.size() || text[end] == '\n';
  std::size_t last = end;
  while (last > begin && is_mark(text[last - 1])) --last;
  if (last == begin || (!ends_line && last == end)) return 0;
  const std::string_view value = text.substr(begin, last - begin);
  if (std::string_view("-/[({$.'\"<").find(value[0]) != std::string_view::npos) return 0;
  const auto count = [&](auto is) {
    return static_cast<std::size_t>(std::count_if(value.begin(), value.end(), is));
  };
  const std::size_t digits = count(is_digit);
  const std::size_t letters = count(is_letter);
  if (letters == value.size()) {
    const std::string word = lower(value);
    if (given && (word == "secret" || word == "rahasia")) return 0;  // "the password is secret"
    return words && !is_word_of_prose(word) ? last : 0;
  }
  constexpr std::size_t kPin = 4;
  if (digits == value.size()) {
    const bool year = digits == kPin && (value.starts_with("19") || value.starts_with("20"));
    return digits >= kPin && (given || !year) ? last : 0;
  }
  // "a1", "x1!": too short to be told from a word in the middle of a sentence. "v2", "2x", "3rd" are none.
  if (value.size() >= kPin || value.size() < 2 || letters == 0 || digits == 0 || is_digit(value[0])) return 0;
  return value[0] == 'v' || value[0] == 'V' || (!given && is_host_or_algorithm(value)) ? 0 : last;
}

}  // namespace jaga
