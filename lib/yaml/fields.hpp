// Taking a map apart by its schema: every key is asked for, what was not asked for is an error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/instant.hpp"
#include "yaml/node.hpp"

namespace jaga::yaml {

// What the errors of a document are: `code` is config for hand-edited files (which may spell a value
// bare or quoted), data for canonical ones (strings quoted, integers and booleans bare). Keep it alive
// while Fields use it.
struct Source {
  std::string file;
  ExitCode code = ExitCode::config;
};

// A key that nobody asked for. In what jaga writes only a newer version has one, so a reader may call that
// newer instead of damaged.
class UnknownKey : public Error {
 public:
  using Error::Error;
};

// One map being taken apart. Every getter throws Error{source.code} with file, line and column where the
// value has the wrong kind or is out of range, and (but for the optional ones) where the key is missing; a
// key that is misspelt is named instead. Call finish() when all keys have been asked for: it throws
// UnknownKey for the others, with the nearest as a hint.
class Fields {
 public:
  // Both must live as long.
  Fields(const Node& map, const Source& source);
  Fields(const Node& map, Source&& source) = delete;

  std::string text(std::string_view key);  // any string, not empty
  std::string text_or(std::string_view key, std::string fallback);
  std::optional<std::string> optional_text(std::string_view key);
  std::string possibly_empty(std::string_view key);                // a string that may be ""
  std::string name(std::string_view key, std::size_t most = 128);  // is_name()
  std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<std::int64_t> optional_integer(std::string_view key, std::int64_t least, std::int64_t most);
  bool boolean(std::string_view key);
  bool boolean_or(std::string_view key, bool fallback);
  Digest digest(std::string_view key);
  std::optional<Digest> optional_digest(std::string_view key);
  Instant instant(std::string_view key);
  std::optional<Instant> optional_instant(std::string_view key);
  std::chrono::milliseconds duration(std::string_view key);  // "15m"
  std::optional<std::chrono::milliseconds> optional_duration(std::string_view key);
  // Index into `names` of the value.
  std::size_t choice(std::string_view key, std::span<const std::string_view> names);
  std::vector<std::string> texts(std::string_view key);          // a list of strings; must be there
  std::vector<std::string> texts_or_none(std::string_view key);  // missing: empty
  std::vector<Digest> digests(std::string_view key);
  const Node& node(std::string_view key);  // any kind
  const Node* optional_node(std::string_view key);
  const Node& map(std::string_view key);
  const Node* optional_map(std::string_view key);
  const std::vector<Node>& list(std::string_view key);          // a list; must be there
  const std::vector<Node>& list_or_none(std::string_view key);  // missing: empty
  bool has(std::string_view key) const;

  void finish();
  const Source& source() const { return source_; }
  // An error at the value of `key` (or at the map, where it is missing).
  Error error(std::string_view key, Message message, Message hint = {}) const;

 private:
  const Node* take(std::string_view key);
  const Node& require(std::string_view key);
  UnknownKey unknown(const Node::Entry& entry, const std::string& near) const;
  bool by_hand() const { return source_.code == ExitCode::config; }  // then it is said what mends it

  const Node& map_;
  const Source& source_;
  std::vector<std::string> asked_;
};

// A scalar as a string / integer, outside a map (items of lists).
std::string text_of(const Node& node, const Source& source);
std::int64_t integer_of(const Node& node, const Source& source, std::int64_t least, std::int64_t most);

}  // namespace jaga::yaml
