#include "fault/diagnose.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "base/format.hpp"
#include "base/text.hpp"
#include "fault/key.hpp"
#include "fault/needs.hpp"
#include "fault/part.hpp"
#include "fault/places.hpp"
#include "fault/shared.hpp"
#include "fault/silent.hpp"
#include "fault/together.hpp"
#include "fault/units.hpp"
#include "fault/ways.hpp"
#include "round/facts.hpp"
#include "round/words.hpp"

namespace jaga::fault {
namespace {

using inventory::Host;
using round::Result;
using round::State;

constexpr int kFlappingFrom = 30;
constexpr int kFlappingUntil = 25;
constexpr std::string_view kHostDown = "host-down";

Message fired_on(const Result& result) {
  return msg("'{check} {object}' is {state}: {summary}", {{"check", result.check}, {"object", result.object}})
      .with("state", round::word(result.state))
      .with("summary", result.summary.part());
}

class Diagnosing {
 public:
  Diagnosing(const inventory::Inventory& inventory, const Catalogue& catalogue,
             std::span<const inventory::Window> windows, Instant now, Explain explain)
      : inventory_(inventory),
        catalogue_(catalogue),
        windows_(windows),
        now_(now),
        explain_(explain),
        ways_(inventory),
        heard_(inventory.hosts.size(), Ways::kNever),
        silent_(inventory.hosts.size(), Ways::kNever) {
    for (const auto& [id, rule] : catalogue.rules) ranked_.push_back(&rule);
    std::stable_sort(ranked_.begin(), ranked_.end(),
                     [](const Rule* a, const Rule* b) { return a->priority > b->priority; });
  }

  Diagnosis run(std::span<const round::Round> rounds) {
    if (!rounds.empty() && isolated(rounds.front())) return std::move(out_);
    gather(rounds);
    for (auto& [name, results] : results_) measure_waiting(results);
    for (const auto& [name, results] : results_) out_.results += results.size();
    find_down();
    infer_silent_sites();
    infer_shared();
    for (const auto& host : inventory_.hosts)
      if (results_.contains(host.name) && !(down_.contains(host.name) && !ways_.reachable(host)) &&
          !explained_.contains(host.name))
        diagnose_host(host);
    fold();
    fold_needs(out_, inventory_, down_);
    infer_needed();
    fold_same_cause(out_);
    fold_along_paths(out_, inventory_, ways_);
    infer_shared_problems();
    for (auto* list : {&out_.faults, &out_.soft}) sort(*list);
    return std::move(out_);
  }

 private:
  // A flapping check may never fail often enough in a row; its changes confirm it instead.
  static bool confirmed(const Match& match) {
    return match.hard || is_flapping(flap_percent(match.evidence.front()->history), false);
  }
  bool isolated(const round::Round& round) {
    const bool cut = !round.self.route || round.self.gateway_reachable == false;
    // Results about this machine itself do not prove that the network works.
    std::set<std::string> here;
    for (const Result& result : round.results)
      if (result.check == "local") here.insert(result.host);
    const bool heard = std::any_of(round.results.begin(), round.results.end(), [&](const Result& result) {
      return proves_up(result) && !here.contains(result.host);
    });
    const Rule* rule = catalogue_.find("monitor-isolated");
    if (!cut || heard || rule == nullptr) return false;
    const Host nobody;  // the fault is not attributed to a host, because nothing is known about any
    Result result;
    result.check = "self";
    result.state = State::critical;
    result.reason = round::Reason::no_route;
    result.summary = round.self.route ? sentence("the gateway {address} does not answer",
                                                 {{"address", round.self.gateway}})
                                      : sentence("no route from here");
    result.since = round.at;
    out_.results = round.results.size();
    out_.faults.push_back(make(*rule, nobody, {{}, {&result}, 1, 0, true}));
    return true;
  }

  // Hosts on which no login succeeded: what they reported in an earlier round does not count any more.
  static std::set<std::string> without_login(const round::Round& round) {
    std::set<std::string> closed;
    std::set<std::string> open;
    for (const Result& result : round.results)
      if (result.check == "ssh" || result.check == "local")
        (result.state == State::ok ? open : closed).insert(result.host);
    std::erase_if(closed, [&](const std::string& host) { return open.contains(host); });
    return closed;
  }

