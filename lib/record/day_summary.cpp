#include "record/day_summary.hpp"

#include "base/date.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::record {
namespace {

constexpr std::int64_t kMostOffset = 18 * 60;
constexpr std::int64_t kMostRounds = 24 * 60 * 60;
constexpr std::int64_t kMostMore = 1'000'000;
constexpr std::size_t kSeparator = 4;  // quotes, comma and blank of a name in a list

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

yaml::Node node_of(const HostDay& one) {
  yaml::Node node = yaml::Node::map();
  node.set("host", one.host);
  const auto minutes = [&](const char* key, std::int64_t value) {
    if (value > 0) node.set(key, value);
  };
  minutes("ok", one.ok);
  minutes("warning", one.warning);
  minutes("critical", one.critical);
  minutes("unknown", one.unknown);
  minutes("maintenance", one.maintenance);
  if (!one.failed.empty()) node.set("failed", yaml::Node::texts(one.failed));
  minutes("more", one.more);
  return node;
}

std::int64_t minutes_at(yaml::Fields& fields, std::string_view key, std::int64_t most) {
  const auto value = fields.optional_integer(key, 1, most);
  return value.value_or(0);
}

HostDay host_of(const yaml::Node& node, const yaml::Source& source) {
  yaml::Fields fields(node, source);
  HostDay one;
  one.host = fields.name("host");
  one.ok = minutes_at(fields, "ok", kMinutesOfDay);
  one.warning = minutes_at(fields, "warning", kMinutesOfDay);
  one.critical = minutes_at(fields, "critical", kMinutesOfDay);
  one.unknown = minutes_at(fields, "unknown", kMinutesOfDay);
  one.maintenance = minutes_at(fields, "maintenance", kMinutesOfDay);
  one.failed = fields.texts_or_none("failed");
  one.more = minutes_at(fields, "more", kMostMore);
  fields.finish();
  return one;
}

std::string bytes_of(const DaySummary& one) {
  yaml::Node top = yaml::Node::map();
  top.set("format", kSummaryFormat);
  top.set("repo", one.repo);
  top.set("installation", one.installation);
  top.set("date", one.date);
  top.set("id", one.id);
  top.set("register", one.register_head.text());
  top.set("at", format_instant(one.at));
  yaml::Node by = yaml::Node::map();
  by.set("person", one.by.person);
  by.set("role", one.by.role);
  top.set("by", std::move(by));
  top.set("key", one.key);
  yaml::Node hosts = yaml::Node::list();
  for (const HostDay& host : one.hosts) hosts.add(node_of(host));
  yaml::Node body = yaml::Node::map();
  body.set("utc_offset", one.utc_offset);
  body.set("rounds", one.rounds);
  body.set("hosts", std::move(hosts));
  top.set("body", std::move(body));
  return yaml::write_canonical(top);
}

}  // namespace

HostDay& HostDay::operator+=(const HostDay& other) {
  ok += other.ok;
  warning += other.warning;
  critical += other.critical;
  unknown += other.unknown;
  maintenance += other.maintenance;
  return *this;
}

void limit_failed(HostDay& day, std::size_t most) {
  std::size_t bytes = 0;
  std::size_t kept = 0;
  while (kept < day.failed.size() && bytes + day.failed[kept].size() + kSeparator <= most)
    bytes += day.failed[kept++].size() + kSeparator;
  day.more += static_cast<std::int64_t>(day.failed.size() - kept);
  day.failed.resize(kept);
}

void fit_summary(DaySummary& summary) {
  for (std::size_t most = kMostFailedBytes; bytes_of(summary).size() > kMostSummaryBytes && most > 0;) {
    most /= 2;
    for (HostDay& day : summary.hosts) limit_failed(day, most);
  }
}

std::string summary_path(std::string_view installation, std::string_view date) {
  return "summaries/" + std::string(installation) + "/" + std::string(date.substr(0, 4)) + "/" +
         std::string(date.substr(5, 2)) + "/" + std::string(date.substr(8, 2)) + ".yaml";
}

std::optional<SummaryName> parse_summary_path(std::string_view path) {
  const std::vector<std::string> parts = split(path, '/');
  if (parts.size() != 5 || parts[0] != "summaries" || !is_name(parts[1]) || !parts[4].ends_with(".yaml"))
    return std::nullopt;
  const std::string day = parts[4].substr(0, parts[4].size() - 5);
  for (const std::string& part : {parts[2], parts[3], day})
    if (!is_digits(part)) return std::nullopt;
  std::string date = parts[2] + "-" + parts[3] + "-" + day;
  if (!is_iso_date(date)) return std::nullopt;
  return SummaryName{std::string(path), parts[1], std::move(date)};
}

DaySummary parse_day_summary(std::string_view bytes, std::string_view file) {
  const yaml::Node top = yaml::parse_canonical(bytes, file);
  const yaml::Source source{std::string(file), ExitCode::data};
  yaml::Fields fields(top, source);
  DaySummary one;
  if (fields.text("format") != kSummaryFormat)
    throw fields.error("format",
                       msg("expected the format '{format}'", {{"format", std::string(kSummaryFormat)}}));
  one.repo = fields.text("repo");
  one.installation = fields.name("installation");
  one.date = fields.text("date");
  if (!is_iso_date(one.date)) throw fields.error("date", msg("expected a date"));
  one.id = fields.text("id");
  if (!is_random_id(one.id)) throw fields.error("id", msg("expected an id of 26 digits"));
  one.register_head = fields.digest("register");
  one.at = fields.instant("at");
  yaml::Fields by(fields.map("by"), source);
  one.by.person = by.name("person");
  one.by.role = by.name("role");
  by.finish();
  one.key = fields.text("key");
  if (!one.key.starts_with("SHA256:")) throw fields.error("key", msg("expected a fingerprint"));
  yaml::Fields body(fields.map("body"), source);
  one.utc_offset = body.integer("utc_offset", -kMostOffset, kMostOffset);
  one.rounds = body.integer("rounds", 1, kMostRounds);
  for (const yaml::Node& node : body.list("hosts")) {
    one.hosts.push_back(host_of(node, source));
    const std::size_t count = one.hosts.size();
    if (count > 1 && one.hosts[count - 2].host >= one.hosts.back().host)
      throw body.error("hosts", msg("the hosts of a summary are not in order"));
  }
  body.finish();
  fields.finish();
  if (bytes_of(one) != bytes)
    throw yaml::error_at(ExitCode::data, file, {1, 1}, msg("not in the canonical form of a summary"));
  one.bytes = std::string(bytes);
  one.digest = sha256(bytes);
  return one;
}

DaySummary make_day_summary(const DaySummary& summary) {
  return parse_day_summary(bytes_of(summary), summary_path(summary.installation, summary.date));
}

}  // namespace jaga::record
