// Questions to name servers, many at once, in the calling thread (c-ares).
//
// Several threads may ask at once; targets must stay until the call returns, the callback is called in the
// calling thread.
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
  std::string name;    // an address is turned into its reverse name for PTR
  int type = 1;        // see dns_type()
  std::string server;  // numeric; empty: those of resolv.conf(5)
  std::uint16_t port = 53;
  std::chrono::milliseconds timeout{5'000};
};

struct DnsResult {
  enum class End {
    answered,  // records, at least one
    no_such_name,
    no_records,  // the name is there, with no record of this type
    timed_out,
    refused,        // by a port that nobody listens on
    no_route,       // from here to any server
    rejected,       // the server does not answer such a question (REFUSED, NOTIMP)
    misunderstood,  // nor does it understand it (FORMERR)
    referred,       // it names other servers (error_text) instead of an answer
    cut_off,        // its answer by UDP is cut, and the whole one does not come by TCP: why is in error_text
    failed,         // the server could not find out (SERVFAIL)
    bad_answer,     // damaged
    bad_name,       // cannot be asked for
    cancelled,
    local_error,
  };
  End end = End::cancelled;
  std::vector<DnsRecord> records;
  std::string error_text;
  std::chrono::nanoseconds took{0};
};

// A result for every target, in order, always; over UDP, once more after a third of the time without an
// answer, over TCP where the answer is too long for UDP. No server holds up the questions to another. `done`
// (may be empty) is called in the calling thread as each ends, but for those that a stop leaves.
std::vector<DnsResult> dns_ask(const std::vector<DnsTarget>& targets, std::stop_token stop = {},
                               const std::function<void(std::size_t index, const DnsResult&)>& done = {});

}  // namespace jaga::probe
