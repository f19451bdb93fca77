#include "ssh/known_hosts.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace jaga::ssh {
namespace {

constexpr std::size_t kSha1 = 20;
constexpr std::string_view kBlanks = " \t";

std::string_view next_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
  rest.remove_prefix(word.size());
  return word;
}

std::string hmac_sha1(const std::string& key, std::string_view text) {
  std::string out(kSha1, '\0');
  unsigned size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(out.data()), &size);
  return out;
}

bool read_names(std::string_view names, KnownHostsLine& line) {
  if (!names.starts_with('|')) {
    line.patterns = split(lower(names), ',');
    return !names.empty();
  }
  const std::vector<std::string> parts = split(names, '|');  // "", "1", salt, hash
  if (parts.size() != 4 || parts[1] != "1") return false;
  const auto salt = base64_decode(parts[2]);
  const auto hash = base64_decode(parts[3]);
  if (!salt || !hash || salt->size() != kSha1 || hash->size() != kSha1) return false;
  line.salt = *salt;
  line.hash = *hash;
  return true;
}

std::optional<KnownHostsLine> read_line(std::string_view text) {
  KnownHostsLine line;
  std::string_view names = next_word(text);
  if (names.starts_with('@')) {
    if (names == "@revoked") {
      line.marker = KnownHostsLine::Marker::revoked;
    } else if (names == "@cert-authority") {
      line.marker = KnownHostsLine::Marker::authority;
    } else {
      return std::nullopt;
    }
    names = next_word(text);
  }
  if (!read_names(names, line)) return std::nullopt;
  const auto key = sshkey::parse_public_key(text);
  if (!key) return std::nullopt;
  line.key = *key;
  return line;
}

bool speaks_of(const KnownHostsLine& line, const std::string& name) {
  if (!line.hash.empty()) return hmac_sha1(line.salt, name) == line.hash;
  bool matched = false;
  for (const std::string& pattern : line.patterns) {
    const bool negated = pattern.starts_with('!');
    if (!matches_glob(std::string_view(pattern).substr(negated ? 1 : 0), name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

}  // namespace

KnownHosts parse_known_hosts(std::string_view text, std::string file) {
  KnownHosts out;
  out.file = std::move(file);
  std::size_t number = 0;
  for (const std::string& raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    auto read = read_line(line);
    if (!read) {
      out.unreadable.push_back(number);
      continue;
    }
    read->number = number;
    out.lines.push_back(std::move(*read));
  }
  return out;
}

KnownHostsAnswer look_up(std::span<const KnownHosts> files, std::string_view host, std::uint16_t port) {
  constexpr std::uint16_t kStandardPort = 22;
  std::string name = lower(host);
  if (port != kStandardPort) name = "[" + name + "]:" + std::to_string(port);
  KnownHostsAnswer answer;
  for (const KnownHosts& file : files) {
    for (const KnownHostsLine& line : file.lines) {
      if (!speaks_of(line, name)) continue;
      std::vector<KnownKey>& list = line.marker == KnownHostsLine::Marker::revoked     ? answer.revoked
                                    : line.marker == KnownHostsLine::Marker::authority ? answer.authorities
                                                                                       : answer.keys;
      list.push_back({line.key, file.file, line.number});
    }
  }
  std::erase_if(answer.keys, [&answer](const KnownKey& known) {
    return std::ranges::any_of(answer.revoked,
                               [&known](const KnownKey& bad) { return bad.key == known.key; });
  });
  return answer;
}

}  // namespace jaga::ssh
