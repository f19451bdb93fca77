#include "round/warranty.hpp"

#include "round/sections.hpp"

namespace jaga::round {

void add_warranties(Round& round, std::span<const inventory::Host> hosts) {
  for (const inventory::Host& host : hosts) {
    const inventory::Hardware& hardware = host.hardware;
    const auto until = parse_instant(hardware.warranty_until + "T00:00:00.000Z");
    if (hardware.warranty_until.empty() || !until) continue;
    const std::int64_t days =
        (std::chrono::floor<std::chrono::days>(*until) - std::chrono::floor<std::chrono::days>(round.at))
            .count();
    const inventory::Limit& limit = host.thresholds().warranty_left;
    Result result;
    result.host = host.name;
    result.check = "warranty";
    result.state = limit.crit && days <= *limit.crit   ? State::critical
                   : limit.warn && days <= *limit.warn ? State::warning
                                                       : State::ok;
    if (result.state != State::ok) result.reason = Reason::limit_reached;
    const Message::Arguments day = {{"date", hardware.warranty_until}};
    Message when = days < 0 ? sentence("the warranty ended {days} ago, on {date}", day)
                            : sentence("the warranty ends in {days}, on {date}", day);
    result.summary = std::move(when).with("days", round::days(days < 0 ? -days : days));
    result.facts = {{"days", days}};
    if (!hardware.warranty_vendor.empty()) result.facts.emplace("vendor", hardware.warranty_vendor);
    if (!hardware.serial.empty()) result.facts.emplace("serial", hardware.serial);
    result.attempts = kConfirmed;
    round.results.push_back(std::move(result));
  }
}

}  // namespace jaga::round
