#include "probe/resolve.hpp"

#include <sys/socket.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

#include "inventory/address.hpp"
#include "inventory/inventory.hpp"
#include "os/event.hpp"
#include "os/resolver.hpp"
#include "probe/icmp_socket.hpp"

namespace jaga::probe {
namespace {

constexpr std::size_t kThreads = 128;
// Consecutive names without an answer after which names get one second each, and after which the rest fail at
// once.
constexpr std::size_t kDeaf = 64;
constexpr std::size_t kGone = 2'048;
constexpr std::chrono::milliseconds kFirstWindow{100};

int family_of(Wanted wanted) {
  return wanted == Wanted::any ? AF_UNSPEC : wanted == Wanted::v4 ? AF_INET : AF_INET6;
}

// Uses the system's resolver, in the calling thread.
Resolved ask_system(const std::string& name, Wanted wanted, bool brief, bool& silent) {
  silent = false;
  // getaddrinfo(3) accepts 010.0.0.1 as 8.0.0.1 and 10.1 as 10.0.0.1.
  if (inventory::is_numeric_name(name) && !inventory::is_address(name))
    return {"", "not an address: IPv4 is four decimal numbers without leading zeros"};
  const os::Addresses found =
      os::look_up({name, family_of(wanted), false, brief ? os::Patience{1, 1} : os::Patience{}});
  silent = found.silent;
  Resolved resolved{"", found.problem};
  for (const os::Address& one : found.all) {
    std::string text = os::numeric(one, resolved.error_text);
    if (text.empty()) continue;
    if (resolved.address.empty())
      resolved.address = std::move(text);
    else
      resolved.further.push_back(std::move(text));
  }
  if (!resolved.address.empty()) resolved.error_text.clear();
  return resolved;
}

// Bit-reversed order (0, 1/2, 1/4, 3/4 ...), so that adjacent names are not looked up at the same time.
std::vector<std::size_t> spread(std::size_t count) {
  std::vector<std::size_t> order;
  order.reserve(count);
  std::size_t bits = 0;
  while ((std::size_t{1} << bits) < count) ++bits;
  for (std::size_t i = 0; i < std::size_t{1} << bits; ++i) {
    std::size_t turned = 0;
    for (std::size_t bit = 0; bit < bits; ++bit) turned |= (i >> bit & 1U) << (bits - 1 - bit);
    if (turned < count) order.push_back(turned);
  }
  return order;
}

}  // namespace

bool is_numeric(const std::string& name) {
  return parse_peer(name).has_value();
}

struct Resolver::State {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::vector<std::string> names;
  LookUp look_up;
  const os::Event event;
  std::size_t given = 0;
  std::size_t deaf = 0;
  bool over = false;  // the Resolver was destroyed or stopped
  // Finished names in order of completion; those from `given` on have not been returned yet. Reserved in
  // advance, so that threads need not allocate.
  std::vector<std::size_t> ended;
  std::vector<Resolved> found;  // by the index of the name

  // The mutex must be held for the following.
  bool ready() const { return given < ended.size(); }
  bool all() const { return ended.size() == names.size(); }

  Found give_out() {
    event.clear();
    Found out;
    out.reserve(ended.size() - given);
    for (; given < ended.size(); ++given) out.emplace_back(ended[given], std::move(found[ended[given]]));
    return out;
  }

  // An exception of the look-up affects this name only.
  void ask(std::size_t index, std::unique_lock<std::mutex>& lock) {
    const bool brief = deaf >= kDeaf;
    const bool gone = deaf >= kGone;
    lock.unlock();
    Resolved resolved;
    bool silent = gone;
    try {
      if (gone)
        resolved.error_text = "the name servers do not answer";
      else
        resolved = look_up(names[index], brief, silent);
    } catch (const std::exception& error) {
      resolved = failed(error.what());
    }
    lock.lock();
    deaf = silent ? deaf + 1 : 0;
    found[index] = std::move(resolved);
  }

  static Resolved failed(const char* why) noexcept {
    Resolved resolved;
    try {
      resolved.error_text = why;
    } catch (const std::bad_alloc&) {  // without a reason
    }
    return resolved;
  }

  void work(std::size_t index) {
    std::unique_lock lock(mutex);
    if (over) return;
    ask(index, lock);
    ended.push_back(index);
    event.notify();
    changed.notify_all();
  }
};

Resolver::Resolver(std::vector<std::string> names, Wanted wanted)
    : Resolver(std::move(names), [wanted](const std::string& name, bool brief, bool& silent) {
        return ask_system(name, wanted, brief, silent);
      }) {}

Resolver::Resolver(std::vector<std::string> names, LookUp look_up)
    : state_(std::make_shared<State>()), threads_(kThreads) {
  state_->names = std::move(names);
  state_->ended.reserve(state_->names.size());
  state_->found.resize(state_->names.size());
  state_->look_up = std::move(look_up);
  // Each task shares ownership of the state; the last owner destroys it.
  for (const std::size_t index : spread(state_->names.size()))
    if (!threads_.ask([state = state_, index] { state->work(index); })) state_->work(index);
}

Resolver::~Resolver() {
  const std::lock_guard lock(state_->mutex);
  state_->over = true;
}

Resolver::Found Resolver::take(std::stop_token stop) {
  std::unique_lock lock(state_->mutex);
  if (state_->given == state_->names.size()) return {};
  state_->changed.wait(lock, stop, [&] { return state_->ready(); });
  if (stop.stop_requested()) state_->over = true;
  return state_->give_out();
}

Resolver::Found Resolver::gather(std::stop_token stop, std::chrono::milliseconds window, bool& last) {
  std::unique_lock lock(state_->mutex);
  const auto all = [&] { return state_->all(); };
  if (state_->given < state_->names.size()) state_->changed.wait(lock, stop, [&] { return state_->ready(); });
  state_->changed.wait_for(lock, stop, window, all);
  if (stop.stop_requested()) state_->over = true;
  last = all();
  return state_->give_out();
}

Resolver::Found Resolver::take_ready(bool& more) {
  const std::lock_guard lock(state_->mutex);
  Found found = state_->give_out();
  more = state_->given < state_->names.size();
  return found;
}

int Resolver::descriptor() const {
  return state_->event.descriptor();
}

void resolve_in_batches(Resolver& resolver, std::stop_token stop, const Batch& batch) {
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto hand_on = [&](const Resolver::Found& found, bool last) {
    try {
      batch(found, last);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!thrown) thrown = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    bool last = false;
    for (auto window = kFirstWindow; !last && !stop.stop_requested(); window *= 2) {
      const auto found = std::make_shared<const Resolver::Found>(resolver.gather(stop, window, last));
      if (found->empty()) break;
      if (!last) {
        try {
          threads.emplace_back([&hand_on, found] { hand_on(*found, false); });
          continue;
        } catch (const std::exception&) {  // no thread available: run in this one
        }
      }
      hand_on(*found, last);
    }
  }
  if (thrown) std::rethrow_exception(thrown);
}

std::vector<Resolved> resolve(const std::vector<std::string>& names, std::stop_token stop) {
  std::vector<Resolved> out(names.size(), Resolved{"", "interrupted"});
  std::vector<std::string> wanted;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (is_numeric(names[i])) {
      out[i] = {names[i], ""};
    } else {
      wanted.push_back(names[i]);
      places.push_back(i);
    }
  }
  Resolver resolver(std::move(wanted));
  for (;;) {
    Resolver::Found found = resolver.take(stop);
    if (found.empty()) return out;
    for (auto& one : found) out[places[one.first]] = std::move(one.second);
  }
}

}  // namespace jaga::probe
