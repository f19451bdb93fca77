#include "document/template.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "yaml/read.hpp"

namespace jaga::document {

using yaml::Node;

struct Tagged::Piece {
  enum class Kind { text, value, section, inverted };
  Kind kind = Kind::text;
  std::string text;  // of a text; else the name
  yaml::Mark mark{};
  std::vector<Piece> inside{};
};

namespace {

using Piece = Tagged::Piece;

// Where a byte of a scalar stands: a text of several lines is a block whose first line is below the mark.
yaml::Mark place(std::string_view text, yaml::Mark mark, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto lines = static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  if (text.find('\n') == std::string_view::npos) return {mark.line, mark.column + static_cast<int>(at)};
  const std::size_t begin = before.rfind('\n');
  return {mark.line + 1 + lines, static_cast<int>(begin == std::string_view::npos ? at : at - begin - 1) + 1};
}

class Parser {
 public:
  Parser(std::string_view text, yaml::Mark mark, const yaml::Source& source)
      : text_(text), mark_(mark), source_(source) {}

  std::vector<Piece> all() {
    std::vector<Piece> out;
    std::string closed;
    read(out, "", 0, 0);
    return out;
  }

 private:
  Error error(std::size_t at, Message message, Message hint = {}) const {
    return yaml::error_at(source_.code, source_.file, place(text_, mark_, at), std::move(message),
                          std::move(hint));
  }

  // Until the end, or the tag that closes `section`, which was opened at `opened`.
  void read(std::vector<Piece>& out, const std::string& section, std::size_t opened, int depth) {
    if (depth > kMostSections)
      throw error(opened, msg("more than {most} nested sections", {{"most", std::to_string(kMostSections)}}));
    for (;;) {
      const std::size_t begin = text_.find("{{", at_);
      const std::size_t stray = text_.substr(0, begin).find("}}", at_);
      if (stray != std::string_view::npos) throw error(stray, msg("'}}}}' without '{{{{'"));
      if (begin != at_ && at_ < text_.size())
        out.push_back(
            {Piece::Kind::text, std::string(text_.substr(at_, begin - at_)), place(text_, mark_, at_)});
      if (begin == std::string_view::npos) {
        if (!section.empty())
          throw error(opened, msg("the section '{name}' is not closed", {{"name", section}}));
        return;
      }
      const std::size_t end = text_.find("}}", begin + 2);
      if (end == std::string_view::npos) throw error(begin, msg("the tag is not closed"));
      std::string name(trim(text_.substr(begin + 2, end - begin - 2)));
      at_ = end + 2;
      const char kind = name.empty() ? '\0' : name[0];
      if (kind == '!') continue;
      if (kind == '#' || kind == '^' || kind == '/')
        name = std::string(trim(std::string_view(name).substr(1)));
      if (!is_name(name))
        throw error(begin, msg("invalid value name: '{name}'", {{"name", printable(name)}}));
      if (kind == '/') {
        if (name != section)
          throw error(begin, section.empty()
                                 ? msg("the section '{name}' is closed but was not opened", {{"name", name}})
                                 : msg("the section '{name}' is closed while '{open}' is open",
                                       {{"name", name}, {"open", section}}));
        return;
      }
      Piece piece{kind == '#'   ? Piece::Kind::section
                  : kind == '^' ? Piece::Kind::inverted
                                : Piece::Kind::value,
                  name, place(text_, mark_, begin)};
      if (piece.kind != Piece::Kind::value) read(piece.inside, name, begin, depth + 1);
      out.push_back(std::move(piece));
    }
  }

  static bool is_name(std::string_view name) {
    if (name == ".") return true;
    return !name.empty() && name.front() != '.' && name.back() != '.' &&
           name.find("..") == std::string_view::npos && std::all_of(name.begin(), name.end(), [](char c) {
             return (c >= 'a' && c <= 'z') || c == '_' || c == '.';
           });
  }

