#include "feed/reports.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/clipped.hpp"
#include "base/text.hpp"
#include "feed/report.hpp"
#include "inventory/address.hpp"
#include "inventory/url.hpp"
#include "round/order.hpp"

namespace jaga::feed {
namespace {

// Removes the port: "web01:9100" becomes "web01", "[::1]:9100" becomes "::1".
std::string without_port(const std::string& text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    return end == std::string::npos ? text : text.substr(1, end - 1);
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || text.find(':') != colon) return text;
  return text.substr(0, colon);
}

// Extracts the host from a probe target: "https://web01.example/health", "tcp://web01:22", "web01/x".
std::string host_part(std::string_view text) {
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos)
    text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find_first_of("/?#"));
  if (const std::size_t user = text.rfind('@'); user != std::string_view::npos) text.remove_prefix(user + 1);
  return without_port(std::string(text));
}

class Hosts {
 public:
  explicit Hosts(const inventory::Inventory& inventory) : inventory_(inventory) {
    for (const inventory::Host& host : inventory.hosts) {
      put(by_address_, inventory::plain_address(host.address), host);
      for (const inventory::Check& check : host.checks)
        if (const auto* http = std::get_if<inventory::HttpCheck>(&check))
          if (const auto url = inventory::parse_url(http->url))
            put(by_site_, inventory::plain_address(url->host), host);
    }
  }

  const inventory::Host* find(const std::string& spelled) const {
    if (const inventory::Host* host = inventory_.find(lower(spelled))) return host;
    const std::string name = inventory::plain_address(host_part(spelled));
    if (const inventory::Host* host = inventory_.find(name)) return host;
    if (const auto at = by_address_.find(name); at != by_address_.end()) return at->second;
    if (const auto at = by_site_.find(name); at != by_site_.end() && at->second != nullptr) return at->second;
    const std::size_t dot = name.find('.');
    const bool numeric = name.find_first_not_of("0123456789.") == std::string::npos;
    return dot == std::string::npos || numeric ? nullptr : inventory_.find(name.substr(0, dot));
  }

 private:
  using ByName = std::map<std::string, const inventory::Host*>;

  static void put(ByName& names, const std::string& name, const inventory::Host& host) {
    const auto [at, is_new] = names.emplace(name, &host);
    if (!is_new && at->second != &host) at->second = nullptr;  // ambiguous: several hosts share it
  }

  const inventory::Inventory& inventory_;
  ByName by_address_;
  ByName by_site_;  // by host name in the URLs of http checks
};

// Alerts with the same host and object but different labels are separate problems: appends the labels in
// which they differ to the object.
void add_distinguishing_labels(std::vector<Report>& reports) {
  std::map<std::pair<std::string, std::string>, std::vector<Report*>> same;
  for (Report& report : reports)
    if (!report.labels.empty()) same[{report.result.host, report.result.object}].push_back(&report);
  for (const auto& entry : same) {
    const std::vector<Report*>& group = entry.second;
    if (group.size() < 2) continue;
    std::set<std::string> names;
    for (const Report* report : group)
      for (const auto& label : report->labels) names.insert(label.first);
    const auto value = [](const Report& report, const std::string& name) {
      const auto at = report.labels.find(name);
      return at == report.labels.end() ? std::string() : at->second;
    };
    std::erase_if(names, [&](const std::string& name) {
      return std::all_of(group.begin(), group.end(), [&](const Report* report) {
        return value(*report, name) == value(*group.front(), name);
      });
    });
    for (Report* report : group)
      for (const std::string& name : names) report->result.object += ":" + value(*report, name);
  }
}

}  // namespace

std::string_view name(Reporter reporter) {
  return reporter == Reporter::nagios ? "nagios" : "alertmanager";
}

std::string one_line(std::string_view text, std::size_t most) {
  return std::string(clipped(printable_once(trim(text)), most));
}

Reported parse_reports(Reporter reporter, std::string_view bytes, std::string_view file,
                       const inventory::Inventory& inventory, Instant now) {
  Reports parsed =
      reporter == Reporter::nagios ? nagios_reports(bytes, file, now) : alert_reports(bytes, file, now);
  Reported out;
  out.remarks = std::move(parsed.remarks);
  out.round.source = name(reporter);
  out.round.partial = true;
  out.round.at = now;
  out.round.inventory = inventory.digest;
  const Hosts hosts(inventory);
  std::set<std::string> unknown;
  for (Report& report : parsed.all) {
    const inventory::Host* host = hosts.find(report.host);
    if (host == nullptr) {
      unknown.insert(one_line(report.host, 100));
      continue;
    }
    report.result.host = host->name;
  }
  std::erase_if(parsed.all, [](const Report& report) { return report.result.host.empty(); });
  add_distinguishing_labels(parsed.all);
  for (Report& report : parsed.all) out.round.results.push_back(std::move(report.result));
  // Two spellings or addresses may map to one host; put_in_order() keeps the worst result.
  round::put_in_order(out.round.results);
  for (const std::string& host : unknown) {
    if (out.round.skipped.size() == kMostRefused) break;
    out.round.skipped.push_back({host.empty() ? "?" : host, "not in the inventory"});
  }
  round::mask_secrets(out.round);
  if (!unknown.empty())
    out.remarks.push_back(
        counted(unknown.size(), msg("skipped, not in the inventory: '{host}'", {{"host", *unknown.begin()}}),
                msg("skipped, not in the inventory: {count} hosts, for example '{host}'",
                    {{"host", *unknown.begin()}})));
  return out;
}

}  // namespace jaga::feed
