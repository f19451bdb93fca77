#include "exchange/rule.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "record/path.hpp"

namespace jaga::exchange {
namespace {

constexpr std::string_view kAttributes = ".gitattributes";
constexpr std::array<std::string_view, 3> kStay = {"rounds", "archive", "reports"};
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestPath = 1024;

std::string_view top_of(std::string_view path) {
  return path.substr(0, path.find('/'));
}

bool is_kept_here(std::string_view top) {
  return std::find(kStay.begin(), kStay.end(), top) != kStay.end();
}

// What git, a file system without case or a terminal would take for something else.
Message unsafe(const Change& change) {
  const std::string& path = change.path;
  if (find_forbidden(path) || find_invisible(path, false) ||
      std::any_of(path.begin(), path.end(), [](char c) { return c == '\n' || c == '\t'; }))
    return msg("its name contains characters that are not allowed");
  if (path.size() > kLongestPath) return msg("its name is too long");
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == "." || part == ".." || contains(part, "\\"))
      return msg("it is not a path inside the directory");
    if (part.size() > kLongestName) return msg("its name is too long");
    const std::string plain = lower(part);
    if (plain == ".git" || plain == ".gitmodules" || plain.starts_with("git~"))
      return msg("git gives its name a meaning of its own");
  }
  // On a file system without case it would lie in the directory of the records.
  const std::string_view top = top_of(path);
  const std::string plain = lower(top);
  if (plain != top && (record::is_record_top(plain) || plain == kAttributes || is_kept_here(plain)))
    return msg("its name differs from '{name}' by upper and lower case alone", {{"name", plain}});
  return {};
}

Message wrong_mode(const Change& change, bool is_record) {
  switch (change.new_mode) {
    case kFileMode:
      return {};
    case kProgramMode:
      return is_record ? msg("it is executable, which no record is") : Message{};
    case kLinkMode:
      return msg("it is a symbolic link");
    case kSubmoduleMode:
      return msg("it is a submodule");
    default:
      return msg("it is not a regular file");
  }
}

Message too_large(const Change& change, const Limits& limits) {
  const std::uint64_t most = !is_protected(change.path)         ? limits.other
                             : record::is_evidence(change.path) ? limits.evidence
                             : change.path.ends_with(".sig")    ? limits.signature
                                                                : limits.record;
  if (change.size <= most) return {};
  return msg("it has {size} bytes; at most {most} are accepted",
             {{"size", std::to_string(change.size)}, {"most", std::to_string(most)}});
}

Message changed_record(const Change& change) {
  if (change.deleted()) return msg("it was deleted");
  if (change.old_id != change.new_id) return msg("it was changed");
  return msg("its mode was changed");
}

Message wrong_change(const Change& change, const Limits& limits) {
  const bool is_record = is_protected(change.path);
  if (is_record && !change.added()) return changed_record(change);
  if (change.deleted()) return {};
  if (Message what = unsafe(change); !what.empty()) return what;
  if (stays_here(change.path)) return msg("files of this directory are never shared");
  if (is_record && change.path != kAttributes && !record::is_record_file(change.path))
    return msg("jaga does not write a file of this name there");
  if (Message what = wrong_mode(change, is_record); !what.empty()) return what;
  return too_large(change, limits);
}

}  // namespace

bool is_protected(std::string_view path) {
  return path == kAttributes || record::is_record_top(top_of(path));
}

bool stays_here(std::string_view path) {
  return is_kept_here(top_of(path)) || record::is_private_evidence(path);
}

Judgement judge(const std::vector<Change>& changes, const Limits& limits) {
  Judgement out;
  std::size_t others = 0;
  std::uint64_t bytes = 0;
  for (const Change& change : changes) {
    if (!record::is_evidence(change.path)) bytes += change.size;
    if (change.deleted() && record::is_evidence(change.path) && !record::is_private_evidence(change.path)) {
      out.gone_evidence.push_back(change.path);
      continue;
    }
    if (Message what = wrong_change(change, limits); !what.empty())
      out.refusals.push_back({change.path, std::move(what)});
    else if (!is_protected(change.path))
      ++others;
    else
      out.new_records.push_back(change.path);
  }
  const auto too_many = [&](std::size_t count, std::size_t most) {
    out.refusals.push_back({{},
                            msg("{count} new or changed files; at most {most} are accepted at a time",
                                {{"count", std::to_string(count)}, {"most", std::to_string(most)}})});
  };
  if (!limits.first && out.new_records.size() > limits.records)
    too_many(out.new_records.size(), limits.records);
  if (others > limits.others) too_many(others, limits.others);
  if (!limits.first && bytes > limits.bytes)
    out.refusals.push_back({{},
                            msg("{size} bytes of new or changed files; at most {most} are accepted at a time",
                                {{"size", std::to_string(bytes)}, {"most", std::to_string(limits.bytes)}})});
  std::sort(out.new_records.begin(), out.new_records.end());
  return out;
}

}  // namespace jaga::exchange
