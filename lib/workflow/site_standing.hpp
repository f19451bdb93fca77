// The office's standing orders: what the workers of a site measure while the office is not heard
// (fleet/standing.hpp). All hosts of the site with all their checks, but of the collector only what changes
// fast.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "probe/monitor.hpp"
#include "sign/key.hpp"
#include "store/folder.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// So many hosts an order: the workers of a site share its orders.
inline constexpr std::size_t kOrderHosts = 250;

// The hosts that workers of this site measure. A check of this very machine is none of the site's.
std::vector<const inventory::Host*> hosts_of_site(const std::vector<inventory::Host>& hosts,
                                                  const std::string& site);

// The hosts that rounds of this site have of the slot that begins at `slot`. A round that cannot be read has
// none.
std::set<std::string> measured_in(const store::Folder& directory, const std::string& installation,
                                  Instant slot, std::chrono::milliseconds every);

// All must live as long. One thread at a time.
class StandingOrders {
 public:
  // `folder`: "fleet" of the state folder.
  StandingOrders(const ActingContext& context, const store::Folder& folder, const sign::Signer& signer)
      : context_(context), folder_(folder), signer_(signer) {}

  // Files with a new standing order for the site, as fleet::Exchange wants them; none where the site has one
  // with the same hosts and times that is not a day old. `pins`: of all hosts.
  std::vector<std::string> write(const std::string& site, const std::map<std::string, probe::Pin>& pins);
  // The site has it.
  void published(const std::string& site, const std::string& id);

 private:
  struct New {
    std::string id;
    Digest what;
    Instant at{};
  };
  bool is_there(const std::string& site, const Digest& what) const;

  const ActingContext& context_;
  const store::Folder& folder_;
  const sign::Signer& signer_;
  std::map<std::string, New> new_;  // by site
};

}  // namespace jaga::workflow