  // Collects, for each host and kind of check, the results of the newest round that measured it.
  void gather(std::span<const round::Round> rounds) {
    std::set<std::pair<std::string, std::string>> seen;
    std::set<std::string> unknown;
    std::map<std::string, Instant> stale;  // time of their last measurement
    std::set<std::string> ourselves;       // hosts that are this machine itself, which needs no network
    for (const auto& round : rounds)
      for (const auto& result : round.results)
        if (result.check == "local") ourselves.insert(result.host);
    for (std::size_t at = 0; at < rounds.size(); ++at) {
      const auto& round = rounds[at];
      std::set<std::pair<std::string, std::string>> here;
      const bool old = rounds.front().at - round.at > kStale;
      const std::set<std::string> closed = without_login(round);
      for (const auto& result : round.results) {
        const std::pair<std::string, std::string> key{result.host, result.check};
        if (seen.contains(key) || result.reason == round::Reason::cancelled) continue;
        if (result.measured && closed.contains(result.host)) continue;
        const Host* host = inventory_.find(result.host);
        if (host == nullptr) {
          unknown.insert(result.host);
          continue;
        }
        if (old) {
          stale.emplace(result.host, round.at);
          continue;
        }
        here.insert(key);
        if (result.state != State::ok) find_unknown_facts(result);
        const auto note = [&](std::vector<int>& where) {
          int& newest = where[ways_.index(*host)];
          if (newest == Ways::kNever) newest = static_cast<int>(at);
        };
        if (proves_up(result) && !ourselves.contains(result.host)) note(heard_);
        if (proves_down(result)) note(silent_);
        results_[result.host].push_back(&result);
      }
      seen.insert(here.begin(), here.end());
    }
    for (const auto& [name, at] : stale)
      if (!results_.contains(name)) add_age(name, at, rounds.front().at);
    out_.unknown_hosts.assign(unknown.begin(), unknown.end());
    out_.unknown_facts.assign(unknown_facts_.begin(), unknown_facts_.end());
    for (auto& [name, results] : results_)
      std::stable_sort(results.begin(), results.end(), [](const Result* a, const Result* b) {
        return std::tie(a->check, a->object) < std::tie(b->check, b->object);
      });
  }

  // Replaces outdated results.
  void add_age(const std::string& name, Instant at, Instant now) {
    Result& result = inferred_.emplace_back();
    result.host = name;
    result.check = "age";
    result.reason = round::Reason::stale;
    result.summary = sentence("not measured since {time}", {{"time", format_instant(at)}});
    result.since = at;
    result.attempts = round::kConfirmed;
    result.facts = {{"age_s", std::chrono::duration_cast<std::chrono::seconds>(now - at).count()}};
    results_[name].push_back(&result);
  }

  // Adds the share of a high load that is due to processes waiting for a device, which the kernel counts in.
  void measure_waiting(std::vector<const Result*>& results) {
    const auto find = [&](std::string_view check) {
      return std::find_if(results.begin(), results.end(),
                          [&](const Result* one) { return one->check == check; });
    };
    const auto load = find("load");
    const auto process = find("process");
    if (load == results.end() || (*load)->state == State::ok || process == results.end()) return;
    const auto five = round::number(**load, "load5_hundredths");
    const auto blocked = round::number(**process, "blocked");
    if (!five || !blocked || *five <= 0 || *blocked <= 0) return;
    Result& waiting = inferred_.emplace_back(**load);
    const std::int64_t hundredths = std::min<std::int64_t>(*blocked, INT32_MAX) * 10'000;
    waiting.facts["blocked_percent"] = std::min<std::int64_t>(100, hundredths / *five);
    *load = &waiting;
  }

  // Facts that rules cannot test: unknown ones, and numbers stored as text or vice versa.
  void find_unknown_facts(const Result& result) {
    for (const auto& fact : result.facts) {
      const auto* known = round::known_fact(result.check, fact.first);
      if (known == nullptr || known->number != std::holds_alternative<std::int64_t>(fact.second))
        unknown_facts_.emplace(result.check, fact.first);
    }
  }

