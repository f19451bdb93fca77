// Measuring the hosts of other sites by their workers, as a part of a round (jaga-fleet(7)).
//
// What came is kept until it is part of a round, whatever ends this process: messages lie in the spool of the
// state folder, and a round is announced there before it is written. So each batch is in one round, once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "probe/monitor.hpp"
#include "round/round.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

struct SitesOptions {
  enum class Use {
    require,  // no round without NATS
    prefer,   // where NATS is away, all hosts are measured from here
  };
  Use use = Use::require;
  std::string program{};                   // jaga-fleet
  std::vector<std::string> environment{};  // of it
};

class Sites {
 public:
  // Gives signed orders for the hosts of the sites among `asked`, waits until NATS is reached, and adds the
  // other hosts to `request`, which has none. With Use::prefer and without NATS nothing is ordered and all
  // are added. `context` and the hosts must live as long. Throws Error{config} without `fleet:` in jaga.yaml,
  // Error{not_permitted} where no machine's key is here to sign with or NATS refuses the login,
  // Error{unavailable} where NATS is away, Error{busy} while another round asks the sites.
  Sites(const ActingContext& context, const SitesOptions& options, probe::Request& request,
        const std::vector<const inventory::Host*>& asked);
  ~Sites();
  Sites(const Sites&) = delete;
  Sites& operator=(const Sites&) = delete;

  // Once: waits for the answers, until the deadline at most, and adds a result of every check that was
  // ordered. `progress` (may be empty) is called about ten times a second.
  void finish(round::Round& round, const std::function<void(const probe::Progress&)>& progress);
  // Keeps what came too late for an earlier round as rounds of its site. Gives their paths.
  std::vector<std::string> keep_late();
  // Before and after the round that finish() added to is written to `path`.
  void announce(const std::string& path);
  void written();

  // For people: messages that were refused, sites that are silent, and why.
  const std::vector<Message>& remarks() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace jaga::workflow
