// The canonical form by a parser of its own: its grammar is small and fixed, and the events of a YAML library
// hide what must be distinguished here (comments, spaces, ways to quote). tests/unit/yaml holds it equal to
// yaml-cpp on what it accepts.
#include <set>

#include "yaml/bytes.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::yaml {
namespace {

struct ListSink {
  std::string_view key;
  const std::function<void(const Node&)>& header;
  const std::function<void(const Node&)>& item;
  bool seen = false;
};

class Parser {
 public:
  Parser(std::string_view bytes, std::string_view file) : bytes_(bytes), file_(file) {}

  Node document(ListSink* sink) {
    Node top = Node::map();
    top.set_mark({1, 1});
    if (rest().starts_with("{}\n")) {
      take(3);
    } else {
      block_map(top, 0, 1, sink);
    }
    if (rest() != "...\n") fail(msg("expected the end mark '...' and nothing after it"));
    return top;
  }

 private:
  std::string_view rest() const { return bytes_.substr(at_); }
  char peek() const { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }
  // Only within a line: a newline is taken by end_line().
  void take(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i, ++at_) {
      if (bytes_[at_] == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      }
    }
  }
  Mark mark() const { return {line_, static_cast<int>(at_ - line_start_) + 1}; }
  [[noreturn]] void fail(Message what) const {
    throw error_at(
        ExitCode::data, file_, mark(), std::move(what),
        msg("the record is not in canonical form: it was truncated, edited or not written by jaga"));
  }
  void expect(std::string_view text) {
    if (!rest().starts_with(text))
      fail(msg("expected '{text}'", {{"text", text == "\n" ? "end of line" : std::string(text)}}));
    take(text.size());
  }
  void check_depth(int depth) const {
    if (depth > kMostDepth) fail(msg("nested too deeply"));
  }

  // Of one map: whether a key is new. Few are looked through, many are remembered.
  class Keys {
   public:
    bool add(const Node& map, std::string_view name) {
      constexpr std::size_t kFew = 24;
      if (map.entries().size() < kFew) return map.find(name) == nullptr;
      if (seen_.empty())
        for (const Node::Entry& entry : map.entries()) seen_.insert(entry.key);
      return seen_.emplace(name).second;
    }

   private:
    std::set<std::string, std::less<>> seen_;
  };

  std::string key(const Node& map, Keys& keys) {
    std::size_t end = at_;
    while (end < bytes_.size() && end - at_ <= kMostKey && bytes_[end] != ':' && bytes_[end] != '\n') ++end;
    const std::string_view text = bytes_.substr(at_, end - at_);
    if (!is_canonical_key(text)) fail(msg("expected a key"));
    if (!keys.add(map, text)) fail(msg("duplicate key '{key}'", {{"key", std::string(text)}}));
    take(text.size());
    expect(":");
    return std::string(text);
  }

  bool at_indent(std::size_t indent) const {
    const std::string_view here = rest();
    return here.size() > indent && here.find_first_not_of(' ') == indent;
  }

  void block_map(Node& map, std::size_t indent, int depth, ListSink* sink) {
    check_depth(depth);
    Keys keys;
    do {
      if (sink != nullptr && sink->seen)
        fail(msg("'{key}' must be the last key", {{"key", std::string(sink->key)}}));
      take(indent);
      const Mark key_mark = mark();
      std::string name = key(map, keys);
      if (sink != nullptr && name == sink->key) {
        sink->seen = true;
        sink->header(map);
        streamed_list(*sink);
      } else {
        Node value = entry_value(name, indent, depth);
        map.add_entry({std::move(name), std::move(value), key_mark});
      }
    } while (at_indent(indent) && !(indent == 0 && peek() == '.'));
    if (at_indent(indent + 2)) fail(msg("expected a key"));
  }

  Node entry_value(const std::string& name, std::size_t indent, int depth) {
    if (peek() == ' ') {
      take(1);
      const Mark begin = mark();
      Node value = inside(depth + 1);
      if (value.kind() == Node::Kind::map && name != "by" && !value.entries().empty()) {
        throw error_at(ExitCode::data, file_, begin,
                       msg("a map in flow style where a record uses block style"));
      }
      for (const Node& item : value.items()) {
        if (item.kind() == Node::Kind::map) {
          throw error_at(ExitCode::data, file_, begin,
                         msg("a list of maps in flow style where a record has one map per line"));
        }
      }
      expect("\n");
      return value;
    }
    expect("\n");
    if (!at_indent(indent + 2)) fail(msg("expected a value"));
    const Mark begin{line_, static_cast<int>(indent) + 3};
    Node value = Node::map();
    if (bytes_[at_ + indent + 2] == '-') {
      value = Node::list();
      bool maps = false;
      block_items(indent + 2, depth + 1, [&](Node item) {
        maps = maps || item.kind() == Node::Kind::map;
        value.add(std::move(item));
      });
      if (!maps)
        throw error_at(ExitCode::data, file_, begin,
                       msg("a list without maps that is not written on one line"));
    } else {
      if (name == "by") fail(msg("a map in block style where a record uses flow style"));
      block_map(value, indent + 2, depth + 1, nullptr);
    }
    value.set_mark(begin);
    return value;
  }

