#include "probe/measure.hpp"

#include <algorithm>
#include <map>
#include <new>
#include <thread>
#include <utility>

#include "base/debug.hpp"
#include "base/text.hpp"
#include "probe/method.hpp"

namespace jaga::probe {

using round::Reason;
using round::Result;
using round::State;

const Pin* pin_of(const Item& item, const Request& request) {
  const auto at = request.pins.find(item.host->name);
  return at == request.pins.end() ? nullptr : &at->second;
}

State state_of(Reason reason) {
  switch (reason) {
    case Reason::none:
      return State::ok;
    case Reason::cancelled:
    case Reason::local_error:
    case Reason::site_silent:
    case Reason::not_permitted:
    case Reason::no_key:
    case Reason::agent_failed:
    case Reason::token_failed:
    case Reason::host_key_unknown:
    case Reason::no_route:
    case Reason::resolve_failed:
    case Reason::output_cut:
    case Reason::lost:
    case Reason::killed:
      return State::unknown;
    default:
      return State::critical;
  }
}

State service_state(Reason reason) {
  switch (reason) {
    case Reason::none:
      return State::ok;
    case Reason::no_route:
    case Reason::resolve_failed:
    case Reason::cancelled:
    case Reason::local_error:
    case Reason::site_silent:
      return State::unknown;
    default:
      return State::critical;
  }
}

template <std::size_t... kIndex>
static std::vector<const Method*> methods_of(std::index_sequence<kIndex...>) {
  return {&method<std::variant_alternative_t<kIndex, inventory::Check>>()...};
}

const std::vector<const Method*>& methods() {
  static const std::vector<const Method*> kAll =
      methods_of(std::make_index_sequence<std::variant_size_v<inventory::Check>>());
  return kAll;
}

const Method* find_method(std::string_view kind) {
  const std::vector<std::string>& kinds = inventory::check_kinds();
  const auto at = std::find(kinds.begin(), kinds.end(), kind);
  return at == kinds.end() ? nullptr : methods()[static_cast<std::size_t>(at - kinds.begin())];
}

namespace {
// A name with several addresses is passed on unresolved, since SSH tries its addresses one by one.
const std::string& address_of(const Item& item) {
  return item.further.empty() ? item.address : item.host->address;
}
}  // namespace

ssh::Request login_of(const Item& item, const Wave& wave) {
  ssh::Request one;
  const auto& ways = wave.request->ways;
  if (const auto way = ways.find(item.host->name); way != ways.end()) {
    one.target = way->second;
    if (one.target.address == item.host->address) one.target.address = address_of(item);
  } else {
    one.target.name = item.host->name;
    one.target.address = address_of(item);
    one.target.port = item.host->login.port;
    one.target.user = item.host->login.measure;
    if (const Pin* pin = pin_of(item, *wave.request)) one.target.known = pin->keys;
  }
  one.nonce = random_id(wave.random);
  return one;
}

Result make(const Item& item, State state, Reason reason, Sentence summary) {
  Result result;
  result.host = item.host->name;
  result.check = inventory::kind(*item.check);
  result.object = inventory::object(*item.check);
  result.state = state;
  result.reason = reason;
  result.summary =
      summary.message() != nullptr ? std::move(summary) : Sentence(printable_once(summary.text()));
  return result;
}

bool definite(const Result& result) {
  switch (result.reason) {
    case Reason::resolve_failed:
    case Reason::host_key_unknown:
    case Reason::host_key_changed:
    case Reason::identity_changed:
    case Reason::no_key:
    case Reason::token_failed:  // do not ask for a touch repeatedly
    case Reason::auth_failed:
    case Reason::auth_partial:
    case Reason::not_permitted:
    case Reason::needs_root:
    case Reason::absent:
    case Reason::stale:
    case Reason::bad_exit:
    case Reason::certificate_untrusted:
    case Reason::certificate_name:
    case Reason::certificate_expired:
    case Reason::certificate_expiring:
    case Reason::cancelled:
      return true;
    case Reason::limit_reached:
      // Load is an average over five minutes, and a unit that systemd restarts is not failed.
      if (const Method* method = find_method(result.check)) return !method->limit_is_passing;
      return result.check != "memory";
    default:
      return false;
  }
}

bool silent(const Item& item) {
  return std::any_of(item.results.begin(), item.results.end(), [](const Result& result) {
    if (const Method* method = find_method(result.check); method == nullptr || !method->tells_of_host)
      return false;
    if (result.facts.contains("answered_by")) return false;
    switch (result.reason) {
      case Reason::timed_out:
        return result.phase.empty() || result.phase == "connect";
      case Reason::unreachable:
      case Reason::no_route:
        return true;
      default:
        return false;
    }
  });
}

bool login_hangs(const Item& item) {
  if (!inventory::logs_in(*item.check)) return false;
  return std::any_of(item.results.begin(), item.results.end(), [&](const Result& result) {
    // A plugin that takes too long has logged in.
    return result.reason == Reason::timed_out && result.check == inventory::kind(*item.check) &&
           (!result.phase.empty() || result.check == "local");
  });
}

void settle(const std::vector<Item*>& items, const Wave& wave, const std::exception_ptr& thrown) {
  // Avoid allocations if all items have results: memory may be exhausted.
  if (std::none_of(items.begin(), items.end(), [](const Item* item) { return item->results.empty(); }))
    return;
  const bool stopped = wave.stop.stop_requested() && !thrown;
  Sentence why = sentence("not measured");
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const Error& error) {
    why = error.message();
  } catch (const std::bad_alloc&) {
    why = sentence("out of memory on this machine");
  } catch (const std::exception& error) {
    why = error.what();
  }
  for (Item* item : items) {
    if (!item->results.empty()) continue;
    item->results = {stopped ? make(*item, State::unknown, Reason::cancelled, sentence("interrupted"))
                             : make(*item, State::unknown, Reason::local_error, why)};
    wave.ended(*item);
  }
}

