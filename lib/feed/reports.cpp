#include "feed/reports.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "feed/report.hpp"

namespace jaga::feed {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// "web01:9100" and "[::1]:9100" without the port.
std::string without_port(const std::string& text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    return end == std::string::npos ? text : text.substr(1, end - 1);
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || text.find(':') != colon) return text;
  return text.substr(0, colon);
}

class Hosts {
 public:
  explicit Hosts(const inventory::Inventory& inventory) : inventory_(inventory) {
    for (const inventory::Host& host : inventory.hosts) {
      const auto [at, is_new] = by_address_.emplace(lower(host.address), &host);
      if (!is_new) at->second = nullptr;  // several have it: it says nothing
    }
  }

  const inventory::Host* find(const std::string& spelled) const {
    const std::string name = without_port(lower(spelled));
    if (const inventory::Host* host = inventory_.find(name)) return host;
    if (const auto at = by_address_.find(name); at != by_address_.end()) return at->second;
    const std::size_t dot = name.find('.');
    const bool numeric = name.find_first_not_of("0123456789.") == std::string::npos;
    return dot == std::string::npos || numeric ? nullptr : inventory_.find(name.substr(0, dot));
  }

 private:
  const inventory::Inventory& inventory_;
  std::map<std::string, const inventory::Host*> by_address_;
};

}  // namespace

std::string_view name(Reporter reporter) {
  return reporter == Reporter::nagios ? "nagios" : "alertmanager";
}

std::string one_line(std::string_view text, std::size_t most) {
  std::string out = printable(trim(text));
  if (out.size() <= most) return out;
  out.resize(most);
  // Not in the middle of a character.
  while (!out.empty() && find_invalid_utf8(out)) out.pop_back();
  return out;
}

Reported parse_reports(Reporter reporter, std::string_view bytes, std::string_view file,
                       const inventory::Inventory& inventory, Instant now) {
  Reports said =
      reporter == Reporter::nagios ? nagios_reports(bytes, file, now) : alert_reports(bytes, file, now);
  Reported out;
  out.remarks = std::move(said.remarks);
  out.round.source = name(reporter);
  out.round.partial = true;
  out.round.at = now;
  out.round.inventory = inventory.digest;
  const Hosts hosts(inventory);
  std::set<std::string> unknown;
  for (Report& report : said.all) {
    const inventory::Host* host = hosts.find(report.host);
    if (host == nullptr) {
      unknown.insert(one_line(report.host, 100));
      continue;
    }
    report.result.host = host->name;
    out.round.results.push_back(std::move(report.result));
  }
  // Names that are spelled in two ways, or two addresses, may be one host here: the worst of them counts.
  std::vector<round::Result>& results = out.round.results;
  const auto key = [](const round::Result& result) {
    return std::tie(result.host, result.check, result.object);
  };
  std::stable_sort(results.begin(), results.end(), [&](const round::Result& a, const round::Result& b) {
    return key(a) != key(b) ? key(a) < key(b) : round::badness(a.state) > round::badness(b.state);
  });
  results.erase(std::unique(results.begin(), results.end(),
                            [&](const round::Result& a, const round::Result& b) { return key(a) == key(b); }),
                results.end());
  for (const std::string& host : unknown) {
    if (out.round.skipped.size() == kMostRefused) break;
    out.round.skipped.push_back({host.empty() ? "?" : host, "not in the inventory"});
  }
  round::mask_secrets(out.round);
  if (!unknown.empty())
    out.remarks.push_back(counted(
        unknown.size(), msg("not in the inventory and left out: '{host}'", {{"host", *unknown.begin()}}),
        msg("not in the inventory and left out: {count} hosts, as '{host}'", {{"host", *unknown.begin()}})));
  return out;
}

}  // namespace jaga::feed
