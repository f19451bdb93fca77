#include "probe/monitor.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/format.hpp"
#include "base/system_text.hpp"
#include "os/stop.hpp"
#include "probe/icmp.hpp"
#include "probe/icmp_pace.hpp"
#include "probe/large.hpp"
#include "probe/measure.hpp"
#include "probe/resolve.hpp"
#include "round/collector.hpp"

namespace jaga::probe {
namespace {

using round::Reason;
using round::Result;
using round::State;
using std::chrono::milliseconds;

constexpr milliseconds kTick{100};

bool suspect(const Result& result) {
  return result.state != State::ok && !definite(result);
}
bool suspect(const Item& item) {
  return std::any_of(item.results.begin(), item.results.end(),
                     [](const Result& result) { return suspect(result); });
}

bool has_logged_in(const Item& item) {
  return std::any_of(item.results.begin(), item.results.end(), [&](const Result& result) {
    return result.check == inventory::kind(*item.check) && result.state == State::ok;
  });
}

// What of the collector is to be asked again; empty: all that was asked, since it said nothing.
std::vector<std::string> sections_to_confirm(const Item& item) {
  std::vector<std::string> sections;
  if (!inventory::logs_in(*item.check)) return sections;
  for (const Result& result : item.results)
    if (const std::string_view section = round::section_of(result); suspect(result) && !section.empty())
      sections.emplace_back(section);
  return round::with_companions(std::move(sections));
}

// Progress of the round, updated by all threads. Counts results, like the summary of the round: one per check
// until the collector's results arrive.
class Board {
 public:
  void open(const std::vector<Item>& items) {
    const std::lock_guard lock(mutex_);
    places_.clear();
    for (const Item& item : items)
      places_.push_back({true, 1, 0, item.host->name + " " + inventory::name_of(*item.check)});
  }
  void again(const Item& item) {
    const std::lock_guard lock(mutex_);
    places_[item.index].open = true;
  }
  void ended(const Item& item) {
    const std::lock_guard lock(mutex_);
    Place& place = places_[item.index];
    place.open = false;
    place.results = std::max<std::size_t>(1, item.results.size());
    place.failing = static_cast<std::size_t>(
        std::count_if(item.results.begin(), item.results.end(),
                      [](const Result& result) { return result.state != State::ok; }));
  }
  void partly(std::ptrdiff_t more) {
    const std::lock_guard lock(mutex_);
    partly_ += more;
  }
  Progress look() const {
    const std::lock_guard lock(mutex_);
    Progress now;
    for (const Place& place : places_) {
      now.total += place.results;
      now.failing += place.failing;
      if (!place.open) now.done += place.results;
      if (place.open && now.slowest.empty()) now.slowest = place.label;
    }
    now.done = std::min(now.total, now.done + static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, partly_)));
    return now;
  }

 private:
  struct Place {
    bool open = true;
    std::size_t results = 1;
    std::size_t failing = 0;
    std::string label;
  };
  mutable std::mutex mutex_;
  std::vector<Place> places_;
  std::ptrdiff_t partly_ = 0;
};

class Monitor {
 public:
  Monitor(const Request& request, std::stop_token stop, const std::function<void(const Progress&)>& progress)
      : request_(request),
        stop_(std::move(stop)),
        progress_(progress),
        pace_(std::make_shared<IcmpPace>(request.rate)) {
    for (const inventory::Host& host : request.hosts) by_name_.emplace(host.name, &host);
  }

  round::Round run() {
    round_.installation = request_.installation;
    round_.previous = request_.previous_digest;
    round_.at = request_.now();
    round_.schedule = request_.schedule;
    round_.inventory = request_.inventory;
    round_.skipped = request_.skipped;
    prepare();
    first();
    for (int attempt = 2; attempt <= round::kConfirmed && !stop_.stop_requested(); ++attempt) again(attempt);
    give_all_a_result();
    look_for_black_holes();
    look_at_neighbours();
    for (Item& item : items_)
      for (Result& result : item.results) {
        if (result.state != State::ok && definite(result)) result.attempts = round::kConfirmed;
        round_.results.push_back(std::move(result));
      }
    look_at_self();
    carry_on();
    round::mask_secrets(round_);
    round::follow(round_, request_.previous);
    return std::move(round_);
  }

 private:
  bool wanted(const inventory::Check& check) const {
    return request_.kinds.empty() || std::find(request_.kinds.begin(), request_.kinds.end(),
                                               inventory::kind(check)) != request_.kinds.end();
  }

