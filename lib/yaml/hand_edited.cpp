#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

#include "base/format.hpp"
#include "base/text.hpp"
#include "yaml/bytes.hpp"
#include "yaml/read.hpp"

namespace jaga::yaml {
namespace {

// yaml-cpp's tag of a plain scalar, and of a quoted or block scalar, where the file has none.
constexpr std::string_view kPlain = "?";
constexpr std::string_view kQuoted = "!";

// Unclosed brackets, those in texts and comments included. yaml-cpp holds every token of an unfinished flow
// in memory (4 MiB of '[': 980 MB), so the depth of the nodes is checked too late.
constexpr int kMostOpenBrackets = 4096;

// yaml-cpp counts from 0, in bytes, and has {-1, -1, -1} for no place.
Mark convert(const YAML::Mark& mark) {
  return mark.is_null() ? Mark{} : Mark{mark.line + 1, mark.column + 1};
}

std::string code_of(char32_t c) {
  return formatted("U+{:04X}", static_cast<unsigned>(c));
}

// What yaml-cpp takes in silence, or costs too much to hand to it.
void check_before_parsing(std::string_view bytes, std::string_view file) {
  int open = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '[' || c == '{') {
      if (++open > kMostOpenBrackets)
        throw error_at(ExitCode::config, file, mark_of(bytes, i), msg("nested too deeply"));
    } else if (c == ']' || c == '}') {
      open = std::max(open - 1, 0);
    } else if (c == '%' && (i == 0 || bytes[i - 1] == '\n')) {
      throw error_at(ExitCode::config, file, mark_of(bytes, i), msg("directives are not allowed"),
                     msg("a line must not begin with '%'"));
    }
  }
}

