// What `jaga doctor --fleet` gives to `jaga-fleet examine`, and what that prints of NATS and of the streams
// of the sites. Two processes, as in fleet/exchange.hpp; what is seen changes nothing.
//
// Lines of the other process are not believed before they are parsed: a site, a stream and a worker are
// names, numbers are in their range, and nothing else is taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/hub.hpp"

namespace jaga::fleet {

// The file that `jaga-fleet examine` is given.
struct Examination {
  Hub hub;
  std::string folder;  // for the newest batch of each worker, SITE/WORKER
  struct Site {
    std::string site;
    std::vector<std::string> workers;  // whose newest batches to fetch
  };
  std::vector<Site> sites;
};
std::string write_examination(const Examination& examination);
// Throws Error{data}.
Examination read_examination(std::string_view bytes, std::string_view file);

// A line of its standard output: KIND SITE NAME NUMBER TEXT. What has no value is "-", 0 or empty.
struct Sight {
  enum class Kind {
    hub,        // connected to `text`; `name`: "tls" or "plain"; `number`: round trip in microseconds
    version,    // of the hub: `text`
    silent,     // JetStream of the site does not answer; `text`: why
    stream,     // `name` is as jaga makes it and holds `number` messages
    different,  // `name` is not: `text` names what differs, as NATS calls it
    missing,    // there is no stream `name`
    waiting,    // `number` messages of the stream `name` are not settled by those who take them
    taken,      // `number` of these are being worked on
    unread,     // the stream or worker `name` could not be asked about; `text`: why
    batch,      // the newest batch of the worker `name` is in the folder
    none,       // RESULTS has no batch of the worker `name`
  };
  Kind kind = Kind::silent;
  std::string site;  // of the hub: "-"
  std::string name;
  std::int64_t number = 0;
  std::string text;
  bool operator==(const Sight&) const = default;
};
std::string line_of(const Sight& sight);  // with LF
[[nodiscard]] std::optional<Sight> parse_sight(std::string_view line);

// "SITE/WORKER": below the folder.
std::string batch_file(const std::string& site, const std::string& worker);

}  // namespace jaga::fleet
