#include "record/seal.hpp"

#include <cstddef>
#include <span>

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

void Coverage::add(const Digest& seal, const std::vector<Digest>& prev, Seal body) {
  seals_.emplace(seal, std::move(body));
  prev_.emplace(seal, prev);
}

bool Coverage::covers(const Digest& seal, const std::string& file, const Digest& digest) {
  if (!seals_.contains(seal)) return false;
  const Reach& all = reach(seal);
  const auto found = all.files.find(file);
  return all.seals.contains(digest) || (found != all.files.end() && found->second == digest);
}

const Coverage::Reach& Coverage::reach(const Digest& seal) {
  const auto known = reaches_.find(seal);
  if (known != reaches_.end()) return known->second;
  Reach out;
  std::vector<Digest> open{seal};
  while (!open.empty()) {
    const Digest at = open.back();
    open.pop_back();
    const auto found = seals_.find(at);
    if (found == seals_.end() || !out.seals.insert(at).second) continue;
    for (const SealedFile& file : found->second.files) out.files.emplace(file.path, file.digest);
    for (const SeenSeal& other : found->second.seen) open.push_back(other.head);
    const std::vector<Digest>& prev = prev_.at(at);
    open.insert(open.end(), prev.begin(), prev.end());
  }
  return reaches_.emplace(seal, std::move(out)).first->second;
}

}  // namespace jaga::record
