#include "git/objects.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace jaga::git {
namespace {

constexpr unsigned kFileMode = 0100644;

Error unexpected(const char* command) {
  return Error{ExitCode::data, msg("unexpected output of git {command}", {{"command", command}})};
}

template <typename Number>
Number number(std::string_view text, int base, const char* command) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) throw unexpected(command);
  return value;
}

Error irregular(std::string_view path) {
  return Error{ExitCode::data, msg("'{path}' is not a regular file", {{"path", printable(path)}})};
}

std::string lines(const std::vector<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) out += id + "\n";
  return out;
}

// "ID blob SIZE": the size.
std::uint64_t size_of(std::string_view line, std::string_view id) {
  constexpr std::string_view kBlob = " blob ";
  if (!line.starts_with(id) || !line.substr(id.size()).starts_with(kBlob))
    throw Error{ExitCode::data,
                msg("git's object '{id}' is missing or is not a file", {{"id", std::string(id)}}),
                msg("see git-fsck(1)")};
  return number<std::uint64_t>(line.substr(id.size() + kBlob.size()), 10, "cat-file");
}

// The answers of `cat-file --batch`: "ID blob SIZE\n", so many bytes, "\n".
class Batch {
 public:
  Batch(const std::vector<std::string>& ids, const std::function<void(std::size_t, std::string)>& take)
      : ids_(ids), take_(take) {}

  void feed(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!in_blob_) {
        const auto end = bytes.find('\n');
        head_ += bytes.substr(0, end);
        if (head_.size() > 256) throw unexpected("cat-file");
        if (end == std::string_view::npos) return;
        bytes.remove_prefix(end + 1);
        if (index_ >= ids_.size()) throw unexpected("cat-file");
        left_ = size_of(head_, ids_[index_]) + 1;
        blob_.clear();
        blob_.reserve(left_);
        head_.clear();
        in_blob_ = true;
      }
      const auto part =
          bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
      blob_ += part;
      left_ -= part.size();
      bytes.remove_prefix(part.size());
      if (left_ > 0) return;
      blob_.pop_back();
      take_(index_++, std::move(blob_));
      blob_ = {};
      in_blob_ = false;
    }
  }
  bool complete() const { return index_ == ids_.size(); }

 private:
  const std::vector<std::string>& ids_;
  const std::function<void(std::size_t, std::string)>& take_;
  std::size_t index_ = 0;
  std::string head_;
  std::string blob_;
  std::uint64_t left_ = 0;
  bool in_blob_ = false;
};

}  // namespace

std::map<std::string, Entry> parse_tree(std::string_view listing) {
  std::map<std::string, Entry> out;
  while (!listing.empty()) {
    const auto end = listing.find('\0');
    if (end == std::string_view::npos) throw unexpected("ls-tree");
    const std::string_view line = listing.substr(0, end);
    listing.remove_prefix(end + 1);
    const auto tab = line.find('\t');
    const auto type = line.find(' ');
    const auto id = type == std::string_view::npos ? type : line.find(' ', type + 1);
    if (tab == std::string_view::npos || id == std::string_view::npos || id > tab)
      throw unexpected("ls-tree");
    Entry entry{number<unsigned>(line.substr(0, type), 8, "ls-tree"),
                std::string(line.substr(id + 1, tab - id - 1))};
    out.insert_or_assign(out.end(), std::string(line.substr(tab + 1)), std::move(entry));
  }
  return out;
}

std::vector<std::uint64_t> sizes(const Git& git, const std::vector<std::string>& ids) {
  std::vector<std::uint64_t> out;
  if (ids.empty()) return out;
  const std::string answer = git.run({"cat-file", "--batch-check"}, lines(ids));
  std::string_view rest = answer;
  for (const std::string& id : ids) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) throw unexpected("cat-file");
    out.push_back(size_of(rest.substr(0, end), id));
    rest.remove_prefix(end + 1);
  }
  return out;
}

