#include "record/record.hpp"

#include <charconv>

#include "base/format.hpp"
#include "base/id.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::record {
namespace {

bool is_hex(std::string_view text, std::size_t size) {
  return text.size() == size && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

yaml::Node digest_list(const std::vector<Digest>& digests) {
  yaml::Node list = yaml::Node::list();
  for (const Digest& digest : digests) list.add(yaml::Node::text(digest.text()));
  return list;
}

// What records and notes share, before and after what they do not.
template <typename T>
void write_tail(yaml::Node& top, const T& e) {
  top.set("register", e.register_head.text());
  top.set("kind", e.kind);
  top.set("at", format_instant(e.at));
  if (e.occurred) top.set("occurred", format_instant(*e.occurred));
  yaml::Node by = yaml::Node::map();
  by.set("person", e.by.person);
  by.set("role", e.by.role);
  top.set("by", std::move(by));
  top.set("key", e.key);
}

template <typename T>
void read_head(yaml::Fields& fields, std::string_view format, T& e) {
  if (fields.text("format") != format) {
    throw fields.error("format", msg("expected the format '{format}'", {{"format", std::string(format)}}));
  }
  e.repo = fields.text("repo");
  if (!is_hex(e.repo, 32)) throw fields.error("repo", msg("expected 32 hex digits"));
  const auto chain = parse_chain_name(fields.text("chain"));
  if (!chain) throw fields.error("chain", msg("expected the name of a chain"));
  e.chain = *chain;
}

template <typename T>
void read_id(yaml::Fields& fields, T& e) {
  e.id = fields.text("id");
  if (!is_random_id(e.id)) throw fields.error("id", msg("expected an id of 26 digits"));
}

template <typename T>
void read_tail(yaml::Fields& fields, T& e) {
  e.register_head = fields.digest("register");
  e.kind = fields.name("kind");
  e.at = fields.instant("at");
  e.occurred = fields.optional_instant("occurred");
  yaml::Fields by(fields.map("by"), fields.source());
  e.by.person = by.name("person");
  e.by.role = by.name("role");
  by.finish();
  e.key = fields.text("key");
  if (!e.key.starts_with("SHA256:")) throw fields.error("key", msg("expected a fingerprint"));
}

bool sorted_unique(const std::vector<Digest>& digests) {
  for (std::size_t i = 1; i < digests.size(); ++i) {
    if (!(digests[i - 1] < digests[i])) return false;
  }
  return true;
}

std::string record_bytes(const Envelope& e, const yaml::Node& body) {
  yaml::Node top = yaml::Node::map();
  top.set("format", kRecordFormat);
  top.set("repo", e.repo);
  top.set("chain", e.chain.text());
  top.set("seq", std::int64_t{e.seq});
  top.set("id", e.id);
  top.set("prev", digest_list(e.prev));
  top.set("notes", digest_list(e.notes));
  write_tail(top, e);
  return yaml::write_canonical(top, "body", body);
}

std::string note_bytes(const Note& n) {
  yaml::Node top = yaml::Node::map();
  top.set("format", kNoteFormat);
  top.set("repo", n.repo);
  top.set("chain", n.chain.text());
  top.set("id", n.id);
  write_tail(top, n);
  top.set("cites", digest_list(n.cites));
  return yaml::write_canonical(top, "body", n.body);
}

}  // namespace

std::string ChainName::text() const {
  switch (kind) {
    case Kind::incident:
      return "incident/" + id;
    case Kind::seal:
      return "seal/" + id;
    case Kind::papers:
      return "papers/" + id;
    case Kind::registry:
      break;
  }
  return "register";
}

std::string ChainName::directory() const {
  switch (kind) {
    case Kind::incident:
      return "incidents/" + incident_month(id) + "/" + id;
    case Kind::seal:
      return "seals/" + id;
    case Kind::papers:
      return "papers/" + id;
    case Kind::registry:
      break;
  }
  return "register";
}

std::optional<ChainName> parse_chain_name(std::string_view text) {
  if (text == "register") return ChainName::registry();
  if (text.starts_with("incident/") && is_incident_id(text.substr(9))) {
    return ChainName::incident(std::string(text.substr(9)));
  }
  if (text.starts_with("seal/") && is_name(text.substr(5)))
    return ChainName::seal(std::string(text.substr(5)));
  if (text.starts_with("papers/") && is_name(text.substr(7)))
    return ChainName::papers(std::string(text.substr(7)));
  return std::nullopt;
}

Record parse_record(std::string_view bytes, std::string_view file) {
  yaml::Node top = yaml::parse_canonical(bytes, file);
  const yaml::Source source{std::string(file), ExitCode::data};
  yaml::Fields fields(top, source);
  Record record;
  Envelope& e = record.envelope;
  read_head(fields, kRecordFormat, e);
  e.seq = static_cast<std::uint32_t>(fields.integer("seq", 1, 999'999'999));
  read_id(fields, e);
  e.prev = fields.digests("prev");
  if (e.prev.empty() || !sorted_unique(e.prev)) throw fields.error("prev", msg("expected digests in order"));
  e.notes = fields.digests("notes");
  if (!sorted_unique(e.notes)) throw fields.error("notes", msg("expected digests in order"));
  read_tail(fields, e);
  fields.map("body");
  fields.finish();
  record.body = top.take("body");
  if (record_bytes(e, record.body) != bytes) {
    throw yaml::error_at(ExitCode::data, file, {1, 1}, msg("not in the canonical form of a record"));
  }
  record.bytes = std::string(bytes);
  record.digest = sha256(bytes);
  return record;
}

Note parse_note(std::string_view bytes, std::string_view file) {
  yaml::Node top = yaml::parse_canonical(bytes, file);
  const yaml::Source source{std::string(file), ExitCode::data};
  yaml::Fields fields(top, source);
  Note note;
  read_head(fields, kNoteFormat, note);
  read_id(fields, note);
  read_tail(fields, note);
  note.cites = fields.digests("cites");
  fields.map("body");
  fields.finish();
  note.body = top.take("body");
  if (note_bytes(note) != bytes) {
    throw yaml::error_at(ExitCode::data, file, {1, 1}, msg("not in the canonical form of a note"));
  }
  note.bytes = std::string(bytes);
  note.digest = sha256(bytes);
  return note;
}

Record make_record(Envelope envelope, yaml::Node body) {
  return parse_record(record_bytes(envelope, body), file_name(envelope));
}

Note make_note(Note note) {
  return parse_note(note_bytes(note), note.id + ".yaml");
}

Digest chain_root(std::string_view repo, const ChainName& chain) {
  return sha256(formatted("{}\n{}\n{}\n", kRecordFormat, repo, chain.text()));
}

std::string file_name(const Envelope& e) {
  return file_name(FileName{e.seq, e.kind, e.id.substr(0, 6)});
}

std::string file_name(const FileName& name) {
  return formatted("{:04}-{}.{}.yaml", name.seq, name.kind, name.short_id);
}

std::optional<FileName> parse_file_name(std::string_view name) {
  if (!name.ends_with(".yaml")) return std::nullopt;
  const std::string_view stem = name.substr(0, name.size() - 5);
  const auto dash = stem.find('-');
  const auto dot = stem.rfind('.');
  if (dash == std::string_view::npos || dot == std::string_view::npos || dot < dash ||
      stem.size() - dot != 7) {
    return std::nullopt;
  }
  FileName out;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + dash, out.seq);
  out.kind = std::string(stem.substr(dash + 1, dot - dash - 1));
  out.short_id = std::string(stem.substr(dot + 1));
  const bool padded = dash == 4 || (dash > 4 && stem.front() != '0');
  if (error != std::errc{} || end != stem.data() + dash || !padded || out.seq == 0 || !is_name(out.kind) ||
      !is_random_suffix(out.short_id, 6)) {
    return std::nullopt;
  }
  return out;
}

}  // namespace jaga::record
