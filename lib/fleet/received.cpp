#include "fleet/received.hpp"

#include <limits>

#include "base/error.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::fleet {
namespace {

using yaml::Node;

constexpr std::string_view kFile = "received.yaml";
constexpr std::string_view kFormat = "jaga/received@1";
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
using Numbers = std::map<std::string, std::int64_t>;

Node to_node(const Numbers& numbers) {
  Node list = Node::list();
  for (const auto& [worker, number] : numbers) {
    Node map = Node::map();
    map.set("worker", std::string_view(worker)).set("number", number);
    list.add(std::move(map));
  }
  return list;
}

Numbers numbers_of(const std::vector<Node>& list, const yaml::Source& source) {
  Numbers out;
  for (const Node& node : list) {
    yaml::Fields fields(node, source);
    const std::string worker = fields.name("worker");
    out[worker] = fields.integer("number", 1, kMost);
    fields.finish();
  }
  return out;
}

}  // namespace

Received::Received(const store::Folder& folder, const std::function<bool(const std::string&)>& exists)
    : folder_(folder) {
  const auto bytes = folder.read(kFile);
  if (!bytes) return;
  const yaml::Source source{folder.absolute(kFile), ExitCode::data};
  const Node top = yaml::read_canonical(*bytes, source.file);
  yaml::Fields fields(top, source);
  if (fields.text("format") != kFormat)
    throw fields.error("format", msg("not a list of received batches that this jaga can read"));
  numbers_ = numbers_of(fields.list("workers"), source);
  announced_ = fields.text_or("announced", "");
  announced_numbers_ = numbers_of(fields.list_or_none("announced_workers"), source);
  for (const Node& node : fields.list("refused")) {
    yaml::Fields each(node, source);
    const std::string site = each.name("site");
    const std::string reason = each.text("reason");
    refused_[{site, reason}] = {each.integer("count", 1, kMost), each.instant("last")};
    each.finish();
  }
  fields.finish();
  if (announced_.empty()) return;
  if (exists(announced_))
    confirm();
  else
    announced_.clear();
}

std::int64_t Received::last(const std::string& worker) const {
  const auto at = numbers_.find(worker);
  return at == numbers_.end() ? 0 : at->second;
}

void Received::announce(const std::string& path, const Numbers& numbers) {
  announced_ = path;
  announced_numbers_ = numbers;
  save();
}

void Received::confirm() {
  for (const auto& [worker, number] : announced_numbers_) numbers_[worker] = number;
  announced_.clear();
  announced_numbers_.clear();
  save();
}

void Received::refuse(const std::string& site, const std::string& reason, Instant now) {
  Refused& refused = refused_[{site, reason}];
  ++refused.count;
  refused.last = now;
}

void Received::save() const {
  Node top = Node::map();
  top.set("format", kFormat);
  top.set("workers", to_node(numbers_));
  if (!announced_.empty()) {
    top.set("announced", std::string_view(announced_));
    top.set("announced_workers", to_node(announced_numbers_));
  }
  Node list = Node::list();
  for (const auto& [key, refused] : refused_) {
    Node map = Node::map();
    map.set("site", std::string_view(key.first)).set("reason", std::string_view(key.second));
    map.set("count", refused.count).set("last", std::string_view(format_instant(refused.last)));
    list.add(std::move(map));
  }
  top.set("refused", std::move(list));
  folder_.replace(kFile, yaml::write_canonical(top));
}

}  // namespace jaga::fleet
