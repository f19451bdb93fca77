#include "exchange/changes.hpp"

#include <charconv>

#include "base/error.hpp"

namespace jaga::exchange {
namespace {

Error unexpected() {
  return Error{ExitCode::data, msg("unexpected output of git {command}", {{"command", "diff-tree"}})};
}

// The word up to the next blank, which is removed from `text` with it.
std::string_view word(std::string_view& text) {
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos || blank == 0) throw unexpected();
  const auto out = text.substr(0, blank);
  text.remove_prefix(blank + 1);
  return out;
}

unsigned mode(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
  if (error != std::errc{} || end != text.data() + text.size()) throw unexpected();
  return value;
}

std::string id(std::string_view text) {
  if ((text.size() != 40 && text.size() != 64) ||
      text.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    throw unexpected();
  return std::string(text);
}

}  // namespace

std::vector<Change> parse_changes(std::string_view raw) {
  std::vector<Change> changes;
  while (!raw.empty()) {
    const auto end = raw.find('\0');
    const auto path_end = end == std::string_view::npos ? end : raw.find('\0', end + 1);
    if (path_end == std::string_view::npos || raw.front() != ':' || path_end == end + 1) throw unexpected();
    std::string_view head = raw.substr(1, end - 1);
    Change change;
    change.path = std::string(raw.substr(end + 1, path_end - end - 1));
    change.old_mode = mode(word(head));
    change.new_mode = mode(word(head));
    change.old_id = id(word(head));
    change.new_id = id(word(head));
    // A rename or a copy (R, C) would have two paths; these were not asked for.
    if (head.size() != 1 || std::string_view("AMDT").find(head) == std::string_view::npos) throw unexpected();
    changes.push_back(std::move(change));
    raw.remove_prefix(path_end + 1);
  }
  return changes;
}

}  // namespace jaga::exchange