  std::string_view text_;
  yaml::Mark mark_;
  const yaml::Source& source_;
  std::size_t at_ = 0;
};

using Scopes = std::vector<const Node*>;

const Node* look_up(const Scopes& scopes, const std::string& name) {
  if (name == ".") return scopes.back();
  const std::vector<std::string> keys = split(name, '.');
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    const Node* node = (*scope)->find(keys.front());
    for (std::size_t at = 1; node != nullptr && at < keys.size(); ++at) node = node->find(keys[at]);
    if (node != nullptr) return node;
  }
  return nullptr;
}

void check_pieces(const std::vector<Piece>& pieces, Scopes& scopes, const yaml::Source& source) {
  for (const Piece& piece : pieces) {
    if (piece.kind == Piece::Kind::text) continue;
    const Node* node = look_up(scopes, piece.text);
    const bool is_value = piece.kind == Piece::Kind::value;
    if (node == nullptr || (is_value && !node->is_scalar()))
      throw yaml::error_at(source.code, source.file, piece.mark,
                           node == nullptr
                               ? msg("this document has no value '{name}'", {{"name", piece.text}})
                               : msg("'{name}' is not a text", {{"name", piece.text}}),
                           msg("see 'jaga report KIND --format json' and jaga-template(5)"));
    if (is_value) continue;
    const bool is_list = node->kind() == Node::Kind::list;
    const bool enters = piece.kind == Piece::Kind::section &&
                        (is_list ? !node->items().empty() : node->kind() == Node::Kind::map);
    if (enters) scopes.push_back(is_list ? &node->items().front() : node);
    check_pieces(piece.inside, scopes, source);
    if (enters) scopes.pop_back();
  }
}

bool is_something(const Node* node) {
  if (node == nullptr) return false;
  if (node->kind() == Node::Kind::list) return !node->items().empty();
  if (node->kind() == Node::Kind::map) return !node->entries().empty();
  return !node->value().empty() && node->value() != "false";
}

void fill_pieces(const std::vector<Piece>& pieces, Scopes& scopes, std::string& out) {
  for (const Piece& piece : pieces) {
    if (piece.kind == Piece::Kind::text) {
      out += piece.text;
      continue;
    }
    const Node* node = look_up(scopes, piece.text);
    if (piece.kind == Piece::Kind::value) {
      if (node != nullptr && node->is_scalar()) out += node->value();
    } else if (piece.kind == Piece::Kind::inverted) {
      if (!is_something(node)) fill_pieces(piece.inside, scopes, out);
    } else if (is_something(node) && node->kind() == Node::Kind::list) {
      for (const Node& item : node->items()) {
        scopes.push_back(&item);
        fill_pieces(piece.inside, scopes, out);
        scopes.pop_back();
      }
    } else if (is_something(node)) {
      const bool enters = node->kind() == Node::Kind::map;
      if (enters) scopes.push_back(node);
      fill_pieces(piece.inside, scopes, out);
      if (enters) scopes.pop_back();
    }
  }
}

Tagged tagged(const Node& node, const yaml::Source& source, const Node& specimen) {
  const std::string text = yaml::text_of(node, source);
  const yaml::Mark mark = node.mark();
  // A text in quotes begins behind them.
  Tagged out(text, {mark.line, mark.column + (node.kind() == Node::Kind::text ? 1 : 0)}, source);
  out.check(specimen);
  return out;
}

std::vector<Tagged> all_tagged(const Node& node, const yaml::Source& source, const Node& specimen) {
  if (node.is_scalar()) return {tagged(node, source, specimen)};
  if (node.kind() != Node::Kind::list)
    throw yaml::error_at(source.code, source.file, node.mark(), msg("expected a list of texts"));
  std::vector<Tagged> out;
  for (const Node& item : node.items()) out.push_back(tagged(item, source, specimen));
  return out;
}

TemplateBlock block_of(const Node& node, const yaml::Source& source,
                       const std::vector<std::string_view>& parts, const Node& specimen) {
  if (node.kind() != Node::Kind::map || node.entries().size() != 1)
    throw yaml::error_at(source.code, source.file, node.mark(), msg("a block must be a map with one key"),
                         msg("write it as '- part: letterhead' or '- paragraph: TEXT'"));
  const Node::Entry& entry = node.entries().front();
  const auto fail = [&](Message message, Message hint) {
    return yaml::error_at(source.code, source.file, entry.value.mark(), std::move(message), std::move(hint));
  };
  TemplateBlock out;
  if (entry.key == "part") {
    out.part = yaml::text_of(entry.value, source);
    if (std::find(parts.begin(), parts.end(), out.part) == parts.end())
      throw fail(msg("this document has no part '{name}'", {{"name", printable(out.part)}}),
                 msg("its parts are: {names}",
                     {{"names", join(std::vector<std::string>(parts.begin(), parts.end()), ", ")}}));
    return out;
  }
  if (entry.key == "page_break") {
    out.kind = TemplateBlock::Kind::page_break;
    return out;
  }
  if (entry.key == "pairs") {
    out.kind = TemplateBlock::Kind::pairs;
    if (entry.value.kind() != Node::Kind::map)
      throw fail(msg("'pairs' must be a map"), msg("write them as pairs: {{Nama: \"...\"}}"));
    for (const Node::Entry& row : entry.value.entries())
      out.rows.emplace_back(row.key, tagged(row.value, source, specimen));
    return out;
  }
  static const std::map<std::string_view, TemplateBlock::Kind> kinds = {
      {"title", TemplateBlock::Kind::title},
      {"heading", TemplateBlock::Kind::heading},
      {"paragraph", TemplateBlock::Kind::paragraph},
      {"list", TemplateBlock::Kind::list}};
  const auto kind = kinds.find(entry.key);
  if (kind == kinds.end())
    throw yaml::error_at(source.code, source.file, entry.mark,
                         msg("unknown block '{name}'", {{"name", printable(entry.key)}}),
                         msg("known blocks: part, title, heading, paragraph, list, pairs, page_break"));
  out.kind = kind->second;
  out.texts = all_tagged(entry.value, source, specimen);
  return out;
}

}  // namespace

