// Names to numeric addresses by the system's resolver.
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
  std::string address;                 // numeric, with %scope where it has one; empty: failed
  std::string error_text;              // of getaddrinfo(3)
  std::vector<std::string> further{};  // other addresses of the name, in the order in which to try them
};

// An IPv4 or IPv6 address, with or without %scope: nothing to look up.
bool is_numeric(const std::string& name);

// Which addresses of a name are wanted.
enum class Wanted { any, v4, v6 };

// How a name is looked up; `brief`: with less patience than usual. `silent`: no name server said anything.
// Called in several threads at once; what it throws is that name's error.
using LookUp = std::function<Resolved(const std::string& name, bool brief, bool& silent)>;

// Looks names up in threads of its own, in an order of its own: neighbours of a list often share a name
// server. It is given a few seconds for a name, and a second only once many names in a row brought no answer;
// after thousands of them the rest is not asked for any more.
// getaddrinfo(3) cannot be interrupted: threads that still wait when this is destroyed are left alone, touch
// nothing but their own and ask for no further name.
class Resolver {
 public:
  explicit Resolver(std::vector<std::string> names, Wanted wanted = Wanted::any);
  Resolver(std::vector<std::string> names, LookUp look_up);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  using Found = std::vector<std::pair<std::size_t, Resolved>>;  // by the index of the name
  // Those that have come to an end since the last call, waiting for at least one. Empty: each was given out,
  // or a stop was requested.
  Found take(std::stop_token stop);
  // The same, and then waits for others, but no longer than that. `last`: none is being looked up any more.
  Found gather(std::stop_token stop, std::chrono::milliseconds window, bool& last);
  // The same without waiting. `more`: some are still being looked up.
  Found take_ready(bool& more);
  // Readable while take_ready() has something to give (eventfd(2)); -1: this machine has no descriptor left,
  // and one has to look from time to time. Valid as long as this is.
  int descriptor() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
  os::BlockingThreads threads_;
};

// Hands names on as they are found. No name waits for one that is silent, nor for what is done with others:
// those that come at once come together, each further batch gathers twice as long, and `batch` is called in
// a thread for each. Returns when all of them have; after a stop some may never be handed on. `last`: none
// comes after these. What a batch throws (the first of it) is thrown here once all have returned.
using Batch = std::function<void(const Resolver::Found&, bool last)>;
void resolve_in_batches(Resolver& resolver, std::stop_token stop, const Batch& batch);

// In the order of the names; numeric addresses come back as they are. After a stop what is left is an error.
std::vector<Resolved> resolve(const std::vector<std::string>& names, std::stop_token stop = {});

}  // namespace jaga::probe
