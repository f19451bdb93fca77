// Whether a process still runs, for tests that say that one was ended.
#pragma once

#include <signal.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

namespace proc {

// One that has ended and waits to be reaped counts as ended: in a container nobody may do it.
inline bool running(pid_t pid) {
  if (::kill(pid, 0) != 0) return false;
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string stat;
  std::getline(file, stat);
  const std::size_t name_end = stat.rfind(')');  // the name may hold anything (proc(5))
  return name_end == std::string::npos || stat.size() < name_end + 3 || stat[name_end + 2] != 'Z';
}

// Waits until it has, for a time that only a broken machine exceeds.
inline bool ended(pid_t pid) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (running(pid)) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace proc
