// Names to numeric addresses by the system's resolver.
#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

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

// Looks names up in threads of its own, at most 32 at a time. A name server is given a few seconds for a
// name; where none of many names in a row brought an answer, the rest is not asked for any more.
// getaddrinfo(3) cannot be interrupted: threads that still wait when this is destroyed are left alone, touch
// nothing but their own and ask for no further name.
class Resolver {
 public:
  explicit Resolver(std::vector<std::string> names, Wanted wanted = Wanted::any);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  using Found = std::vector<std::pair<std::size_t, Resolved>>;  // by the index of the name
  // Those that have come to an end since the last call, waiting for at least one. Empty: each was given out,
  // or a stop was requested.
  Found take(std::stop_token stop);
  // The same without waiting. `more`: some are still being looked up.
  Found take_ready(bool& more);
  // Readable while take_ready() has something to give (eventfd(2)); -1: this machine has no descriptor left,
  // and one has to look from time to time. Valid as long as this is.
  int descriptor() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// In the order of the names; numeric addresses come back as they are. After a stop what is left is an error.
std::vector<Resolved> resolve(const std::vector<std::string>& names, std::stop_token stop = {});

}  // namespace jaga::probe