  // Whether something else resolves the name: a jump host, a proxy command, or a HostName in ssh's
  // configuration.
  bool elsewhere(const inventory::Host& host, const inventory::Check& check) const {
    if (!inventory::over_ssh(check)) return false;
    const auto way = request_.ways.find(host.name);
    return way != request_.ways.end() &&
           (way->second.jump || !way->second.proxy_command.empty() || way->second.address != host.address);
  }

  void prepare() {
    for (const inventory::Host& host : request_.hosts) {
      bool any = false;
      for (const inventory::Check& check : host.checks) {
        if (!wanted(check)) continue;
        any = true;
        Item item{&host, &check, items_.size(), {}, {}};
        if (const auto look = request_.looks.find(host.name); look != request_.looks.end() && collects(check))
          item.sections = look->second.sections;
        if (is_numeric(host.address) || elsewhere(host, check)) item.address = host.address;
        items_.push_back(std::move(item));
      }
      if (!any) round_.skipped.push_back({host.name, "no check of the kinds asked for"});
    }
    board_.open(items_);
  }

  Wave wave(bool other_method) {
    Wave wave;
    wave.request = &request_;
    wave.stop = stop_;
    wave.rate = request_.rate;
    wave.pace = pace_;
    wave.other_method = other_method;
    wave.random = [this](std::span<std::byte> bytes) {
      const std::lock_guard lock(random_);
      request_.random(bytes);
    };
    wave.ended = [this](const Item& item) { board_.ended(item); };
    wave.partly = [this](std::ptrdiff_t more) { board_.partly(more); };
    return wave;
  }

  // First attempt of all checks. Names are resolved while numeric addresses are measured.
  void first() {
    std::vector<Item*> numeric;
    std::vector<std::string> names;
    std::map<std::string, std::vector<Item*>> by_name;
    for (Item& item : items_) {
      if (has_address(item)) {
        numeric.push_back(&item);
        continue;
      }
      auto& waiting = by_name[item.host->address];
      if (waiting.empty()) names.push_back(item.host->address);
      waiting.push_back(&item);
    }
    const Wave wave = this->wave(false);
    std::vector<std::function<void()>> works;
    if (!numeric.empty()) works.emplace_back([&] { measure(numeric, wave, own_); });
    if (!names.empty()) works.emplace_back([&] { by_names(names, by_name, wave); });
    watched(works);
  }

  void by_names(const std::vector<std::string>& names, const std::map<std::string, std::vector<Item*>>& items,
                const Wave& wave) {
    std::vector<Item*> all;
    for (const auto& entry : items) all.insert(all.end(), entry.second.begin(), entry.second.end());
    guarded(all, wave, [&] {
      Resolver resolver(names);
      resolve_in_batches(resolver, stop_, [&](const Resolver::Found& found, bool /*last*/) {
        measure(take_addresses(names, items, found), wave, own_);
      });
      for (Item* item : all)
        if (item->results.empty())
          item->results = {make(*item, State::unknown, Reason::cancelled, sentence("interrupted"))};
    });
  }

  // Assigns addresses and returns the items that have one; the others get their result here.
  std::vector<Item*> take_addresses(const std::vector<std::string>& names,
                                    const std::map<std::string, std::vector<Item*>>& items,
                                    const Resolver::Found& found) {
    std::vector<Item*> ready;
    for (const auto& one : found) {
      for (Item* item : items.at(names[one.first])) {
        item->address = one.second.address;
        item->further = one.second.further;
        if (item->further.size() > kMostFurther) item->further.resize(kMostFurther);
        if (item->address.empty()) {
          item->results = {make(*item, State::unknown, Reason::resolve_failed,
                                sentence("no address for '{name}': {reason}", {{"name", item->host->address}})
                                    .with("reason", system_text(one.second.error_text)))};
          board_.ended(*item);
        } else {
          ready.push_back(item);
        }
      }
    }
    return ready;
  }

  void give_all_a_result() {
    std::vector<Item*> without;
    for (Item& item : items_)
      if (item.results.empty()) without.push_back(&item);
    settle(without, wave(false), nullptr);
  }

