// One run of `jaga monitor`: its results, and the file format jaga/round@2 of rounds/*.yaml (see
// jaga-round(5)). Files of jaga/round@1 can be read.
//
// Pure. Any thread may call these functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "base/sentence.hpp"

namespace jaga::round {

inline constexpr std::string_view kFormat = "jaga/round@2";
inline constexpr std::size_t kMostBytes = std::size_t{512} << 20U;
inline constexpr std::size_t kHistory = 21;

// A check that could not be measured is unknown, never ok or critical.
enum class State { ok, warning, critical, unknown };

// Why a result has its state; `none` if its summary and facts say it all.
enum class Reason {
  none,
  limit_reached,          // a value reached its limit
  resolve_failed,         // the name has no address
  no_route,               // this machine has no route to the network
  unreachable,            // a router or the host reports it unreachable (ICMP error)
  refused,                // the port is closed; this proves that the host is up
  reset,                  // connection reset
  closed,                 // connection closed by the peer
  timed_out,              // in Result::phase
  not_ssh,                // the peer does not speak SSH 2
  handshake_failed,       // no common algorithm, or the peer violates the protocol
  host_key_unknown,       // no host key is pinned
  host_key_changed,       // the host key is not one of the pinned keys
  identity_changed,       // the machine-id differs from the pinned one
  no_key,                 // no key to log in with
  agent_failed,           // ssh-agent timed out or refused to sign
  token_failed,           // FIDO key not present, not touched, or PIN missing
  auth_failed,            // the host accepts none of the keys
  auth_partial,           // the host requires another authentication method after the key
  exec_failed,            // login succeeded, but the command could not be started
  lost,                   // output ended before its end marker
  output_cut,             // output exceeded its limit
  bad_output,             // malformed output
  not_permitted,          // this user may not measure it (local permission)
  needs_root,             // the login lacks permission on the host
  absent,                 // program or file not found on the host
  stale,                  // the data is too old
  reported,               // reported by a plugin or another monitor
  bad_exit,               // plugin returned an invalid exit status
  killed,                 // terminated by a signal that jaga did not send
  tls_failed,             // no TLS, or no common TLS version or cipher
  certificate_untrusted,  // no chain to a trusted certificate
  certificate_name,       // the certificate is for another name
  certificate_expired,
  certificate_expiring,  // remaining validity is below the limit
  not_http,              // the peer does not speak HTTP
  bad_status,            // unexpected HTTP status
  bad_body,              // the expected text is not in the body
  bad_redirect,          // too many redirects, or an invalid target
  no_such_name,          // NXDOMAIN
  no_records,            // the name exists, but has no record of this type
  query_refused,         // the name server refuses the query
  server_failed,         // the name server failed (SERVFAIL)
  bad_answer,            // records differ from the expected ones
  cancelled,             // stop requested
  local_error,           // this machine lacks descriptors or memory
  site_silent,           // no worker of its site answered in time (jaga-fleet(7))
};

std::string_view name(State state);    // "ok" ...
std::string_view name(Reason reason);  // "none" ...
[[nodiscard]] std::optional<State> parse_state(std::string_view text);
[[nodiscard]] std::optional<Reason> parse_reason(std::string_view text);
// Orders states by severity: ok < unknown < warning < critical.
int badness(State state);
char letter(State state);  // o, w, c, u

// Keys end in their unit: rtt_us, used_percent, available_kib.
using Fact = std::variant<std::int64_t, std::string>;
using Facts = std::map<std::string, Fact>;

struct Result {
  std::string host;
  // The kind of check: "icmp", "tcp", "ssh", "local", "http", "dns", "plugin"; "load", "memory", "disk" and
  // the others of the collector (see collector.hpp); "nagios" and "alert" from other monitors (see
  // feed/reports.hpp).
  std::string check;
  std::string object;  // what is checked: "", "5432", "/var", "nginx.service", "check_ntp_time"
  State state = State::unknown;
  Reason reason = Reason::none;
  std::string phase;  // where it timed out, or the login failed; otherwise empty
  Sentence summary;   // one line, safe to print
  Facts facts;
  Instant since{};   // start of the current state; for another monitor's results, as it reports
  bool hard = true;  // confirmed: ok, or seen kConfirmed times in a row
  // Consecutive observations of this state. Counts rounds while ok; in other states also counts retries
  // within a round.
  int attempts = 1;     // at most kMostAttempts
  std::string history;  // states of the last kHistory rounds, one letter() each, newest last
  // Time of the measurement if the result is carried from an earlier round (round/look.hpp): it has not been
  // measured since, and all its members are those of that time. Not set if measured in this round.
  std::optional<Instant> measured{};
  // The machine that measured it, as it is called in the register, if that was a worker of another site.
  std::string measured_by{};
  std::string host_key;  // "TYPE BASE64", proven by the host in the key exchange; may be empty
  std::string machine_id;