void read_blobs(const Git& git, const std::vector<std::string>& ids,
                const std::function<void(std::size_t, std::string)>& take) {
  if (ids.empty()) return;
  Batch batch(ids, take);
  // An exception must not pass through the loop that runs programs.
  std::optional<Error> wrong;
  git.stream({"cat-file", "--batch"}, lines(ids), [&](std::string_view bytes) {
    if (wrong) return;
    try {
      batch.feed(bytes);
    } catch (const Error& error) {
      wrong = error;
    }
  });
  if (wrong) throw Error(*wrong);
  if (!batch.complete()) throw unexpected("cat-file");
}

ObjectTree::ObjectTree(const Git& git, const std::string& revision)
    : git_(git), entries_(parse_tree(git.run({"ls-tree", "-r", "-z", "--full-tree", revision}))) {}

ObjectTree::ObjectTree(const Git& git, std::map<std::string, Entry> entries)
    : git_(git), entries_(std::move(entries)) {}

const Entry* ObjectTree::find(std::string_view path) const {
  const auto found = entries_.find(std::string(path));
  return found == entries_.end() ? nullptr : &found->second;
}

void ObjectTree::load(const std::vector<std::string>& paths, std::uint64_t most) const {
  std::set<std::string> unique;
  for (const std::string& path : paths)
    if (const Entry* entry = find(path);
        entry != nullptr && entry->mode == kFileMode && !blobs_.contains(entry->id))
      unique.insert(entry->id);
  std::vector<std::string> ids(unique.begin(), unique.end());
  std::vector<std::string> small;
  if (most == 0) {
    small = std::move(ids);
  } else {
    const std::vector<std::uint64_t> size = sizes(git_, ids);
    for (std::size_t n = 0; n < ids.size(); ++n)
      if (size[n] <= most) small.push_back(std::move(ids[n]));
  }
  read_blobs(git_, small,
             [&](std::size_t index, std::string bytes) { blobs_.emplace(small[index], std::move(bytes)); });
}

std::optional<std::string> ObjectTree::read(std::string_view path, std::size_t most) const {
  const Entry* entry = find(path);
  if (entry == nullptr) return std::nullopt;
  if (entry->mode != kFileMode) throw irregular(path);
  const auto too_large = [&] {
    return Error{ExitCode::data, msg("'{path}' is larger than {most} bytes",
                                     {{"path", printable(path)}, {"most", std::to_string(most)}})};
  };
  if (const auto known = blobs_.find(entry->id); known != blobs_.end()) {
    if (known->second.size() > most) throw too_large();
    return known->second;
  }
  if (sizes(git_, {entry->id}).front() > most) throw too_large();
  std::string out;
  read_blobs(git_, {entry->id}, [&](std::size_t, std::string bytes) { out = std::move(bytes); });
  return out;
}

std::string ObjectTree::require(std::string_view path, std::size_t most) const {
  std::optional<std::string> bytes = read(path, most);
  if (!bytes) throw Error{ExitCode::no_input, msg("'{path}' is missing", {{"path", printable(path)}})};
  return std::move(*bytes);
}

bool ObjectTree::exists(std::string_view path) const {
  const Entry* entry = find(path);
  if (entry == nullptr) return false;
  if (entry->mode != kFileMode) throw irregular(path);
  return true;
}

std::vector<store::Item> ObjectTree::list(std::string_view directory) const {
  std::vector<store::Item> out;
  const std::string prefix = directory.empty() ? std::string() : std::string(directory) + "/";
  for (auto at = entries_.lower_bound(prefix); at != entries_.end() && at->first.starts_with(prefix);) {
    const auto slash = at->first.find('/', prefix.size());
    const std::string name = at->first.substr(prefix.size(), slash - prefix.size());
    if (slash == std::string::npos) {
      out.push_back(
          {name, at->second.mode == kFileMode ? store::Item::Kind::file : store::Item::Kind::other});
      ++at;
    } else {
      out.push_back({name, store::Item::Kind::directory});
      at = entries_.lower_bound(prefix + name + "0");  // '0' follows '/'
    }
  }
  std::sort(out.begin(), out.end(),
            [](const store::Item& a, const store::Item& b) { return a.name < b.name; });
  return out;
}

}  // namespace jaga::git