  // Determines which hosts are down, as opposed to merely not answering at their own address.
  void find_down() {
    const Rule* down = catalogue_.find(kHostDown);
    const auto look = [&](const std::string& name) {
      down_.erase(name);
      maybe_down_.erase(name);
      if (down == nullptr) return;
      for (const auto& match : matches(*down, results_.at(name)))
        (confirmed(match) ? down_ : maybe_down_).insert(name);
    };
    for (const auto& [name, results] : results_) look(name);
    for (const auto* list : {&down_, &maybe_down_})
      for (const std::string& name : *list) {
        int& silent = silent_[ways_.index(inventory_.at(name))];
        if (silent == Ways::kNever) silent = 0;
      }
    for (std::size_t i = 0; i < silent_.size(); ++i)
      if (!down_.contains(inventory_.hosts[i].name) && !maybe_down_.contains(inventory_.hosts[i].name))
        silent_[i] = Ways::kNever;
    for (const auto& [index, behind] : ways_.forwarding(heard_, silent_)) {
      const std::string& name = ways_.host(index).name;
      add_behind(name, behind);
      look(name);
    }
    std::vector<bool> heard(heard_.size());
    for (const auto& [name, results] : results_)
      heard[ways_.index(inventory_.at(name))] =
          std::any_of(results.begin(), results.end(), [](const Result* one) { return proves_up(*one); });
    ways_.settle(down_, heard);
  }

  // Hosts behind it answer, so it works even if its own address does not.
  void add_behind(const std::string& name, const Ways::Behind& behind) {
    Result& result = inferred_.emplace_back();
    result.host = name;
    result.check = "behind";
    result.state = State::ok;
    result.summary = sentence(
        "{answering} of {members} hosts reached only through it answer",
        {{"answering", std::to_string(behind.answering)}, {"members", std::to_string(behind.members)}});
    result.attempts = round::kConfirmed;
    result.facts = {{"answering", static_cast<std::int64_t>(behind.answering)},
                    {"members", static_cast<std::int64_t>(behind.members)}};
    results_[name].push_back(&result);
  }

  // Repeatedly attributes failures to the best common cause and removes the hosts that it explains.
  void infer_shared() {
    std::map<std::string, Instant> down;
    std::set<std::string> measured;
    for (const auto& [name, results] : results_) {
      const bool is_down = down_.contains(name);
      if (is_down && !ways_.reachable(inventory_.at(name))) continue;  // a symptom of its parent
      if (maybe_down_.contains(name)) continue;                        // wait for confirmation
      measured.insert(name);
      if (!is_down) continue;
      Instant since = Instant::max();
      for (const Result* result : results)
        if (proves_down(*result)) since = std::min(since, result->since);
      down.emplace(name, since);
    }
    if (down.size() < 2) return;
    for (bool again = true; again;) {
      again = false;
      for (const Shared& one : shared(inventory_, down, measured)) {
        const Rule* rule = rule_for(one.result);
        if (rule == nullptr) continue;
        add_shared_fault(*rule, one);
        for (const std::string& name : one.failed) {
          explained_.insert(name);
          down.erase(name);
          measured.erase(name);
        }
        again = true;
        break;
      }
    }
  }
  void infer_silent_sites() {
    for (SilentSite& site : silent_sites(inventory_, results_)) {
      const Result& result = inferred_.emplace_back(std::move(site.result));
      const Rule* rule = rule_for(result);
      if (rule == nullptr) continue;
      Match match{result.object, {&result}, 1, 0, true};
      match.evidence.insert(match.evidence.end(), site.evidence.begin(), site.evidence.end());
      for (const std::string& host : site.hosts) explained_.insert(host);
      Fault fault = make(*rule, inventory_.at(result.host), match);
      fault.symptoms = std::move(site.symptoms);
      out_.explained.push_back({fault.host, fault.object, rule->id, true, fired_on(result)});
      out_.faults.push_back(std::move(fault));
    }
  }
  const Rule* rule_for(const Result& inferred) const {
    for (const Rule* rule : ranked_)
      if (rule->priority > 0 && !matches(*rule, {&inferred}).empty()) return rule;
    return nullptr;
  }
  void add_shared_fault(const Rule& rule, const Shared& one) {
    Match match{one.result.object, {&one.result}, 1, 0, true};
    for (const std::string& name : one.failed)
      for (const Result* result : results_.at(name))
        if (proves_down(*result)) match.evidence.push_back(result);
    Fault fault = make(rule, inventory_.at(one.result.host), match);
    // The fault is named after a member, whose window does not count: it is planned only if all failed
    // members are in one.
    fault.window.clear();
    for (const std::string& name : one.failed) {
      const auto* window = inventory::window_of(windows_, inventory_.at(name), now_);
      fault.window = window == nullptr ? std::string() : window->name;
      if (window == nullptr) break;
    }
    for (const std::string& name : one.failed) {
      for (const Result* result : results_.at(name))
        if (result->state != State::ok && !proves_down(*result) && !is_from_inventory(*result))
          fault.symptoms.push_back({name, result->check, result->object, true});
      shared_roots_.emplace(name, out_.faults.size());
    }
    out_.explained.push_back({fault.host, fault.object, rule.id, true, fired_on(one.result)});
    out_.faults.push_back(std::move(fault));
  }

