// Private to probe: the checks of a wave, measured at once, each kind by its own method.
//
// Items belong to the monitor, which must not touch them until measure() returns; meanwhile each is written
// by one thread only.
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

// One check of one host; its results are all that came of it (the collector gives many).
struct Item {
  const inventory::Host* host = nullptr;
  const inventory::Check* check = nullptr;
  std::size_t index = 0;  // among all of the round
  std::string address;    // numeric; empty: not resolved
  std::vector<round::Result> results;
  // Other addresses of the name, at most kMostFurther, in the order in which they are tried where the one
  // before does not take the connection or sends no echo back.
  std::vector<std::string> further{};
};
inline constexpr std::size_t kMostFurther = 3;

using Ended = std::function<void(Item& item, std::vector<round::Result> results)>;

// The state of a check that ended so: "could not measure" is unknown, for failures that are ours. Of a
// service by its own protocol, all that is not the network's or ours is the service's.
round::State state_of(round::Reason reason);
round::State service_state(round::Reason reason);
const Pin* pin_of(const Item& item, const Request& request);

// A result of the check itself.
round::Result make(const Item& item, round::State state, round::Reason reason, Sentence summary);
// An attempt later it would be no other.
bool definite(const round::Result& result);
// Nothing came back from the host: worth asking by another method, and asking those behind it later.
bool silent(const Item& item);

struct Wave {
  const Request* request = nullptr;
  std::stop_token stop;
  std::uint32_t rate = 0;          // of echo requests a second, of all waves of the round; 0: no limit
  std::shared_ptr<IcmpPace> pace;  // what holds them to it together
  bool other_method = false;       // ask hosts that are silent by another method, too
  RandomBytes random;              // may be called from several threads
  // From any thread: an item has its results; so many checks more (or less) have an end that nobody names
  // yet.
  std::function<void(const Item&)> ended;
  std::function<void(std::ptrdiff_t)> partly;
};

// The login on an item's host with the measuring user, the pinned keys and a nonce: all but the script.
ssh::Request login_of(const Item& item, const Wave& wave);

// Gives those of the items that have no result one: unknown, local_error, with what was thrown (may be
// empty).
void settle(const std::vector<Item*>& items, const Wave& wave, const std::exception_ptr& thrown);

// Does the work. Whatever it throws, also against its contract, is the result of those of the items that it
// left without one, and goes no further.
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

// What it told about this machine.
struct Own {
  std::atomic<std::int64_t> drops{0};
  std::atomic<bool> not_permitted{false};
};

// Every item has results afterwards, also where this machine has no descriptor or thread left for measuring.
void measure(const std::vector<Item*>& items, const Wave& wave, Own& own);

}  // namespace jaga::probe
