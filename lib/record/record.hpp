// The frozen envelope of every record and note, design: jaga-record(5).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "yaml/node.hpp"

namespace jaga::record {

inline constexpr std::string_view kRecordFormat = "jaga/record@1";
inline constexpr std::string_view kNoteFormat = "jaga/note@1";

// "register", "incident/<incident id>", "seal/<installation id>" or "papers/<installation id>".
struct ChainName {
  enum class Kind { registry, incident, seal, papers };
  Kind kind = Kind::registry;
  std::string id;  // empty for the register

  static ChainName registry() { return {}; }
  static ChainName incident(std::string id) { return {Kind::incident, std::move(id)}; }
  static ChainName seal(std::string id) { return {Kind::seal, std::move(id)}; }
  static ChainName papers(std::string id) { return {Kind::papers, std::move(id)}; }
  std::string text() const;
  // The directory below the working directory: "register", "incidents/2026-11/<id>", "seals/<id>",
  // "papers/<id>".
  std::string directory() const;
  bool operator==(const ChainName&) const = default;
};
[[nodiscard]] std::optional<ChainName> parse_chain_name(std::string_view text);

struct By {
  std::string person;
  std::string role;  // the role under which they acted, a name of sop.yaml, "admin" or "system"
  bool operator==(const By&) const = default;
};

// Everything of a record but its body. Every field is always in the file, `occurred` alone is optional.
struct Envelope {
  std::string repo;  // 32 lower-case hex digits
  ChainName chain;
  std::uint32_t seq = 0;      // from 1
  std::string id;             // is_random_id()
  std::vector<Digest> prev;   // one; two or more (sorted) in a merge; seq 1: chain_root()
  std::vector<Digest> notes;  // this incident's notes that its chain had not named yet, sorted
  Digest register_head;       // YAML: register. A register record: its own prev (the first, in a merge)
  std::string kind;           // is_name()
  Instant at;
  std::optional<Instant> occurred;
  By by;
  std::string key;  // "SHA256:..." of the signer's public key, as ssh-keygen -l prints it
};

struct Record {
  Envelope envelope;
  yaml::Node body;  // a map, as read; kinds that are not known stay as they are
  std::string bytes;
  Digest digest;  // of bytes
};

// A note: the envelope without seq, prev and notes; plus `cites`.
struct Note {
  std::string repo;
  ChainName chain;
  std::string id;
  Digest register_head;
  std::string kind;  // "note", "evidence", "measure", "redact" ...
  Instant at;
  std::optional<Instant> occurred;
  By by;
  std::string key;
  std::vector<Digest> cites;  // records of the chain that it is about
  yaml::Node body;
  std::string bytes;
  Digest digest;
};

// Both directions are exact: parse(write(x)) == x, and parse refuses any other bytes (Error{data}).
// `file` is for messages.
Record parse_record(std::string_view bytes, std::string_view file);
Note parse_note(std::string_view bytes, std::string_view file);
Record make_record(Envelope envelope, yaml::Node body);
Note make_note(Note note);  // fills bytes and digest

// sha256("jaga/record@1\n<repo>\n<chain>\n"): what the first record of a chain points to.
Digest chain_root(std::string_view repo, const ChainName& chain);

// "0003-approve.9dkq4t.yaml" / "<id>.yaml".
std::string file_name(const Envelope& envelope);
struct FileName {
  std::uint32_t seq = 0;
  std::string kind;
  std::string short_id;
};
std::string file_name(const FileName& name);
[[nodiscard]] std::optional<FileName> parse_file_name(
    std::string_view name);  // of a record (".yaml"), not its .sig

}  // namespace jaga::record
