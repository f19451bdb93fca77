#include "record/seal.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "base/id.hpp"
#include "yaml/fields.hpp"

namespace jaga::record {
yaml::Node write_seal(const Seal& seal) {
  yaml::Node files = yaml::Node::list();
  for (const SealedFile& file : seal.files) {
    yaml::Node item = yaml::Node::map();
    item.set("sha256", file.digest.text());
    item.set("path", file.path);
    files.add(std::move(item));
  }
  yaml::Node seen = yaml::Node::list();
  for (const SeenSeal& other : seal.seen) {
    yaml::Node item = yaml::Node::map();
    item.set("installation", other.installation);
    item.set("head", other.head.text());
    seen.add(std::move(item));
  }
  yaml::Node body = yaml::Node::map();
  body.set("files", std::move(files));
  body.set("seen", std::move(seen));
  return body;
}

Seal parse_seal(const yaml::Node& body, const std::string& file) {
  const yaml::Source source{file, ExitCode::data};
  yaml::Fields fields(body, source);
  Seal seal;
  for (const yaml::Node& node : fields.list("files")) {
    yaml::Fields item(node, source);
    const Digest digest = item.digest("sha256");
    seal.files.push_back({item.text("path"), digest});
    item.finish();
    const std::size_t count = seal.files.size();
    if (count > 1 && seal.files[count - 2].path >= seal.files.back().path) {
      throw fields.error("files", msg("the paths of a seal are not in order"));
    }
  }
  for (const yaml::Node& node : fields.list("seen")) {
    yaml::Fields item(node, source);
    const std::string installation = item.name("installation");
    if (!seal.seen.empty() && seal.seen.back().installation >= installation)
      throw fields.error("seen", msg("the installations of a seal are not in order"));
    seal.seen.push_back({installation, item.digest("head")});
    item.finish();
  }
  fields.finish();
  return seal;
}

std::string seal_chain_of(const std::string& installation, std::string_view key, unsigned n) {
  if (n == 0 || installation.empty()) return installation;
  const Digest digest =
      sha256("jaga/seals\n" + installation + "\n" + std::string(key) + "\n" + std::to_string(n));
  // 128 bits that nobody can choose, in the form of every other id.
  return random_id([&](std::span<std::byte> out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::byte{digest.bytes.at(i % digest.bytes.size())};
  });
}

bool is_seal_chain_of(std::string_view chain, const std::string& installation, std::string_view key) {
  constexpr unsigned kLooked = 8;
  if (installation.empty()) return false;
  for (unsigned n = 0; n < kLooked; ++n)
    if (seal_chain_of(installation, key, n) == chain) return true;
  return false;
}

namespace {

Coverage::PathKey key_of(std::string_view path) {
  Coverage::PathKey key{};
  crypto_generichash(reinterpret_cast<unsigned char*>(key.data()), sizeof key,          // NOLINT: its API
                     reinterpret_cast<const unsigned char*>(path.data()), path.size(),  // NOLINT
                     nullptr, 0);
  return key;
}

}  // namespace

void Coverage::add(const Digest& seal, const std::vector<Digest>& prev, const Seal& body) {
  const auto place = static_cast<std::uint32_t>(digests_.size());
  if (!places_.emplace(seal, place).second) return;
  digests_.push_back(seal);
  std::vector<Digest>& rest_on = rest_on_.emplace_back(prev);
  for (const SeenSeal& other : body.seen) rest_on.push_back(other.head);
  for (const SealedFile& file : body.files) entries_.push_back({key_of(file.path), place, file.digest});
  sorted_ = sorted_ && body.files.empty();
}

const std::vector<Coverage::Entry>& Coverage::entries() const {
  const std::lock_guard lock(mutex_);
  if (!sorted_)
    std::ranges::sort(entries_, {}, [](const Entry& entry) { return std::pair(entry.path, entry.seal); });
  sorted_ = true;
  return entries_;
}

std::span<const Coverage::Entry> Coverage::of(std::string_view path) const {
  const std::vector<Entry>& all = entries();
  const auto key = key_of(path);
  const auto first = std::ranges::lower_bound(all, key, {}, &Entry::path);
  return {first, std::ranges::upper_bound(all, key, {}, &Entry::path)};
}

std::vector<bool> Coverage::reach(std::span<const Digest> seals) const {
  std::vector<bool> out(digests_.size());
  std::vector<Digest> open(seals.begin(), seals.end());
  while (!open.empty()) {
    const auto at = places_.find(open.back());
    open.pop_back();
    if (at == places_.end() || out[at->second]) continue;
    out[at->second] = true;
    const std::vector<Digest>& rest_on = rest_on_[at->second];
    open.insert(open.end(), rest_on.begin(), rest_on.end());
  }
  return out;
}

const std::vector<bool>& Coverage::reach_of(const Digest& seal) const {
  const std::lock_guard lock(mutex_);
  auto known = reaches_.find(seal);
  if (known == reaches_.end()) known = reaches_.emplace(seal, reach(std::span(&seal, 1))).first;
  return known->second;
}

bool Coverage::covers(const Digest& seal, std::string_view file, const Digest& digest) const {
  if (!contains(seal)) return false;
  const std::vector<bool>& all = reach_of(seal);
  if (const auto itself = places_.find(digest); itself != places_.end() && all[itself->second]) return true;
  return std::ranges::any_of(of(file),
                             [&](const Entry& one) { return one.digest == digest && all[one.seal]; });
}

bool Coverage::covers_name(const Digest& seal, std::string_view file) const {
  if (!contains(seal)) return false;
  const std::vector<bool>& all = reach_of(seal);
  return std::ranges::any_of(of(file), [&](const Entry& one) { return all[one.seal]; });
}

}  // namespace jaga::record
