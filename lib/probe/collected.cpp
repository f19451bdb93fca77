#include "probe/collected.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/debug.hpp"
#include "base/text.hpp"

namespace jaga::probe {

using round::Reason;
using round::Result;
using round::State;

namespace {

// The limits of the script (lib/probe/collector), and what it takes to end what has reached them.
constexpr std::array<std::pair<std::string_view, std::chrono::seconds>, 6> kLong = {{
    {"updates", std::chrono::seconds{130}},
    {"smart", std::chrono::seconds{70}},
    {"ipmi", std::chrono::seconds{40}},
    {"battery", std::chrono::seconds{40}},
    {"restart", std::chrono::seconds{40}},
    {"writable", std::chrono::seconds{40}},
}};

}  // namespace

std::chrono::milliseconds time_to_collect(std::chrono::milliseconds timeout,
                                          std::span<const std::string> sections) {
  // Somebody who sets another limit sets those in proportion.
  constexpr std::chrono::seconds kUsual{60};
  std::chrono::milliseconds total = timeout;
  for (const auto& [section, further] : kLong)
    if (sections.empty() || std::ranges::find(sections, section) != sections.end())
      total += timeout * further.count() / kUsual.count();
  return total;
}

void tell_sections(const Item& item) {
  if (item.sections.empty() || !debugging()) return;
  debug("probe", "{} {}: only the sections {}", item.host->name, inventory::kind(*item.check),
        join(item.sections, " "));
}

std::vector<Result> collected(const Item& item, const Wave& wave, Result login, const std::string& output,
                              const std::string& nonce, const std::optional<round::Heard>& heard) {
  round::Collected got = round::parse_collector(output, nonce, *item.host, heard, item.sections);
  login.machine_id = got.machine_id;
  if (!got.hostname.empty()) login.facts.emplace("hostname", got.hostname);
  std::string serials = join(got.serials, "; ");
  if (!serials.empty()) login.facts.emplace("serials", std::move(serials));
  const Pin* pin = pin_of(item, *wave.request);
  if (pin != nullptr && !pin->machine_id.empty() && !got.machine_id.empty() &&
      pin->machine_id != got.machine_id) {
    Result other = make(item, State::critical, Reason::identity_changed,
                        sentence("the machine-id differs from the pinned one"));
    other.check = "identity";
    other.facts = {{"pinned_machine_id", pin->machine_id}, {"seen_machine_id", got.machine_id}};
    other.machine_id = got.machine_id;
    got.results.push_back(std::move(other));
  }
  got.results.push_back(std::move(login));
  return std::move(got.results);
}

}  // namespace jaga::probe
