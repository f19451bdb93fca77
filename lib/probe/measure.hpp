// Private to probe: measures the checks of a wave concurrently, each kind by its own method.
//
// The monitor owns the items and must not access them until measure() returns. Each item is written by one
// thread at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "probe/monitor.hpp"

namespace jaga::probe {

class IcmpPace;

// One check of one host and its results; the collector yields many.
struct Item {
  const inventory::Host* host = nullptr;
  const inventory::Check* check = nullptr;
  std::size_t index = 0;  // position in the round
  std::string address;    // numeric; empty: not resolved
  std::vector<round::Result> results;
  // Further addresses of the name, at most kMostFurther, tried in order if an address refuses the connection
  // or does not answer echo requests.
  std::vector<std::string> further{};
  // Sections to request from the collector; empty: all.
  std::vector<std::string> sections{};
};
inline constexpr std::size_t kMostFurther = 3;

using Ended = std::function<void(Item& item, std::vector<round::Result> results)>;

// The state for a failure reason. Local failures are unknown, since nothing was measured. service_state() is
// for checks of a service's own protocol: it is critical for all reasons but failures of this machine or the
// network.
round::State state_of(round::Reason reason);
round::State service_state(round::Reason reason);
const Pin* pin_of(const Item& item, const Request& request);

// A result for the check itself.
round::Result make(const Item& item, round::State state, round::Reason reason, Sentence summary);
// Whether repeating the check at once is pointless, so that the result counts as confirmed.
bool definite(const round::Result& result);
// Whether nothing came back from the host. Such hosts are tried by another method, and hosts behind them are
// measured last.
bool silent(const Item& item);
// Whether a login or the local collector timed out; another attempt would take as long.
bool login_hangs(const Item& item);

struct Wave {
  const Request* request = nullptr;
  std::stop_token stop;
  std::uint32_t rate = 0;          // echo requests per second over all waves of the round; 0: no limit
  std::shared_ptr<IcmpPace> pace;  // enforces `rate` across waves
  bool other_method = false;       // also try another method on silent hosts
  RandomBytes random;              // called from several threads
  // Progress callbacks, called from any thread: an item has its results; the number of finished checks
  // changed by this much, before their items are reported.
  std::function<void(const Item&)> ended;
  std::function<void(std::ptrdiff_t)> partly;
};

// An SSH request to the item's host with measuring user, pinned keys and nonce, without the script.
ssh::Request login_of(const Item& item, const Wave& wave);

// Adds a result to items without one: unknown, local_error, with the message of `thrown` (may be null); after a
// stop without an exception: unknown, cancelled.
void settle(const std::vector<Item*>& items, const Wave& wave, const std::exception_ptr& thrown);

// Runs `work`. Exceptions do not propagate: they become the result of items left without one.
template <typename Work>
void guarded(const std::vector<Item*>& items, const Wave& wave, const Work& work) {
  std::exception_ptr thrown;
  try {
    work();
  } catch (...) {
    thrown = std::current_exception();
  }
  settle(items, wave, thrown);
}

// What measuring reveals about this machine.
struct Own {
  std::atomic<std::int64_t> drops{0};
  std::atomic<bool> not_permitted{false};
};

// Tries the silent items by another method, without repeating their own.
void ask_otherwise(const std::vector<Item*>& items, const Wave& wave, Own& own);

// Every item has results afterwards, even if this machine runs out of descriptors or threads.
void measure(const std::vector<Item*>& items, const Wave& wave, Own& own);

}  // namespace jaga::probe
