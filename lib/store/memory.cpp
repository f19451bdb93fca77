#include "store/memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <set>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"

namespace jaga::store {
namespace {

constexpr std::string_view kFormat = "jaga/head@1";
constexpr std::string_view kEnd = "end";
constexpr std::string_view kDirectory = "heads";
constexpr std::string_view kSuffix = ".head";
// Of an earlier version: the heads of all chains in one file.
constexpr std::string_view kOldFile = "heads.yaml";
constexpr std::string_view kOldFormat = "jaga/heads@1";

using Kind = record::ChainName::Kind;

// "register.head", "incident.<id>.head", "seal.<id>.head".
std::string name_of(const record::ChainName& chain) {
  std::string name = chain.text();
  std::replace(name.begin(), name.end(), '/', '.');
  name += kSuffix;
  return name;
}

std::string file_of(const record::ChainName& chain) {
  return std::string(kDirectory) + "/" + name_of(chain);
}

std::optional<record::ChainName> chain_of(std::string_view file) {
  if (!file.ends_with(kSuffix)) return std::nullopt;
  std::string name(file.substr(0, file.size() - kSuffix.size()));
  if (const std::size_t dot = name.find('.'); dot != std::string::npos) name[dot] = '/';
  return record::parse_chain_name(name);
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size() || value == 0) return std::nullopt;
  return value;
}

std::string_view next(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return part;
}

std::vector<RememberedHead> read_old(std::string_view bytes, const std::string& file) {
  const yaml::Node node = yaml::read_canonical(bytes, file);
  const yaml::Source source{file, ExitCode::data};
  yaml::Fields fields(node, source);
  if (fields.text("format") != kOldFormat)
    throw fields.error("format",
                       msg("expected the format '{format}'", {{"format", std::string(kOldFormat)}}));
  std::vector<RememberedHead> heads;
  for (const yaml::Node& item : fields.list("heads")) {
    yaml::Fields one(item, source);
    const std::optional<record::ChainName> chain = record::parse_chain_name(one.text("chain"));
    if (!chain) throw one.error("chain", msg("invalid chain name"));
    RememberedHead head;
    head.chain = *chain;
    head.seq = static_cast<std::uint32_t>(one.integer("seq", 1, UINT32_MAX));
    head.head = one.digest("head");
    one.finish();
    heads.push_back(std::move(head));
  }
  fields.finish();
  return heads;
}

Remembered read_one(const Folder& folder, const record::ChainName& chain) {
  Remembered remembered;
  remembered.chain = chain;
  std::optional<std::string> bytes;
  try {
    bytes = folder.read(file_of(chain));
    if (!bytes) return remembered;
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
    bytes.emplace();  // no file, or one that is far too large
  }
  if (auto parsed = parse_remembered(*bytes, chain)) return std::move(*parsed);
  remembered.damaged = true;
  return remembered;
}

// False where there is such a file and it cannot be read.
bool take_over(const Folder& folder) {
  try {
    if (!folder.exists(kOldFile)) return true;
    const std::optional<std::string> bytes = folder.read(kOldFile, std::size_t{64} << 20U);
    if (!bytes) return true;
    const Lock lock = folder.lock(kDirectory);
    for (RememberedHead& head : read_old(*bytes, folder.absolute(kOldFile))) {
      Remembered one = read_one(folder, head.chain);
      const bool known = std::any_of(one.heads.begin(), one.heads.end(),
                                     [&](const RememberedHead& other) { return other.head == head.head; });
      if (known) continue;
      one.heads.push_back(std::move(head));
      folder.replace_unsynced(file_of(one.chain), write_remembered(one));
    }
    // Once, and for good: the one file is durable until all of them are.
    folder.sync_all();
    folder.remove(kOldFile);
    return true;
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
    return false;
  }
}

}  // namespace

std::vector<RememberedHead> heads_of(const record::Chain& chain, std::size_t resolves) {
  std::vector<RememberedHead> heads;
  for (const Digest& digest : chain.heads) {
    const record::Record* record = chain.find(digest);
    if (record == nullptr) continue;
    heads.push_back({chain.name, record->envelope.seq, digest, record->envelope.id.substr(0, 6), resolves});
  }
  return heads;
}

std::vector<RememberedHead> Remembered::missing_from(const record::Chain& now) const {
  std::vector<RememberedHead> missing;
  for (const RememberedHead& head : heads)
    if (now.find(head.head) == nullptr) missing.push_back(head);
  return missing;
}

std::vector<RememberedHead> Remembered::missing_from(const std::vector<record::FileName>& files) const {
  std::vector<RememberedHead> missing;
  for (const RememberedHead& head : heads) {
    const bool there = std::any_of(files.begin(), files.end(), [&](const record::FileName& file) {
      return file.seq == head.seq && (head.short_id.empty() || file.short_id == head.short_id);
    });
    if (!there) missing.push_back(head);
  }
  return missing;
}

std::string write_remembered(const Remembered& remembered) {
  std::string text = std::string(kFormat) + " " + remembered.chain.text() + "\n";
  for (const RememberedHead& head : remembered.heads)
    text += std::to_string(head.seq) + " " + (head.short_id.empty() ? "-" : head.short_id) + " " +
            head.head.text() + " " + std::to_string(head.resolves) + "\n";
  for (const auto& [id, mark] : remembered.seals)
    text += "seal " + id + " " + std::to_string(mark.seq) + " " + mark.short_id + "\n";
  return text + std::string(kEnd) + "\n";
}

