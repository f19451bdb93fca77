#include "workflow/reboot.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "inventory/inventory.hpp"
#include "os/stop.hpp"
#include "workflow/maintenance.hpp"
#include "workflow/marks.hpp"

namespace jaga::workflow {
namespace {

constexpr std::chrono::milliseconds kLook = std::chrono::seconds{20};  // the most that one look takes

bool pinned(const plan::Target& target, const std::string& key) {
  return std::find(target.host_keys.begin(), target.host_keys.end(), key) != target.host_keys.end();
}

}  // namespace

Presence look_for(Transport& transport, const plan::Target& target, std::stop_token stop) {
  Order order = identity_order(Digest{}, 0);
  order.timeout = kLook;
  const Answer answer = transport.run(plan::Run::ssh, target, order, stop);
  Presence out;
  if (answer.host_key_changed) {
    out.another = true;
    out.why = sentence("its host key is not the approved one");
    return out;
  }
  if (answer.end != Answer::End::exited || answer.code != 0) {
    out.why = answer.why.empty() ? literal(printable(answer.err)) : answer.why;
    return out;
  }
  const TargetIdentity looked = parse_identity(answer.out);
  if (!pinned(target, answer.host_key)) {
    out.another = true;
    out.why = sentence("its host key is not the approved one");
  } else if (looked.machine_id != target.machine_id) {
    out.another = true;
    out.why = sentence("its machine-id is not the approved one");
  } else if (looked.boot_id.empty() || looked.boot_id.size() > 64 ||
             sanitized(looked.boot_id) != looked.boot_id) {
    out.why = sentence("its boot id cannot be read");
  } else {
    out.boot_id = looked.boot_id;
  }
  return out;
}

Return wait_for_return(Transport& transport, const plan::Target& target, const std::string& before,
                       std::chrono::milliseconds limit, std::stop_token stop,
                       std::chrono::milliseconds pause) {
  const auto end = std::chrono::steady_clock::now() + limit;
  Message last;
  for (;;) {
    if (stop.stop_requested()) return {"", sentence("interrupted while waiting for the restart")};
    const Presence now = look_for(transport, target, stop);
    if (!now.boot_id.empty() && now.boot_id != before) return {now.boot_id, {}};
    if (now.another) return {"", sentence("another host came back: {why}").with("why", now.why)};
    last = now.boot_id.empty() ? now.why : sentence("it is still running as before");
    if (std::chrono::steady_clock::now() + pause >= end)
      return {"", sentence("it was not back in time: {why}").with("why", last)};
    if (!os::sleep_for(stop, pause)) return {"", sentence("interrupted while waiting for the restart")};
  }
}

void require_window(const Context& context, const plan::Frozen& plan) {
  if (!plan.window) return;
  const auto windows = maintenance_windows(context);
  for (const plan::Target& target : plan.targets) {
    const inventory::Host* host = context.inventory->find(target.host);
    if (host != nullptr && inventory::window_of(windows, *host, context.now()) != nullptr) continue;
    throw Error(
        ExitCode::not_permitted,
        msg("'{plan}' runs only in a maintenance window, and '{host}' is not in one now",
            {{"plan", plan.name}, {"host", target.host}}),
        msg("start one with 'jaga host maintain {host} --until TIME -m TEXT'", {{"host", target.host}}));
  }
}

}  // namespace jaga::workflow
