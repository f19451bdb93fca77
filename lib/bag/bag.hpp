// BagIt 1.0 bags (RFC 8493): written whole or not at all, checked more strictly than the common validators.
//
// Any thread may call these; two processes that write beside each other keep apart by a lock. Payloads must
// stay until the call returns.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "base/message.hpp"

namespace jaga::bag {

// `path` with '/' between its parts: below data/ for the payload, at the top for tag files ("VERIFY.txt").
// Every part is of [A-Za-z0-9._@+=,-] and neither "." nor "..".
struct Item {
  std::string path;
  std::string bytes;
};
struct Contents {
  std::vector<Item> payload;
  std::vector<Item> tags;                                 // beside the ones that BagIt itself wants
  std::vector<std::pair<std::string, std::string>> info;  // bag-info.txt; Payload-Oxum is added
};
// The armored signature (namespace jaga-bag) over tagmanifest-sha256.txt.
using Sign = std::function<std::string(std::string_view bytes)>;

// Writes PARENT/NAME: in PARENT/.drafts, everything fsynced, then renamed; what a killed write() or pack()
// left there is removed first. PARENT, which may not be a symbolic link, is held open, and all below it
// reached from there without following one. The bag itself has mode 0750: what it holds may be personal.
// Gives the digest of tagmanifest-sha256.txt. Errors: cant_create where NAME exists or cannot be made, usage
// for a bad path or two that differ in case alone, io; and what `sign` throws.
Digest write(const std::string& parent, const std::string& name, const Contents& contents, const Sign& sign);

// Removes what a killed write() or pack() left in PARENT/.drafts, which may be evidence that no other account
// may read. Nothing happens while somebody writes there, or where there is no such directory; never throws.
void remove_drafts(const std::string& parent);

// Packs the bag DIRECTORY as DIRECTORY.tar.zst, mode 0600: sorted, owner 0, times `at`. Errors: cant_create,
// io.
std::string pack(const std::string& directory, Instant at);

struct Check {
  std::vector<Message> problems;          // none: sound
  std::map<std::string, Digest> payload;  // below data/, as found
  // What a redaction took out of the bag and put into it, below data/; both empty where there was none.
  // Evidence that a manifest names and that is gone, and notes and register records that no manifest names.
  // Whether the notes are believed and are about that evidence, the caller finds out.
  std::set<std::string> removed;
  std::set<std::string> added;
  std::string info;         // of bag-info.txt
  std::string tagmanifest;  // bytes of tagmanifest-sha256.txt
  std::string signature;    // of tagmanifest-sha256.txt.sig; whose it is, the caller finds out
  bool sound() const { return problems.empty(); }
};
// Completeness and every digest of both kinds. Refused too: a bagit.txt that is not the two lines, manifests
// that do not cover the same files, duplicate entries, a missing tagmanifest, fetch.txt, anything but regular
// files and directories, absolute paths and "..", names that differ in case alone, a wrong Payload-Oxum.
// Error{no_input} where `directory` is none; never throws for what it holds.
[[nodiscard]] Check check(const std::string& directory);

// One manifest: "hex  path" a line, `digits` hex digits. nullopt and `problem` where it is none. Pure.
[[nodiscard]] std::optional<std::map<std::string, std::string>> parse_manifest(std::string_view text,
                                                                               std::size_t digits,
                                                                               Message& problem);
// Whether such a path is allowed in a bag.
bool is_safe_path(std::string_view path);

}  // namespace jaga::bag
