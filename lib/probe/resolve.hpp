// Resolves names to numeric addresses by the system's resolver.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "os/resolver.hpp"

namespace jaga::probe {

struct Resolved {
  std::string address;                 // numeric, with %scope if it has one; empty: failed
  std::string error_text;              // from getaddrinfo(3)
  std::vector<std::string> further{};  // further addresses of the name, in the order to try them
};

// Whether the text is an IPv4 or IPv6 address, with or without %scope, which needs no look-up.
bool is_numeric(const std::string& name);

// Which address family to return.
enum class Wanted { any, v4, v6 };

// Looks up one name. `brief`: use a shorter timeout. `silent`: set if no name server answered. Called from
// several threads; an exception becomes the error of that name.
using LookUp = std::function<Resolved(const std::string& name, bool brief, bool& silent)>;

// Resolves names in background threads, spread over the list because adjacent names often share a name
// server. Each name gets a few seconds, or one second after many consecutive names without an answer; after
// thousands the remaining names fail at once.
//
// getaddrinfo(3) cannot be interrupted. Threads still waiting when the object is destroyed continue in the
// background; they use no other objects and start no further look-up.
class Resolver {
 public:
  explicit Resolver(std::vector<std::string> names, Wanted wanted = Wanted::any);
  Resolver(std::vector<std::string> names, LookUp look_up);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  using Found = std::vector<std::pair<std::size_t, Resolved>>;  // by index of the name
  // Waits for at least one result and returns all since the last call. Empty if all were returned or a stop
  // was requested.
  Found take(std::stop_token stop);
  // As take(), then collects further results for at most `window`. `last`: set if no look-up is left.
  Found gather(std::stop_token stop, std::chrono::milliseconds window, bool& last);
  // As take(), without blocking. `more`: set if look-ups are still running.
  Found take_ready(bool& more);
  // An eventfd(2) that is readable while take_ready() has results; valid for the lifetime of this object. -1
  // if no descriptor is available: poll instead.
  int descriptor() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
  os::BlockingThreads threads_;
};

// Passes names to `batch` as they are resolved, so that fast names do not wait for slow ones. Each batch runs
// in its own thread and is collected over twice the time of the one before. `last`: no further batch follows.
// Returns when all batches have returned, and rethrows the first exception of a batch. After a stop some
// names may not be passed on.
using Batch = std::function<void(const Resolver::Found&, bool last)>;
void resolve_in_batches(Resolver& resolver, std::stop_token stop, const Batch& batch);

// Returns one result per name, in order; numeric addresses are returned unchanged. After a stop, names not
// yet resolved have an error.
std::vector<Resolved> resolve(const std::vector<std::string>& names, std::stop_token stop = {});

}  // namespace jaga::probe