class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view bytes, std::string_view file) : bytes_(bytes), file_(file) {}

  Node read() {
    std::istringstream in{std::string(bytes_)};
    try {
      YAML::Parser parser(in);
      while (parser.HandleNextDocument(*this)) {
      }
    } catch (const YAML::Exception& error) {
      fail_parser(error);
    }
    return top_ ? *std::move(top_) : Node::map();
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    const Mark place = convert(mark);
    if (++documents_ > 1) fail(place, msg("a second document"), hint_of_second(place));
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string& /*name*/) override {
    fail(convert(mark), msg("anchors are not allowed"),
         msg("quote a text that begins with '{character}'", {{"character", "&"}}));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    fail(convert(mark), msg("aliases are not allowed"));
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    check_tag(mark, kPlain);
    fail_nothing(convert(mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    check_tag(mark, tag);
    const Mark place = convert(mark);
    check_indentation(mark);
    if (value.size() > kMostScalar) fail(place, msg("a text of more than 1 MiB"));
    // Escapes such as "\0" get past the check of the bytes.
    if (find_forbidden(value)) fail(place, msg("a text with a character that is not allowed"));
    const bool plain = tag == kPlain;
    if (plain)
      check_blanks(place, value);
    else
      check_closed(mark);
    if (expects_key()) {
      Frame& frame = stack_.back();
      if (plain && value == "<<") fail(place, msg("YAML merge keys (<<) are not allowed"));
      if (!frame.keys.insert(value).second) {
        fail(place, msg("duplicate key '{key}'", {{"key", printable(value)}}));
      }
      frame.key = value;
      frame.key_mark = place;
      frame.has_key = true;
      return;
    }
    check_column(place, false);
    Node node = plain ? Node::plain(value) : Node::text(value);
    node.set_mark(place);
    put(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value style) override {
    begin(mark, tag, style, Node::list());
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value style) override {
    begin(mark, tag, style, Node::map());
  }
  void OnMapEnd() override { end(); }

 private:
  struct Frame {
    Node node;
    bool flow = false;
    std::set<std::string> keys{};
    std::string key{};
    Mark key_mark{};
    bool has_key = false;
  };

  [[noreturn]] void fail(Mark mark, Message what, Message hint = {}) const {
    throw error_at(ExitCode::config, file_, mark, std::move(what), std::move(hint));
  }
  [[noreturn]] void fail_nothing(Mark place) const {
    if (expects_key()) fail(place, msg("expected a key"));
    if (stack_.empty()) fail(place, msg("expected a map, found nothing"));
    const Frame& frame = stack_.back();
    if (frame.node.kind() == Node::Kind::list) fail(place, msg("an item of the list is empty"));
    Message what = msg("missing value of '{key}'", {{"key", printable(frame.key)}});
    if (frame.key.find(':') != std::string::npos)
      fail(frame.key_mark, std::move(what), no_key_in(frame.key_mark.line));
    fail(frame.key_mark, std::move(what),
         msg("write \"\" for an empty text, [] for an empty list, {{}} for an empty map, or remove the key"));
  }
  [[noreturn]] void fail_parser(const YAML::Exception& error) const {
    if (error.msg.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR))
      fail(convert(error.mark), msg("aliases are not allowed"));
    const Mark place = error.mark.is_null() ? mark_of(bytes_, bytes_.size()) : convert(error.mark);
    fail(place, msg("not YAML: {reason}", {{"reason", printable(error.msg)}}), hint_of(error.msg, place));
  }

  static Message no_key_in(int line) {
    return msg("line {line} has no key: write a space after ':', and start a text of several lines with '|'",
               {{"line", std::to_string(line)}});
  }
  // What mends the slips that yaml-cpp's words do not name; it found `problem` at `place`.
  Message hint_of(std::string_view problem, Mark place) const {
    namespace wrong = YAML::ErrorMsg;
    const std::string_view text = line(place.line);
    const std::size_t column = static_cast<std::size_t>(place.column) - 1;
    const char at = column < text.size() ? text[column] : '\0';
    if (text.substr(0, text.find_first_not_of(" \t")).find('\t') != std::string_view::npos)
      return msg("indent with spaces, not with a TAB");
    if (const auto odd = misplaced_blank(place); odd.first > 0)
      return msg(
          "line {line} contains a no-break space ({character}), as used in web pages; write a plain space",
          {{"line", std::to_string(odd.first)}, {"character", code_of(odd.second)}});
    if (problem == wrong::UNKNOWN_TOKEN && at == '?')
      return msg("quote a text that has a '?' within brackets");
    if (problem == wrong::UNKNOWN_TOKEN)
      return msg("quote a text that begins with '{character}'",
                 {{"character", printable(std::string_view(&at, 1))}});
    if (problem == wrong::MAP_VALUE) {
      if (const int above = line_without_key(place); above > 0) return no_key_in(above);
      return msg("quote a text that contains ': '; items of one group must begin in the same column");
    }
    if (problem == wrong::CHAR_IN_BLOCK)
      return msg("quote a text that begins with '|', '>' or '['; a text of several lines begins below a '|'");
    if (problem.starts_with(wrong::INVALID_ESCAPE))
      return msg("write \\\\ for a backslash, or put the text in single quotes");
    if (stack_.empty()) return {};
    const Message::Arguments begin{{"line", std::to_string(stack_.back().node.mark().line)}};
    if (problem == wrong::END_OF_MAP_FLOW || problem == wrong::END_OF_SEQ_FLOW || problem == wrong::FLOW_END)
      return msg("close the brace or bracket opened in line {line}, and separate its items with commas",
                 begin);
    if (problem == wrong::END_OF_MAP || problem == wrong::END_OF_SEQ)
      return msg("everything that belongs to line {line} must begin in the same column", begin);
    return {};
  }
  // A key that begins left of those before it makes a document of its own to yaml-cpp.
  Message hint_of_second(Mark place) const {
    if (line(place.line).starts_with("---"))
      return msg("a file contains one document; remove the '---' or '...'");
    for (int above = 1; above < place.line; ++above)
      if (line(above) == "...")
        return msg("the file ends with the '...' in line {line}: write this above it",
                   {{"line", std::to_string(above)}});
    return msg("all keys of the file must begin in the same column");
  }
  // Of a ':' at `place` that makes no key: the line above where that took the beginning for a text of several
  // lines, since it has no key itself. 0: another reason.
  int line_without_key(Mark place) const {
    const std::string_view here = line(place.line);
    const std::size_t indent = here.find_first_not_of(' ');
    std::size_t colon = here.find(':', indent);
    while (colon != std::string_view::npos && colon + 1 < here.size() && here[colon + 1] != ' ')
      colon = here.find(':', colon + 1);
    if (colon + 1 < static_cast<std::size_t>(place.column)) return 0;
    for (int above = place.line - 1; above > 0; --above) {
      const std::size_t begins = line(above).find_first_not_of(' ');
      if (begins == std::string_view::npos) continue;
      return begins == indent && line(above)[begins] != '#' ? above : 0;
    }
    return 0;
  }
  // The first line up to `place` with a blank that is none where YAML wants one: at its beginning, or behind
  // '-', ':', ',' or what opens a map or a list. 0: none.
  std::pair<int, char32_t> misplaced_blank(Mark place) const {
    std::size_t begin = 0;
    for (int number = 1; number <= place.line; ++number) {
      const std::string_view text = bytes_.substr(begin, bytes_.find('\n', begin) - begin);
      begin += text.size() + 1;
      bool wanted = true;
      for (std::size_t at = 0; at < text.size(); ++at) {
        if (const auto odd = wanted ? odd_blank(text.substr(at)) : std::nullopt) return {number, *odd};
        const bool blank = text[at] == ' ' || text[at] == '\t';
        wanted = (wanted && blank) || std::string_view("-:,{[").find(text[at]) != std::string_view::npos;
      }
      if (begin >= bytes_.size()) break;
    }
    return {0, U'\0'};
  }
  // The line of that number, from 1, without its end; empty where the file has none.
  std::string_view line(int number) const {
    std::size_t begin = 0;
    for (int above = 1; above < number; ++above) {
      const std::size_t end = bytes_.find('\n', begin);
      if (end == std::string_view::npos) return {};
      begin = end + 1;
    }
    return bytes_.substr(begin, bytes_.find('\n', begin) - begin);
  }

  // An unquoted text that has one at an end, or a key that has one anywhere: its author sees a plain
  // blank.
  void check_blanks(Mark place, std::string_view value) const {
    for (std::size_t at = 0; at < value.size(); ++at) {
      const auto odd = odd_blank(value.substr(at));
      if (!odd) continue;
      const std::size_t size = *odd < 0x800 ? 2 : 3;
      if (at != 0 && at + size != value.size() && !expects_key()) continue;
      fail(place,
           msg("a no-break space ({character}) in or beside '{text}'",
               {{"character", code_of(*odd)}, {"text", printable(value)}}),
           msg("write a plain space, or quote a text that is meant to contain it"));
    }
  }
  // yaml-cpp takes the end of the file for the closing quote.
  void check_closed(const YAML::Mark& mark) const {
    const char quote = byte_at(mark);
    if (quote != '"' && quote != '\'') return;  // a block scalar
    for (std::size_t i = static_cast<std::size_t>(mark.pos) + 1; i < bytes_.size(); ++i) {
      if (quote == '"' && bytes_[i] == '\\') {
        ++i;
      } else if (bytes_[i] == quote) {
        if (quote == '"' || i + 1 >= bytes_.size() || bytes_[i + 1] != quote) return;
        ++i;
      }
    }
    fail(convert(mark), msg("a text has no closing quote"));
  }
  // Of a node's first byte. The tag that yaml-cpp gives does not tell `! x` from a quoted x.
  void check_tag(const YAML::Mark& mark, std::string_view tag) const {
    if (byte_at(mark) == '!' || (tag != kPlain && tag != kQuoted && !tag.empty()))
      fail(convert(mark), msg("tags are not allowed"));
  }
  // yaml-cpp passes over a TAB before the first node of a line, and counts it as one space.
  void check_indentation(const YAML::Mark& mark) const {
    if (!stack_.empty() && stack_.back().flow) return;
    const std::string_view before = bytes_.substr(static_cast<std::size_t>(mark.pos - mark.column),
                                                  static_cast<std::size_t>(mark.column));
    const std::size_t tab = before.find('\t');
    if (tab == std::string_view::npos || before.find_first_not_of(" \t-?") != std::string_view::npos) return;
    fail({mark.line + 1, static_cast<int>(tab) + 1}, msg("a TAB in the indentation"),
         msg("indent with spaces, not with a TAB"));
  }
  // Nor does it want a value or an item to be indented more than what it belongs to.
  void check_column(Mark place, bool is_block_list) const {
    if (stack_.empty() || stack_.back().flow || expects_key()) return;
    const Frame& frame = stack_.back();
    const bool in_map = frame.node.kind() == Node::Kind::map;
    const Mark parent = in_map ? frame.key_mark : frame.node.mark();
    const int least = frame.node.mark().column + (in_map && is_block_list ? 0 : 1);
    if (place.line > parent.line && place.column < least) fail_nothing(place);
  }
  char byte_at(const YAML::Mark& mark) const {
    const auto offset = static_cast<std::size_t>(mark.pos);
    return offset < bytes_.size() ? bytes_[offset] : '\0';
  }

  bool expects_key() const {
    return !stack_.empty() && stack_.back().node.kind() == Node::Kind::map && !stack_.back().has_key;
  }
  void begin(const YAML::Mark& mark, std::string_view tag, YAML::EmitterStyle::value style, Node node) {
    check_tag(mark, tag);
    check_indentation(mark);
    const Mark place = convert(mark);
    if (expects_key()) fail(place, msg("a key must be a word or a quoted text"));
    if (stack_.size() >= static_cast<std::size_t>(kMostDepth)) fail(place, msg("nested too deeply"));
    const bool flow = style == YAML::EmitterStyle::Flow;
    check_column(place, !flow && node.kind() == Node::Kind::list);
    node.set_mark(place);
    stack_.push_back({std::move(node), flow});
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
  std::vector<Frame> stack_;
  std::optional<Node> top_;
  int documents_ = 0;
};

}  // namespace

Error error_at(ExitCode code, std::string_view file, Mark mark, Message message, Message hint) {
  if (!file.empty() || mark.line > 0) message.location = Location{printable(file), mark.line, mark.column};
  return {code, std::move(message), std::move(hint)};
}

Node read_hand_edited(std::string_view bytes, std::string_view file) {
  check_bytes(bytes, file, kMostBytes, ExitCode::config);
  check_before_parsing(bytes, file);
  return Builder(bytes, file).read();
}

}  // namespace jaga::yaml
