#include "record/glance.hpp"

namespace jaga::record {
namespace {

// Takes `text` from the front of `bytes`; false: something else is there.
bool take(std::string_view& bytes, std::string_view text) {
  if (!bytes.starts_with(text)) return false;
  bytes.remove_prefix(text.size());
  return true;
}

// Takes a text that needs no escapes, and its closing quote.
std::optional<std::string_view> take_text(std::string_view& bytes) {
  const std::size_t end = bytes.find_first_of("\"\\\n");
  if (end == std::string_view::npos || bytes[end] != '"') return std::nullopt;
  const std::string_view text = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  return text;
}

std::optional<Digest> take_digest(std::string_view& bytes) {
  const auto text = take_text(bytes);
  return text ? parse_digest(*text) : std::nullopt;
}

// The rest of the line of a key of the record itself; empty: it is not there.
std::string_view line_of(std::string_view bytes, std::string_view key) {
  const std::size_t at = bytes.find(key);
  if (at == std::string_view::npos) return {};
  bytes.remove_prefix(at + key.size());
  return bytes.substr(0, bytes.find('\n'));
}

std::optional<std::vector<Digest>> digests_of(std::string_view line) {
  std::vector<Digest> out;
  if (!take(line, "[")) return std::nullopt;
  while (take(line, "\"")) {
    const auto digest = take_digest(line);
    if (!digest) return std::nullopt;
    out.push_back(*digest);
    (void)take(line, ", ");
  }
  if (line != "]") return std::nullopt;
  return out;
}

}  // namespace

std::optional<Glance> glance(std::string_view bytes) {
  std::string_view head = line_of(bytes, "\nregister: \"");
  const auto digest = take_digest(head);
  std::string_view time = line_of(bytes, "\nat: \"");
  const auto text = take_text(time);
  const auto at = text ? parse_instant(*text) : std::nullopt;
  if (!bytes.starts_with("format: \"jaga/") || !digest || !at) return std::nullopt;
  return Glance{*digest, *at};
}

std::optional<SealGlance> glance_at_seal(std::string_view bytes) {
  constexpr std::string_view kBody = "\nbody:\n";
  const std::size_t body = bytes.find(kBody);
  if (body == std::string_view::npos || !bytes.starts_with("format: \"jaga/record@1\"\n") ||
      line_of(bytes.substr(0, body + 1), "\nkind: ") != "\"seal\"")
    return std::nullopt;
  SealGlance out;
  auto prev = digests_of(line_of(bytes.substr(0, body + 1), "\nprev: "));
  if (!prev) return std::nullopt;
  out.prev = std::move(*prev);
  bytes.remove_prefix(body + kBody.size());
  if (!take(bytes, "  files: []\n")) {
    if (!take(bytes, "  files:\n")) return std::nullopt;
    while (take(bytes, "    - {sha256: \"")) {
      const auto digest = take_digest(bytes);
      if (!digest || !take(bytes, ", path: \"")) return std::nullopt;
      const auto path = take_text(bytes);
      if (!path || !take(bytes, "}\n")) return std::nullopt;
      if (!out.body.files.empty() && out.body.files.back().path >= *path) return std::nullopt;
      out.body.files.push_back({std::string(*path), *digest});
    }
    if (out.body.files.empty()) return std::nullopt;
  }
  if (!take(bytes, "  seen: []\n")) {
    if (!take(bytes, "  seen:\n")) return std::nullopt;
    while (take(bytes, "    - {installation: \"")) {
      const auto installation = take_text(bytes);
      if (!installation || !take(bytes, ", head: \"")) return std::nullopt;
      const auto head = take_digest(bytes);
      if (!head || !take(bytes, "}\n")) return std::nullopt;
      if (!out.body.seen.empty() && out.body.seen.back().installation >= *installation) return std::nullopt;
      out.body.seen.push_back({std::string(*installation), *head});
    }
    if (out.body.seen.empty()) return std::nullopt;
  }
  if (bytes != "...\n") return std::nullopt;
  return out;
}

}  // namespace jaga::record
