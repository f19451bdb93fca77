#include "inventory/check/icmp.hpp"

#include "base/duration.hpp"
#include "base/format.hpp"
#include "inventory/settings_leaf.hpp"
#include "inventory/write_parts.hpp"
#include "yaml/node.hpp"

namespace jaga::inventory {

namespace {

yaml::Node limits(int loss, int usual, const std::optional<milliseconds>& rtt) {
  yaml::Node node = yaml::Node::map();
  if (loss != usual) node.set("loss", formatted("{}%", loss));
  if (rtt) node.set("rtt", format_duration(*rtt));
  return node;
}

}  // namespace

void IcmpCheck::set(const std::string& path, const Leaf& leaf) {
  if (path == "count")
    count = static_cast<int>(integer(leaf, 1, 100));
  else if (path == "timeout")
    timeout = span(leaf);
  else if (path == "interval")
    interval = span(leaf);
  else if (path == "warn/loss")
    warn_loss = static_cast<int>(percent(leaf, 100));
  else if (path == "crit/loss")
    crit_loss = static_cast<int>(percent(leaf, 100));
  else if (path == "warn/rtt")
    warn_rtt = span(leaf);
  else if (path == "crit/rtt")
    crit_rtt = span(leaf);
  else
    unknown(leaf, path, {"count", "timeout", "interval", "warn", "crit", "loss", "rtt"});
}

void IcmpCheck::check_limits(const Leaf& leaf) const {
  if (warn_loss > crit_loss)
    fail(leaf, msg("the warning limit of the packet loss is above the critical limit"));
}

void IcmpCheck::write(yaml::Node& body) const {
  const IcmpCheck usual;
  if (count != usual.count) body.set("count", count);
  set_span(body, "timeout", timeout, usual.timeout);
  set_span(body, "interval", interval, usual.interval);
  set_map(body, "warn", limits(warn_loss, usual.warn_loss, warn_rtt));
  set_map(body, "crit", limits(crit_loss, usual.crit_loss, crit_rtt));
}

std::optional<IcmpCheck> IcmpCheck::typed(std::string_view text) {
  return text.empty() ? std::optional(IcmpCheck{}) : std::nullopt;
}

}  // namespace jaga::inventory
