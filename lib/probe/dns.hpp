// Queries name servers concurrently, in the calling thread (c-ares).
//
// Thread-safe. Targets must stay valid until the call returns. The callback runs in the calling thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "probe/dns_answer.hpp"

namespace jaga::probe {

struct DnsTarget {
  std::string name;    // for PTR an address is converted to its reverse name
  int type = 1;        // RR type number, see dns_type()
  std::string server;  // numeric address; empty: the servers in resolv.conf(5)
  std::uint16_t port = 53;
  std::chrono::milliseconds timeout{5'000};
};

struct DnsResult {
  enum class End {
    answered,  // at least one record
    no_such_name,
    no_records,  // the name exists, but has no record of this type
    timed_out,
    refused,        // port unreachable
    no_route,       // no route from this machine to any server
    rejected,       // REFUSED or NOTIMP
    misunderstood,  // FORMERR
    referred,       // a referral instead of an answer; error_text names the servers
    cut_off,        // the UDP answer is truncated and TCP failed; error_text says why
    failed,         // SERVFAIL
    bad_answer,     // malformed
    bad_name,       // not a valid query name
    cancelled,
    local_error,
  };
  End end = End::cancelled;
  std::vector<DnsRecord> records;
  std::string error_text;
  std::chrono::nanoseconds took{0};
};

// Returns one result per target, in order. Queries over UDP, repeats after a third of the timeout without an
// answer, and switches to TCP for truncated answers. A slow server does not delay queries to others. `done`
// (may be empty) is called as each query ends, but not for queries cancelled by `stop`.
std::vector<DnsResult> dns_ask(const std::vector<DnsTarget>& targets, std::stop_token stop = {},
                               const std::function<void(std::size_t index, const DnsResult&)>& done = {});

}  // namespace jaga::probe