std::optional<Remembered> parse_remembered(std::string_view text, const record::ChainName& chain) {
  Remembered out;
  out.chain = chain;
  if (!text.ends_with('\n') || next(text, ' ') != kFormat || next(text, '\n') != chain.text())
    return std::nullopt;
  while (!text.empty()) {
    std::string_view line = next(text, '\n');
    // The last line, whole: what was cut lacks it.
    if (line == kEnd)
      return text.empty() && !out.heads.empty() ? std::optional(std::move(out)) : std::nullopt;
    const std::string_view first = next(line, ' ');
    const std::string_view second = next(line, ' ');
    if (first == "seal") {
      const auto seq = number(next(line, ' '));
      if (!seq || !is_name(second)) return std::nullopt;
      // An earlier version did not say which seal it was: all are looked at again.
      if (!line.empty()) out.seals[std::string(second)] = {*seq, std::string(line)};
      continue;
    }
    const auto seq = number(first);
    const auto digest = parse_digest(next(line, ' '));
    const auto resolves = line == "0" ? std::optional<std::uint32_t>(0) : number(line);
    if (!seq || !digest || !resolves || second.empty()) return std::nullopt;
    out.heads.push_back(
        {chain, *seq, *digest, second == "-" ? std::string() : std::string(second), *resolves});
  }
  return std::nullopt;
}

Memory::Memory(Folder own, std::vector<Folder> earlier) : own_(std::move(own)), earlier_(std::move(earlier)) {
  damaged_ = !take_over(own_);
  for (const Folder& folder : earlier_) damaged_ = !take_over(folder) || damaged_;
}

Remembered Memory::of(const record::ChainName& chain) const {
  Remembered out = read_one(own_, chain);
  for (const Folder& folder : earlier_) {
    Remembered one = read_one(folder, chain);
    out.damaged = out.damaged || one.damaged;
    for (RememberedHead& head : one.heads) {
      const bool known = std::any_of(out.heads.begin(), out.heads.end(),
                                     [&](const RememberedHead& other) { return other.head == head.head; });
      if (!known) out.heads.push_back(std::move(head));
    }
  }
  return out;
}

Memory::Glance Memory::glance() const {
  Glance out;
  const auto add = [&](const Folder& folder) {
    Descriptor heads(::openat(folder.descriptor(), std::string(kDirectory).c_str(),
                              O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (heads) out.heads_.push_back(std::move(heads));
  };
  add(own_);
  for (const Folder& folder : earlier_) add(folder);
  return out;
}

bool Memory::Glance::holds(const record::ChainName& chain, const std::vector<record::FileName>& files) const {
  const std::string name = name_of(chain);
  const std::string begin = std::string(kFormat) + " " + chain.text() + "\n";
  const auto all_in = [&](std::string_view text) {
    if (!text.starts_with(begin) || !text.ends_with('\n')) return false;
    text.remove_prefix(begin.size());
    while (!text.empty()) {
      std::string_view line = next(text, '\n');
      if (line == kEnd) return text.empty();
      const std::string_view first = next(line, ' ');
      if (first == "seal") continue;
      const auto seq = number(first);
      const std::string_view short_id = next(line, ' ');
      const bool there = seq && std::any_of(files.begin(), files.end(), [&](const record::FileName& file) {
                           return file.seq == *seq && (short_id == "-" || file.short_id == short_id);
                         });
      if (!there) return false;
    }
    return false;
  };
  for (const Descriptor& heads : heads_) {
    const Descriptor file(
        ::openat(heads.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file && errno == ENOENT) continue;
    // Far more than a head and the seals that it was compared with take.
    std::array<char, 4096> bytes;
    const ssize_t got = file ? ::read(file.get(), bytes.data(), bytes.size()) : -1;
    if (got <= 0 || !all_in({bytes.data(), static_cast<std::size_t>(got)})) return false;
  }
  return true;
}

std::vector<record::ChainName> Memory::chains() const {
  std::set<std::string> names;
  const auto add = [&](const Folder& folder) {
    for (Item& item : folder.list(kDirectory)) names.insert(std::move(item.name));
  };
  add(own_);
  for (const Folder& folder : earlier_) add(folder);
  std::vector<record::ChainName> out;
  for (const std::string& name : names)
    if (auto chain = chain_of(name)) out.push_back(std::move(*chain));
  return out;
}

std::vector<Remembered> Memory::all() const {
  std::vector<Remembered> out;
  for (const record::ChainName& chain : chains()) out.push_back(of(chain));
  return out;
}

void Memory::remember(const record::ChainName& chain, std::vector<RememberedHead> heads,
                      const std::function<bool(const RememberedHead&)>& holds,
                      const std::map<std::string, SealMark>& seals) const {
  if (heads.empty()) return;
  Remembered now;
  now.chain = chain;
  now.heads = std::move(heads);
  const auto as_before = [&](const Remembered& before) {
    now.seals = before.seals;
    for (const auto& [id, mark] : seals)
      if (SealMark& known = now.seals[id]; known.seq < mark.seq) known = mark;
    return !before.damaged && now.heads == before.heads && now.seals == before.seals;
  };
  if (as_before(read_one(own_, chain))) return;
  const Lock lock = own_.lock(kDirectory);
  const Remembered before = read_one(own_, chain);
  if (as_before(before) || !std::all_of(before.heads.begin(), before.heads.end(), holds)) return;
  own_.replace_unsynced(file_of(chain), write_remembered(now));
}

}  // namespace jaga::store