  void infer_needed() {
    for (bool again = true; again;) {
      again = false;
      for (const UnmeasuredNeed& one : unmeasured_needs(out_, inventory_, results_, down_)) {
        const Rule* rule = rule_for(one.result);
        if (rule == nullptr) continue;
        fold_into(
            out_, one.faults,
            make(*rule, inventory_.at(one.result.host), {one.result.object, {&one.result}, 1, 0, true}));
        again = true;
        break;
      }
    }
  }

  // Handles all candidates that do not overlap at once; the remaining ones are evaluated again.
  void infer_shared_problems() {
    std::vector<Root> roots;
    do {
      roots.clear();
      std::set<std::size_t> taken;
      for (SharedProblem& one : shared_problems(out_, inventory_, results_, ways_, down_)) {
        const bool overlaps = std::any_of(one.faults.begin(), one.faults.end(),
                                          [&](std::size_t place) { return taken.contains(place); });
        const Rule* rule = overlaps ? nullptr : rule_for(one.result);
        if (rule == nullptr) continue;
        taken.insert(one.faults.begin(), one.faults.end());
        roots.push_back({std::move(one.faults), make(*rule, inventory_.at(one.result.host),
                                                     {one.result.object, {&one.result}, 1, 0, true})});
      }
      replace_with_roots(out_, roots);
    } while (!roots.empty());
  }

  Fault make(const Rule& rule, const Host& host, const Match& match) const {
    Fault fault;
    const Result& deciding = *match.evidence.front();
    fault.type = rule.id;
    fault.title = rule.title;
    fault.fault_class = rule.fault_class;
    fault.host = host.name;
    fault.object = match.object;
    fault.key = Key{host.name, rule.id, match.object}.text();
    fault.severity = rule.severity;
    for (const Result* result : match.evidence) fault.evidence.push_back(*result);
    fault.remedy = rule.remedy;
    const auto results = results_.find(host.name);
    fault.part =
        part_of(rule, host, match.object, deciding, results == results_.end() ? nullptr : &results->second);
    const auto fill = [&](const std::string& text) {
      return fill_placeholders(text, host, match.object, deciding).value_or(text);
    };
    fault.next_command = {fill(rule.next_command.id), fill(rule.next_command.en)};
    for (const auto& suggestion : rule.suggestions) {
      std::vector<std::pair<std::string, std::string>> parameters;
      for (const auto& [name, value] : suggestion.parameters)
        if (const auto text = fill_placeholders(value, host, match.object, deciding))
          parameters.emplace_back(name, *text);
      if (parameters.size() != suggestion.parameters.size()) continue;
      fault.plan = suggestion.plan;
      fault.parameters = std::move(parameters);
      break;
    }
    if (const auto* window = inventory::window_of(windows_, host, now_)) {
      fault.window = window->name;
      fault.speaks_against.emplace_back(sentence("maintenance window '{window}': {reason}",
                                                 {{"window", window->name}, {"reason", window->reason}}));
    }
    fault.flap_percent = flap_percent(deciding.history);
    fault.flapping = is_flapping(fault.flap_percent, false);
    if (fault.flapping)
      fault.speaks_against.emplace_back(
          sentence("it changes often: {percent} %", {{"percent", std::to_string(fault.flap_percent)}}));
    return fault;
  }

