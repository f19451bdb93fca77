#include "yaml/read.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "base/text.hpp"
#include "yaml/write.hpp"

namespace jaga::yaml {
namespace {

Mark mark_of(std::string_view bytes, std::size_t at) {
  const std::string_view before = bytes.substr(0, at);
  const auto line_start = before.rfind('\n');
  return {static_cast<int>(std::ranges::count(before, '\n')) + 1,
          static_cast<int>(line_start == std::string_view::npos ? at : at - line_start - 1) + 1};
}

Mark mark_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

void check_bytes(std::string_view bytes, std::string_view file, ExitCode code, std::size_t most) {
  if (bytes.size() > most) {
    throw Error(code, msg("{file}: larger than {most} bytes", {{"file", std::string(file)}, {"most", std::to_string(most)}}));
  }
  if (const auto bad = find_invalid_utf8(bytes)) {
    throw error_at(code, file, mark_of(bytes, *bad), msg("not UTF-8"), msg("save the file as UTF-8"));
  }
  const std::string clean = sanitized(bytes);
  if (clean == bytes) return;
  const auto differs = std::ranges::mismatch(clean, bytes);
  throw error_at(code, file, mark_of(bytes, static_cast<std::size_t>(differs.in2 - bytes.begin())),
                 msg("a control, carriage return, byte order mark or other invisible character"),
                 msg("use plain text with LF line ends"));
}

// Builds a Node from events. yaml-cpp marks quoted scalars with the tag "!", plain ones with "?" or none.
class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view file, ExitCode code) : file_(file), code_(code) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse(mark, anchor, {});
    place(Node::plain("", mark_of(mark)), mark);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw error_at(code_, file_, mark_of(mark), msg("an alias (*name) is not allowed"));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    const bool quoted = tag == "!";
    refuse(mark, anchor, quoted ? std::string() : tag);
    if (value.size() > kMostScalar) throw error_at(code_, file_, mark_of(mark), msg("a value larger than 1 MiB"));
    Node node = quoted ? Node::text(value) : Node::plain(value);
    node.set_mark(mark_of(mark));
    place(std::move(node), mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse(mark, anchor, tag);
    open(Node::list({}), mark);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse(mark, anchor, tag);
    open(Node::map(), mark);
  }
  void OnMapEnd() override { close(); }

  std::optional<Node> top;

 private:
  struct Level {
    Node node;
    std::optional<std::string> key;
  };

  void refuse(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag) const {
    if (anchor != YAML::NullAnchor) throw error_at(code_, file_, mark_of(mark), msg("an anchor (&name) is not allowed"));
    if (!tag.empty() && tag != "?") throw error_at(code_, file_, mark_of(mark), msg("a tag (!name) is not allowed"));
  }
  bool wants_key() const { return !levels_.empty() && levels_.back().node.kind() == Node::Kind::map && !levels_.back().key; }
  void open(Node node, const YAML::Mark& mark) {
    if (wants_key()) throw error_at(code_, file_, mark_of(mark), msg("a key must be a word"));
    if (levels_.size() >= static_cast<std::size_t>(kMostDepth)) {
      throw error_at(code_, file_, mark_of(mark), msg("nested deeper than 32 levels"));
    }
    node.set_mark(mark_of(mark));
    levels_.push_back({std::move(node), std::nullopt});
  }
  void close() {
    Node node = std::move(levels_.back().node);
    levels_.pop_back();
    attach(std::move(node));
  }
  void place(Node node, const YAML::Mark& mark) {
    if (!wants_key()) {
      attach(std::move(node));
      return;
    }
    const std::string& key = node.value();
    if (key.empty() || key == "<<") throw error_at(code_, file_, mark_of(mark), msg("a key must be a word"));
    if (levels_.back().node.find(key) != nullptr) {
      throw error_at(code_, file_, mark_of(mark), msg("the key '{key}' stands twice", {{"key", printable(key)}}));
    }
    levels_.back().key = key;
  }
  void attach(Node node) {
    if (levels_.empty()) {
      top = std::move(node);
    } else if (Level& level = levels_.back(); level.node.kind() == Node::Kind::list) {
      level.node.add(std::move(node));
    } else {
      level.node.set(*std::exchange(level.key, std::nullopt), std::move(node));
    }
  }

  std::string_view file_;
  ExitCode code_;
  std::vector<Level> levels_;
};

