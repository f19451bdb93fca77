// How hosts are reached over SSH: address, login, pinned keys, jump hosts, and what the user's ssh
// configuration says about them (jaga-hosts(5)).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "inventory/inventory.hpp"
#include "ssh/ssh.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

class Reach {
 public:
  // For `hosts` and their jump hosts. Where the user has an ssh configuration (Options::program), `ssh -G
  // NAME` is asked once a name, all at once, each with a deadline; one that fails is said through
  // Context::notice, and its host is reached as hosts.yaml says. Values of hosts.yaml win.
  Reach(const Context& context, const std::vector<const inventory::Host*>& hosts, const ssh::Options& logins);

  // To measure: with the measuring login and what is pinned. Where there is no register at all, what the
  // user's known_hosts files say is taken for pinned.
  const ssh::Target& target(const std::string& host) const;
  const std::map<std::string, ssh::Target>& targets() const { return targets_; }
  // To `target`, whose address, port, login and keys are decided: what it goes through and other keys to
  // offer.
  void add_way(const std::string& host, ssh::Target& target) const;

 private:
  std::map<std::string, ssh::Target> targets_;
};

}  // namespace jaga::workflow
