#include "bag/any_bag.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "bag/manifest.hpp"
#include "bag/tag_files.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "os/file.hpp"

namespace jaga::bag {
namespace {

namespace fs = std::filesystem;

// A manifest of half a million files.
constexpr std::size_t kMostTag = std::size_t{128} << 20U;
constexpr std::size_t kPiece = std::size_t{1} << 17U;
constexpr std::string_view kData = "data/";

// As a manifest's file name spells it, as OpenSSL does, digits; the weakest first.
struct Algorithm {
  std::string_view name;
  const char* openssl;
  std::size_t digits;
};
constexpr std::array kAlgorithms = {
    Algorithm{"md5", "MD5", 32},
    Algorithm{"sha1", "SHA1", 40},
    Algorithm{"sha224", "SHA224", 56},
    Algorithm{"sha512224", "SHA512-224", 56},
    Algorithm{"sha3224", "SHA3-224", 56},
    Algorithm{"sha256", "SHA256", 64},
    Algorithm{"sha512256", "SHA512-256", 64},
    Algorithm{"sha3256", "SHA3-256", 64},
    Algorithm{"blake2s256", "BLAKE2S-256", 64},
    Algorithm{"sha384", "SHA384", 96},
    Algorithm{"sha3384", "SHA3-384", 96},
    Algorithm{"sha512", "SHA512", 128},
    Algorithm{"sha3512", "SHA3-512", 128},
    Algorithm{"blake2b512", "BLAKE2B-512", 128},
};

using Md = std::unique_ptr<EVP_MD, void (*)(EVP_MD*)>;
using Context = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

const Algorithm* algorithm(std::string_view name) {
  const auto found = std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                                  [&](const Algorithm& one) { return one.name == name; });
  return found == kAlgorithms.end() ? nullptr : &*found;
}

// "sha512" of "manifest-sha512.txt"; empty: it is none.
std::string_view algorithm_of(std::string_view file, std::string_view kind) {
  constexpr std::string_view kEnd = ".txt";
  if (!file.starts_with(kind) || !file.ends_with(kEnd) || file.find('/') != std::string_view::npos) return {};
  return file.substr(kind.size(), file.size() - kind.size() - kEnd.size());
}

class Checker {
 public:
  explicit Checker(std::string root) : root_(std::move(root)) {}

  AnyBag run() {
    if (!walk()) return std::move(out_);
    if (!declaration()) return std::move(out_);
    if (!fs::is_directory(fs::symlink_status(root_ + "/data")))
      say(msg("'{file}' is missing", {{"file", "data"}}));
    read_manifests("manifest-", payload_);
    read_manifests("tagmanifest-", tags_);
    complete();
    fetch();
    compare();
    info();
    names();
    return std::move(out_);
  }

 private:
  struct Manifest {
    std::string file;
    const Algorithm* algorithm = nullptr;
    std::map<std::string, std::string> files{};
  };

  void say(Message problem) { out_.problems.push_back(std::move(problem)); }
  void say_of(const std::string& file, Message problem) {
    say(msg("'{file}': {problem}", {{"file", printable(file)}}).with("problem", std::move(problem)));
  }
  void remark_on(const std::string& file, Message what) {
    out_.remarks.push_back(
        msg("'{file}': {problem}", {{"file", printable(file)}}).with("problem", std::move(what)));
  }

  bool walk() {
    std::error_code error;
    fs::recursive_directory_iterator at(root_, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      const auto status = at->symlink_status(error);
      if (error) break;
      const std::string path = at->path().string().substr(root_.size() + 1);
      if (fs::is_directory(status)) continue;
      if (!fs::is_regular_file(status)) {
        say(msg("'{path}' is not a regular file", {{"path", printable(path)}}));
        continue;
      }
      files_.insert(path);
    }
    if (error) say(msg("cannot read the bag: {reason}", {{"reason", error.message()}}));
    return !error;
  }

  std::optional<std::string> bytes_of(const std::string& file) {
    if (!files_.contains(file)) return std::nullopt;
    std::string bytes;
    const int reason = os::read_file(root_ + "/" + file, kMostTag, bytes, O_NOFOLLOW);
    if (reason == 0) return bytes;
    say(reason == EFBIG ? msg("'{path}' is larger than {most} bytes",
                              {{"path", printable(file)}, {"most", std::to_string(kMostTag)}})
                        : msg("cannot read '{file}'", {{"file", printable(file)}}));
    return std::nullopt;
  }

  std::optional<std::string> text_of(const std::string& file) {
    const auto bytes = bytes_of(file);
    if (!bytes) return std::nullopt;
    auto text = decoded(*bytes, declared_.encoding);
    if (!text)
      say(msg("'{file}' is not written in {encoding}",
              {{"file", printable(file)}, {"encoding", declared_.encoding}}));
    return text;
  }

