#include "yaml/fields.hpp"

#include <algorithm>
#include <charconv>

#include "base/duration.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "yaml/read.hpp"

namespace jaga::yaml {
namespace {

std::optional<std::int64_t> number_in(const Node& node) {
  if (!node.is_scalar() || node.value().empty()) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = node.value().data() + node.value().size();
  const auto result = std::from_chars(node.value().data(), end, value);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

// Canonical files quote strings and nothing else.
bool spelled(const Node& node, const Source& source, Node::Kind kind) {
  return node.is_scalar() && (source.code == ExitCode::config || node.kind() == kind);
}

}  // namespace

std::string text_of(const Node& node, const Source& source) {
  if (!spelled(node, source, Node::Kind::text))
    throw error_at(source.code, source.file, node.mark(), msg("expected a text"));
  return node.value();
}

std::int64_t integer_of(const Node& node, const Source& source, std::int64_t least, std::int64_t most) {
  const auto value = number_in(node);
  if (!value || !spelled(node, source, Node::Kind::plain)) {
    throw error_at(source.code, source.file, node.mark(), msg("expected a whole number"));
  }
  if (*value < least || *value > most) {
    throw error_at(source.code, source.file, node.mark(),
                   msg("{value} is not between {least} and {most}", {{"value", std::to_string(*value)},
                                                                     {"least", std::to_string(least)},
                                                                     {"most", std::to_string(most)}}));
  }
  return *value;
}

Fields::Fields(const Node& map, const Source& source) : map_(map), source_(source) {
  if (map.kind() != Node::Kind::map)
    throw error_at(source.code, source.file, map.mark(), msg("expected a map of keys and values"));
}

const Node* Fields::take(std::string_view key) {
  asked_.emplace_back(key);
  return map_.find(key);
}

const Node& Fields::require(std::string_view key) {
  const Node* const found = take(key);
  if (found != nullptr) return *found;
  // Misspelt rather than missing: the wrong key is what has to be mended.
  const std::vector<std::string> wanted{std::string(key)};
  for (const Node::Entry& entry : map_.entries()) {
    if (std::ranges::find(asked_, entry.key) == asked_.end() && !nearest(entry.key, wanted).empty())
      throw unknown(entry, wanted.front());
  }
  throw error(key, msg("missing key '{key}'", {{"key", wanted.front()}}));
}

UnknownKey Fields::unknown(const Node::Entry& entry, const std::string& near) const {
  const Error error =
      error_at(source_.code, source_.file, entry.mark.line > 0 ? entry.mark : entry.value.mark(),
               msg("unknown key '{key}'", {{"key", printable(entry.key)}}),
               near.empty() ? Message{} : msg("did you mean '{near}'?", {{"near", near}}));
  return {error.code(), error.message(), error.hint()};
}

Error Fields::error(std::string_view key, Message message, Message hint) const {
  const Node* const at = map_.find(key);
  return error_at(source_.code, source_.file, (at == nullptr ? map_ : *at).mark(), std::move(message),
                  std::move(hint));
}

bool Fields::has(std::string_view key) const {
  return map_.find(key) != nullptr;
}

std::string Fields::text(std::string_view key) {
  std::string value = text_of(require(key), source_);
  if (value.empty()) throw error(key, msg("'{key}' is empty", {{"key", std::string(key)}}));
  return value;
}
std::string Fields::text_or(std::string_view key, std::string fallback) {
  return has(key) ? text(key) : (take(key), std::move(fallback));
}
std::optional<std::string> Fields::optional_text(std::string_view key) {
  if (take(key) == nullptr) return std::nullopt;
  return text(key);
}
std::string Fields::possibly_empty(std::string_view key) {
  return text_of(require(key), source_);
}
std::string Fields::name(std::string_view key, std::size_t most) {
  std::string value = text(key);
  if (!is_name(value, most)) {
    throw error(key, msg("invalid name '{value}'", {{"value", printable(value)}}),
                msg("use a-z, 0-9, dot, dash and underscore, at most {most} characters",
                    {{"most", std::to_string(most)}}));
  }
  return value;
}
std::int64_t Fields::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  return integer_of(require(key), source_, least, most);
}
std::optional<std::int64_t> Fields::optional_integer(std::string_view key, std::int64_t least,
                                                     std::int64_t most) {
  if (take(key) == nullptr) return std::nullopt;
  return integer(key, least, most);
}
bool Fields::boolean(std::string_view key) {
  const Node& value = require(key);
  if (value.kind() != Node::Kind::plain || (value.value() != "true" && value.value() != "false")) {
    throw error(key, msg("'{key}' must be true or false", {{"key", std::string(key)}}),
                by_hand() ? msg("write true or false, without quotes") : Message{});
  }
  return value.value() == "true";
}
bool Fields::boolean_or(std::string_view key, bool fallback) {
  return take(key) == nullptr ? fallback : boolean(key);
}
Digest Fields::digest(std::string_view key) {
  const auto value = parse_digest(text(key));
  if (!value) throw error(key, msg("'{key}' is not a digest", {{"key", std::string(key)}}));
  return *value;
}
std::optional<Digest> Fields::optional_digest(std::string_view key) {
  if (take(key) == nullptr) return std::nullopt;
  return digest(key);
}
Instant Fields::instant(std::string_view key) {
  const auto value = parse_instant(text(key));
  if (!value)
    throw error(key, msg("'{key}' is not a time like 2026-11-24T03:15:22.123Z", {{"key", std::string(key)}}));
  return *value;
}
std::optional<Instant> Fields::optional_instant(std::string_view key) {
  if (take(key) == nullptr) return std::nullopt;
  return instant(key);
}
std::chrono::milliseconds Fields::duration(std::string_view key) {
  const auto value = parse_duration(text(key));
  if (!value)
    throw error(key, msg("'{key}' is not a duration", {{"key", std::string(key)}}),
                msg("write it as 500ms, 15m, 1h or 30d"));
  return *value;
}
std::optional<std::chrono::milliseconds> Fields::optional_duration(std::string_view key) {
  if (take(key) == nullptr) return std::nullopt;
  return duration(key);
}
std::size_t Fields::choice(std::string_view key, std::span<const std::string_view> names) {
  const std::string value = text(key);
  const auto found = std::ranges::find(names, value);
  if (found == names.end()) {
    throw error(
        key,
        msg("invalid value for '{key}': '{value}'", {{"value", printable(value)}, {"key", std::string(key)}}),
        msg("known values: {names}",
            {{"names", join(std::vector<std::string>(names.begin(), names.end()), ", ")}}));
  }
  return static_cast<std::size_t>(found - names.begin());
}
std::vector<std::string> Fields::texts(std::string_view key) {
  std::vector<std::string> values;
  for (const Node& item : list(key)) values.push_back(text_of(item, source_));
  return values;
}
std::vector<std::string> Fields::texts_or_none(std::string_view key) {
  if (take(key) == nullptr) return {};
  return texts(key);
}
std::vector<Digest> Fields::digests(std::string_view key) {
  std::vector<Digest> values;
  for (const Node& item : list(key)) {
    const auto value = parse_digest(text_of(item, source_));
    if (!value) throw error_at(source_.code, source_.file, item.mark(), msg("invalid digest"));
    values.push_back(*value);
  }
  return values;
}
const Node& Fields::node(std::string_view key) {
  return require(key);
}
const Node* Fields::optional_node(std::string_view key) {
  return take(key);
}
const Node& Fields::map(std::string_view key) {
  const Node& value = require(key);
  if (value.kind() != Node::Kind::map)
    throw error(key, msg("'{key}' is not a map", {{"key", std::string(key)}}),
                by_hand() ? msg("write it as {{NAME: \"value\"}}, or one NAME: \"value\" per line below it")
                          : Message{});
  return value;
}
const Node* Fields::optional_map(std::string_view key) {
  return take(key) == nullptr ? nullptr : &map(key);
}
const std::vector<Node>& Fields::list(std::string_view key) {
  const Node& value = require(key);
  if (value.kind() != Node::Kind::list)
    throw error(key, msg("'{key}' is not a list", {{"key", std::string(key)}}),
                by_hand()
                    ? msg("write it as [one, two], or one line per item below it, each beginning with '- '")
                    : Message{});
  return value.items();
}
const std::vector<Node>& Fields::list_or_none(std::string_view key) {
  static const std::vector<Node> kNone;
  return take(key) == nullptr ? kNone : list(key);
}

void Fields::finish() {
  for (const Node::Entry& entry : map_.entries()) {
    if (std::ranges::find(asked_, entry.key) != asked_.end()) continue;
    const std::string near = nearest(entry.key, asked_);
    if (!near.empty() || !by_hand()) throw unknown(entry, near);
    std::vector<std::string> keys;
    for (const std::string& key : asked_)
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
    const UnknownKey error = unknown(entry, near);
    throw UnknownKey(error.code(), error.message(),
                     msg("known names: {names}", {{"names", join(keys, ", ")}}));
  }
}

}  // namespace jaga::yaml
