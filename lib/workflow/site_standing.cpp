#include "workflow/site_standing.hpp"

#include <algorithm>
#include <span>

#include "base/error.hpp"
#include "base/id.hpp"
#include "fleet/order.hpp"
#include "fleet/signed_text.hpp"
#include "fleet/standing.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "round/collector.hpp"
#include "store/directory.hpp"
#include "store/rounds.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/reach.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::workflow {
namespace {

std::string state_file(const std::string& site) {
  return "standing/" + site;
}

std::vector<std::string> fast_sections() {
  const std::vector<std::string>& slow = inventory::slow_sections();
  std::vector<std::string> out;
  for (const std::string_view section : round::collector_sections())
    if (std::find(slow.begin(), slow.end(), section) == slow.end()) out.emplace_back(section);
  return out;
}

}  // namespace

std::vector<const inventory::Host*> hosts_of_site(const std::vector<inventory::Host>& hosts,
                                                  const std::string& site) {
  std::vector<const inventory::Host*> out;
  for (const inventory::Host& host : hosts)
    if (host.place.site == site && !host.has_check("local")) out.push_back(&host);
  return out;
}

std::set<std::string> measured_in(const store::Folder& directory, const std::string& installation,
                                  Instant slot, std::chrono::milliseconds every) {
  std::set<std::string> hosts;
  for (auto day = std::chrono::floor<std::chrono::days>(slot); day < slot + every;
       day += std::chrono::days{1}) {
    const std::string some = store::round_path(installation, Instant{day});
    const std::string folder = some.substr(0, some.rfind('/'));
    for (const store::Item& item : directory.list(folder)) {
      const auto name = store::parse_round_path(folder + "/" + item.name);
      if (!name || name->at < slot || name->at >= slot + every) continue;
      try {
        const round::Round round = round::read(store::read_round(directory, *name), name->path);
        if (round.schedule.empty()) continue;  // a late answer to an order
        for (const round::Result& result : round.results) hosts.insert(result.host);
      } catch (const Error& error) {
        if (error.code() != ExitCode::data && error.code() != ExitCode::no_input) throw;
      }
    }
  }
  return hosts;
}

// Whether the site has what would be ordered now. What cannot be read is ordered again.
bool StandingOrders::is_there(const std::string& site, const Digest& what) const {
  const auto text = folder_.read(state_file(site), 1'024);
  if (!text) return false;
  try {
    const yaml::Node top = yaml::read_canonical(*text, state_file(site));
    const yaml::Source source{state_file(site), ExitCode::data};
    yaml::Fields fields(top, source);
    const Instant at = fields.instant("at");
    const Instant now = context_.now();
    return fields.digest("what") == what && at <= now && now < at + fleet::kStandingRenewed;
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
    return false;
  }
}

std::vector<std::string> StandingOrders::write(const std::string& site,
                                               const std::map<std::string, probe::Pin>& pins) {
  const std::vector<const inventory::Host*> hosts = hosts_of_site(context_.inventory->hosts, site);
  if (hosts.empty()) return {};  // an earlier one runs out
  const Reach reach(context_, hosts, {});
  const std::vector<std::string> sections = fast_sections();
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < hosts.size(); at += kOrderHosts) {
    probe::Request asked;
    asked.inventory = context_.inventory->digest;
    for (const inventory::Host* host :
         std::span(hosts).subspan(at, std::min(kOrderHosts, hosts.size() - at))) {
      asked.hosts.push_back(*host);
      if (const auto way = reach.targets().find(host->name); way != reach.targets().end())
        asked.ways.emplace(host->name, way->second);
      if (const auto pin = pins.find(host->name); pin != pins.end())
        asked.pins.emplace(host->name, pin->second);
      asked.looks[host->name].sections = sections;
    }
    texts.push_back(fleet::write_asked(asked));
  }
  fleet::OrderHead head;
  head.office = context_.settings->repo;
  head.installation = context_.installation;
  head.site = site;
  head.kind = fleet::OrderHead::Kind::standing;
  head.every = context_.settings->fleet->standing;
  head.parts = static_cast<int>(texts.size());
  std::string all = yaml::write_canonical(fleet::to_node(head));  // without what is new each time
  all += signer_.public_key().line();
  for (const std::string& text : texts) all += text;
  const Digest what = sha256(all);
  if (is_there(site, what)) return {};
  head.id = random_id(context_.random);
  head.at = context_.now();
  head.until = head.at + fleet::kStandingValid;
  std::vector<std::string> files;
  for (head.part = head.parts; head.part >= 1; --head.part) {
    const std::string file = "orders/" + head.id + "." + std::to_string(head.part);
    folder_.replace_unsynced(
        file, fleet::write_signed(fleet::to_node(head), texts[static_cast<std::size_t>(head.part) - 1],
                                  signer_, context_.stop));
    files.push_back(folder_.absolute(file));
  }
  new_[site] = {head.id, what, head.at};
  return files;
}

void StandingOrders::published(const std::string& site, const std::string& id) {
  const auto at = new_.find(site);
  if (at == new_.end() || at->second.id != id) return;
  yaml::Node top = yaml::Node::map();
  top.set("what", std::string_view(at->second.what.text()));
  top.set("at", std::string_view(format_instant(at->second.at)));
  folder_.replace(state_file(site), yaml::write_canonical(top));
}

}  // namespace jaga::workflow
