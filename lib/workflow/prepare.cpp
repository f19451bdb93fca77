#include "workflow/prepare.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <embedded/prepare_script.hpp>
#include <embedded/root_commands.hpp>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "register/register.hpp"
#include "sop/sop.hpp"
#include "sshkey/public_key.hpp"
#include "workflow/acting_person.hpp"

namespace jaga::workflow {
namespace {

// As useradd(8) takes it, and as sudoers(5) takes it for a user: words in capitals are aliases there, one of
// them is ALL.
bool is_account_name(std::string_view text) {
  constexpr std::size_t kMost = 32;
  return !text.empty() && text.size() <= kMost && ((text[0] >= 'a' && text[0] <= 'z') || text[0] == '_') &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

void require_account(const inventory::Host& host, std::string_view setting, const std::string& login) {
  Error error{
      ExitCode::config,
      login == "root"
          ? msg("'{host}': {setting} is root, whose account is not prepared",
                {{"host", host.name}, {"setting", std::string(setting)}})
          : msg("'{host}': {setting} '{login}' is not a name for an account",
                {{"host", host.name}, {"setting", std::string(setting)}, {"login", printable(login)}}),
      msg("write another name in {file}: a-z 0-9 _ -, beginning with a letter", {{"file", host.file}})};
  if (login == "root" || !is_account_name(login)) throw error;
}

Error bad_pattern(const std::string& pattern, Message hint) {
  return {ExitCode::usage, msg("invalid pattern for --from: '{text}'", {{"text", printable(pattern)}}),
          std::move(hint)};
}

// A network with bits beyond its length makes sshd refuse the key (match.c), everywhere.
void require_network(const std::string& pattern, const std::string& address, const std::string& length) {
  const bool v6 = contains(address, ":");
  const int family = v6 ? AF_INET6 : AF_INET;
  const std::size_t bits = v6 ? 128 : 32;
  std::array<unsigned char, 16> bytes{};
  std::size_t wanted = 0;
  const bool number =
      !length.empty() && length.size() <= 3 && length.find_first_not_of("0123456789") == std::string::npos;
  if (number) wanted = static_cast<std::size_t>(std::stoul(length));
  if (!number || wanted > bits || ::inet_pton(family, address.c_str(), bytes.data()) != 1)
    throw bad_pattern(pattern, msg("write a network as 192.0.2.0/24 or 2001:db8::/32"));
  std::array<unsigned char, 16> network = bytes;
  for (std::size_t bit = wanted; bit < bits; ++bit)
    network[bit / 8] = static_cast<unsigned char>(network[bit / 8] & ~(0x80U >> (bit % 8)));
  if (network == bytes) return;
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, network.data(), text.data(), text.size());
  throw bad_pattern(pattern,
                    msg("the network is {network}", {{"network", std::string(text.data()) + "/" + length}}));
}

// What from= of sshd(8) takes, and nothing that ends its quotes.
void require_patterns(const std::string& list) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_*?/!";
  bool some = false;
  for (const std::string& pattern : split(list, ',')) {
    const bool negated = pattern.starts_with('!');
    const std::string text = pattern.substr(negated ? 1 : 0);
    if (text.empty() || text.find_first_not_of(kAllowed) != std::string::npos || contains(text, "!"))
      throw bad_pattern(
          pattern,
          msg("write addresses, networks and names, with commas between: 192.0.2.5,198.51.100.0/24"));
    if (const auto slash = text.find('/'); slash != std::string::npos)
      require_network(pattern, text.substr(0, slash), text.substr(slash + 1));
    some = some || !negated;
  }
  if (!some) throw bad_pattern(list, msg("only exceptions match nothing; add what they are exceptions of"));
}

struct Roles {
  std::set<std::string> measure, repair;
};

Roles roles_of(const sop::Sop& procedure) {
  Roles roles;
  const auto& monitor = procedure.row(sop::Step::monitor).roles;
  const auto& repair = procedure.row(sop::Step::repair).roles;
  roles.repair.insert(repair.begin(), repair.end());
  roles.measure = roles.repair;  // what a repair has done is measured
  roles.measure.insert(monitor.begin(), monitor.end());
  for (const auto& [id, role] : procedure.roles)
    if (role.pins_hosts) roles.measure.insert(id);
  roles.measure.insert(std::string(sop::kSystem));
  return roles;
}

struct Holding {
  bool holds = false;
  std::optional<Instant> until;
};

// Whether somebody holds one of the roles, and until when if only by delegation.
Holding holding(const registry::Register& state, const registry::Person& person,
                const std::set<std::string>& roles, Instant now) {
  Holding out;
  bool own = false;
  for (const std::string& role : state.roles_of(person, now)) {
    if (!roles.contains(role)) continue;
    out.holds = true;
    const registry::Delegation* delegation = state.delegation_of(person.id, role, now);
    if (delegation == nullptr)
      own = true;
    else
      out.until = out.until ? std::max(*out.until, delegation->until) : delegation->until;
  }
  if (own) out.until.reset();
  return out;
}

struct Key {
  PreparedKey about;
  std::string line;  // with the person as its comment
};

std::vector<Key> keys_of(const Office& office, Instant now) {
  const registry::Register& state = *office.registered;
  const Roles roles = roles_of(*office.sop);
  std::vector<Key> keys;
  for (const auto& [id, person] : state.people) {
    const Holding measures = holding(state, person, roles.measure, now);
    const Holding repairs = holding(state, person, roles.repair, now);
    if (!measures.holds) continue;
    for (const registry::Key& key : person.keys) {
      if (!key.current()) continue;
      // Nothing of the register's text reaches the host but what is parsed here.
      const auto parsed = sshkey::parse_public_key(key.line);
      if (!parsed || !is_name(id)) continue;
      keys.push_back({{id, parsed->fingerprint(), person.machine, repairs.holds,
                       repairs.holds ? repairs.until : measures.until},
                      parsed->line() + " jaga:" + id});
    }
  }
  return keys;
}

std::string end_point(const inventory::Host& host) {
  const std::string port = ":" + std::to_string(host.login.port);
  return contains(host.address, ":") ? "[" + host.address + "]" + port : host.address + port;
}

std::vector<std::string> hosts_behind(const inventory::Inventory& inventory, const inventory::Host& jump) {
  std::vector<std::string> out;
  for (const inventory::Host& host : inventory.hosts)
    if (host.jump == jump.name) out.push_back(end_point(host));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// What of a host its script depends on.
struct HostSettings {
  std::string measure, repair;
  std::vector<std::string> behind;
};

HostSettings settings_of(const inventory::Inventory& inventory, const inventory::Host& host) {
  require_account(host, "login.measure", host.login.measure);
  require_account(host, "login.repair", host.login.repair);
  return {host.login.measure, host.login.repair, hosts_behind(inventory, host)};
}

void require_same(const inventory::Host& one, const HostSettings& a, const inventory::Host& other,
                  const HostSettings& b) {
  const auto refuse = [&](const std::string& what) {
    throw Error{ExitCode::usage,
                msg("'{one}' and '{other}' need different scripts: {what} differs",
                    {{"one", one.name}, {"other", other.name}, {"what", what}}),
                msg("prepare them one after the other: jaga host prepare {host}", {{"host", other.name}})};
  };
  if (a.measure != b.measure) refuse("login.measure");
  if (a.repair != b.repair) refuse("login.repair");
  if (a.behind != b.behind) refuse("jump");
}

// NAME='TEXT', a setting of prepare.sh.
std::string assignment(std::string_view name, std::string_view text) {
  return std::string(name) + "=" + shell_quoted(text) + "\n";
}

std::string rule_lines() {
  std::vector<std::string> lines;
  for (const std::string& line : split(embedded::root_commands, '\n'))
    if (!line.empty() && !line.starts_with('#')) lines.push_back(line);
  return join(lines, "\n");
}

std::string with_settings(const std::string& settings) {
  constexpr std::string_view kBegin = "# settings begin\n";
  constexpr std::string_view kEnd = "# settings end\n";
  const std::string_view script = embedded::prepare_script;
  const auto begin = script.find(kBegin);
  const auto end = script.find(kEnd);
  if (begin == std::string_view::npos || end == std::string_view::npos)
    throw Error{ExitCode::software, msg("the script has no place for its settings")};
  return std::string(script.substr(0, begin)) + settings + std::string(script.substr(end + kEnd.size()));
}

}  // namespace

Preparation prepare(const Office& office, const std::vector<const inventory::Host*>& hosts,
                    const PrepareOptions& options, Instant now, std::string_view version) {
  if (options.from) require_patterns(*options.from);
  const inventory::Inventory& inventory = *office.inventory;
  const HostSettings host = settings_of(inventory, *hosts.front());
  Preparation out;
  std::vector<std::string> names;
  for (const inventory::Host* other : hosts) {
    names.push_back(other->name);
    if (!other->jump.empty() && !contains(out.through, other->jump)) out.through.push_back(other->jump);
    require_same(*hosts.front(), host, *other, settings_of(inventory, *other));
  }

  out.measure = host.measure;
  out.repair = host.repair;
  std::vector<std::string> measure_keys, repair_keys;
  if (!options.undo) {
    require_adopted(office);
    out.behind = host.behind;
    const std::string from = options.from ? ",from=\"" + *options.from + "\"" : "";
    const std::string plain = "restrict" + from + " ";
    std::string through = "restrict";
    if (!host.behind.empty()) through += ",port-forwarding";
    for (const std::string& point : host.behind) through += ",permitopen=\"" + point + "\"";
    through += from + " ";
    for (const Key& key : keys_of(office, now)) {
      out.keys.push_back(key.about);
      measure_keys.push_back(through + key.line);
      if (key.about.repairs) repair_keys.push_back(plain + key.line);
    }
    if (measure_keys.empty())
      throw Error{ExitCode::no_input, msg("no registered key may measure"),
                  msg("register one: 'jaga person add ID --role ROLE --key FILE', or for a machine 'jaga "
                      "person keys --make'")};
    // One account for both: its keys are those that measure, among them all that repair.
    if (host.measure == host.repair) {
      if (options.sudo && repair_keys.size() != measure_keys.size())
        throw Error{
            ExitCode::config,
            msg("'{host}': one account measures and repairs, so keys that may only measure would get all "
                "rights of root",
                {{"host", hosts.front()->name}}),
            msg("name two logins in {file}, or use --no-sudo", {{"file", hosts.front()->file}})};
      repair_keys = measure_keys;
    }
  }
  std::string settings = "# Made by jaga " + std::string(version) + " for: " + join(names, " ") + "\n";
  settings += assignment("undo", options.undo ? "yes" : "no") + assignment("measure", host.measure) +
              assignment("repair", host.repair) + assignment("measure_keys", join(measure_keys, "\n")) +
              assignment("repair_keys", join(repair_keys, "\n")) +
              assignment("repair_sudo", options.sudo ? "yes" : "no") +
              assignment("root_commands", rule_lines()) +
              assignment("trust", "jaga host trust --verified console " + join(names, " "));
  out.script = with_settings(settings);
  return out;
}

}  // namespace jaga::workflow
