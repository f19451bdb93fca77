#include "fleet/worker.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/error.hpp"
#include "base/format.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "fleet/standing.hpp"
#include "fleet/subjects.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::fleet {
namespace {

constexpr std::string_view kFormat = "jaga/worker@1";
constexpr std::string_view kNumberFile = "number";

std::string file_of(yaml::Fields& fields, std::string_view key) {
  std::string file = fields.text_or(key, "");
  if (!is_line(file)) throw fields.error(key, msg("not the name of a file"));
  return file;
}

Error not_carried_out(const OrderHead& head, Message why) {
  return Error{
      ExitCode::not_permitted,
      msg("the order '{order}' is refused: {why}", {{"order", head.id}}).with("why", std::move(why))};
}

}  // namespace

WorkerConfig parse_worker_config(std::string_view bytes, std::string_view file) {
  const yaml::Node top = yaml::read_hand_edited(bytes, file);
  const yaml::Source source{std::string(file), ExitCode::config};
  yaml::Fields fields(top, source);
  if (fields.text("format") != kFormat)
    throw fields.error("format", msg("unknown format of a worker's configuration"),
                       msg("this version of jaga reads {format}", {{"format", std::string(kFormat)}}));
  WorkerConfig out;
  out.name = fields.name("name");
  out.site = fields.name("site");
  out.office = fields.name("office");
  for (const std::string& line : fields.texts("office_keys")) {
    auto key = sign::parse_public_key(line);
    if (!key)
      throw fields.error("office_keys", msg("not a public key"),
                         msg("write it as in a file that ends in .pub"));
    out.office_keys.push_back(std::move(*key));
  }
  if (out.office_keys.empty())
    throw fields.error("office_keys", msg("a worker needs a key of its office"),
                       msg("the office prints it with: jaga person keys"));
  out.servers = fields.texts("servers");
  if (out.servers.empty())
    throw fields.error("servers", msg("no address of a NATS server"),
                       msg("write it like [\"nats://127.0.0.1:4222\"]"));
  out.ca = file_of(fields, "ca");
  out.certificate = file_of(fields, "certificate");
  out.key = file_of(fields, "key");
  if (out.certificate.empty() != out.key.empty())
    throw fields.error("certificate", msg("a certificate and its key belong together"));
  out.ssh_keys = fields.texts_or_none("ssh_keys");
  fields.finish();
  return out;
}

std::string worker_config_yaml(const WorkerConfig& config) {
  yaml::Node top = yaml::Node::map();
  top.set("format", kFormat);
  top.set("name", std::string_view(config.name)).set("site", std::string_view(config.site));
  top.set("office", std::string_view(config.office));
  std::vector<std::string> keys;
  for (const sign::PublicKey& key : config.office_keys) keys.push_back(key.line());
  top.set("office_keys", yaml::Node::texts(keys)).set("servers", yaml::Node::texts(config.servers));
  if (!config.ca.empty()) top.set("ca", std::string_view(config.ca));
  if (!config.certificate.empty()) top.set("certificate", std::string_view(config.certificate));
  if (!config.key.empty()) top.set("key", std::string_view(config.key));
  top.set("ssh_keys", yaml::Node::texts(config.ssh_keys));
  return yaml::write_canonical(top);
}

std::string nats_user(const WorkerConfig& config, std::string_view nkey) {
  const std::string site = token_of(config.site);
  const std::string orders = formatted("{}.{}", kOrders, workers_consumer(config.site));
  std::string out = formatted("{{\n  nkey: \"{}\"\n  permissions: {{\n", nkey);
  const auto list = [&](const char* what, const std::vector<std::string>& subjects) {
    out += formatted("    {}: [\n", what);
    for (const std::string& subject : subjects) out += formatted("      \"{}\"\n", subject);
    out += "    ]\n";
  };
  list(
      "publish",
      {formatted("$JS.API.STREAM.CREATE.{}", kOrders), formatted("$JS.API.STREAM.CREATE.{}", kResults),
       formatted("$JS.API.STREAM.CREATE.{}", kStanding),
       formatted("$JS.API.CONSUMER.DURABLE.CREATE.{}", orders), formatted("$JS.API.CONSUMER.INFO.{}", orders),
       formatted("$JS.API.CONSUMER.MSG.NEXT.{}", orders), formatted("$JS.ACK.{}.>", orders),
       formatted("$JS.API.DIRECT.GET.{}.jaga.standing.{}.*", kStanding, site),
       formatted("jaga.order.{}.*.*.*", site), result_subject(config.site, config.name)});
  list("subscribe", {office_orders(config.site), formatted("{}.>", worker_inbox(config.name))});
  return out.append("  }\n}\n");
}