  bool declaration() {
    if (!files_.contains("bagit.txt")) {
      say(msg("'{file}' is missing", {{"file", "bagit.txt"}}));
      return false;
    }
    const auto bytes = bytes_of("bagit.txt");
    if (!bytes) return false;
    Message problem;
    const auto declared = parse_declaration(*bytes, problem);
    if (!declared) {
      say_of("bagit.txt", std::move(problem));
      return false;
    }
    declared_ = *declared;
    out_.version = declared_.version;
    return true;
  }

  void read_manifests(std::string_view kind, std::vector<Manifest>& to) {
    for (const std::string& file : files_) {
      const std::string_view name = algorithm_of(file, kind);
      if (name.empty()) continue;
      Manifest manifest{file, algorithm(name)};
      if (manifest.algorithm == nullptr) {
        say_of(file, msg("unknown algorithm '{name}'", {{"name", printable(name)}}));
        continue;
      }
      const auto text = text_of(file);
      if (!text) continue;
      Message problem;
      auto listing = parse_listing(*text, manifest.algorithm->digits, declared_.is_1_0(), problem);
      if (!listing) {
        say_of(file, std::move(problem));
        continue;
      }
      for (Message& what : listing->remarks) remark_on(file, std::move(what));
      manifest.files = std::move(listing->files);
      to.push_back(std::move(manifest));
    }
    std::sort(to.begin(), to.end(),
              [](const Manifest& a, const Manifest& b) { return a.algorithm < b.algorithm; });
  }

  void complete() {
    if (payload_.empty()) {
      if (out_.problems.empty()) say(msg("it has no manifest of its payload"));
      return;
    }
    for (const Manifest& manifest : payload_) {
      out_.algorithms.emplace_back(manifest.algorithm->name);
      for (const auto& entry : manifest.files)
        if (!entry.first.starts_with(kData))
          say_of(manifest.file, msg("'{file}' is not a payload file", {{"file", printable(entry.first)}}));
    }
    for (const std::string& file : files_) {
      if (!file.starts_with(kData)) continue;
      const auto lists = [&](const Manifest& manifest) { return manifest.files.contains(file); };
      if (std::none_of(payload_.begin(), payload_.end(), lists))
        say(msg("'{file}' is not listed in any manifest", {{"file", printable(file)}}));
      else if (declared_.is_1_0())
        for (const Manifest& manifest : payload_)
          if (!lists(manifest))
            say_of(manifest.file, msg("'{file}' is not listed", {{"file", printable(file)}}));
    }
    for (const Manifest& manifest : tags_)
      for (const auto& entry : manifest.files)
        if (entry.first.starts_with(kData) || entry.first.starts_with("tagmanifest-"))
          say_of(manifest.file, msg("'{file}' is not a tag file", {{"file", printable(entry.first)}}));
    const Manifest& named = tags_.empty() ? payload_.back() : tags_.back();
    if (const auto bytes = bytes_of(named.file)) out_.manifest = sha256(*bytes);
    const bool weak = std::all_of(payload_.begin(), payload_.end(),
                                  [](const Manifest& one) { return one.algorithm->digits <= 40; });
    if (weak)
      out_.remarks.push_back(msg("its manifests do not protect against deliberate changes ({algorithms})",
                                 {{"algorithms", join(out_.algorithms, ", ")}}));
    if (tags_.empty())
      out_.remarks.push_back(
          msg("no tag manifest: bagit.txt, the manifests and bag-info.txt are not protected"));
  }

  void fetch() {
    if (!files_.contains("fetch.txt")) return;
    const auto text = text_of("fetch.txt");
    if (!text) return;
    Message problem;
    const auto paths = parse_fetch(*text, declared_.is_1_0(), problem);
    if (!paths) {
      say_of("fetch.txt", std::move(problem));
      return;
    }
    for (const std::string& path : *paths) {
      const bool listed = std::any_of(payload_.begin(), payload_.end(),
                                      [&](const Manifest& one) { return one.files.contains(path); });
      if (!listed) say(msg("'{file}' is not listed in any manifest", {{"file", printable(path)}}));
      if (!files_.contains(path)) to_fetch_.insert(path);
    }
  }

  // Every digest of a file in one reading.
  void compare() {
    std::map<std::string, std::vector<std::pair<const Manifest*, const std::string*>>> wanted;
    for (const auto* manifests : {&payload_, &tags_})
      for (const Manifest& manifest : *manifests)
        for (const auto& [path, hex] : manifest.files) wanted[path].emplace_back(&manifest, &hex);
    for (const auto& [path, digests] : wanted) {
      if (!files_.contains(path)) {
        say(to_fetch_.contains(path)
                ? msg("'{file}' is missing: it is listed in fetch.txt and was not fetched",
                      {{"file", printable(path)}})
                : msg("'{file}' is missing", {{"file", printable(path)}}));
        continue;
      }
      std::vector<const Algorithm*> algorithms;
      for (const auto& one : digests) algorithms.push_back(one.first->algorithm);
      const auto found = hashed(path, algorithms);
      if (!found) continue;
      for (std::size_t n = 0; n < digests.size(); ++n)
        if ((*found)[n] != *digests[n].second)
          say(msg("'{file}' does not match its manifest ({hash})",
                  {{"file", printable(path)}, {"hash", std::string(algorithms[n]->name)}}));
    }
  }