std::optional<Node> parse(std::string_view bytes, std::string_view file, ExitCode code) {
  for (std::size_t at = 0; at != std::string_view::npos && at < bytes.size();) {
    if (bytes[at] == '%') throw error_at(code, file, mark_of(bytes, at), msg("a directive (%) is not allowed"));
    at = bytes.find('\n', at);
    if (at != std::string_view::npos) ++at;
  }
  Builder builder(file, code);
  try {
    std::istringstream in{std::string(bytes)};
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) return std::nullopt;
    auto first = std::move(builder.top);
    if (parser.HandleNextDocument(builder)) {
      throw Error(code, msg("{file}: a second document", {{"file", std::string(file)}}), msg("remove the line '---'"));
    }
    return first;
  } catch (const YAML::Exception& error) {
    throw error_at(code, file, mark_of(error.mark), msg("not YAML: {reason}", {{"reason", printable(error.msg)}}));
  }
}

}  // namespace

Error error_at(ExitCode code, std::string_view file, Mark mark, Message message, Message hint) {
  message.id = "{at}: " + message.id;
  message.arguments.emplace_back("at", std::string(file) + ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column));
  return {code, std::move(message), std::move(hint)};
}

Node read_hand_edited(std::string_view bytes, std::string_view file) {
  check_bytes(bytes, file, ExitCode::config, kMostBytes);
  auto top = parse(bytes, file, ExitCode::config);
  if (!top || (top->kind() == Node::Kind::plain && top->value().empty())) return Node::map();
  return *std::move(top);
}

Node read_canonical(std::string_view bytes, std::string_view file) {
  check_bytes(bytes, file, ExitCode::data, kMostBytes);
  auto top = parse(bytes, file, ExitCode::data);
  if (!top || top->kind() != Node::Kind::map) throw error_at(ExitCode::data, file, {1, 1}, msg("not a map"));
  std::string again;
  try {
    again = write_canonical(*top);
  } catch (const Error&) {
    throw error_at(ExitCode::data, file, {1, 1}, msg("a value or key that is not in its one form"));
  }
  if (again != bytes) {
    const auto differs = std::ranges::mismatch(again, bytes);
    throw error_at(ExitCode::data, file, mark_of(bytes, static_cast<std::size_t>(differs.in2 - bytes.begin())),
                   msg("not in its one form"), msg("the file was edited or is cut"));
  }
  return *std::move(top);
}

void read_canonical_list(std::string_view bytes, std::string_view file, std::string_view list_key,
                         std::size_t most_bytes, const std::function<void(const Node&)>& header,
                         const std::function<void(const Node&)>& item) {
  check_bytes(bytes, file, ExitCode::data, most_bytes);
  const std::string empty = "\n" + std::string(list_key) + ": []\n...\n";
  const std::string begin = "\n" + std::string(list_key) + ":\n";
  const auto at = bytes.ends_with(empty) ? bytes.size() - empty.size() : bytes.find(begin);
  if (at == std::string_view::npos) {
    throw error_at(ExitCode::data, file, {1, 1}, msg("the list '{key}' is missing", {{"key", std::string(list_key)}}));
  }
  header(read_canonical(std::string(bytes.substr(0, at + 1)) + "...\n", file));
  if (bytes.ends_with(empty)) return;
  std::size_t from = at + begin.size();
  int line = mark_of(bytes, from).line;
  constexpr std::string_view kItem = "  - ";
  while (bytes.substr(from) != "...\n") {
    const auto end = bytes.find('\n', from);
    const std::string_view text = bytes.substr(from, end == std::string_view::npos ? end : end - from);
    if (end == std::string_view::npos || !text.starts_with(kItem)) {
      throw error_at(ExitCode::data, file, {line, 1}, msg("not in its one form"), msg("the file was edited or is cut"));
    }
    const auto node = parse(text.substr(kItem.size()), file, ExitCode::data);
    if (!node || node->kind() != Node::Kind::map || write_flow(*node) != text.substr(kItem.size())) {
      throw error_at(ExitCode::data, file, {line, 5}, msg("not in its one form"));
    }
    item(*node);
    from = end + 1;
    ++line;
  }
  if (from == at + begin.size()) throw error_at(ExitCode::data, file, {line, 1}, msg("not in its one form"));
}

}  // namespace jaga::yaml
