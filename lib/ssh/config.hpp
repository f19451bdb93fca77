// What ssh(1) makes of a host's name: the values of ssh_config(5) as `ssh -G NAME` prints them.
//
// Nothing here is shared: any thread may call these. What runs ssh waits in the calling thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/message.hpp"
#include "ssh/known_hosts.hpp"
#include "ssh/ssh.hpp"

namespace jaga::ssh {

struct HostConfig {
  std::string host_name;  // what is connected to
  std::string user;
  std::uint16_t port = 22;
  std::vector<std::string> identity_files;    // as written: with ~
  std::vector<std::string> user_known_hosts;  // as written
  std::string
      host_key_alias;  // what the host is called in known_hosts, without a port; empty: as it is reached
  bool identities_only = false;
  std::string proxy_jump;     // "[USER@]HOST[:PORT],...", the nearest first; empty: none
  std::string proxy_command;  // empty: none
  // Lines for Target::config: certificates, tokens, algorithms, the address to connect from.
  std::vector<std::string> lines;
  bool needs_program = false;  // these lines ask for what libssh2 has not
};
// Pure. nullopt if it is not such output.
[[nodiscard]] std::optional<HostConfig> parse_config(std::string_view output);

// One hop of a ProxyJump: "ssh://" and brackets are understood. Pure; nullopt where it is none.
struct JumpName {
  std::string user;  // empty: not said
  std::string host;
  std::optional<std::uint16_t> port;
  bool operator==(const JumpName&) const = default;
};
[[nodiscard]] std::optional<JumpName> parse_jump_name(std::string_view text);

// Those of the files that are there, each up to 16 MiB.
std::vector<KnownHosts> read_known_hosts(const std::vector<std::string>& paths);

struct ConfigAnswer {
  std::optional<HostConfig> config;
  Message problem;  // where there is none
};
// `ssh -G` for each name, `at_once` at a time, each with this deadline (a configuration may run commands:
// Match exec). The answers are in the order of the names.
std::vector<ConfigAnswer> ask_config(const std::vector<std::string>& names, const Program& program,
                                     std::chrono::milliseconds deadline, std::size_t at_once,
                                     std::stop_token stop = {});

}  // namespace jaga::ssh