  std::optional<std::vector<std::string>> hashed(const std::string& path,
                                                 const std::vector<const Algorithm*>& algorithms) {
    std::vector<Context> contexts;
    for (const Algorithm* one : algorithms) {
      const Md md(EVP_MD_fetch(nullptr, one->openssl, nullptr), EVP_MD_free);
      Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
      if (!md || !context || EVP_DigestInit_ex2(context.get(), md.get(), nullptr) != 1) {
        if (refused_.insert(one->name).second)
          say(msg("OpenSSL cannot compute '{name}' here", {{"name", std::string(one->name)}}));
        return std::nullopt;
      }
      contexts.push_back(std::move(context));
    }
    const os::Descriptor file = os::open_to_read(root_ + "/" + path, O_NOFOLLOW);
    std::string piece(kPiece, '\0');
    std::uint64_t octets = 0;
    for (;;) {
      const ssize_t got = file ? ::read(file.get(), piece.data(), piece.size()) : -1;
      if (got < 0 && file && errno == EINTR) continue;
      if (got < 0) {
        say(msg("cannot read '{file}'", {{"file", printable(path)}}));
        return std::nullopt;
      }
      if (got == 0) break;
      octets += static_cast<std::uint64_t>(got);
      for (const Context& context : contexts)
        EVP_DigestUpdate(context.get(), piece.data(), static_cast<std::size_t>(got));
    }
    if (path.starts_with(kData)) {
      out_.octets += octets;
      ++out_.files;
    }
    std::vector<std::string> out;
    for (const Context& context : contexts) {
      std::array<std::uint8_t, EVP_MAX_MD_SIZE> bytes{};
      unsigned size = 0;
      EVP_DigestFinal_ex(context.get(), bytes.data(), &size);
      out.push_back(hex(std::span(bytes).first(size)));
    }
    return out;
  }

  // Before 0.96 it was package-info.txt.
  void info() {
    for (const std::string file : {"bag-info.txt", "package-info.txt"}) {
      if (!files_.contains(file)) continue;
      const auto text = text_of(file);
      if (!text) continue;
      Message problem;
      const auto lines = parse_info(*text, problem);
      if (!lines) {
        say_of(file, std::move(problem));
        continue;
      }
      for (const auto& [label, value] : *lines) {
        if (lower(label) != "payload-oxum" || !out_.problems.empty()) continue;
        if (parse_oxum(value) != std::optional(Oxum{out_.octets, out_.files}))
          say(msg("the Payload-Oxum in '{file}' is incorrect", {{"file", file}}));
      }
    }
  }

  // Two names that some file systems take for one: who copies the bag there loses a file.
  void names() {
    std::map<std::string, std::string> folded;
    for (const std::string& file : files_) {
      const auto [known, is_new] = folded.emplace(lower(file), file);
      if (!is_new)
        out_.remarks.push_back(
            msg("'{path}' exists twice with different upper and lower case", {{"path", printable(file)}}));
    }
  }

  std::string root_;
  std::set<std::string> files_;
  Declaration declared_;
  std::vector<Manifest> payload_;  // the strongest last
  std::vector<Manifest> tags_;
  std::set<std::string> to_fetch_;
  std::set<std::string_view> refused_;
  AnyBag out_;
};

bool exists(const std::string& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

}  // namespace

AnyBag check_any(const std::string& directory) {
  return Checker(require_directory(directory)).run();
}

bool is_bag(const std::string& directory) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) return false;
  if (exists(directory + "/bagit.txt")) return true;
  for (const auto& entry : fs::directory_iterator(directory, error))
    if (!algorithm_of(entry.path().filename().string(), "manifest-").empty()) return true;
  return false;
}

bool claims_to_be_ours(const std::string& directory) {
  if (exists(directory + "/" + std::string(kSignature))) return true;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory + "/data/register", error))
    if (entry.path().filename().string().starts_with("0001-genesis.")) return true;
  std::string bytes;
  if (os::read_file(directory + "/bag-info.txt", kMostTag, bytes, O_NOFOLLOW) != 0) return false;
  Message problem;
  const auto lines = parse_info(bytes, problem);
  return lines && std::any_of(lines->begin(), lines->end(), [](const auto& line) {
           return line.first == "Bag-Software-Agent" &&
                  (line.second == "jaga" || line.second.starts_with("jaga "));
         });
}

}  // namespace jaga::bag