Tagged::Tagged(std::string_view text, yaml::Mark mark, const yaml::Source& source)
    : pieces_(std::make_shared<const std::vector<Piece>>(Parser(text, mark, source).all())),
      source_(source) {}

void Tagged::check(const Node& specimen) const {
  Scopes scopes{&specimen};
  check_pieces(*pieces_, scopes, source_);
}

std::string Tagged::fill(const Node& values) const {
  Scopes scopes{&values};
  std::string out;
  fill_pieces(*pieces_, scopes, out);
  return out;
}

Template parse_template(std::string_view bytes, std::string_view file,
                        const std::vector<std::string_view>& parts, const Node& specimen) {
  const Node top = yaml::read_hand_edited(bytes, file);
  const yaml::Source source{std::string(file), ExitCode::config};
  yaml::Fields fields(top, source);
  if (fields.text("format") != "jaga/template@1")
    throw fields.error("format", msg("unknown format of a template"),
                       msg("this version of jaga reads jaga/template@1"));
  Template out;
  for (const Node& node : fields.list("blocks"))
    out.blocks.push_back(block_of(node, source, parts, specimen));
  fields.finish();
  return out;
}

Document with_template(const Template& layout, const Document& builtin, const Node& values) {
  constexpr std::string_view kBinding = "binding";
  Document out = builtin;
  out.parts.clear();
  std::size_t own = 0;
  bool in_own = false;
  const auto add = [&](Block block) {
    if (!in_own) out.begin("own-" + std::to_string(++own));
    in_own = true;
    out.parts.back().blocks.push_back(std::move(block));
  };
  for (const TemplateBlock& block : layout.blocks) {
    switch (block.kind) {
      case TemplateBlock::Kind::part:
        if (block.part == kBinding) break;
        if (const Part* part = builtin.find(block.part); part != nullptr) out.parts.push_back(*part);
        in_own = false;
        break;
      case TemplateBlock::Kind::title: {
        PaperTitle title;
        for (const Tagged& text : block.texts) title.lines.push_back(text.fill(values));
        add(std::move(title));
        break;
      }
      case TemplateBlock::Kind::heading:
        for (const Tagged& text : block.texts) add(Heading{text.fill(values)});
        break;
      case TemplateBlock::Kind::paragraph:
        for (const Tagged& text : block.texts) add(Paragraph{text.fill(values)});
        break;
      case TemplateBlock::Kind::list: {
        List list;
        for (const Tagged& text : block.texts) list.items.push_back(text.fill(values));
        add(std::move(list));
        break;
      }
      case TemplateBlock::Kind::pairs: {
        Pairs pairs;
        for (const auto& row : block.rows) pairs.rows.emplace_back(row.first, row.second.fill(values));
        add(std::move(pairs));
        break;
      }
      case TemplateBlock::Kind::page_break:
        add(PageBreak{});
        break;
    }
  }
  if (const Part* part = builtin.find(kBinding); part != nullptr) out.parts.push_back(*part);
  return out;
}

