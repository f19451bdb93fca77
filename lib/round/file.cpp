// The round's file: a canonical head, then one line per result.
#include <algorithm>
#include <array>
#include <tuple>

#include "base/error.hpp"
#include "base/text.hpp"
#include "round/order.hpp"
#include "round/round.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/sentence.hpp"
#include "yaml/write.hpp"

namespace jaga::round {
namespace {

using yaml::Node;

constexpr std::string_view kFirstFormat = "jaga/round@1";

void put_text(Node& map, const char* key, const std::string& value) {
  if (!value.empty()) map.set(key, std::string_view(value));
}

Node to_node(const Self& self) {
  Node map = Node::map();
  map.set("route", self.route);
  put_text(map, "gateway", self.gateway);
  if (self.gateway_reachable) map.set("gateway_reachable", *self.gateway_reachable);
  map.set("own_drops", self.own_drops);
  put_text(map, "note", self.note);
  return map;
}

Node to_node(const Result& result) {
  Node map = Node::map();
  map.set("host", std::string_view(result.host));
  map.set("check", std::string_view(result.check));
  put_text(map, "object", result.object);
  map.set("state", name(result.state));
  if (result.reason != Reason::none) map.set("reason", name(result.reason));
  put_text(map, "phase", result.phase);
  put_text(map, "summary", result.summary);
  yaml::put_message(map, "message", result.summary);
  map.set("since", std::string_view(format_instant(result.since)));
  if (result.measured) map.set("measured", std::string_view(format_instant(*result.measured)));
  map.set("hard", result.hard);
  map.set("attempts", result.attempts);
  put_text(map, "history", result.history);
  if (!result.facts.empty()) {
    Node facts = Node::map();
    for (const auto& fact : result.facts) {
      if (const auto* value = std::get_if<std::int64_t>(&fact.second))
        facts.set(fact.first, *value);
      else
        facts.set(fact.first, std::string_view(std::get<std::string>(fact.second)));
    }
    map.set("facts", std::move(facts));
  }
  put_text(map, "measured_by", result.measured_by);
  put_text(map, "host_key", result.host_key);
  put_text(map, "machine_id", result.machine_id);
  return map;
}

Node to_node(const Base& base) {
  Node map = Node::map();
  map.set("digest", std::string_view(base.digest.text()));
  map.set("at", std::string_view(format_instant(base.at)));
  map.set("rounds", base.rounds);
  return map;
}

Base base_of(const Node& node, const yaml::Source& source) {
  yaml::Fields fields(node, source);
  Base base;
  base.digest = fields.digest("digest");
  base.at = fields.instant("at");
  base.rounds = static_cast<int>(fields.integer("rounds", 1, kMostAfterBase));
  fields.finish();
  return base;
}

Self self_of(const Node& node, const yaml::Source& source) {
  yaml::Fields fields(node, source);
  Self self;
  self.route = fields.boolean("route");
  self.gateway = fields.text_or("gateway", "");
  if (fields.has("gateway_reachable")) self.gateway_reachable = fields.boolean("gateway_reachable");
  self.own_drops = fields.integer("own_drops", 0, INT64_MAX);
  self.note = fields.text_or("note", "");
  fields.finish();
  return self;
}

Facts facts_of(const Node& node, const yaml::Source& source) {
  Facts facts;
  for (const Node::Entry& entry : node.entries()) {
    if (entry.value.kind() == Node::Kind::text)
      facts.emplace(entry.key, entry.value.value());
    else
      facts.emplace(entry.key, yaml::integer_of(entry.value, source, INT64_MIN, INT64_MAX));
  }
  return facts;
}

Result result_of(const Node& node, const yaml::Source& source, int version) {
  yaml::Fields fields(node, source);
  Result result;
  result.host = fields.name("host");
  result.check = fields.name("check");
  result.object = fields.text_or("object", "");
  const auto state = parse_state(fields.text("state"));
  if (!state) throw fields.error("state", msg("unknown state of a result"));
  result.state = *state;
  const auto reason = parse_reason(fields.text_or("reason", "none"));
  if (!reason) throw fields.error("reason", msg("unknown reason of a result"));
  result.reason = *reason;
  result.phase = fields.text_or("phase", "");
  result.summary = yaml::sentence_of(fields, "message", fields.text_or("summary", ""));
  result.since = fields.instant("since");
  if (version > 1 && fields.has("measured")) result.measured = fields.instant("measured");
  result.hard = fields.boolean("hard");
  result.attempts = static_cast<int>(fields.integer("attempts", 1, kMostAttempts));
  result.history =
      result.reason == Reason::cancelled ? fields.text_or("history", "") : fields.text("history");
  const bool ends_in_state = !result.history.empty() && result.history.back() == letter(*state);
  if (result.history.size() > kHistory || result.history.find_first_not_of("owcu") != std::string::npos ||
      (!ends_in_state && result.reason != Reason::cancelled))
    throw fields.error("history", msg("invalid history of states: it must end in the current state"));
  if (const Node* facts = fields.optional_map("facts")) result.facts = facts_of(*facts, source);
  if (version > 1 && fields.has("measured_by")) result.measured_by = fields.name("measured_by");
  result.host_key = fields.text_or("host_key", "");
  result.machine_id = fields.text_or("machine_id", "");
  fields.finish();
  return result;
}

// An unknown key is reported as a newer version rather than as damage, since nothing else writes one.
Result result_or_newer(const Node& node, const yaml::Source& source, int version) {
  try {
    return result_of(node, source, version);
  } catch (const yaml::UnknownKey& error) {
    throw Error(error.code(),
                msg("a newer version of jaga wrote this round: {what}").with("what", error.message()),
                msg("install the version that wrote it, or a newer one"));
  }
}

auto key_of(const Result& result) {
  return std::tie(result.host, result.check, result.object);
}

// The text that precedes an item's flow map, produced by the writer so that it cannot differ.
std::string item_prefix() {
  Node item = Node::map();
  item.set("x", 1);
  Node top = Node::map();
  top.set("results", Node::list({item}));
  const std::string bytes = yaml::write_canonical(top);
  const std::size_t begin = bytes.find('\n') + 1;
  return bytes.substr(begin, bytes.find('{') - begin);
}

}  // namespace

std::string write(Round round) {
  put_in_order(round.results);
  return write_in_order(round);
}

std::string write_in_order(const Round& round) {
  Node top = Node::map();
  top.set("format", kFormat);
  top.set("installation", std::string_view(round.installation));
  if (round.previous) top.set("previous", std::string_view(round.previous->text()));
  top.set("at", std::string_view(format_instant(round.at)));
  put_text(top, "schedule", round.schedule);
  put_text(top, "source", round.source);
  if (round.partial) top.set("partial", true);
  if (round.base) top.set("base", to_node(*round.base));
  top.set("inventory", std::string_view(round.inventory.text()));
  top.set("self", to_node(round.self));
  Node skipped = Node::list();
  for (const Skipped& each : round.skipped) {
    Node map = Node::map();
    map.set("host", std::string_view(each.host));
    map.set("why", std::string_view(each.why));
    skipped.add(std::move(map));
  }
  top.set("skipped", std::move(skipped));
  top.set("results", Node::list());
  std::string bytes = yaml::write_canonical(top);
  if (round.results.empty()) return bytes;
  // Results are written and read one by one: a tree of a hundred thousand would need too much memory.
  const std::string_view tail = " []\n...\n";
  bytes.erase(bytes.size() - tail.size());
  bytes += '\n';
  const std::string prefix = item_prefix();
  for (const Result& result : round.results) {
    bytes += prefix;
    bytes += yaml::write_flow(to_node(result));
    bytes += '\n';
  }
  bytes += "...\n";
  return bytes;
}

Round read(std::string_view bytes, std::string_view file) {
  const yaml::Source source{std::string(file), ExitCode::data};
  Round round;
  // One line for each result. A vector that grows would take up to twice the memory.
  constexpr std::size_t kLeastResult = 100;  // bytes
  round.results.reserve(std::min(static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')),
                                 bytes.size() / kLeastResult));
  yaml::read_canonical_list(
      bytes, file, "results", kMostBytes,
      [&](const Node& header) {
        yaml::Fields fields(header, source);
        const std::string format = fields.text("format");
        round.version = format == kFirstFormat ? 1 : 2;
        const bool known = format == kFormat || format == kFirstFormat;
        if (!known && format.starts_with(kFormat.substr(0, kFormat.find('@') + 1)))
          throw fields.error(
              "format",
              msg("a newer version of jaga wrote this round: {format}", {{"format", printable(format)}}),
              msg("install the version that wrote it, or a newer one"));
        if (!known) throw fields.error("format", msg("not a round that this jaga can read"));
        round.installation = fields.text("installation");
        round.previous = fields.optional_digest("previous");
        round.at = fields.instant("at");
        round.schedule = fields.text_or("schedule", "");
        round.source = fields.text_or("source", "");
        round.partial = fields.boolean_or("partial", false);
        if (const Node* base = fields.optional_map("base")) {
          if (round.partial)
            throw fields.error(
                "base",
                msg("a round of only some hosts must be stored completely, not as changes to another round"));
          round.base = base_of(*base, source);
        }
        round.inventory = fields.digest("inventory");
        round.self = self_of(fields.map("self"), source);
        for (const Node& each : fields.list("skipped")) {
          yaml::Fields skipped(each, source);
          Skipped one;
          one.host = skipped.text("host");
          one.why = skipped.text("why");
          skipped.finish();
          round.skipped.push_back(std::move(one));
        }
        fields.finish();
      },
      [&](const Node& item) {
        Result result = result_or_newer(item, source, round.version);
        if (!round.results.empty() && !(key_of(round.results.back()) < key_of(result)))
          throw yaml::error_at(ExitCode::data, file, item.mark(),
                               msg("results are not in order or contain duplicates"));
        round.results.push_back(std::move(result));
      });
  return round;
}

}  // namespace jaga::round
