// When the workers of a site measure without being asked: by the office's standing order, while the office is
// not heard.
//
// The office publishes a standing order for each site, signed as any order and valid for kStandingValid. It
// is due at slots, the multiples of its `every` on the clock, so that all workers of a site mean the same
// ones. A slot is measured if no order of the office came to the site within one and a half `every` before
// it. That needs nothing but the orders themselves, and is the same for a cut link, a hub that ended and an
// office that does not measure. The half is there so that an office whose rounds are as far apart as `every`
// may be a little late. Workers share the orders, so each listens to all of them (hears_office()).
//
// For a slot and a part, each worker puts the office's signed order, unchanged, among the orders of its site,
// with the slot in the subject; the id of the message is the same for all workers, so that the site's stream
// keeps one. It is then taken like any order: one worker measures it, and another one if that dies. A slot is
// not begun after its end. Pure, but for Heard.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "fleet/order.hpp"
#include "fleet/worker.hpp"
#include "store/folder.hpp"

namespace jaga::fleet {

inline constexpr std::chrono::hours kStandingValid{24 * 7};
// It is replaced after a day, so that a site that has lost it has one again.
inline constexpr std::chrono::hours kStandingRenewed{24};

// The slot that `now` is in.
Instant slot_at(Instant now, std::chrono::milliseconds every);
// Whether a slot is to be measured if the office was heard last at `heard`.
bool is_due(Instant slot, std::chrono::milliseconds every, Instant heard);
// Whether `slot` is one of this standing order, and has begun or begins within `tolerance`.
bool is_slot_of(const OrderHead& order, Instant slot, Instant now, std::chrono::milliseconds tolerance);

// Whether it is an order to this site, signed by its office, that can still be carried out. Throws nothing.
bool hears_office(std::string_view message, const WorkerConfig& config, Instant now);

// When the office was heard last, and when it gave the newest standing order that was seen, kept in the
// worker's folder ("heard"): a worker that is started again during a cut goes on at the next slot, and by no
// order that was replaced before.
class Heard {
 public:
  // Where there is none yet, or it cannot be read: now.
  Heard(const store::Folder& folder, Instant now);
  Instant last() const { return last_; }
  void set(Instant at);
  // A standing order that was accepted, by the office's clock; one of the future is not taken for the newest.
  void saw(const OrderHead& standing, Instant now);
  // Whether a newer standing order was there when `slot` began: then this one is carried out no more, even if
  // a broker repeats it.
  bool is_replaced(const OrderHead& standing, Instant slot) const;

 private:
  void save() const;

  const store::Folder& folder_;
  Instant last_;
  Instant standing_{};  // `at` of the newest one
};

}  // namespace jaga::fleet
