#include "fleet/received.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/error.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::fleet {
namespace {

using yaml::Node;

constexpr std::string_view kFile = "received.yaml";
constexpr std::string_view kFormat = "jaga/received@1";
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

}  // namespace

Node Received::to_node(const std::map<std::string, Known>& known) {
  Node list = Node::list();
  for (const auto& [worker, numbers] : known) {
    Node map = Node::map();
    map.set("worker", std::string_view(worker)).set("number", numbers.last);
    Node open = Node::list();
    for (const std::int64_t number : numbers.open) open.add(Node::text(std::to_string(number)));
    if (!numbers.open.empty()) map.set("open", std::move(open));
    list.add(std::move(map));
  }
  return list;
}

std::map<std::string, Received::Known> Received::known_of(const std::vector<Node>& list,
                                                          const yaml::Source& source) {
  std::map<std::string, Known> out;
  for (const Node& node : list) {
    yaml::Fields fields(node, source);
    Known& known = out[fields.name("worker")];
    known.last = fields.integer("number", 1, kMost);
    for (const std::string& text : fields.texts_or_none("open")) {
      std::int64_t number = 0;
      const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
      if (end.ec != std::errc{} || end.ptr != text.data() + text.size() || number < 1)
        throw fields.error("open", msg("not the number of a batch"));
      known.open.insert(number);
    }
    fields.finish();
  }
  return out;
}

Received::Received(const store::Folder& folder, const std::function<bool(const std::string&)>& exists)
    : folder_(folder) {
  const auto bytes = folder.read(kFile);
  if (!bytes) return;
  const yaml::Source source{folder.absolute(kFile), ExitCode::data};
  const Node top = yaml::read_canonical(*bytes, source.file);
  yaml::Fields fields(top, source);
  if (fields.text("format") != kFormat)
    throw fields.error("format", msg("not a list of received batches that this jaga can read"));
  known_ = known_of(fields.list("workers"), source);
  announced_ = fields.text_or("announced", "");
  announced_known_ = known_of(fields.list_or_none("announced_workers"), source);
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
  const auto known = known_.find(worker);
  return known == known_.end() ? 0 : known->second.last;
}

bool Received::has(const std::string& worker, std::int64_t number) const {
  const auto at = known_.find(worker);
  return at != known_.end() && number <= at->second.last && !at->second.open.contains(number);
}

void Received::announce(const std::string& path, const Numbers& held, const Numbers& waiting) {
  announced_ = path;
  announced_known_.clear();
  for (const auto& [worker, numbers] : held) {
    if (numbers.empty()) continue;
    Known& known = announced_known_[worker];
    if (const auto before = known_.find(worker); before != known_.end()) known.last = before->second.last;
    known.last = std::max(known.last, *numbers.rbegin());
    if (const auto more = waiting.find(worker); more != waiting.end())
      for (const std::int64_t number : more->second)
        if (number < known.last && !numbers.contains(number)) known.open.insert(number);
  }
  save();
}

void Received::confirm() {
  for (auto& [worker, known] : announced_known_) known_[worker] = std::move(known);
  announced_.clear();
  announced_known_.clear();
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
  top.set("workers", to_node(known_));
  if (!announced_.empty()) {
    top.set("announced", std::string_view(announced_));
    top.set("announced_workers", to_node(announced_known_));
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
