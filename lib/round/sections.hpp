// Private to round: the collector's output, section by section, and what is found in it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/inventory.hpp"
#include "round/collector.hpp"
#include "round/round.hpp"

namespace jaga::round {

struct Section {
  std::vector<std::string_view> lines;  // without empty ones
  int status = -1;                      // -1: it never ended
  bool cut = false;
};
using Sections = std::map<std::string, Section, std::less<>>;
Sections sections_of(std::string_view output, std::string_view nonce);

std::vector<std::string_view> words(std::string_view line);
// Words of the host for a name or a fact: safe to print, a backslash stays one, at most so many bytes of it.
std::string said(std::string_view text, std::size_t most);
std::optional<std::int64_t> number_of(std::string_view text);   // decimal, not negative
std::optional<std::int64_t> hundredths(std::string_view text);  // "0.52" as 52
// Numbers of a host may be any: what no 64 bits hold is held at 10^15.
std::int64_t percent(std::int64_t part, std::int64_t whole);

State over(std::int64_t value, const inventory::Limit& limit);
State under(std::int64_t value, const inventory::Limit& limit);

// Parts of sentences: "1 day", "3 days".
Message several(std::int64_t count, Message one, Message many);
Message days(std::int64_t count);
Message hours(std::int64_t count);
Message not_understood();

// The names of one kind of object on a host. Objects with the same name are distinguished by what else the host
// reports about each: its place or its number.
class Names {
 public:
  void count(const std::string& name) { ++seen_[name]; }
  // "NAME", or "NAME (WHICH)" of a name that was counted more than once.
  std::string of(const std::string& name, std::string_view which) const;

 private:
  std::map<std::string, std::size_t> seen_;
};

class Findings {
 public:
  Findings(std::string_view output, std::string_view nonce, const inventory::Host& host)
      : sections_(sections_of(output, nonce)), host_(host) {}

  // Two results of one check and object are two things: take() numbers the further ones, "NAME (2)".
  Result& add(std::string check, State state, Sentence summary, std::string object = {});
  void unknown(std::string check, Reason reason, Sentence summary);

  // A section that every host has: nullptr where it says nothing; then its result is there already.
  const Section* section(const std::string& name) { return usable(name, false); }
  // A section that only some hosts have: nullptr without a result if its object does not exist there.
  const Section* section_if_there(const std::string& name) { return usable(name, true); }
  Section* raw(std::string_view name);  // as it came, or nullptr

  const inventory::Thresholds& limits() const { return host_.thresholds(); }
  const inventory::Host& host() const { return host_; }
  Collected take();
  Collected& collected() { return out_; }

 private:
  const Section* usable(const std::string& name, bool may_be_absent);

  Sections sections_;
  const inventory::Host& host_;
  Collected out_;
};

// Each reads its sections and adds results.
void read_health(
    Findings& found);  // load, memory, mount, disk, inode, process, handles, conntrack, interface
void read_hardware(Findings& found);  // raid, smart, temperature, fan, kernel
void read_software(Findings& found);  // unit, uptime, reboot, updates, account
void read_security(Findings& found);  // sshd, sysctl, listen, login, writable, expiry
void read_upkeep(Findings& found, const std::optional<Heard>& heard);  // restart, timer, release
void read_devices(Findings& found);                                    // power, ipmi, ups, battery
void read_clock(Findings& found, const std::optional<Heard>& heard);

}  // namespace jaga::round
