#include "fault/units.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "fault/shared.hpp"

namespace jaga::fault {
namespace {

using Found = std::vector<std::pair<Fault, bool>>;
using round::Result;

std::optional<std::size_t> place_of(const Found& found, const std::string& object) {
  for (std::size_t at = 0; at < found.size(); ++at)
    if (found[at].first.fault_class == "service" && found[at].first.object == object) return at;
  return std::nullopt;
}

void fold(Found& found, std::size_t port, std::size_t unit) {
  std::vector<Result>& evidence = found[unit].first.evidence;
  for (const Result& result : found[port].first.evidence) {
    const bool known = std::any_of(evidence.begin(), evidence.end(), [&](const Result& other) {
      return other.check == result.check && other.object == result.object;
    });
    if (result.state != round::State::ok && !known) evidence.push_back(result);
  }
  found[unit].first.candidates.push_back({found[port].first.type, 0});
  found.erase(found.begin() + static_cast<std::ptrdiff_t>(port));
}

// Only service and socket units serve ports.
bool is_failed_unit(const std::pair<Fault, bool>& one) {
  const std::string& name = one.first.object;
  return one.first.evidence.front().check == "unit" &&
         (name.ends_with(".service") || name.ends_with(".socket"));
}

// Whether this is a refused port, or a web page on one, whose check names no unit.
bool is_refused(const inventory::Host& host, const Fault& fault) {
  const Result& deciding = fault.evidence.front();
  if (deciding.reason != round::Reason::refused) return false;
  if (deciding.check == "http") return true;
  if (deciding.check != "tcp" || deciding.object == std::to_string(host.login.port)) return false;
  return std::none_of(host.checks.begin(), host.checks.end(), [&](const inventory::Check& check) {
    const auto* tcp = std::get_if<inventory::TcpCheck>(&check);
    return tcp != nullptr && std::to_string(tcp->port) == deciding.object && !tcp->unit.empty();
  });
}

}  // namespace

void fold_into_units(const inventory::Host& host, Found& found) {
  for (const auto& check : host.checks) {
    const auto* tcp = std::get_if<inventory::TcpCheck>(&check);
    if (tcp == nullptr || tcp->unit.empty()) continue;
    const auto port = place_of(found, std::to_string(tcp->port));
    const auto unit = place_of(found, tcp->unit);
    if (port && unit && found[*port].second == found[*unit].second) fold(found, *port, *unit);
  }
  if (std::count_if(found.begin(), found.end(), is_failed_unit) != 1) return;
  for (std::size_t port = 0; port < found.size();) {
    const auto unit =
        static_cast<std::size_t>(std::find_if(found.begin(), found.end(), is_failed_unit) - found.begin());
    const Fault& of_port = found[port].first;
    Fault& of_unit = found[unit].first;
    const auto apart = of_port.evidence.front().since - of_unit.evidence.front().since;
    if (!is_refused(host, of_port) || found[port].second != found[unit].second ||
        std::chrono::abs(apart) > kSimultaneous) {
      ++port;
      continue;
    }
    of_unit.speaks_against.emplace_back(sentence(
        "no check names the unit that serves {port}; this is the only unit that failed at the same time",
        {{"port", of_port.object}}));
    fold(found, port, unit);
  }
}

}  // namespace jaga::fault
