// Runs scripts on many hosts at once over SSH, in one thread, each with a typed result whatever happens.
//
// libssh2 does the protocol, non-blocking. Host keys are compared here, byte for byte, before any
// authentication. Keys come from ssh-agent or from unencrypted key files; there is no password, no
// keyboard-interactive, no terminal, and no remembering of host keys. What libssh2 cannot do is done by
// ssh(1) itself, held to the same keys, limits and results.
//
// Several threads may have a run each, with sessions of its own; the callback is called in the calling
// thread. Requests and options must stay until the run returns. Names are looked up in threads that are left
// behind where the system's resolver hangs; they touch nothing of the run.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/message.hpp"
#include "ssh/script.hpp"
#include "sshkey/public_key.hpp"

namespace jaga::ssh {

// What ended a session. Everything but `none` means that the script did not run, or that its end is not
// known (see Result::exit_code).
enum class Failure {
  none,              // the script ran and its exit status is known (which may be any)
  resolve_failed,    // no address for the name
  no_route,          // here: no route to the network, or no way through the jump host
  unreachable,       // a router said so, or nothing answers to ARP or neighbour discovery
  refused,           // nobody listens
  reset,             // the connection was reset
  timed_out,         // the phase took longer than its deadline
  closed,            // the peer closed the connection
  not_ssh,           // what answers does not speak SSH 2
  handshake_failed,  // no common algorithm, or a broken peer
  host_key_unknown,  // no key is pinned; `seen` is what it showed
  host_key_changed,  // none of the pinned keys, or a revoked one; nothing was authenticated
  no_key,            // there is no key to log in with
  agent_failed,      // ssh-agent hung, refused or broke, and no other key was accepted
  token_failed,      // the host takes a FIDO key that does not sign: not plugged in, not touched, no PIN
  auth_failed,       // the host accepts none of the keys
  auth_partial,      // the host takes a key and asks for another step, which jaga does not have
  exec_failed,       // logged in, but the host does not run the command
  killed,            // the wrapper itself was ended by `signal`
  lost,              // the command ended without its mark: killed, logged out, connection lost
  output_cut,        // more than most_received came; the session was ended
  cancelled,         // a stop was requested
  local_error,       // here: no descriptor, no memory
};
// As written in rounds: "resolve_failed" ... "none".
std::string_view name(Failure failure);

enum class Phase { resolve, connect, handshake, authenticate, run };
inline constexpr std::size_t kPhases = 5;
std::string_view name(Phase phase);

struct Target {
  std::string name{};     // only for messages
  std::string address{};  // IPv4, IPv6 (with or without %scope) or a host name
  std::uint16_t port = 22;
  std::string user{};
  std::vector<sshkey::PublicKey> known{};    // the pinned keys; empty: none is
  std::vector<sshkey::PublicKey> revoked{};  // never believed, whatever is pinned
  std::string known_from{};  // where these are written ("FILE:LINE"), for messages; may be empty
  // Besides those of Identities, and before them; `only_these_keys`: and no others, also of ssh-agent's.
  std::vector<std::string> key_files{};
  bool only_these_keys = false;
  // Whom the connection goes through; nullptr: nobody. Targets whose jumps are equal share the connections to
  // it; its keys are pinned as any host's.
  std::shared_ptr<const Target> jump{};
  // What makes ssh(1) connect in place of libssh2: a ProxyCommand of ssh_config(5), and more lines of it, for
  // this host ("CertificateFile \"...\""). `needs_program`: these lines need ssh(1).
  std::string proxy_command{};
  std::vector<std::string> config{};
  bool needs_program = false;