Accepted accept_order(std::string_view bytes, const WorkerConfig& config, Instant now,
                      std::optional<Instant> slot) {
  Accepted out{read_signed(bytes, "order"), {}, {}};
  out.head = read_order_head(out.text.head, "order");
  if (std::find(config.office_keys.begin(), config.office_keys.end(), out.text.signer) ==
      config.office_keys.end())
    throw not_carried_out(out.head, msg("it is signed with {key}, not with a key of this office",
                                        {{"key", out.text.signer.fingerprint()}}));
  if (out.head.office != config.office)
    throw not_carried_out(out.head, msg("it is of the office '{office}'", {{"office", out.head.office}}));
  if (out.head.site != config.site)
    throw not_carried_out(out.head, msg("it is for the site '{site}'", {{"site", out.head.site}}));
  if (out.head.until <= now)
    throw not_carried_out(out.head,
                          msg("it had to be done until {time}", {{"time", format_instant(out.head.until)}}));
  constexpr std::chrono::minutes kClocks{1};  // of two workers
  if (slot && !is_slot_of(out.head, *slot, now, kClocks))
    throw not_carried_out(out.head, msg("{time} is not one of its times", {{"time", format_instant(*slot)}}));
  if (slot && *slot + out.head.every <= now)
    throw not_carried_out(
        out.head, msg("it had to be done until {time}", {{"time", format_instant(*slot + out.head.every)}}));
  out.request = read_asked(out.text.text, "order");
  for (const inventory::Host& host : out.request.hosts)
    if (host.place.site != config.site)
      throw not_carried_out(out.head, msg("'{host}' is a host of another site", {{"host", host.name}}));
  return out;
}

bool goes_with(const probe::Request& all, const probe::Request& more) {
  if (all.inventory != more.inventory || all.kinds != more.kinds || all.count != more.count ||
      all.timeout != more.timeout || all.rate != more.rate)
    return false;
  std::set<std::string_view> names;
  for (const inventory::Host& host : all.hosts) names.insert(host.name);
  return std::none_of(more.hosts.begin(), more.hosts.end(),
                      [&](const inventory::Host& host) { return names.contains(host.name); });
}

void add_to(probe::Request& all, probe::Request more) {
  std::move(more.hosts.begin(), more.hosts.end(), std::back_inserter(all.hosts));
  all.pins.merge(more.pins);
  all.ways.merge(more.ways);
  all.looks.merge(more.looks);
}

round::Round part_of(const round::Round& all, const std::vector<std::string>& hosts) {
  const auto is_of = [&](const std::string& host) {
    return std::binary_search(hosts.begin(), hosts.end(), host);
  };
  round::Round out;
  out.installation = all.installation;
  out.at = all.at;
  out.inventory = all.inventory;
  out.self = all.self;
  out.partial = all.partial;
  for (const round::Skipped& skipped : all.skipped)
    if (is_of(skipped.host)) out.skipped.push_back(skipped);
  for (const round::Result& result : all.results)
    if (is_of(result.host)) out.results.push_back(result);
  return out;
}

Numbers::Numbers(const store::Folder& folder) : folder_(folder) {
  const auto text = folder.read(kNumberFile, 64);
  if (!text) return;
  const yaml::Source source{std::string(kNumberFile), ExitCode::data};
  const yaml::Node top = yaml::read_canonical(*text, kNumberFile);
  yaml::Fields fields(top, source);
  next_ = fields.integer("next", 1, std::int64_t{1} << 62U);
  fields.finish();
}

std::int64_t Numbers::take(std::int64_t count) {
  const std::int64_t first = next_;
  yaml::Node top = yaml::Node::map();
  top.set("next", first + count);
  folder_.replace(kNumberFile, yaml::write_canonical(top));
  next_ = first + count;
  return first;
}

}  // namespace jaga::fleet
