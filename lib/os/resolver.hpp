// Names to addresses by the system's resolver, getaddrinfo(3), which can be neither hurried nor stopped: so
// it is asked in threads that nobody waits for.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jaga::os {

// How long name servers are waited for.
struct Patience {
  int seconds = 2;  // for each try of each name server
  int tries = 2;
};

// For the lookups of the calling thread from now on.
void be_patient(Patience patience);

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

struct Addresses {
  std::vector<Address> all;  // in the order in which to try them, the port 0
  std::string problem;       // of getaddrinfo, where there are none
  bool silent = false;       // no name server said anything
};

struct Question {
  std::string name;
  int family = AF_UNSPEC;
  // Only addresses of a family that this machine has an address of itself (AI_ADDRCONFIG).
  bool configured_only = false;
  Patience patience{};
};

// In the calling thread.
Addresses look_up(const Question& question);
// As numbers, with %scope where it has one. Empty, with a reason in `problem`: it cannot be said.
std::string numeric(const Address& address, std::string& problem);

// Runs pieces of work that block, each in a thread of its own as long as there are fewer than `most_threads`,
// else as soon as one is free. All signals are blocked in these threads. Any thread may call ask().
class BlockingThreads {
 public:
  // With fewer where each may hold a descriptor and there are few.
  explicit BlockingThreads(std::size_t most_threads);
  // Forgets what has not begun. A thread that hangs is left to itself: its work must own all that it touches.
  ~BlockingThreads();
  BlockingThreads(const BlockingThreads&) = delete;
  BlockingThreads& operator=(const BlockingThreads&) = delete;

  // Work must not throw. False: not a single thread could be started, and the work will not be done.
  [[nodiscard]] bool ask(std::function<void()> work);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace jaga::os
