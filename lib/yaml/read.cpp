#include "yaml/read.hpp"

#include <yaml.h>

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <set>
#include <type_traits>

#include "base/format.hpp"
#include "base/text.hpp"
#include "yaml/bytes.hpp"

namespace jaga::yaml {
namespace {

// What stands for nothing at all in YAML 1.1 and 1.2.
constexpr std::array<std::string_view, 5> kNothing{"", "~", "null", "Null", "NULL"};

// libyaml's parser over bytes that outlive it, one event after the other.
class Events {
 public:
  explicit Events(std::string_view bytes) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_,
                                 reinterpret_cast<const unsigned char*>(bytes.data()),  // NOLINT: may alias
                                 bytes.size());
  }
  ~Events() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // The next one, until the one after it is asked for; nullptr where the bytes are no YAML, see parser().
  const yaml_event_t* next() {
    yaml_event_delete(&event_);
    return yaml_parser_parse(&parser_, &event_) == 1 ? &event_ : nullptr;
  }
  const yaml_parser_t& parser() const { return parser_; }

 private:
  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

class Builder {
 public:
  Builder(std::string_view bytes, std::string_view file) : bytes_(bytes), file_(file) {
    lines_.push_back(0);
    for (std::size_t i = bytes.find('\n'); i != std::string_view::npos; i = bytes.find('\n', i + 1))
      lines_.push_back(i + 1);
  }

  Node read() {
    Events events(bytes_);
    for (;;) {
      const yaml_event_t* event = events.next();
      if (event == nullptr) fail_parser(events.parser());
      if (event->type == YAML_STREAM_END_EVENT) break;
      take(*event);
    }
    return top_ ? *std::move(top_) : Node::map();
  }

 private:
  struct Frame {
    Node node;
    std::set<std::string> keys{};
    std::string key{};
    Mark key_mark{};
    bool has_key = false;
  };

  void take(const yaml_event_t& event) {
    const Mark place = convert(event.start_mark);
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT: {
        const auto& start = event.data.document_start;
        if (start.version_directive != nullptr || start.tag_directives.start != start.tag_directives.end) {
          fail(place, msg("a directive is not allowed"), msg("a line must not begin with '%'"));
        }
        if (++documents_ > 1)
          fail(place, msg("a second document"), msg("a file holds one; remove the '---' or '...'"));
        break;
      }
      case YAML_ALIAS_EVENT:
        fail(place, msg("an alias is not allowed"));
      case YAML_SCALAR_EVENT:
        scalar(place, event.data.scalar);
        break;
      case YAML_SEQUENCE_START_EVENT:
        check_properties(place, event.data.sequence_start);
        begin(place, Node::list());
        break;
      case YAML_MAPPING_START_EVENT:
        check_properties(place, event.data.mapping_start);
        begin(place, Node::map());
        break;
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        end();
        break;
      default:
        break;
    }
  }

  using Scalar = std::remove_reference_t<decltype(yaml_event_t{}.data.scalar)>;
  void scalar(Mark place, const Scalar& scalar) {
    check_properties(place, scalar);
    const std::string value(reinterpret_cast<const char*>(scalar.value), scalar.length);  // NOLINT: may alias
    if (value.size() > kMostScalar) fail(place, msg("a text of more than 1 MiB"));
    // Escapes such as "\0" get past the check of the bytes.
    if (find_forbidden(value)) fail(place, msg("a text with a character that is not allowed"));
    const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (plain) check_blanks(place, value);
    if (plain && std::ranges::find(kNothing, value) != kNothing.end()) fail_nothing(place);
    if (expects_key()) {
      Frame& frame = stack_.back();
      if (plain && value == "<<") fail(place, msg("a merge key is not allowed"));
      if (!frame.keys.insert(value).second) {
        fail(place, msg("the key '{key}' stands here twice", {{"key", printable(value)}}));
      }
      frame.key = value;
      frame.key_mark = place;
      frame.has_key = true;
      return;
    }
    Node node = plain ? Node::plain(value) : Node::text(value);
    node.set_mark(place);
    put(std::move(node));
  }

