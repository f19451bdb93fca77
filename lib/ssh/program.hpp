// Private to ssh: what ssh(1) is told, and what it says. Pure, but for ProgramFolder.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ssh/ssh.hpp"

namespace jaga::ssh {

// A folder that only this user can read, removed with this object.
class ProgramFolder {
 public:
  // Throws std::system_error.
  explicit ProgramFolder(const std::string& parent);
  ~ProgramFolder();
  ProgramFolder(ProgramFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ProgramFolder(const ProgramFolder&) = delete;
  ProgramFolder& operator=(const ProgramFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The host that the configuration below calls the target.
inline constexpr std::string_view kProgramTarget = "jaga-target";

struct ProgramOptions {
  const Target* target = nullptr;
  std::string known_hosts;                          // the file that known_hosts_text() goes into
  std::string agent_socket;                         // empty: no agent
  std::vector<std::vector<std::string>> key_files;  // for the target and each jump host on the way to it
  std::vector<bool> only_these_keys;                // as many
  std::chrono::seconds connect{5};
  bool without_tokens = false;  // no FIDO key is asked
  bool own_provider = false;    // SSH_SK_PROVIDER names the library that speaks to them
  // Not empty: only to see the host key, of these algorithms, written into known_hosts; nobody is
  // authenticated (but on the jump hosts).
  std::string scan;
};

// A file in the form of ssh_config(5), complete: no other is read beside it. nullopt where a value cannot be
// written in that form (a quote or a line end in a path or name).
std::optional<std::string> program_config(const ProgramOptions& wish);
// The pinned keys of the target and its jump hosts, in the form of known_hosts.
std::string known_hosts_text(const Target& target);

// What the log of `ssh` with LogLevel DEBUG1 (OpenSSH 8.9 to 10) tells, as far as it goes.
struct ProgramLog {
  Phase phase = Phase::connect;
  std::string banner;               // the server's identification, printable
  std::string fingerprint;          // of the host key that it showed
  std::vector<std::string> tried;   // fingerprints of the keys offered
  Failure failure = Failure::none;  // why it ended, where it says so
  std::string reason;               // its last words, printable
  std::string token;                // fingerprint of the FIDO key that the host accepted and that is to sign
};
ProgramLog read_program_log(std::string_view text);
// Of token_failed. What ssh-sk-helper says (that it cannot load a library, say) is not in the log.
Message token_problem(const ProgramLog& log);

}  // namespace jaga::ssh
