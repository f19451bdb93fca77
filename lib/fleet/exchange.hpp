// What jaga gives to jaga-fleet, which carries orders to the sites and brings back what their workers sent,
// and what that prints. The two are different processes, so that jaga itself needs no NATS (cmd/fleet/).
//
// jaga-fleet believes nothing of what it carries and changes nothing: each message becomes a file of the
// spool as it came, durable before the site's stream is told that it may forget it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/hub.hpp"

namespace jaga::fleet {

// The file that `jaga-fleet exchange` is given.
struct Exchange {
  Hub hub;
  std::string spool;  // folder
  struct Site {
    std::string site;
    std::vector<std::string> orders;  // files with signed orders; their names are the ids
    // Files with the parts of a new standing order, the last part first, named ID.PART; empty: it has one.
    std::vector<std::string> standing{};
  };
  std::vector<Site> sites;
};
// The part that "ID.PART" is of; nullopt: not such a name.
[[nodiscard]] std::optional<int> standing_part(std::string_view file);
std::string write_exchange(const Exchange& exchange);
// Throws Error{data}.
Exchange read_exchange(std::string_view bytes, std::string_view file);

// Lines of its standard output.
struct Event {
  enum class Kind {
    connected,  // `text`: to which server
    published,  // `text`: the id of an order, which the site's stream has
    stored,     // `text`: the file of the spool, SITE/NUMBER
    standing,   // `text`: the id of a standing order, of which the site has all parts
    silent,     // the site cannot be reached now; `text`: why
  };
  Kind kind;
  std::string site;  // of connected: "-"
  std::string text;
};
std::string line_of(const Event& event);  // with LF
[[nodiscard]] std::optional<Event> parse_event(std::string_view line);

// "SITE/00000000000000000017-5f70bf18": the file of the spool for the message with this number in the site's
// stream, and with a piece of its digest: a new stream begins with 1 again.
std::string spool_file(const std::string& site, std::uint64_t sequence, std::string_view message);

}  // namespace jaga::fleet