  bool operator==(const Result&) const = default;
};
inline constexpr int kConfirmed = 3;
inline constexpr int kMostAttempts = 1000;

struct Skipped {
  std::string host;
  std::string why;
  bool operator==(const Skipped&) const = default;
};

// Condition of the measuring machine.
struct Self {
  bool route = true;                      // a default route exists, or some host answered
  std::string gateway;                    // address of the default gateway; may be empty
  std::optional<bool> gateway_reachable;  // nullopt if not tested
  std::int64_t own_drops = 0;             // replies dropped by this machine's own socket buffers
  std::string note;                       // "icmp is not permitted ..."; may be empty
  bool operator==(const Self&) const = default;
};

// Identifies the full round that a round with only changes is based on (round/changes.hpp).
struct Base {
  Digest digest{};  // of the file's bytes
  Instant at{};     // its Round::at, by which its file is found
  int rounds = 1;   // rounds since the base, including this one; at most kMostAfterBase
  bool operator==(const Base&) const = default;
};
inline constexpr int kMostAfterBase = 100'000;

struct Round {
  int version = 2;  // of the format that it was read from; in the first one nothing is carried
  std::string installation;
  std::optional<Digest> previous;  // of the previous round's file
  Instant at{};
  std::string schedule;  // interval of --every, such as "60s"; empty if started manually
  // The other monitor, "nagios" or "alertmanager"; partial is then true. Empty if measured.
  std::string source;
  bool partial = false;      // only some hosts or kinds of check were requested
  std::optional<Base> base;  // set if hosts that have not changed since the base are left out
  Digest inventory{};
  Self self;
  std::vector<Skipped> skipped;
  std::vector<Result> results;  // sorted by host, check, object
  bool operator==(const Round&) const = default;
};

// Serialises to the canonical form, with results sorted. Throws Error{software} for values without a
// canonical form.
std::string write(Round round);
// Throws Error{data} with file, line and column if `bytes` are not a canonical round.
Round read(std::string_view bytes, std::string_view file);

// Completes the results of a new round (state, reason, and attempts within the round) with since, attempts,
// hard and history, based on the previous round. `since` of another monitor's results is kept. A cancelled
// result does not count: it keeps since, attempts and history of the previous round and is not hard. A
// carried result is kept as it is, or replaced by that of the previous round if that was measured later. A
// round that was completed with nullptr may be completed again.
void follow(Round& round, const Round* previous);

// Masks anything that looks like a secret (base/secrets.hpp) in summaries, text facts and remarks. These come
// from hosts and other tools, and records copy them. Names and objects are kept.
void mask_secrets(Round& round);

// When a result of the round was measured.
Instant measured_at(const Result& result, const Round& round);
// The worst state; ok for a round without results.
State worst(const Round& round);
// Finds a result; nullptr if there is none. The results must be sorted, as after read() and probe::run().
const Result* find(const Round& round, std::string_view host, std::string_view check,
                   std::string_view object);
// The value of a fact; nullopt if it is missing or of the other type.
std::optional<std::int64_t> number(const Result& result, const std::string& fact);
std::optional<std::string> text(const Result& result, const std::string& fact);

}  // namespace jaga::round
