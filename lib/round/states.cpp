#include "round/states.hpp"

#include <string>

#include "base/id.hpp"

namespace jaga::round {
namespace {

// Parses a result, which is a flow map on one line.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  // A double-quoted string without escapes.
  std::optional<std::string_view> quoted() {
    if (!take("\"")) return std::nullopt;
    const std::size_t end = rest_.find_first_of("\"\\");
    if (end == std::string_view::npos || rest_[end] != '"') return std::nullopt;
    const std::string_view value = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return value;
  }
  // Skips a value, including nested strings, lists and maps, up to the comma before the next key.
  bool skip_value() {
    int depth = 0;
    for (std::size_t at = 0; at < rest_.size(); ++at) {
      const char c = rest_[at];
      if (c == '"') {
        for (++at; at < rest_.size() && rest_[at] != '"'; ++at)
          if (rest_[at] == '\\') ++at;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (--depth < 0) return false;
      } else if (c == ',' && depth == 0) {
        rest_.remove_prefix(at);
        return true;
      }
    }
    return false;
  }

 private:
  std::string_view rest_;
};

bool read_result(std::string_view text, Result& out) {
  Line line(text);
  if (!line.take("  - {host: ")) return false;
  const auto host = line.quoted();
  if (!host || !is_name(*host) || !line.take(", check: ")) return false;
  const auto check = line.quoted();
  if (!check || !is_name(*check)) return false;
  std::optional<std::string_view> object = "";
  if (line.take(", object: ")) object = line.quoted();
  if (!object || !line.take(", state: ")) return false;
  const auto state = line.quoted();
  const auto known = state ? parse_state(*state) : std::nullopt;
  if (!known) return false;
  // Skip the keys in between, except the reason of a result that says nothing of its host.
  while (!line.take(", hard: ")) {
    if (line.take(", reason: \"cancelled\"")) {
      out.reason = Reason::cancelled;
      continue;
    }
    if (line.take(", reason: \"site_silent\"")) {
      out.reason = Reason::site_silent;
      continue;
    }
    if (!line.take(", ")) return false;
    if (!line.skip_value()) return false;
  }
  const bool hard = line.take("true, ");
  if (!hard && !line.take("false, ")) return false;
  out.host = *host;
  out.check = *check;
  out.object = *object;
  out.state = *known;
  out.hard = hard;
  return text.ends_with('}');
}

}  // namespace

std::optional<Round> read_states(std::string_view bytes) {
  constexpr std::string_view kEnd = "\n...\n";
  const bool known =
      bytes.starts_with("format: \"jaga/round@1\"\n") || bytes.starts_with("format: \"jaga/round@2\"\n");
  if (!known || !bytes.ends_with(kEnd)) return std::nullopt;
  bytes.remove_suffix(kEnd.size() - 1);
  Round out;
  bool has_time = false;
  bool in_results = false;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (in_results) {
      out.results.emplace_back();
      if (!read_result(line, out.results.back())) return std::nullopt;
      continue;
    }
    if (line.starts_with("base:")) return std::nullopt;
    if (line == "results:") in_results = true;
    if (line == "results: []")
      return bytes.empty() && has_time ? std::optional(std::move(out)) : std::nullopt;
    if (line == "partial: true") out.partial = true;
    if (line.starts_with("at: \"") && line.ends_with('"')) {
      const auto at = parse_instant(line.substr(5, line.size() - 6));
      if (!at) return std::nullopt;
      out.at = *at;
      has_time = true;
    }
  }
  if (!in_results || !has_time) return std::nullopt;
  return out;
}

}  // namespace jaga::round
