// What an office asks the workers of a site to measure (jaga-fleet(7)).
//
// An order is self-contained: a worker has no inventory and no register of its own. Its head says who asks
// whom, its text what to measure, as a probe::Request. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "probe/monitor.hpp"
#include "yaml/node.hpp"

namespace jaga::fleet {

inline constexpr std::string_view kOrderFormat = "jaga/order@1";
// An office with more hosts at a site gives several orders, which the site's workers share.
inline constexpr std::size_t kMostOrderHosts = 500;

struct OrderHead {
  enum class Kind {
    once,      // measure now, until `until`
    standing,  // measure every `every` while the office gives no orders; valid until `until`
  };
  std::string office;        // id of the office's working directory (inventory::Settings::repo)
  std::string installation;  // the one that asks
  std::string site;
  std::string id;  // random; all parts of a standing order have the same
  Kind kind = Kind::once;
  Instant at{};
  Instant until{};
  std::chrono::milliseconds every{0};  // of a standing order
  int part = 1;                        // of a standing order
  int parts = 1;

  bool operator==(const OrderHead&) const = default;
};

yaml::Node to_node(const OrderHead& head);
// Also of a head that still has `text` and `bytes` (fleet/signed_text.hpp). Throws Error{data}, also for a
// newer format, which is called that.
OrderHead read_order_head(const yaml::Node& node, std::string_view name);

// The hosts, with their logins, pinned keys and sections to request, and the kinds, count, timeout and rate
// of a request; nothing else of it crosses the network. A host keeps its parents only where they are among
// these hosts.
std::string write_asked(const probe::Request& request);
// Throws Error{data}, also for more than kMostOrderHosts.
probe::Request read_asked(std::string_view text, std::string_view name);

}  // namespace jaga::fleet
