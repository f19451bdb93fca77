#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "bag/bag.hpp"
#include "bag/manifest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "os/file.hpp"

namespace jaga::bag {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kData = "data/";
// What is larger is not read: evidence, and a manifest of far more files than a directory has.
constexpr std::size_t kMostFile = std::size_t{256} << 20U;
constexpr std::size_t kMostTag = std::size_t{16} << 20U;

class Checker {
 public:
  explicit Checker(std::string root) : root_(std::move(root)) {}

  Check run() {
    walk();
    if (!check_.problems.empty()) return std::move(check_);
    if (files_.contains("fetch.txt"))
      say(msg("'fetch.txt' is not allowed: a bag must contain all of its files"));
    if (text("bagit.txt") != kBagit) say(msg("'bagit.txt' does not declare BagIt 1.0 in UTF-8"));
    const auto payload = cover("manifest-");
    const auto tags = cover("tagmanifest-");
    if (payload && tags) {
      complete(*payload, *tags);
      judge_redaction();
      oxum(*payload);
    }
    check_.tagmanifest = text("tagmanifest-sha256.txt");
    check_.info = text("bag-info.txt");
    check_.signature = text(std::string(kSignature));
    if (check_.signature.empty()) say(msg("'{file}' is missing", {{"file", std::string(kSignature)}}));
    return std::move(check_);
  }

 private:
  using Manifest = std::map<std::string, std::string>;
  void say(Message problem) { check_.problems.push_back(std::move(problem)); }

  void walk() {
    std::set<std::string> folded;
    std::error_code error;
    fs::recursive_directory_iterator at(root_, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      const auto status = at->symlink_status(error);
      if (error) break;
      const auto path = at->path().string().substr(root_.size() + 1);
      if (!is_safe_path(path)) say(msg("'{path}' may not be in a bag", {{"path", printable(path)}}));
      if (!folded.insert(lower(path)).second)
        say(msg("'{path}' exists twice with different upper and lower case", {{"path", printable(path)}}));
      if (fs::is_directory(status)) continue;
      if (!fs::is_regular_file(status)) {
        say(msg("'{path}' is not a regular file", {{"path", printable(path)}}));
        continue;
      }
      const auto size = at->file_size(error);
      if (error) break;
      if (size > (path.starts_with(kData) ? kMostFile : kMostTag))
        say(msg("'{path}' is larger than any file that jaga writes", {{"path", printable(path)}}));
      files_.insert(path);
    }
    if (error) say(msg("cannot read the bag: {reason}", {{"reason", error.message()}}));
  }

  std::optional<std::string> read(const std::string& path) {
    std::string bytes;
    if (os::read_file(root_ + "/" + path, kMostFile, bytes, O_NOFOLLOW) != 0) return std::nullopt;
    return bytes;
  }

  std::string text(const std::string& path) { return files_.contains(path) ? read(path).value_or("") : ""; }

  // Both manifests of a kind: well-formed, and over the same files. Gives that of sha256.
  std::optional<Manifest> cover(const std::string& kind) {
    std::optional<Manifest> first;
    for (const auto& [name, digits] : {std::pair<std::string, std::size_t>{"sha256", 64}, {"sha512", 128}}) {
      const auto file = kind + name + ".txt";
      if (!files_.contains(file)) {
        say(msg("'{file}' is missing", {{"file", file}}));
        return std::nullopt;
      }
      const auto bytes = text(file);
      Message problem;
      auto manifest =
          bytes.empty() && kind == "manifest-" ? Manifest{} : parse_manifest(bytes, digits, problem);
      if (!manifest) {
        say(msg("'{file}': {problem}", {{"file", file}}).with("problem", problem));
        return std::nullopt;
      }
      for (const auto& entry : *manifest) compare(entry.first, entry.second, digits);
      if (!first) {
        first = std::move(manifest);
      } else if (!same_paths(*first, *manifest)) {
        say(msg("'{file}' does not list the same files as the SHA-256 manifest", {{"file", file}}));
        return std::nullopt;
      }
    }
    return first;
  }

  static bool same_paths(const Manifest& a, const Manifest& b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(),
                      [](const auto& x, const auto& y) { return x.first == y.first; });
  }

