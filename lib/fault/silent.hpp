// Sites that did not answer: of none of their hosts anything was measured (round::Reason::site_silent). Such
// a site is one root, its link or its workers, whatever its hosts are. Pure.
#pragma once

#include <string>
#include <vector>

#include "fault/diagnose.hpp"
#include "fault/needs.hpp"
#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::fault {

struct SilentSite {
  round::Result result;  // inferred, of the first of the hosts: "shared", "site:NAME"
  std::vector<std::string> hosts;
  std::vector<const round::Result*> evidence;  // one of each host: it shows later that the site answers again
  std::vector<Symptom> symptoms;               // the others
};
// By site. What is carried from earlier rounds, or comes from the inventory, was not measured. The pointers
// are those of `results`.
std::vector<SilentSite> silent_sites(const inventory::Inventory& inventory, const Results& results);

}  // namespace jaga::fault