  void diagnose_host(const Host& host) {
    const auto& results = results_.at(host.name);
    std::map<const Result*, std::size_t> claimed;  // index into `found`
    std::vector<std::pair<Fault, bool>> found;
    for (const Rule* rule : ranked_) {
      if (rule->priority == 0) continue;
      Message why;
      std::vector<Match> places = matches(*rule, results, explain_ == Explain::all ? &why : nullptr);
      if (places.empty()) {
        if (explain_ == Explain::all) out_.explained.push_back({host.name, {}, rule->id, false, why});
        continue;
      }
      // If the host is down, only its silence counts; its other findings are consequences.
      if (down_.contains(host.name))
        std::erase_if(places, [](const Match& one) { return !proves_down(*one.evidence.front()); });
      join_ssh(host, places);
      for (const auto& match : places) {
        out_.explained.push_back(
            {host.name, match.object, rule->id, true, fired_on(*match.evidence.front())});
        if (const auto taken = claimed.find(match.evidence.front()); taken != claimed.end()) {
          found[taken->second].first.candidates.push_back({rule->id, rule->priority + match.supported});
          continue;
        }
        for (std::size_t i = 0; i < match.deciding; ++i) claimed.emplace(match.evidence[i], found.size());
        found.emplace_back(make(*rule, host, match), confirmed(match));
      }
    }
    fold_into_units(host, found);
    for (auto& [fault, hard] : found) add_symptoms(fault, results, claimed);
    apply_fallback_rules(host, results, found);
    for (auto& [fault, hard] : found) (hard ? out_.faults : out_.soft).push_back(std::move(fault));
  }

  // Applies rules of priority 0 to results that no other rule explains.
  void apply_fallback_rules(const Host& host, const std::vector<const Result*>& results,
                            std::vector<std::pair<Fault, bool>>& found) const {
    const auto named = [&](const Result& result) {
      return std::any_of(found.begin(), found.end(), [&](const std::pair<Fault, bool>& one) {
        // A result without an object is a total of the others.
        const auto same = [&](const auto& other) {
          return other.check == result.check && (result.object.empty() || other.object == result.object);
        };
        return std::any_of(one.first.evidence.begin(), one.first.evidence.end(), same) ||
               std::any_of(one.first.symptoms.begin(), one.first.symptoms.end(), same);
      });
    };
    for (const Rule* rule : ranked_) {
      if (rule->priority > 0) continue;
      std::vector<const Result*> rest;
      std::copy_if(results.begin(), results.end(), std::back_inserter(rest),
                   [&](const Result* result) { return !named(*result); });
      for (const Match& match : matches(*rule, rest))
        found.emplace_back(make(*rule, host, match), confirmed(match));
    }
  }

  // The ssh check and a tcp check of the same port measure the same service.
  static void join_ssh(const Host& host, std::vector<Match>& places) {
    const auto ssh =
        std::find_if(places.begin(), places.end(), [](const Match& m) { return m.object == "ssh"; });
    if (ssh == places.end()) return;
    ssh->object = std::to_string(host.login.port);
    const auto twin = std::find_if(places.begin(), places.end(),
                                   [&](const Match& m) { return &m != &*ssh && m.object == ssh->object; });
    if (twin == places.end()) return;
    const auto middle = static_cast<std::ptrdiff_t>(ssh->deciding);
    twin->evidence.insert(twin->evidence.begin() + static_cast<std::ptrdiff_t>(twin->deciding),
                          ssh->evidence.begin(), ssh->evidence.begin() + middle);
    twin->deciding += ssh->deciding;
    twin->hard = twin->hard || ssh->hard;
    places.erase(ssh);
  }

  // Failing results of the same host that follow from this fault: all results if the host is down, and
  // unknown results of the collector if the login failed.
  void add_symptoms(Fault& fault, const std::vector<const Result*>& results,
                    const std::map<const Result*, std::size_t>& claimed) const {
    const bool login = std::any_of(fault.evidence.begin(), fault.evidence.end(),
                                   [](const Result& r) { return r.check == "ssh"; });
    const bool silent = is_host_outage(fault);
    for (const Result* result : results) {
      if (result->state == State::ok || claimed.contains(result) || is_from_inventory(*result)) continue;
      if (silent || (login && result->state == State::unknown))
        fault.symptoms.push_back({result->host, result->check, result->object, false});
    }
  }

  // Whether the fault is host-down or a more specific fault of a silent host, such as no route or a routing
  // loop.
  bool is_host_outage(const Fault& fault) const {
    return fault.object.empty() && down_.contains(fault.host) && !fault.evidence.empty() &&
           proves_down(fault.evidence.front());
  }

