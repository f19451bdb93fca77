// The state of the fleet as the office sees it: NATS, the streams of each site, the registered workers, and
// what was refused (jaga doctor --fleet). Looks only: nothing is taken from a site.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/instant.hpp"
#include "fleet/received.hpp"
#include "workflow/context.hpp"
#include "workflow/sites.hpp"

namespace jaga::workflow {

struct SitesReport {
  struct Hub {
    std::vector<std::string> servers;  // as jaga.yaml has them
    std::optional<Error> wrong;        // not set: it was reached, and the rest is known
    std::string address;               // of the server that was reached
    std::string version;               // of that server, as it says itself; may be empty
    bool encrypted = false;
    std::chrono::microseconds round_trip{0};
  };
  struct Stream {
    enum class State { good, different, missing, unread };
    std::string name;
    State state = State::unread;
    std::string why;  // of `different`: the settings that differ; of `unread`
    std::int64_t messages = 0;
    // Of ORDERS those that are not carried out, of RESULTS those that the office did not take; not set:
    // unknown, or of another stream.
    std::optional<std::int64_t> waiting;
    std::int64_t taken = 0;  // of these, with a worker or the office now
  };
  struct Worker {
    enum class State {
      sent,    // the newest batch at the site is its own
      none,    // the site has no batch of it
      unread,  // not known
      wrong,   // the newest batch at the site is not one of this worker
    };
    std::string name;  // in the register
    State state = State::unread;
    std::string why;            // of unread and wrong, in English
    std::int64_t number = 0;    // of the newest batch at the site
    Instant measured{};         // when its measuring began, by the worker's clock
    std::int64_t received = 0;  // number of the newest batch that is part of a round; 0: none
    // By how much the worker's clock is ahead of this one at the least, negative: behind; 0: nothing shows
    // that they differ. Two clocks cannot be compared over a delayed message, but a measurement is neither
    // older than its order nor in the future.
    std::chrono::milliseconds clock{0};
  };
  struct Refused {
    std::string reason;
    fleet::Received::Refused count;
  };
  struct Site {
    std::string name;
    std::string silent;  // why its JetStream does not answer; empty: it does, or is not known
    std::vector<Stream> streams;
    std::vector<Worker> workers;
    std::vector<Refused> refused;
  };
  Hub hub;
  std::vector<Site> sites;  // in the order of jaga.yaml
};

// Throws Error{config} without `fleet:` in jaga.yaml, Error{data} for a damaged list of what was received;
// that NATS or a site is away is part of the report.
SitesReport examine_sites(const Context& context, const SitesOptions& options);

}  // namespace jaga::workflow