  // Repeats failed checks; a state that recurs counts as one more attempt. Hosts that are not behind a silent
  // host come first: if a switch was merely slow, the hosts behind it are then measured through it. Of the
  // collector, only the sections that were not good are requested again. A login that timed out is not
  // repeated in this round; it is only tried by another method.
  void again(int attempt) {
    std::set<std::string> silent_hosts;
    for (const Item& item : items_)
      if (silent(item)) silent_hosts.insert(item.host->name);
    std::vector<Item*> near, behind, hanging;
    for (Item& item : items_) {
      if (!suspect(item) || !has_address(item)) continue;
      if (login_hangs(item))
        hanging.push_back(&item);
      else
        (is_behind(*item.host, silent_hosts) ? behind : near).push_back(&item);
    }
    if (attempt > 2) hanging.clear();
    if (near.empty() && behind.empty() && hanging.empty()) return;
    if (!near.empty() || !behind.empty()) pause();
    for (const std::vector<Item*>* suspects : {&near, &behind})
      if (!suspects->empty() && !stop_.stop_requested()) confirm(*suspects);
    if (!hanging.empty()) {
      const Wave wave = this->wave(true);
      watched({[&] { ask_otherwise(hanging, wave, own_); }});
    }
  }

  void confirm(const std::vector<Item*>& suspects) {
    std::vector<Before> before;
    for (Item* item : suspects) {
      std::vector<std::string> sections = sections_to_confirm(*item);
      if (sections.empty()) sections = item->sections;
      before.push_back(
          {std::exchange(item->results, {}), std::exchange(item->sections, std::move(sections))});
      board_.again(*item);
    }
    const Wave wave = this->wave(true);
    watched({[&] { measure(suspects, wave, own_); }});
    for (std::size_t i = 0; i < suspects.size(); ++i) {
      confirm(*suspects[i], std::move(before[i]));
      board_.ended(*suspects[i]);
    }
  }

  struct Before {
    std::vector<Result> results;
    std::vector<std::string> sections;
  };
  static void confirm(Item& item, Before before) {
    const std::vector<std::string> asked = std::exchange(item.sections, std::move(before.sections));
    // What a stop broke off confirms and refutes nothing.
    if (item.results.empty() || item.results.front().reason == Reason::cancelled) {
      item.results = std::move(before.results);
      return;
    }
    for (Result& result : item.results)
      for (const Result& old : before.results)
        if (old.check == result.check && old.object == result.object && old.state == result.state)
          result.attempts = old.attempts + 1;
    if (!inventory::logs_in(*item.check) || asked.empty()) return;
    const bool looked = has_logged_in(item);
    round::look_again(before.results, looked ? std::span(asked) : std::span<const std::string>{},
                      std::move(item.results));
    item.results = std::move(before.results);
  }

  // Last, since they say nothing about this round.
  void carry_on() {
    std::set<std::string> hosts;
    for (const Item& item : items_)
      if (collects(*item.check)) hosts.insert(item.host->name);
    round::add_carried(round_, hosts, request_.looks);
  }
  static bool collects(const inventory::Check& check) {
    return std::holds_alternative<inventory::SshCheck>(check) ||
           std::holds_alternative<inventory::LocalCheck>(check);
  }

  // The result of the host's icmp check, if it answered.
  Result* heard_echo(const inventory::Host& host) {
    for (Item& item : items_)
      for (Result& result : item.results)
        if (item.host == &host && result.check == "icmp" && round::number(result, "rtt_us")) return &result;
    return nullptr;
  }

  // A host that accepts connections and then stays silent may be out of reach for large packets only.
  void look_for_black_holes() {
    std::vector<std::string> addresses;
    std::vector<Result*> echoes;
    for (const Item& item : items_) {
      const bool hangs = std::any_of(item.results.begin(), item.results.end(), [](const Result& result) {
        return (result.check == "ssh" || result.check == "http") && result.reason == Reason::timed_out &&
               result.phase != "connect";
      });
      if (!hangs || item.address.empty() || addresses.size() >= kMostLarge) continue;
      Result* echo = heard_echo(*item.host);
      if (echo == nullptr || std::find(echoes.begin(), echoes.end(), echo) != echoes.end()) continue;
      addresses.push_back(item.address);
      echoes.push_back(echo);
    }
    if (addresses.empty() || stop_.stop_requested()) return;
    std::array<std::byte, 8> random{};
    request_.random(random);
    std::uint64_t cookie = 0;
    for (const std::byte byte : random) cookie = cookie << 8 | std::to_integer<std::uint64_t>(byte);
    const std::vector<Large> large = try_large(addresses, cookie, stop_);
    for (std::size_t i = 0; i < large.size(); ++i) {
      if (large[i].bytes == 0) continue;
      echoes[i]->facts["large_bytes"] = std::int64_t{large[i].bytes};
      // Only if all were lost: a single loss may be chance.
      echoes[i]->facts["large_lost"] = std::int64_t{large[i].lost == large[i].sent ? large[i].lost : 0};
    }
  }

