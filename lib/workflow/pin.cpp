#include "workflow/pin.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "process/run.hpp"
#include "ssh/config.hpp"
#include "workflow/reach.hpp"

namespace jaga::workflow {
namespace {

// Prints "machine-id X" and "serial Y" lines. Serial numbers are readable by root alone on most systems.
constexpr std::string_view kLook = R"(
read -r id </etc/machine-id && printf 'machine-id %s\n' "$id"
for file in product_serial board_serial chassis_serial; do
  if read -r serial 2>/dev/null <"/sys/class/dmi/id/$file" && [ -n "$serial" ]; then
    printf 'serial %s\n' "$serial"
  fi
done
exit 0
)";

void take(std::string_view out, registry::Pin& pin) {
  for (const std::string& line : split(out, '\n')) {
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) continue;
    const std::string value = sanitized(trim(std::string_view(line).substr(space + 1)));
    if (value.size() > 128) continue;
    if (line.starts_with("machine-id ") && value.size() == 32 &&
        value.find_first_not_of("0123456789abcdef") == std::string::npos) {
      pin.machine_id = value;
    }
    // Boards without one say so in words.
    const bool real =
        !value.empty() && value.find(' ') == std::string::npos && value != "None" && value != "0";
    if (line.starts_with("serial ") && real &&
        std::find(pin.serials.begin(), pin.serials.end(), value) == pin.serials.end()) {
      pin.serials.push_back(value);
    }
  }
  std::sort(pin.serials.begin(), pin.serials.end());
}

const registry::Pin* pin_of(const Office& office, const std::string& host) {
  if (!office.registered) return nullptr;
  const auto found = office.registered->pins.find(host);
  return found == office.registered->pins.end() ? nullptr : &found->second;
}

// All of `some` are among `all`, both sorted.
bool within(const std::vector<std::string>& some, const std::vector<std::string>& all) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

// Why a scan shows fewer keys than are pinned: those that are missing are of types that could not be read.
// Empty: that is not so.
Message unread_keys(const std::vector<std::string>& pinned, const std::vector<std::string>& seen,
                    const std::vector<std::string>& unreadable) {
  std::vector<std::string> algorithms;
  for (const std::string& list : unreadable)
    for (std::string& one : split(list, ',')) algorithms.push_back(std::move(one));
  std::vector<std::string> types;
  for (const std::string& key : pinned) {
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) continue;
    types.push_back(key.substr(0, key.find(' ')));
    if (std::find(algorithms.begin(), algorithms.end(), types.back()) == algorithms.end()) return {};
  }
  if (types.empty() || !within(seen, pinned)) return {};
  return msg("its pinned key could not be read ({types}); the other keys match the pinned ones",
             {{"types", join(types, ", ")}});
}

Against held_against(const registry::Pin& pinned, const Seen& one, const std::string& verified) {
  const registry::Pin& seen = one.pin;
  if (seen.host_keys != pinned.host_keys) return Against::other;
  if (!one.unread.empty()) return Against::unread;
  if (!pinned.machine_id.empty() && seen.machine_id != pinned.machine_id) return Against::other;
  const bool fewer = within(seen.serials, pinned.serials);
  if (!fewer && !within(pinned.serials, seen.serials)) return Against::other;
  const bool better = !verified.empty() && verified != kFirstUse && verified != pinned.verified;
  return fewer && seen.machine_id == pinned.machine_id && !better ? Against::same : Against::more;
}

void compare(const Office& office, const std::string& verified, Seen& one) {
  const registry::Pin* pinned = pin_of(office, one.host);
  one.against = pinned == nullptr ? Against::nothing : held_against(*pinned, one, verified);
  one.pin.verified = verified.empty() ? std::string(kFirstUse) : verified;
  switch (one.against) {
    case Against::nothing:
    case Against::other:
      break;
    case Against::same:
    case Against::unread:
      one.pin = *pinned;
      break;
    case Against::more:
      if (within(one.pin.serials, pinned->serials)) one.pin.serials = pinned->serials;
      if (verified.empty() || verified == kFirstUse) one.pin.verified = pinned->verified;
      break;
  }
}

std::string place(const ssh::KnownKey& key) {
  return key.file + ":" + std::to_string(key.line);
}

// With what ssh has been told about the host, by name or by address.
void compare(const std::vector<ssh::KnownHosts>& files, const std::vector<sshkey::PublicKey>& keys,
             Seen& one) {
  ssh::KnownHostsAnswer all = ssh::look_up(files, one.target.address, one.target.port);
  if (one.target.name != one.target.address) {
    const ssh::KnownHostsAnswer more = ssh::look_up(files, one.target.name, one.target.port);
    all.keys.insert(all.keys.end(), more.keys.begin(), more.keys.end());
    all.revoked.insert(all.revoked.end(), more.revoked.begin(), more.revoked.end());
    all.authorities.insert(all.authorities.end(), more.authorities.begin(), more.authorities.end());
  }
  for (const sshkey::PublicKey& key : keys) {
    for (const ssh::KnownKey& bad : all.revoked) {
      if (bad.key == key) {
        one.problem = msg("its key {fingerprint} is revoked at {place}",
                          {{"fingerprint", key.fingerprint()}, {"place", place(bad)}});
        return;
      }
    }
  }
  for (const ssh::KnownKey& known : all.keys) {
    if (std::find(keys.begin(), keys.end(), known.key) == keys.end()) {
      one.known_hosts =
          msg("ssh knows it with another key: {type} {fingerprint} at {place}",
              {{"type", known.key.type}, {"fingerprint", known.key.fingerprint()}, {"place", place(known)}});
      return;
    }
  }
  if (!all.keys.empty()) {
    one.known_hosts = msg("ssh knows it with the same key, at {place}", {{"place", place(all.keys.front())}});
  } else if (!all.authorities.empty()) {
    one.known_hosts = msg("ssh trusts a certificate authority for it, at {place}, which jaga does not use",
                          {{"place", place(all.authorities.front())}});
  }
}

