// A real ssh-agent for tests.
#pragma once

#include <signal.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "process/run.hpp"
#include "workshop.hpp"

// A real ssh-agent of its own, ended by its own process id.
class AgentProcess {
 public:
  explicit AgentProcess(const Workshop& workshop) : socket_(workshop.at("agent")) {
    const auto out = Workshop::run({"ssh-agent", "-s", "-a", socket_}).out;
    const auto at = out.find("SSH_AGENT_PID=");
    if (at != std::string::npos) pid_ = std::atoi(out.c_str() + at + 14);
  }
  AgentProcess(const AgentProcess&) = delete;
  AgentProcess& operator=(const AgentProcess&) = delete;
  ~AgentProcess() {
    if (pid_ > 1) kill(pid_, SIGTERM);
  }
  const std::string& socket() const { return socket_; }
  bool add(const std::string& file) const { return call({"ssh-add", "-q", file}).ok(); }
  bool remove_all() const { return call({"ssh-add", "-q", "-D"}).ok(); }
  // ssh-add asks the program `asker` for the passphrase.
  bool lock(const std::string& asker) const { return call({"ssh-add", "-x"}, asker).ok(); }
  bool unlock(const std::string& asker) const { return call({"ssh-add", "-X"}, asker).ok(); }

 private:
  jaga::process::Outcome call(std::vector<std::string> argv, const std::string& asker = "") const {
    jaga::process::Command command;
    command.timeout = std::chrono::minutes(10);  // on a busy machine
    command.argv = std::move(argv);
    command.environment = {{"PATH=/usr/bin:/bin", "SSH_AUTH_SOCK=" + socket_, "LC_ALL=C",
                            "SSH_ASKPASS=" + asker,
                            "SSH_ASKPASS_REQUIRE=" + std::string(asker.empty() ? "never" : "force")}};
    return jaga::process::run(command);
  }
  std::string socket_;
  int pid_ = 0;
};