  bool operator==(const Target& other) const;  // also of the jumps
};

// Each begins when its phase begins; waiting for a turn is not counted. Resets and closed connections
// before the server has named itself (MaxStartups) are tried again, more and more slowly, within `connect`.
struct Deadlines {
  std::chrono::milliseconds resolve{5'000};
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds handshake{10'000};
  std::chrono::milliseconds authenticate{15'000};
  std::chrono::milliseconds run{60'000};
};

struct Request {
  Target target{};
  Script script{};
  std::string nonce{};                             // see wrap_script; different for each request
  std::size_t most_output = std::size_t{1} << 20;  // bytes kept of each stream
  std::size_t most_received = 0;  // of both, then output_cut; 0: no limit, the rest is dropped
  Deadlines deadlines{};
};

struct Result {
  Failure failure = Failure::local_error;
  Phase phase = Phase::resolve;           // the last phase that was begun
  Message detail;                         // empty for none; names from the peer in it are safe to print
  std::optional<sshkey::PublicKey> seen;  // the host key that the server proved to hold
  std::string banner;                     // the server's identification, safe to print
  std::string address;                    // the numeric address of the last attempt
  std::vector<std::string> tried;         // fingerprints of the keys offered to the host, in order
  std::vector<Message> skipped;           // keys that could not be offered, and why
  bool by_program = false;  // ssh(1) connected; `seen` is then one of the pinned keys or nothing
  // Of the script, from its mark: set exactly when failure is none. sh gives 128+n where the script was ended
  // by signal n and cannot tell that from an exit with the same number.
  std::optional<int> exit_code;
  std::string signal;  // of killed: its name without SIG
  std::string out;     // raw bytes
  std::string err;
  bool out_cut = false;
  bool err_cut = false;
  std::array<std::chrono::nanoseconds, kPhases> timings{};  // by Phase; zero where not begun

  bool ok() const { return failure == Failure::none && exit_code == 0; }
};

// Where keys come from. Those of a target's files and of these are offered first, from the file or by the
// agent that holds them, then the agent's others. A host that ends the login after some of them
// (MaxAuthTries) is asked with the rest on up to three more connections.
struct Identities {
  std::string agent_socket{};  // empty: no agent
  std::vector<std::string>
      key_files{};  // OpenSSH private keys, ed25519 or ecdsa, not encrypted, mode 0600 or less
  // Public keys ("TYPE BASE64" blobs); if not empty, only these are offered, from wherever.
  std::vector<sshkey::PublicKey> only{};
  std::chrono::milliseconds agent_timeout{10'000};  // for each answer; after one the agent is given up
};

// ssh(1) for what libssh2 cannot do: servers that have no algorithm in common with it, RSA keys where it has
// only SHA-1, certificates, FIDO keys, ProxyCommand. It is given a configuration of its own, without the
// user's and the system's. FIDO keys are asked last and one after the other, each login for a touch of its
// own within `authenticate`; after one that did not come they are given up for the rest of the run.
struct Program {
  // Its own: PATH, HOME. SSH_SK_PROVIDER counts where the host's `config` names no SecurityKeyProvider. With
  // SSH_ASKPASS_REQUIRE=force it never asks on a terminal.
  std::vector<std::string> environment{};
  std::string directory = "/tmp";  // where a private folder for its configuration can be made
  bool has_config = false;         // the user has a configuration that `ssh -G` is to be asked about
};

struct Options {
  Identities identities{};
  std::size_t window = 0;  // sessions at once; 0: from the descriptor limit, at most 64
  double connects_per_second =
      50.0;  // of all together; 0: no limit. At most 8 not yet authenticated to one address
  std::optional<Program> program{};  // nullopt: ssh(1) is not used
  // Called in the calling thread when the login on this host waits for a touch of a FIDO key; may be empty.
  std::function<void(const std::string& host)> wants_touch{};
  // The user's and the system's known_hosts files, for who decides on Target::known: nothing here reads them.
  std::vector<std::string> known_hosts{};
};

// A result for every request, in order, always. `done` (may be empty) is called in the calling thread as each
// ends, in any order. Throws Error only for a request that cannot be sent (wrap_script) and only before
// anything has begun.
std::vector<Result> run_all(const std::vector<Request>& requests, const Options& options,
                            std::stop_token stop = {},
                            const std::function<void(std::size_t index, const Result&)>& done = {});

// What `jaga host trust` looks at: the keys that a server can prove to hold, of each type that it offers and
// libssh2, or else ssh(1), can check. Handshakes only, no authentication (but of a jump host); `known` of the
// targets is not looked at.
struct Scan {
  Failure failure = Failure::local_error;  // none: at least one key was seen
  Message detail;
  std::string banner;
  std::string address;
  std::vector<sshkey::PublicKey> keys;  // ed25519, ecdsa, rsa, as far as offered
  std::vector<std::string> unreadable;  // algorithms offered for which no key could be read
};
std::vector<Scan> scan_host_keys(const std::vector<Target>& targets, const Deadlines& deadlines,
                                 const Options& options, std::stop_token stop = {});

// "1.10.0": of the library in use. What it cannot do is named in the details of results.
std::string library_version();
// RSA keys need SHA-2 signatures (RFC 8332), which libssh2 has from 1.11 on.
bool library_signs_rsa_sha2();

}  // namespace jaga::ssh