  [[noreturn]] void fail(Mark mark, Message what, Message hint = {}) const {
    throw error_at(ExitCode::config, file_, mark, std::move(what), std::move(hint));
  }
  [[noreturn]] void fail_nothing(Mark place) const {
    if (expects_key()) fail(place, msg("expected a key"));
    if (stack_.empty()) fail(place, msg("nothing, where a map is expected"));
    const Frame& frame = stack_.back();
    if (frame.node.kind() == Node::Kind::list) fail(place, msg("an item of the list is missing"));
    fail(frame.key_mark, msg("the value of '{key}' is missing", {{"key", printable(frame.key)}}),
         msg("write \"\" for an empty text, [] for an empty list, {{}} for an empty map, or remove the key"));
  }
  [[noreturn]] void fail_parser(const yaml_parser_t& parser) {
    if (parser.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    const std::string problem = parser.problem == nullptr ? "" : parser.problem;
    const std::string context = parser.context == nullptr ? "" : parser.context;
    if (context == "while scanning a quoted scalar" && problem == "found unexpected end of stream") {
      fail(convert(parser.context_mark), msg("a text without its closing quote"));
    }
    const Mark place = convert(parser.problem_mark);
    const Mark begin = convert(parser.context_mark);
    fail(place, msg("not YAML: {reason}", {{"reason", context.empty() ? problem : problem + ", " + context}}),
         hint_of(problem, place, begin));
  }
  // What mends the slips that libyaml's words do not name.
  Message hint_of(std::string_view problem, Mark place, Mark begin) const {
    const std::size_t offset =
        lines_[static_cast<std::size_t>(place.line) - 1] + static_cast<std::size_t>(place.column) - 1;
    const char at = offset < bytes_.size() ? bytes_[offset] : '\0';
    const Message::Arguments line{{"line", std::to_string(begin.line)}};
    if (at == '\t') return msg("indent with spaces, not with a TAB");
    if (const auto odd = misplaced_blank(place); odd.first > 0)
      return msg("line {line} has a no-break space ({character}), as web pages have them; write a plain one",
                 {{"line", std::to_string(odd.first)}, {"character", code_of(odd.second)}});
    if (problem == "found character that cannot start any token")
      return msg("quote a text that begins with '{character}'",
                 {{"character", printable(std::string_view(&at, 1))}});
    if (problem == "mapping values are not allowed in this context")
      return msg("quote a text that holds ': '; what belongs together begins in one column");
    if (problem == "did not find expected ',' or '}'" || problem == "did not find expected ',' or ']'")
      return msg("what is opened in line {line} must be closed, with a comma between its parts", line);
    if (problem == "did not find expected key" || problem == "did not find expected '-' indicator")
      return msg("all of what begins in line {line} must begin in one column", line);
    if (problem == "could not find expected ':'")
      return msg("line {line} has no key: a space follows its ':', and a text of several lines its '|'",
                 line);
    if (problem == "did not find expected comment or line break")
      return msg("quote a text that begins with '|', '>' or '['; one of several lines begins below a '|'");
    if (const std::size_t end = end_mark(place); end > 0)
      return msg("the file ends with the '...' in line {line}: write it above that",
                 {{"line", std::to_string(end)}});
    if (problem == "did not find expected <document start>")
      return msg("all keys of the file must begin in one column");
    return {};
  }

  // The first line up to `place` with a blank that is none where YAML wants one: at its beginning, or behind
  // '-',
  // ':', ',' or what opens a map or a list. 0: none.
  std::pair<std::size_t, char32_t> misplaced_blank(Mark place) const {
    for (std::size_t line = 0; line < static_cast<std::size_t>(place.line); ++line) {
      const std::string_view text =
          bytes_.substr(lines_[line], bytes_.find('\n', lines_[line]) - lines_[line]);
      bool wanted = true;
      for (std::size_t at = 0; at < text.size(); ++at) {
        if (const auto odd = wanted ? odd_blank(text.substr(at)) : std::nullopt) return {line + 1, *odd};
        const bool blank = text[at] == ' ' || text[at] == '\t';
        wanted = (wanted && blank) || std::string_view("-:,{[").find(text[at]) != std::string_view::npos;
      }
    }
    return {0, U'\0'};
  }
  static std::string code_of(char32_t c) { return formatted("U+{:04X}", static_cast<unsigned>(c)); }

  // An unquoted text that has one at an end, or a key that has one anywhere: whoever wrote it sees a plain
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
           msg("write a plain space, or quote a text that is meant to hold it"));
    }
  }
  // The line above `place` that says "..."; 0: none.
  std::size_t end_mark(Mark place) const {
    for (std::size_t line = 0; line + 1 < static_cast<std::size_t>(place.line); ++line)
      if (bytes_.substr(lines_[line]).starts_with("...\n")) return line + 1;
    return 0;
  }

  bool expects_key() const {
    return !stack_.empty() && stack_.back().node.kind() == Node::Kind::map && !stack_.back().has_key;
  }
  // libyaml counts characters. Its marks mostly go forward, so the way along a long line is gone once.
  Mark convert(const yaml_mark_t& mark) {
    if (mark.line >= lines_.size()) return mark_of(bytes_, bytes_.size());
    if (mark.line != at_.line || mark.column < at_.column) at_ = {mark.line, 0, lines_[mark.line]};
    for (; at_.column < mark.column && at_.offset < bytes_.size(); ++at_.column) {
      do ++at_.offset;
      while (at_.offset < bytes_.size() && (static_cast<unsigned char>(bytes_[at_.offset]) & 0xc0U) == 0x80U);
    }
    return {static_cast<int>(mark.line) + 1, static_cast<int>(at_.offset - lines_[mark.line]) + 1};
  }
  template <typename NodeEvent>
  void check_properties(Mark place, const NodeEvent& event) const {
    if (event.anchor != nullptr) fail(place, msg("an anchor is not allowed"));
    if (event.tag != nullptr) fail(place, msg("a tag is not allowed"));
  }
  void begin(Mark place, Node node) {
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
  std::vector<std::size_t> lines_;  // where each begins
  struct {
    std::size_t line = 0, column = 0, offset = 0;
  } at_;  // the place last converted: column in characters, offset in bytes
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
  return Builder(bytes, file).read();
}

}  // namespace jaga::yaml