  void compare(const std::string& path, const std::string& hex, std::size_t digits) {
    if (!files_.contains(path)) {
      if (is_evidence(path))
        check_.removed.insert(path.substr(kData.size()));
      else
        say(msg("'{file}' is missing", {{"file", path}}));
      return;
    }
    const auto bytes = read(path);
    if (!bytes) {
      say(msg("cannot read '{file}'", {{"file", path}}));
      return;
    }
    const bool small = digits == 64;
    const auto digest = small ? sha256(*bytes) : Digest{};
    if ((small ? digest.hex() : jaga::hex(sha512(*bytes))) != hex) {
      say(msg("'{file}' does not match its manifest ({hash})",
              {{"file", path}, {"hash", small ? "sha256" : "sha512"}}));
    }
    if (small && path.starts_with("data/")) {
      check_.payload[path.substr(5)] = digest;
      octets_ += bytes->size();
    }
  }

  void complete(const Manifest& payload, const Manifest& tags) {
    for (const auto& file : files_) {
      const bool tagmanifest = file.starts_with("tagmanifest-") && file.find('/') == std::string::npos;
      const bool listed =
          file.starts_with("data/") ? payload.contains(file) : tags.contains(file) || tagmanifest;
      if (listed) continue;
      if (comes_with_redaction(file))
        check_.added.insert(file.substr(kData.size()));
      else
        say(msg("'{file}' is not listed in any manifest", {{"file", file}}));
    }
    for (const auto& entry : payload) {
      if (!entry.first.starts_with("data/"))
        say(msg("'{file}' is not a payload file", {{"file", entry.first}}));
    }
    for (const auto* file : {"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt"}) {
      if (!tags.contains(file)) say(msg("the tag manifest does not list '{file}'", {{"file", file}}));
    }
    for (const auto& file : files_) {
      const bool known =
          file == "tagmanifest-sha256.txt" || file == "tagmanifest-sha512.txt" || file == kSignature;
      if (file.starts_with("tagmanifest-") && !known)
        say(msg("'{file}' is not listed in any manifest", {{"file", file}}));
    }
  }

  // incidents/MONTH/ID/evidence/sha256-HEX, or in evidence/private.
  static bool is_evidence(const std::string& path) {
    const std::vector<std::string> parts = split(path, '/');
    return parts.size() >= 6 && parts[0] == "data" && parts[1] == "incidents" && parts[4] == "evidence" &&
           (parts.size() == 6 || (parts.size() == 7 && parts[5] == "private")) &&
           parts.back().starts_with("sha256-");
  }
  // The note that says so, and what the register has newer than the bag.
  static bool comes_with_redaction(const std::string& path) {
    const std::vector<std::string> parts = split(path, '/');
    if (parts[0] != "data" || parts.size() < 3) return false;
    return parts[1] == "register" || (parts.size() == 6 && parts[1] == "incidents" && parts[4] == "notes");
  }
  void judge_redaction() {
    const auto note = [](const std::string& path) { return path.starts_with("incidents/"); };
    if (!check_.removed.empty() && std::any_of(check_.added.begin(), check_.added.end(), note)) return;
    for (const std::string& path : std::exchange(check_.removed, {}))
      say(msg("'{file}' is missing", {{"file", std::string(kData) + path}}));
    for (const std::string& path : std::exchange(check_.added, {}))
      say(msg("'{file}' is not listed in any manifest", {{"file", std::string(kData) + path}}));
  }

  // Octets and files of the payload; of octets that a redaction took, nobody knows how many there were.
  bool is_oxum(std::string_view line, std::size_t files) const {
    const std::string count = "." + std::to_string(files);
    if (check_.removed.empty()) return line == "Payload-Oxum: " + std::to_string(octets_) + count;
    return line.ends_with(count);
  }
  void oxum(const Manifest& payload) {
    std::size_t found = 0;
    for (const auto& line : split(text("bag-info.txt"), '\n')) {
      if (line.starts_with("Payload-Oxum:")) found += is_oxum(line, payload.size()) ? 1 : 2;
    }
    if (found != 1) say(msg("the Payload-Oxum in 'bag-info.txt' is incorrect"));
  }

  std::string root_;
  std::set<std::string> files_;
  std::size_t octets_ = 0;
  Check check_;
};

}  // namespace

std::string require_directory(const std::string& directory) {
  std::string root = directory;
  while (root.size() > 1 && root.ends_with('/')) root.pop_back();
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(root, error))) {
    throw Error{ExitCode::no_input, msg("no bag at '{path}'", {{"path", directory}}),
                msg("give the directory of the bag; unpack a .tar.zst first")};
  }
  return root;
}

Check check(const std::string& directory) {
  return Checker(require_directory(directory)).run();
}

}  // namespace jaga::bag
