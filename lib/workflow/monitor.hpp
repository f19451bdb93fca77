// Running a round over the inventory, and again over the probes that had failed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "feed/reports.hpp"
#include "inventory/inventory.hpp"
#include "probe/monitor.hpp"
#include "round/round.hpp"
#include "workflow/context.hpp"
#include "workflow/sites.hpp"
#include "workflow/transport.hpp"

namespace jaga::workflow {

struct MonitorOptions {
  std::vector<std::string> hosts{};      // names and @groups; empty: all
  std::vector<inventory::Host> given{};  // instead of those of the inventory; no round is followed or written
  std::vector<std::string> kinds{};      // of check; empty: all
  std::optional<int> count{};
  std::optional<std::chrono::milliseconds> timeout{};
  std::optional<std::uint32_t> rate{};
  std::string schedule{};   // of a round that repeats: "60s"
  std::int64_t missed = 0;  // rounds of that schedule that could not begin since the last; noted in this one
  bool record = true;       // write the round into rounds/
  bool fresh = false;       // measure everything, also what is carried from earlier rounds
  std::optional<SitesOptions> sites{};  // have the hosts of other sites measured there
};
struct Monitored {
  round::Round round;        // whole
  std::string bytes;         // of the round file; with `record: changes` they may tell only what changed
  std::string path;          // below the directory; empty: not recorded
  bool interrupted = false;  // a stop ended it: what was not measured by then is unknown, cancelled
  std::vector<std::string> late{};  // paths of rounds with what came too late from other sites
  std::vector<Message> remarks{};   // on other sites
};
// Measures with the pinned identities, follows the newest rounds of this installation, carries what they have
// of slow sections that are not due and were measured with the present settings, writes the round,
// whole or what changed, and lets rounds go whose keeping time is over. Rounds of one installation that run
// at the same time follow each other in the order in which they end. A damaged round is not followed, and
// that is noted. After a stop the round is written with what was measured until then, as a partial one.
// `logins`: keys of the measuring login; `environment`: of the local collector. Throws Error{no_input} for an
// unknown host, Error{interrupted} where a stop came before anything was measured (nothing is written).
Monitored monitor(const ActingContext& context, const MonitorOptions& options, const ssh::Options& logins,
                  const std::vector<std::string>& environment,
                  const std::function<void(const probe::Progress&)>& progress = {});

// What another monitor says, as a round of this installation: hosts by the inventory, histories as of any
// round. `remarks`: what was passed over. Throws Error{data} for what is not of that format, Error{no_input}
// where nothing in it is about a host of the inventory; nothing is written then.
struct ImportOptions {
  feed::Reporter reporter = feed::Reporter::nagios;
  std::string bytes{};
  std::string file{};  // for messages
  bool record = true;
};
Monitored import_round(const Context& context, const ImportOptions& options, std::vector<Message>& remarks);

// Every options has a result; "unknown" where its host is not in the inventory or the check measures it no
// more.
std::vector<incident::Result> probe_again(const Context& context, const std::vector<RepeatedProbe>& wishes,
                                          const ssh::Options& logins,
                                          const std::vector<std::string>& environment, std::stop_token stop);

}  // namespace jaga::workflow