void check_style(std::string_view css, std::string_view file) {
  int line = 0;
  for (const std::string& text : split(css, '\n')) {
    ++line;
    std::string lower;
    for (const char c : text) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    for (const char* forbidden : {"<", "@import", "@charset", "\\"}) {
      const std::size_t at = lower.find(forbidden);
      if (at != std::string::npos)
        throw yaml::error_at(ExitCode::config, file, {line, static_cast<int>(at) + 1},
                             msg("'{text}' is not allowed in style.css", {{"text", forbidden}}));
    }
    for (std::size_t at = lower.find("url("); at != std::string::npos; at = lower.find("url(", at + 1)) {
      std::string_view rest = trim(std::string_view(lower).substr(at + 4));
      if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'')) rest.remove_prefix(1);
      if (!rest.starts_with("data:"))
        throw yaml::error_at(ExitCode::config, file, {line, static_cast<int>(at) + 1},
                             msg("style.css must not refer to anything outside the document"),
                             msg("use a data: URI"));
    }
  }
  if (const auto bad = find_forbidden(css); bad || find_invalid_utf8(css))
    throw Error{ExitCode::config, msg("'{file}' is not plain text", {{"file", std::string(file)}})};
}

const std::vector<std::string_view>& part_names(std::string_view kind) {
  static const std::map<std::string_view, std::vector<std::string_view>> parts = {
      {"round",
       {"letterhead", "title", "introduction", "activity", "result", "conclusions", "closing", "signature",
        "annex"}},
      {"approval", {"letterhead", "title", "basis", "proposal", "decision", "signature", "binding"}},
      {"vendor",
       {"letterhead", "date", "reference", "recipient", "opening", "device", "symptom", "request",
        "signature", "copies", "binding"}},
      {"repair", {"letterhead", "title", "parties", "work", "statement", "signature", "annex", "binding"}},
      {"verification",
       {"letterhead", "title", "fault", "cause", "action", "result", "time", "parts", "proposals",
        "signature", "receipt", "binding"}},
      {"handover", {"letterhead", "title", "parties", "items", "storage", "signature", "binding"}},
      {"incident",
       {"letterhead", "title", "identity", "cause", "steps", "decisions", "work", "parts", "result",
        "evidence", "photos", "binding"}},
      {"monthly",
       {"letterhead", "title", "introduction", "summary", "types", "devices", "steps", "vendors", "parts",
        "decisions", "open", "conclusions", "definitions", "signature"}},
      {"yearly",
       {"letterhead", "title", "introduction", "summary", "months", "types", "devices", "steps", "vendors",
        "parts", "decisions", "open", "conclusions", "definitions", "signature"}},
      {"sop",
       {"header", "basis", "qualifications", "related", "equipment", "warning", "recording", "steps", "chart",
        "signature"}},
      {"damage", {"letterhead", "title", "device", "finding", "plan", "signature"}}};
  static const std::vector<std::string_view> none;
  const auto found = parts.find(kind);
  return found == parts.end() ? none : found->second;
}