// What makes a host show its keys that did not.
Message mending(ssh::Failure failure, const inventory::Host& host) {
  const Message::Arguments said = {
      {"host", host.name}, {"file", host.file}, {"port", std::to_string(host.login.port)}};
  switch (failure) {
    case ssh::Failure::resolve_failed:
      return msg("correct its address in '{file}', then: jaga host trust {host}", said);
    case ssh::Failure::refused:
    case ssh::Failure::not_ssh:
      return msg(
          "start its sshd, or if it is not on port {port}, set the port in '{file}' (login: {{port: "
          "NUMBER}}), then: jaga host trust {host}",
          said);
    case ssh::Failure::no_route:
    case ssh::Failure::unreachable:
    case ssh::Failure::timed_out:
      return msg("see what answers there: jaga monitor {host}; once SSH answers: jaga host trust {host}",
                 said);
    case ssh::Failure::reset:
    case ssh::Failure::closed:
      return msg(
          "find out at its console why its sshd closes connections (journalctl -u ssh), then: jaga host "
          "trust {host}",
          said);
    default:
      return {};
  }
}

// A host that presents another key than the pinned ones is detected before any authentication.
void log_in(const Runtime& runtime, const std::vector<Seen*>& seen, const ssh::Options& logins) {
  std::vector<ssh::Request> requests;
  for (const Seen* one : seen) {
    ssh::Request request;
    request.target = one->target;
    request.target.known.clear();
    for (const std::string& line : one->pin.host_keys)
      if (const auto key = sshkey::parse_public_key(line)) request.target.known.push_back(*key);
    request.script.text = std::string(kLook);
    request.nonce = random_id(runtime.random);
    requests.push_back(std::move(request));
  }
  const std::vector<ssh::Result> results = ssh::run_all(requests, logins, runtime.stop);
  for (std::size_t n = 0; n < results.size(); ++n) {
    Seen& one = *seen[n];
    one.identified = true;
    if (results[n].failure == ssh::Failure::host_key_changed) {
      one.problem = msg("its host key differs from the one first presented: {reason}",
                        {{"reason", results[n].detail.render(runtime.language)}});
    } else if (results[n].failure != ssh::Failure::none) {
      one.unread = results[n].detail;
    } else {
      take(results[n].out, one.pin);
      if (one.pin.machine_id.empty()) one.remarks.push_back(msg("it has no /etc/machine-id"));
    }
  }
}

}  // namespace

std::vector<Seen> look_at_hosts(const Context& context, const std::vector<const inventory::Host*>& hosts,
                                const std::string& verified, const ssh::Options& logins,
                                const std::vector<std::string>& environment) {
  const Reach reach(context, hosts, logins);
  const std::vector<ssh::KnownHosts> files = ssh::read_known_hosts(logins.known_hosts);
  std::vector<Seen> seen(hosts.size());
  std::vector<ssh::Target> targets;
  std::vector<std::size_t> remote;
  for (std::size_t at = 0; at < hosts.size(); ++at) {
    const inventory::Host& host = *hosts[at];
    seen[at].host = seen[at].pin.host = host.name;
    const bool here = host.has_check("local") && !host.has_check("ssh");
    if (context.inventory->has_ssh(host) && !here) {
      seen[at].target = reach.target(host.name);
      targets.push_back(seen[at].target);
      remote.push_back(at);
    } else if (here) {
      process::Command look;
      look.argv = {"/bin/sh", "-c", std::string(kLook)};
      look.environment = environment;
      const process::Outcome outcome = process::run(look, context.stop);
      take(outcome.out, seen[at].pin);
      seen[at].identified = true;
      if (seen[at].pin.machine_id.empty()) seen[at].problem = msg("this machine has no /etc/machine-id");
    } else {
      seen[at].problem = msg("it has no ssh check and therefore no identity to pin");
      seen[at].hint = msg("if it has SSH, add 'ssh' to its checks in '{file}', then: jaga host trust {host}",
                          {{"file", host.file}, {"host", host.name}});
    }
  }

  const std::vector<ssh::Scan> scans = ssh::scan_host_keys(targets, {}, logins, context.stop);
  std::vector<Seen*> pinned;
  for (std::size_t n = 0; n < scans.size(); ++n) {
    Seen& one = seen[remote[n]];
    if (scans[n].failure != ssh::Failure::none) {
      one.problem = scans[n].detail;
      one.hint = mending(scans[n].failure, context.inventory->at(one.host));
      continue;
    }
    for (const sshkey::PublicKey& key : scans[n].keys) one.pin.host_keys.push_back(key.line());
    std::sort(one.pin.host_keys.begin(), one.pin.host_keys.end());
    compare(files, scans[n].keys, one);
    const registry::Pin* pin = pin_of(context, one.host);
    if (pin == nullptr) continue;
    if (pin->host_keys == one.pin.host_keys)
      pinned.push_back(&one);
    else if (one.problem.empty())
      one.problem = unread_keys(pin->host_keys, one.pin.host_keys, scans[n].unreadable);
  }
  log_in(context, pinned, logins);
  for (Seen& one : seen) compare(context, verified, one);
  return seen;
}

void identify(const Context& context, std::vector<Seen>& seen, const std::string& verified,
              const ssh::Options& logins) {
  std::vector<Seen*> wanted;
  for (Seen& one : seen)
    if (one.problem.empty() && !one.identified) wanted.push_back(&one);
  log_in(context, wanted, logins);
  for (Seen* one : wanted) compare(context, verified, *one);
}

}  // namespace jaga::workflow
