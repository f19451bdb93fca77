// The names under which the fleet's messages cross NATS, and the streams of a site (jaga-fleet(7)).
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace jaga::fleet {

// A name of the register or of a site as one token of a subject: '.' divides tokens. Names have no '_' of
// NATS' own meaning, so that what they say stays readable.
inline std::string token_of(std::string name) {
  for (char& c : name)
    if (c == '.') c = '=';
  return name;
}

inline constexpr const char* kOrders = "ORDERS";
inline constexpr const char* kResults = "RESULTS";
inline constexpr const char* kStanding = "STANDING";

inline std::string order_subjects(const std::string& site) {
  return "jaga.order." + token_of(site) + ".>";
}
inline std::string order_subject(const std::string& site, const std::string& order) {
  return "jaga.order." + token_of(site) + "." + order;
}
// The orders of the office alone, and a slot of a standing order (fleet/standing.hpp), in milliseconds since
// 1970.
inline std::string office_orders(const std::string& site) {
  return "jaga.order." + token_of(site) + ".*";
}
inline std::string slot_subject(const std::string& site, const std::string& order, int part, Instant slot) {
  return order_subject(site, order) + "." + std::to_string(part) + "." +
         std::to_string(slot.time_since_epoch().count());
}
// nullopt: it is not the subject of a slot.
[[nodiscard]] inline std::optional<Instant> slot_of_subject(std::string_view subject) {
  if (std::count(subject.begin(), subject.end(), '.') != 5) return std::nullopt;
  const std::string_view digits = subject.substr(subject.rfind('.') + 1);
  std::int64_t number = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  constexpr std::int64_t kMost = std::int64_t{1} << 50U;
  if (end.ec != std::errc{} || end.ptr != digits.data() + digits.size() || number < 0 || number > kMost)
    return std::nullopt;
  return Instant{std::chrono::milliseconds{number}};
}
inline std::string result_subjects(const std::string& site) {
  return "jaga.result." + token_of(site) + ".>";
}
inline std::string result_subject(const std::string& site, const std::string& worker) {
  return "jaga.result." + token_of(site) + "." + token_of(worker);
}
inline std::string standing_subjects(const std::string& site) {
  return "jaga.standing." + token_of(site) + ".>";
}
inline std::string standing_subject(const std::string& site, int part) {
  return "jaga.standing." + token_of(site) + "." + std::to_string(part);
}
// The domain of JetStream at a site.
inline std::string domain_of(const std::string& site) {
  return token_of(site);
}
// The consumers: that of a site's workers, and that of the office, named by site, since acknowledgements say
// nothing of a domain: a message of one site would be settled by what another one says of its own.
inline std::string workers_consumer(const std::string& site) {
  return "worker_" + token_of(site);
}
inline std::string office_consumer(const std::string& site) {
  return "office_" + token_of(site);
}

// Where answers to the office come. Those of a site have a place of their own: the hub permits a site no
// other one.
inline constexpr const char* kOfficeInbox = "_INBOX_office";
inline std::string office_inbox(const std::string& site) {
  return std::string(kOfficeInbox) + "." + token_of(site);
}
inline std::string worker_inbox(const std::string& worker) {
  return "_INBOX_worker." + token_of(worker);
}

inline constexpr std::chrono::hours kOrdersKept{1};
inline constexpr std::chrono::hours kResultsKept{24 * 7};

}  // namespace jaga::fleet