  // Records the MAC address of hosts on the same link.
  void look_at_neighbours() {
    std::ifstream table("/proc/net/arp");
    const std::map<std::string, std::string> macs = parse_arp(table);
    if (macs.empty()) return;
    for (Item& item : items_)
      for (Result& result : item.results)
        if (result.check == "icmp")
          if (const auto mac = macs.find(item.address); mac != macs.end()) result.facts["mac"] = mac->second;
  }

  static bool has_address(const Item& item) {
    return !item.address.empty() || !inventory::needs_address(*item.check);
  }

  // Terminates: the inventory has no cycles, and these hosts are a subset of it.
  bool is_behind(const inventory::Host& host, const std::set<std::string>& silent_hosts) const {
    for (const auto* parents : {&host.parents.any, &host.parents.all})
      for (const std::string& parent : *parents) {
        if (silent_hosts.count(parent) != 0) return true;
        const auto above = by_name_.find(parent);
        if (above != by_name_.end() && is_behind(*above->second, silent_hosts)) return true;
      }
    return false;
  }

  void pause() { os::sleep_for(stop_, request_.pause); }

  // Runs each work in its own thread and reports progress from this one.
  void watched(const std::vector<std::function<void()>>& works) {
    std::mutex mutex;
    std::condition_variable over;
    std::size_t running = works.size();
    std::vector<std::jthread> threads;
    for (const auto& work : works) {
      const auto run = [&] {
        try {
          work();
        } catch (const std::exception&) {  // checks without a result get one at the end
        }
        const std::lock_guard lock(mutex);
        --running;
        over.notify_all();
      };
      try {
        threads.emplace_back(run);
      } catch (const std::exception&) {  // no thread available: run in this one
        run();
      }
    }
    std::unique_lock lock(mutex);
    while (!over.wait_for(lock, kTick, [&] { return running == 0; }))
      if (progress_) progress_(board_.look());
    if (progress_) progress_(board_.look());
  }

  // /proc/net/route (proc(5)): addresses are hexadecimal numbers in host byte order.
  void look_at_self() {
    round_.self.own_drops = own_.drops;
    if (own_.not_permitted)
      if (const auto how = icmp_permission()) round_.self.note = how->render(Language::english);
    round_.self.route = false;
    std::ifstream routes("/proc/net/route");
    std::string line;
    std::getline(routes, line);
    while (std::getline(routes, line)) {
      std::array<char, 33> device{};
      unsigned destination = 1;
      unsigned gateway = 0;
      if (std::sscanf(line.c_str(), "%32s %8x %8x", device.data(), &destination, &gateway) != 3 ||
          destination != 0)
        continue;
      round_.self.route = true;
      std::array<unsigned char, 4> bytes{};
      std::memcpy(bytes.data(), &gateway, bytes.size());
      if (gateway != 0)
        round_.self.gateway = formatted("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
    }
    // Results of the local collector do not prove that the network works.
    const std::vector<std::string>& kinds = inventory::check_kinds();
    for (const Result& result : round_.results)
      if ((result.state == State::ok || result.reason == Reason::refused) && result.check != "local" &&
          std::find(kinds.begin(), kinds.end(), result.check) != kinds.end())
        round_.self.route = true;
    if (round_.self.gateway.empty() || stop_.stop_requested()) return;
    IcmpTarget gateway{round_.self.gateway, 3, milliseconds{50}, milliseconds{500}, true};
    const IcmpRun run = icmp_ping({gateway}, {}, stop_);
    const IcmpResult::End end = run.results[0].end;
    if (end == IcmpResult::End::measured || end == IcmpResult::End::unreachable ||
        end == IcmpResult::End::no_route)
      round_.self.gateway_reachable = run.results[0].received > 0;
  }

  const Request& request_;
  std::stop_token stop_;
  const std::function<void(const Progress&)>& progress_;
  std::map<std::string, const inventory::Host*> by_name_;
  round::Round round_;
  std::vector<Item> items_;
  Board board_;
  Own own_;
  const std::shared_ptr<IcmpPace> pace_;
  std::mutex random_;
};

}  // namespace

round::Round run(const Request& request, std::stop_token stop,
                 const std::function<void(const Progress&)>& progress) {
  return Monitor(request, std::move(stop), progress).run();
}

}  // namespace jaga::probe
