#include "yaml/read.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "yaml/bytes.hpp"

namespace jaga::yaml {
namespace {

// More unclosed brackets than any file needs, brackets in texts and comments included: yaml-cpp holds every
// token of an unfinished flow in memory (4 MiB of '[': 980 MB).
constexpr int kMostOpenBrackets = 4096;

class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view bytes, std::string_view file) : bytes_(bytes), file_(file) {
    lines_.push_back(0);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == '\n') lines_.push_back(i + 1);
    }
  }

  Node result() {
    if (!top_) return Node::map();
    return *std::move(top_);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      fail(convert(mark), msg("a second document"), msg("a file holds one; remove the '---' or '...'"));
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    const Mark place = convert(mark);
    check_properties(place, 0, "?");
    if (expects_key()) fail(place, msg("expected a key"));
    if (stack_.empty()) fail(place, msg("nothing, where a map is expected"));
    const Frame& frame = stack_.back();
    if (frame.node.kind() == Node::Kind::list) fail(place, msg("an item of the list is missing"));
    fail(frame.key_mark, msg("the value of '{key}' is missing", {{"key", printable(frame.key)}}),
         msg("write \"\" for an empty text, [] for an empty list, {{}} for an empty map, or remove the key"));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(convert(mark), msg("an alias is not allowed"));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const Mark place = convert(mark);
    check_properties(place, anchor, tag);
    if (value.size() > kMostScalar) fail(place, msg("a text of more than 1 MiB"));
    // Escapes such as "\0" get past the check of the bytes.
    if (find_forbidden(value)) fail(place, msg("a text with a character that is not allowed"));
    const char first = byte_at(place);
    if (first == '"' || first == '\'') check_closed(place, first);
    if (expects_key()) {
      Frame& frame = stack_.back();
      if (tag == "?" && value == "<<") fail(place, msg("a merge key is not allowed"));
      if (!frame.keys.insert(value).second) {
        fail(place, msg("the key '{key}' stands here twice", {{"key", printable(value)}}));
      }
      frame.key = value;
      frame.key_mark = place;
      frame.has_key = true;
      return;
    }
    Node node = tag == "?" ? Node::plain(value) : Node::text(value);
    node.set_mark(place);
    put(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, Node::list());
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, Node::map());
  }
  void OnMapEnd() override { end(); }

  [[noreturn]] void fail(Mark mark, Message what, Message hint = {}) const {
    throw error_at(ExitCode::config, file_, mark, std::move(what), std::move(hint));
  }
  static Mark convert(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

 private:
  struct Frame {
    Node node;
    std::set<std::string> keys{};
    std::string key{};
    Mark key_mark{};
    bool has_key = false;
  };

  bool expects_key() const {
    return !stack_.empty() && stack_.back().node.kind() == Node::Kind::map && !stack_.back().has_key;
  }
  std::size_t offset_of(Mark mark) const {
    const auto line = static_cast<std::size_t>(mark.line - 1);
    return line < lines_.size() ? lines_[line] + static_cast<std::size_t>(mark.column - 1) : bytes_.size();
  }
  char byte_at(Mark mark) const {
    const std::size_t offset = offset_of(mark);
    return offset < bytes_.size() ? bytes_[offset] : '\0';
  }
  // The events do not tell `! x` from a quoted x, nor an anchor that is never used from none.
  void check_properties(Mark place, YAML::anchor_t anchor, const std::string& tag) const {
    const char first = byte_at(place);
    if (anchor != 0 || first == '&') fail(place, msg("an anchor is not allowed"));
    if (first == '!' || (tag != "?" && tag != "!" && !tag.empty())) fail(place, msg("a tag is not allowed"));
  }
  // yaml-cpp 0.7 takes the end of the file for the closing quote.
  void check_closed(Mark place, char quote) const {
    for (std::size_t i = offset_of(place) + 1; i < bytes_.size(); ++i) {
      if (quote == '"' && bytes_[i] == '\\') {
        ++i;
      } else if (bytes_[i] == quote) {
        if (quote == '"' || i + 1 >= bytes_.size() || bytes_[i + 1] != quote) return;
        ++i;
      }
    }
    fail(place, msg("a text without its closing quote"));
  }
  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node node) {
    const Mark place = convert(mark);
    check_properties(place, anchor, tag);
    if (expects_key()) fail(place, msg("a key must be a word or a quoted text"));
    if (stack_.size() >= static_cast<std::size_t>(kMostDepth)) fail(place, msg("nested too deep"));
    node.set_mark(place);
    stack_.push_back({std::move(node)});
  }
  void end() {
    Node node = std::move(stack_.back().node);
    stack_.pop_back();
    put(std::move(node));
  }
  void put(Node node) {
    if (stack_.empty()) {
      top_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.kind() == Node::Kind::list) {
      frame.node.add(std::move(node));
      return;
    }
    frame.node.add_entry({std::move(frame.key), std::move(node), frame.key_mark});
    frame.has_key = false;
  }

  std::string_view bytes_;
  std::string_view file_;
  std::vector<std::size_t> lines_;
  std::vector<Frame> stack_;
  std::optional<Node> top_;
  int documents_ = 0;
};

void check_hand_edited_bytes(std::string_view bytes, std::string_view file) {
  int open = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '[' || c == '{') {
      if (++open > kMostOpenBrackets) {
        throw error_at(ExitCode::config, file, mark_of(bytes, i), msg("nested too deep"));
      }
    } else if (c == ']' || c == '}') {
      open = std::max(open - 1, 0);
    } else if (c == '%' && (i == 0 || bytes[i - 1] == '\n')) {
      throw error_at(ExitCode::config, file, mark_of(bytes, i), msg("a directive is not allowed"),
                     msg("a line must not begin with '%'"));
    }
  }
}

}  // namespace

Error error_at(ExitCode code, std::string_view file, Mark mark, Message message, Message hint) {
  if (!file.empty() || mark.line > 0) message.location = Location{printable(file), mark.line, mark.column};
  return {code, std::move(message), std::move(hint)};
}

Node read_hand_edited(std::string_view bytes, std::string_view file) {
  check_bytes(bytes, file, kMostBytes, ExitCode::config);
  check_hand_edited_bytes(bytes, file);
  Builder builder(bytes, file);
  try {
    std::istringstream in{std::string(bytes)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& e) {
    // Its marks of an end of input are {-1, ...} or the last line.
    const Mark mark = e.mark.is_null() ? mark_of(bytes, bytes.size()) : Builder::convert(e.mark);
    throw error_at(ExitCode::config, file, mark, msg("not YAML: {reason}", {{"reason", printable(e.msg)}}));
  }
  return builder.result();
}

}  // namespace jaga::yaml