  void fold() {
    std::map<std::string, std::vector<std::size_t>> silent;
    for (std::size_t i = 0; i < out_.faults.size(); ++i)
      if (is_host_outage(out_.faults[i])) silent[out_.faults[i].host].push_back(i);
    for (const auto& name : down_) {
      const Host& host = inventory_.at(name);
      if (ways_.reachable(host)) continue;
      const std::set<std::string> roots = ways_.roots_above(host);
      for (const std::string& root : roots) {
        const auto shared = shared_roots_.find(root);
        if (shared == shared_roots_.end()) continue;
        for (const Result* result : results_.at(name))
          if (result->state != State::ok && !is_from_inventory(*result))
            out_.faults[shared->second].symptoms.push_back({name, result->check, result->object, true});
        break;
      }
      for (const std::string& root : roots) {
        const auto at = silent.find(root);
        if (at == silent.end()) continue;
        for (const std::size_t place : at->second)
          for (const Result* result : results_.at(name))
            if (result->state != State::ok && !is_from_inventory(*result))
              out_.faults[place].symptoms.push_back({name, result->check, result->object, true});
      }
    }
  }

  static void sort(std::vector<Fault>& faults) {
    for (auto& fault : faults)
      std::stable_sort(fault.candidates.begin(), fault.candidates.end(),
                       [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    std::sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) {
      if (a.severity != b.severity) return a.severity > b.severity;
      if (a.symptoms.size() != b.symptoms.size()) return a.symptoms.size() > b.symptoms.size();
      return a.key < b.key;
    });
  }

  const inventory::Inventory& inventory_;
  const Catalogue& catalogue_;
  std::span<const inventory::Window> windows_;
  Instant now_;
  Explain explain_;
  std::vector<const Rule*> ranked_;
  Results results_;
  std::deque<Result> inferred_;  // inferred results; a deque keeps pointers to them valid
  Ways ways_;
  std::vector<int> heard_;  // by Ways::Index: round number, see Ways::forwarding
  std::vector<int> silent_;
  std::set<std::pair<std::string, std::string>> unknown_facts_;
  std::set<std::string> down_;                       // confirmed, whether root cause or symptom
  std::set<std::string> maybe_down_;                 // not confirmed yet
  std::set<std::string> explained_;                  // hosts in down_ that a shared cause explains
  std::map<std::string, std::size_t> shared_roots_;  // index of the explaining fault in Diagnosis::faults
  Diagnosis out_;
};

}  // namespace

int flap_percent(std::string_view history) {
  // 20 transitions between 21 states, with weights from 0.8 (oldest) to 1.2 (newest).
  constexpr std::size_t kChanges = round::kHistory - 1;
  if (history.size() > round::kHistory) history.remove_prefix(history.size() - round::kHistory);
  std::size_t sum = 0;
  for (std::size_t i = 1; i < history.size(); ++i) {
    const std::size_t slot = kChanges - (history.size() - i);
    if (history[i] != history[i - 1]) sum += 800 + 400 * slot / (kChanges - 1);
  }
  return static_cast<int>(sum / (kChanges * 10));
}

bool is_flapping(int percent, bool before) {
  return percent > kFlappingFrom || (before && percent >= kFlappingUntil);
}

Diagnosis diagnose(std::span<const round::Round> rounds, const inventory::Inventory& inventory,
                   const Catalogue& catalogue, std::span<const inventory::Window> windows, Instant now,
                   Explain explain) {
  return Diagnosing(inventory, catalogue, windows, now, explain).run(rounds);
}

bool has_recovered(std::span<const Place> failed, const round::Round& round, Instant since) {
  return !failed.empty() && std::all_of(failed.begin(), failed.end(), [&](const Place& place) {
    const Result* own = nullptr;
    bool others = false;
    if (place.check == "shared") return failed.size() > 1;  // inferred from the others
    for (const Result& result : round.results) {
      if (result.host != place.host || result.check != place.check) continue;
      if (result.measured && *result.measured < since) continue;
      if (result.object == place.object)
        own = &result;
      else
        others = others || result.state == State::ok;
    }
    return own != nullptr ? own->state == State::ok : others;
  });
}

}  // namespace jaga::fault
