// Private to round: splits the collector's output into sections and turns them into results.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/inventory.hpp"
#include "round/collector.hpp"
#include "round/round.hpp"

namespace jaga::round {

struct Section {
  std::vector<std::string_view> lines;  // empty lines are removed
  int status = -1;                      // exit status of the section's command; -1 if the section did not end
  bool cut = false;
};
using Sections = std::map<std::string, Section, std::less<>>;
Sections sections_of(std::string_view output, std::string_view nonce);

std::vector<std::string_view> words(std::string_view line);
// Text from the host, for a name or a fact: escaped for the terminal (backslashes are kept) and cut to `most`
// bytes.
std::string said(std::string_view text, std::size_t most);
std::optional<std::int64_t> number_of(std::string_view text);   // decimal, not negative
std::optional<std::int64_t> hundredths(std::string_view text);  // "0.52" is 52
// `part` in percent of `whole`, within +-10^15; 0 if `whole` is not positive. The values come from a host and
// may be arbitrary.
std::int64_t percent(std::int64_t part, std::int64_t whole);

State over(std::int64_t value, const inventory::Limit& limit);
State under(std::int64_t value, const inventory::Limit& limit);

// Parts of sentences, such as "1 day" and "3 days".
Message several(std::int64_t count, Message one, Message many);
Message days(std::int64_t count);
Message hours(std::int64_t count);
Message not_understood();
Message not_returned();  // the program of an earlier look still runs

// Names of objects of one kind on a host. Objects of the same name are distinguished by another property,
// such as their location or number.
class Names {
 public:
  void count(const std::string& name) { ++seen_[name]; }
  // "NAME", or "NAME (WHICH)" if the name was counted more than once.
  std::string of(const std::string& name, std::string_view which) const;

 private:
  std::map<std::string, std::size_t> seen_;
};

class Findings {
 public:
  Findings(std::string_view output, std::string_view nonce, const inventory::Host& host,
           std::span<const std::string> asked)
      : sections_(sections_of(output, nonce)), host_(host), asked_(asked) {
    std::erase_if(sections_, [this](const auto& one) { return !is_asked(one.first); });
  }

  // Adds a result. take() numbers results of the same check and object: "NAME", "NAME (2)".
  Result& add(std::string check, State state, Sentence summary, std::string object = {});
  void unknown(std::string check, Reason reason, Sentence summary);

  // A section that every host has; nullptr if it cannot be used, after adding an unknown result, and nullptr
  // without a result if it was not requested.
  const Section* section(const std::string& name) { return usable(name, false); }
  // A section that only some hosts have; nullptr without a result if this host does not have it.
  const Section* section_if_there(const std::string& name) { return usable(name, true); }
  Section* raw(std::string_view name);  // unchecked; nullptr if missing

  const inventory::Thresholds& limits() const { return host_.thresholds(); }
  const inventory::Host& host() const { return host_; }
  Collected take();
  Collected& collected() { return out_; }

 private:
  const Section* usable(const std::string& name, bool may_be_absent);
  bool is_asked(std::string_view name) const {
    return asked_.empty() || std::find(asked_.begin(), asked_.end(), name) != asked_.end();
  }

  Sections sections_;
  const inventory::Host& host_;
  std::span<const std::string> asked_;
  Collected out_;
};

// Each function reads its sections and adds results.
// load, memory, mount, disk, inode, process, handles, conntrack, interface
void read_health(Findings& found);
void read_hardware(Findings& found);  // raid, smart, temperature, fan, kernel
void read_software(Findings& found);  // unit, uptime, reboot, updates, account
void read_security(Findings& found);  // sshd, sysctl, listen, login, writable, expiry
void read_upkeep(Findings& found, const std::optional<Heard>& heard);  // restart, timer, release
void read_devices(Findings& found);                                    // power, ipmi, ups, battery
void read_clock(Findings& found, const std::optional<Heard>& heard);

}  // namespace jaga::round
