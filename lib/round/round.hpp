// One run of `jaga monitor`: what was observed, as values and as the file rounds/*.yaml (jaga-round(5),
// format jaga/round@1). Pure.
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

inline constexpr std::string_view kFormat = "jaga/round@1";
inline constexpr std::size_t kMostBytes = std::size_t{512} << 20U;
inline constexpr std::size_t kHistory = 21;

// "Could not measure" is unknown, never ok and never critical.
enum class State { ok, warning, critical, unknown };

// Why a result is what it is; `none` where the number itself says so.
enum class Reason {
  none,
  limit_reached,          // a measured number is at or over its limit
  resolve_failed,         // no address for the name
  no_route,               // here: no route to the network
  unreachable,            // a router or the host says that it cannot be reached
  refused,                // nobody listens: the host itself is up
  reset,                  // the connection was reset
  closed,                 // the peer closed the connection
  timed_out,              // see Result::phase
  not_ssh,                // what answers does not speak SSH 2
  handshake_failed,       // no common algorithm, or a broken peer
  host_key_unknown,       // none is pinned
  host_key_changed,       // none of the pinned keys
  identity_changed,       // another machine-id than the pinned one
  no_key,                 // no key to log in with
  agent_failed,           // ssh-agent hung or refused
  token_failed,           // a FIDO key was not plugged in, not touched, or got no PIN
  auth_failed,            // the host accepts none of the keys
  auth_partial,           // the host takes a key and asks for another step
  exec_failed,            // logged in, but nothing runs
  lost,                   // ended without its end mark
  output_cut,             // too much output
  bad_output,             // output that cannot be understood
  not_permitted,          // here: this user may not measure so
  needs_root,             // there: the login may not look
  absent,                 // there: the program or file that tells does not exist
  stale,                  // what it rests on is too old
  reported,               // the program that measures reports it (a plugin)
  bad_exit,               // a plugin ended with an invalid exit status
  killed,                 // ended by a signal that jaga did not send
  tls_failed,             // no TLS, or none that both sides speak
  certificate_untrusted,  // no chain to a trusted certificate
  certificate_name,       // it is for another name
  certificate_expired,
  certificate_expiring,  // less is left than the limit
  not_http,              // what answers does not speak HTTP
  bad_status,            // not one of the wanted statuses of HTTP
  bad_body,              // the wanted text is not in the body
  bad_redirect,          // too many, or to where nothing can be asked
  no_such_name,          // the name server says so
  no_records,            // the name is there, without a record of the type
  query_refused,         // the name server does not answer such a question
  server_failed,         // the name server could not find out
  bad_answer,            // other records than the expected ones
  cancelled,             // a stop was requested
  local_error,           // here: no descriptor, no memory
};

std::string_view name(State state);    // "ok" ...
std::string_view name(Reason reason);  // "none" ...
[[nodiscard]] std::optional<State> parse_state(std::string_view text);
[[nodiscard]] std::optional<Reason> parse_reason(std::string_view text);
// For an order of badness: ok < unknown < warning < critical.
int badness(State state);
char letter(State state);  // o, w, c, u

// The key ends in the unit: rtt_us, used_percent, available_kib.
using Fact = std::variant<std::int64_t, std::string>;
using Facts = std::map<std::string, Fact>;

struct Result {
  std::string host;
  // "icmp", "tcp", "ssh", "local", "http", "dns", "plugin"; of the collector "load", "memory", "disk",
  // "inode", "mount", "unit", "uptime", "reboot", "updates", "identity" and those of hosts that have such a
  // thing (see collector.hpp); of other monitors "nagios" and "alert" (feed/reports.hpp).
  std::string check;
  std::string object;  // "", "5432", "/var", "nginx.service", "check_ntp_time"
  State state = State::unknown;
  Reason reason = Reason::none;
  std::string phase;    // of timed_out and the failures of a login; else empty
  Sentence summary;     // one line, safe to print
  Facts facts;
  Instant since{};   // the first of the rounds in a row in this state; of other monitors, what they say
  bool hard = true;  // confirmed: seen at least kConfirmed times in a row, or ok
  // How often in a row it was seen so, in how many rounds a good one; of others those within a round count,
  // too.
  int attempts = 1;      // at most kMostAttempts
  std::string history;   // of at most kHistory rounds, a letter each, the newest last (this round)
  std::string host_key;  // "TYPE BASE64" that the host proved to hold; may be empty
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

// How the machine that measures is itself.
struct Self {
  bool route = true;                      // there is a default route, or some host answered
  std::string gateway;                    // its address; may be empty
  std::optional<bool> gateway_reachable;  // not known where it was not tried
  std::int64_t own_drops = 0;             // replies that this machine dropped itself
  std::string note;                       // "icmp is not permitted ..."; may be empty
  bool operator==(const Self&) const = default;
};

// The full round that one with only the changes rests on (round/changes.hpp).
struct Base {
  Digest digest{};  // of its bytes
  Instant at{};     // its Round::at, by which it is found
  int rounds = 1;   // whole rounds since then, the one that rests on it included; at most kMostAfterBase
  bool operator==(const Base&) const = default;
};
inline constexpr int kMostAfterBase = 100'000;

struct Round {
  std::string installation;
  std::optional<Digest> previous;  // of the bytes of the round before
  Instant at{};
  std::string schedule;      // "60s" of --every; empty: by hand
  std::string source;        // of another monitor's results: "nagios" ...; then partial; empty: measured
  bool partial = false;      // only some hosts or kinds of check were asked for
  std::optional<Base> base;  // set: hosts where nothing changed since then are left out
  Digest inventory{};
  Self self;
  std::vector<Skipped> skipped;
  std::vector<Result> results;  // by host, check, object
  bool operator==(const Round&) const = default;
};

// The canonical bytes, results sorted. Throws Error{software} for what has no canonical form.
std::string write(Round round);
// Throws Error{data} with file, line and column.
Round read(std::string_view bytes, std::string_view file);

// Puts this round's raw results (state, reason, attempts within the round) after those of the previous
// one: since, attempts, hard, history. What another monitor says of since stands. A round that followed
// nullptr may follow another afterwards.
void follow(Round& round, const Round* previous);

// Masks what has the shape of a secret (base/secrets.hpp) in summaries, textual facts and remarks: those are
// the words of hosts and of other tools, and records copy them. Names and objects stay as they are.
void mask_secrets(Round& round);

// The worst state; ok for a round without results.
State worst(const Round& round);
// The result, or nullptr. The results must be sorted, as those of read() and probe::run() are.
const Result* find(const Round& round, std::string_view host, std::string_view check,
                   std::string_view object);
// The fact as a number / as text, where it is there and of this kind.
std::optional<std::int64_t> number(const Result& result, const std::string& fact);
std::optional<std::string> text(const Result& result, const std::string& fact);

}  // namespace jaga::round