namespace {

void tell(const Item& item) {
  for (const Result& result : item.results)
    debug("probe", "{} ({}) {}{}{}: {}, {}: {}", item.host->name, item.address, result.check,
          result.object.empty() ? "" : ":", result.object, round::name(result.state),
          round::name(result.reason), result.summary.text());
}

void ask_silent_ones(const std::vector<Item*>& items, const Work& work) {
  std::map<decltype(Method::ask_otherwise), std::vector<Item*>> silent_items;
  for (Item* item : items) {
    const auto otherwise = methods()[item->check->index()]->ask_otherwise;
    if (otherwise != nullptr && silent(*item)) silent_items[otherwise].push_back(item);
  }
  try {
    for (const auto& [ask, those] : silent_items) ask(those, work);
  } catch (const Error&) {
    // Without a descriptor for it, what the check's own method said stands.
  }
}

void measure_all(const std::vector<Item*>& items, const Work& work) {
  const std::vector<const Method*>& ways = methods();
  std::vector<std::vector<Item*>> of_kind(ways.size());
  for (Item* item : items)
    if (item->results.empty())
      of_kind[item->check->index()].push_back(item);  // otherwise the name has no address
  if (debugging())
    for (const std::vector<Item*>& those : of_kind)
      if (!those.empty())
        debug("probe", "measuring {}: {} checks", inventory::kind(*those.front()->check), those.size());
  {
    // All methods run concurrently.
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < ways.size(); ++i)
      begin(threads, of_kind[i], work.wave,
            [way = ways[i], &those = of_kind[i], &work] { way->measure(those, work); });
    if (!of_kind[0].empty()) guarded(of_kind[0], work.wave, [&] { ways[0]->measure(of_kind[0], work); });
  }
  if (work.wave.other_method && !work.wave.stop.stop_requested()) ask_silent_ones(items, work);
}

Ended ended_of(const Wave& wave) {
  return [&wave](Item& item, std::vector<Result> results) {
    item.results = std::move(results);
    if (debugging()) tell(item);
    wave.ended(item);
  };
}

}  // namespace

void ask_otherwise(const std::vector<Item*>& items, const Wave& wave, Own& own) {
  if (!wave.stop.stop_requested()) ask_silent_ones(items, Work{wave, own, ended_of(wave)});
}

void measure(const std::vector<Item*>& items, const Wave& wave, Own& own) {
  const Work work{wave, own, ended_of(wave)};
  guarded(items, wave, [&] { measure_all(items, work); });
}

}  // namespace jaga::probe