  template <typename Take>
  void block_items(std::size_t indent, int depth, Take taker) {
    check_depth(depth);
    while (at_indent(indent) && bytes_[at_ + indent] == '-') {
      take(indent);
      expect("- ");
      Node item = inside(depth + 1);
      expect("\n");
      taker(std::move(item));
    }
  }

  void streamed_list(ListSink& sink) {
    if (peek() == ' ') {
      take(1);
      const Node list = inside(2);
      if (list.kind() != Node::Kind::list)
        fail(msg("'{key}' must be a list", {{"key", std::string(sink.key)}}));
      for (const Node& item : list.items()) {
        if (item.kind() == Node::Kind::map)
          fail(msg("a list of maps in flow style where a record has one map per line"));
        sink.item(item);
      }
      expect("\n");
      return;
    }
    expect("\n");
    if (!at_indent(2) || bytes_[at_ + 2] != '-') fail(msg("expected a list"));
    bool maps = false;
    block_items(2, 2, [&](const Node& item) {
      maps = maps || item.kind() == Node::Kind::map;
      sink.item(item);
    });
    if (!maps) fail(msg("a list without maps that is not written on one line"));
  }

  Node inside(int depth) {
    const Mark begin = mark();
    Node node;
    switch (peek()) {
      case '"':
        node = Node::text(quoted());
        break;
      case '[':
        node = flow_list(depth);
        break;
      case '{':
        node = flow_map(depth);
        break;
      default:
        node = Node::plain(bare());
        break;
    }
    node.set_mark(begin);
    return node;
  }

  std::string bare() {
    const std::string_view text = rest().substr(0, rest().substr(0, 32).find_first_of(",]}\n"));
    if (!is_canonical_plain(text)) fail(msg("expected a quoted text, an integer, true or false"));
    take(text.size());
    return std::string(text);
  }

  std::string quoted() {
    std::string out;
    take(1);
    for (;;) {
      // No newline can be among these, so the line count stands.
      const std::size_t end = find_escaped(bytes_, at_);
      out += bytes_.substr(at_, end - at_);
      at_ = end;
      if (out.size() > kMostScalar) fail(msg("a text of more than 1 MiB"));
      const char c = peek();
      if (c == '"') {
        take(1);
        return out;
      }
      if (c != '\\') fail(msg("a text has no closing quote"));
      const char escaped = at_ + 1 < bytes_.size() ? bytes_[at_ + 1] : '\0';
      switch (escaped) {
        case '\\':
          out += '\\';
          break;
        case '"':
          out += '"';
          break;
        case 'n':
          out += '\n';
          break;
        case 't':
          out += '\t';
          break;
        default:
          fail(msg("an escape sequence that is not used in records"));
      }
      take(2);
    }
  }

  Node flow_list(int depth) {
    check_depth(depth);
    Node list = Node::list();
    take(1);
    if (peek() == ']') {
      take(1);
      return list;
    }
    for (;;) {
      list.add(inside(depth + 1));
      if (peek() == ']') break;
      expect(", ");
    }
    take(1);
    return list;
  }

  Node flow_map(int depth) {
    check_depth(depth);
    Node map = Node::map();
    Keys keys;
    take(1);
    if (peek() == '}') {
      take(1);
      return map;
    }
    for (;;) {
      const Mark key_mark = mark();
      std::string name = key(map, keys);
      expect(" ");
      Node value = inside(depth + 1);
      map.add_entry({std::move(name), std::move(value), key_mark});
      if (peek() == '}') break;
      expect(", ");
    }
    take(1);
    return map;
  }

  std::string_view bytes_;
  std::string_view file_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

}  // namespace

Node parse_canonical(std::string_view bytes, std::string_view file) {
  check_bytes(bytes, file, kMostBytes, ExitCode::data);
  return Parser(bytes, file).document(nullptr);
}

Node read_canonical(std::string_view bytes, std::string_view file) {
  Node top = parse_canonical(bytes, file);
  // The parser accepts nothing else; should it ever, this still holds.
  if (write_canonical(top) != bytes)
    throw error_at(ExitCode::data, file, {1, 1}, msg("not in the canonical form of a record"));
  return top;
}

void read_canonical_list(std::string_view bytes, std::string_view file, std::string_view list_key,
                         std::size_t most_bytes, const std::function<void(const Node&)>& header,
                         const std::function<void(const Node&)>& item) {
  check_bytes(bytes, file, most_bytes, ExitCode::data);
  ListSink sink{list_key, header, item};
  Parser(bytes, file).document(&sink);
  if (!sink.seen) {
    throw error_at(ExitCode::data, file, {1, 1},
                   msg("missing key '{key}'", {{"key", std::string(list_key)}}));
  }
}

}  // namespace jaga::yaml