namespace {

Node texts_of(std::initializer_list<const char*> keys) {
  Node out = Node::map();
  for (const char* key : keys) out.set(key, "x");
  return out;
}
Node one(Node item) {
  Node out = Node::list();
  out.add(std::move(item));
  return out;
}

Node office_specimen() {
  return texts_of({"agency", "address", "city", "date", "day", "date_in_words"})
      .set("letterhead", one(Node::text("x")));
}

Node damage_specimen() {
  const std::initializer_list<const char*> summary = {"faults",
                                                      "relapses",
                                                      "repairs",
                                                      "mean_repair",
                                                      "mean_repair_ms",
                                                      "mean_repair_work",
                                                      "mean_repair_work_ms",
                                                      "passes",
                                                      "late",
                                                      "rejections",
                                                      "emergencies",
                                                      "paper",
                                                      "parts",
                                                      "visits",
                                                      "planned",
                                                      "closed_without_repair",
                                                      "archived",
                                                      "open"};
  const auto tally = [] {
    return texts_of({"name", "faults", "relapses", "repairs", "mean_repair", "mean_repair_ms",
                     "mean_repair_work", "mean_repair_work_ms"});
  };
  return Node::map()
      .set("office", texts_of({"agency", "city", "date"}))
      .set("number", "x")
      .set("period", "x")
      .set("period_text", "x")
      .set("from", "x")
      .set("until", "x")
      .set("complete", "x")
      .set("summary", texts_of(summary))
      .set("previous", texts_of(summary))
      .set("months", one(texts_of(summary).set("month", "x")))
      .set("types", one(tally().set("title", "x").set("share_permille", "x").set("cumulative_permille", "x")))
      .set("devices", one(tally().set("available", "x").set("available_hundredths", "x")))
      .set("steps", one(texts_of({"step", "title", "passes", "in_time", "late", "standard", "standard_ms",
                                  "median", "median_ms", "p90", "p90_ms"})))
      .set("vendors",
           one(texts_of({"vendor", "visits", "mean_wait", "mean_wait_ms", "incomplete", "waiting"})))
      .set("parts", one(texts_of({"at", "host", "removed", "installed", "incident"})))
      .set("rejections", texts_of({"approve", "verify", "accept", "withdraw"}))
      .set("withdrawn", one(texts_of({"outcome", "count"})))
      .set("emergencies", one(texts_of({"at", "host", "person", "reason", "decision", "incident"})))
      .set("paper", one(texts_of({"at", "kind", "decided_by", "incident"})))
      .set("open", one(texts_of({"incident", "host", "type", "opened", "step", "late"})))
      .set("not_counted", one(texts_of({"incident", "why"})))
      .set("remarks", one(Node::text("x")));
}

}  // namespace

Node specimen(std::string_view kind) {
  if (kind == "round")
    return Node::map()
        .set("office", texts_of({"agency", "city", "date"}))
        .set("number", "x")
        .set("round", "x")
        .set("measured", "x")
        .set("hosts", 1)
        .set("results", 1)
        .set("not_good", one(texts_of({"host", "check", "state", "since", "summary"})))
        .set("faults", one(texts_of({"host", "type", "title", "object", "remedy"})));
  if (kind == "monthly" || kind == "yearly") return damage_specimen();
  if (kind == "sop")
    return Node::map()
        .set("office", office_specimen())
        .set("number", "x")
        .set("title", "x")
        .set("made", "x")
        .set("revised", "x")
        .set("effective", "x")
        .set("steps",
             one(texts_of({"number", "step", "activity", "reading", "actors", "at_hand", "time", "output"})));
  const auto decision = [] {
    return texts_of({"name", "rank", "nip", "position", "decided", "time", "reason"});
  };
  return Node::map()
      .set("office", office_specimen())
      .set("number", "x")
      .set("incident", texts_of({"id", "fault", "fault_key", "summary", "opened", "head", "finished"}))
      .set("device", texts_of({"host", "address", "place", "model", "serial", "warranty"}))
      .set("vendor", texts_of({"name", "address", "contract", "warranty", "telephone"}))
      .set("basis", one(Node::text("x")))
      .set("cause", one(Node::text("x")))
      .set("affected", one(Node::text("x")))
      .set("plan", "x")
      .set("part", "x")
      .set("risk", "x")
      .set("approval", decision().set("until", "x"))
      .set("verification", decision())
      .set("acceptance", decision())
      .set("repairs", one(texts_of({"name", "rank", "nip", "position", "what", "from", "until", "outcome",
                                    "technician", "reply"})))
      .set("parts", one(texts_of({"removed", "installed"})))
      .set("before", one(texts_of({"host", "check", "state", "text"})))
      .set("after", one(texts_of({"host", "check", "state", "text"})))
      .set("steps", one(texts_of({"number", "step", "pass", "began", "ended", "worked", "standard", "late"})))
      .set("evidence", one(texts_of({"name", "person", "time", "digest", "text"})))
      .set("storage", texts_of({"part", "where", "received_by", "sanitised"}));
}

}  // namespace jaga::document
