// jaga host list|show|add|import|prepare|maintain|trust|keys
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "base/text.hpp"
#include "document/json.hpp"
#include "host_add.hpp"
#include "host_import.hpp"
#include "host_maintain.hpp"
#include "host_prepare.hpp"
#include "inventory/inventory.hpp"
#include "people.hpp"
#include "register/register.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/maintenance.hpp"
#include "workflow/pin.hpp"
#include "workflow/registering.hpp"

namespace jaga::cmd {
namespace {

struct HostArguments {
  std::vector<std::string> hosts;
  std::string name;
  std::string verified;  // empty: not given
  bool yes = false, tree = false;
};

const registry::Pin* pin_of(Session& session, const std::string& host) {
  const auto& state = session.office().registered;
  if (!state) return nullptr;
  const auto found = state->pins.find(host);
  return found == state->pins.end() ? nullptr : &found->second;
}

std::vector<std::string> checks_of(const inventory::Host& host) {
  std::vector<std::string> out;
  for (const inventory::Check& check : host.checks) {
    const std::string object = inventory::object(check);
    out.push_back(std::string(inventory::kind(check)) + (object.empty() ? "" : ":" + object));
  }
  return out;
}

std::vector<std::string> needs_of(const inventory::Host& host) {
  std::vector<std::string> out;
  for (const inventory::Need& need : host.needs)
    out.push_back((need.of.empty() ? "" : need.of + " -> ") + need.host +
                  (need.check.empty() ? "" : "/" + need.check));
  return out;
}

std::vector<std::string> parents_of(const inventory::Host& host) {
  std::vector<std::string> out = host.parents.any;
  out.insert(out.end(), host.parents.all.begin(), host.parents.all.end());
  return out;
}

// Each host below its parent, by name; a host with several parents is listed below each of them,
// and its own subtree only below the first. The inventory has no circles and may have any depth.
void print_tree(Session& session, const std::vector<const inventory::Host*>& hosts) {
  const inventory::Inventory& inventory = *session.office().inventory;
  std::map<std::string, std::vector<const inventory::Host*>> children;
  for (const inventory::Host& host : inventory.hosts)
    for (const std::string& parent : parents_of(host)) children[parent].push_back(&host);
  std::set<std::string> wanted;
  for (const inventory::Host* host : hosts) wanted.insert(host->name);
  struct Open {
    const inventory::Host* host;
    std::size_t depth;
  };
  std::vector<Open> open;
  for (auto at = hosts.rbegin(); at != hosts.rend(); ++at) {
    const std::vector<std::string> parents = parents_of(**at);
    if (std::none_of(parents.begin(), parents.end(), [&](const auto& name) { return wanted.contains(name); }))
      open.push_back({*at, 0});
  }
  std::set<std::string> shown;
  while (!open.empty()) {
    const Open at = open.back();
    open.pop_back();
    std::vector<std::string> parents = parents_of(*at.host);
    const bool again = !shown.insert(at.host->name).second;
    std::string line = std::string(at.depth * 2, ' ') + at.host->name + "  " + at.host->address;
    if (parents.size() > 1)
      line += "  " + session.ui().text(at.host->parents.all.empty()
                                           ? msg("(through any of {hosts})", {{"hosts", join(parents, ", ")}})
                                           : msg("(needs {hosts})", {{"hosts", join(parents, ", ")}}));
    session.ui().print(line);
    if (again) continue;
    std::vector<const inventory::Host*>& below = children[at.host->name];
    std::sort(below.begin(), below.end(), [](const auto* a, const auto* b) { return a->name > b->name; });
    for (const inventory::Host* child : below)
      if (wanted.contains(child->name)) open.push_back({child, at.depth + 1});
  }
}

// How the pinned identity was compared with the host's own.
std::string pinned_text(const Ui& ui, const registry::Pin& pin) {
  const std::string how = pin.verified == "console"  ? ui.text(msg("compared at the console"))
                          : pin.verified == "vendor" ? ui.text(msg("compared with the vendor's document"))
                          : pin.verified == workflow::kFirstUse ? ui.text(msg("first use, not compared"))
                                                                : pin.verified;
  return pin.host_keys.empty() ? ui.text(msg("machine-id only, {how}", {{"how", how}})) : how;
}

ExitCode list(Session& session, const HostArguments& options) {
  Ui& ui = session.ui();
  if (options.tree && !session.prints_values()) {
    print_tree(session, session.office().inventory->select(options.hosts));
    return ExitCode::ok;
  }
  Table table(
      {std::string(translate("host", ui.language())), std::string(translate("address", ui.language())),
       std::string(translate("checks", ui.language())), std::string(translate("parents", ui.language())),
       std::string(translate("pinned", ui.language()))});
  for (const inventory::Host* host : session.office().inventory->select(options.hosts)) {
    const registry::Pin* pin = pin_of(session, host->name);
    if (session.prints_values()) {
      ui.row(Json{
          {"host", host->name},
          {"address", host->address},
          {"kind", host->kind},
          {"checks", checks_of(*host)},
          {"parents", parents_of(*host)},
          {"groups", host->groups},
          {"pinned", pin != nullptr},
      });
      continue;
    }
    table.row({host->name, host->address, join(checks_of(*host), " "), join(parents_of(*host), " "),
               pin != nullptr ? pinned_text(ui, *pin)
                              : std::string(host->logs_in() ? translate("no", ui.language()) : "-")});
  }
  if (!session.prints_values()) table.print(ui);
  return ExitCode::ok;
}

ExitCode show(Session& session, const HostArguments& options) {
  const inventory::Host& host = session.office().inventory->at(options.name);
  const registry::Pin* pin = pin_of(session, host.name);
  Ui& ui = session.ui();
  const std::vector<inventory::Window> windows = workflow::maintenance_windows(session.context());
  const Instant now = session.now();
  const inventory::Window* window = inventory::window_of(windows, host, now);
  if (session.prints_values()) {
    Json node;
    node["host"] = host.name;
    node["address"] = host.address;
    node["kind"] = host.kind;
    node["file"] = host.file;
    node["line"] = host.mark.line;
    node["checks"] = checks_of(host);
    node["parents"] = parents_of(host);
    node["needs"] = needs_of(host);
    if (window != nullptr)
      node["maintenance"] = Json{
          {"window", window->name},
          {"until", format_instant(window->until)},
          {"by", window->by},
          {"reason", window->reason},
      };
    node["groups"] = host.groups;
    node["login_measure"] = host.login.measure;
    node["login_repair"] = host.login.repair;
    node["port"] = host.login.port;
    if (pin != nullptr) {
      node["machine_id"] = pin->machine_id;
      node["host_keys"] = pin->host_keys;
      node["serials"] = pin->serials;
      node["verified"] = pin->verified;
    }
    ui.json(node);
    return ExitCode::ok;
  }
  Table table;
  const auto row = [&](std::string_view label, std::string text) {
    if (!text.empty()) table.row({std::string(label), std::move(text)});
  };
  row(translate("host", ui.language()), host.name);
  row(translate("address", ui.language()), host.address);
  row(translate("kind", ui.language()), host.kind);
  row(translate("defined in", ui.language()), host.file + ":" + std::to_string(host.mark.line));
  row(translate("checks", ui.language()), join(checks_of(host), " "));
  row(translate("parents", ui.language()), join(parents_of(host), " "));
  row(translate("needs", ui.language()), join(needs_of(host), " "));
  if (window != nullptr)
    row(translate("maintenance", ui.language()),
        ui.text(
            msg("until {until}: {reason} ({by})",
                {{"until", session.local(window->until)}, {"reason", window->reason}, {"by", window->by}})));
  row(translate("groups", ui.language()), join(host.groups, " "));
  row(translate("hosts behind it", ui.language()), join(session.office().inventory->below(host.name), " "));
  row(translate("logins", ui.language()), host.login.measure + ", " + host.login.repair);
  row(translate("SSH port", ui.language()), std::to_string(host.login.port));
  row(translate("jump host", ui.language()), host.jump);
  row(translate("site", ui.language()), host.place.site);
  row(translate("rack", ui.language()), host.place.rack);
  row(translate("model", ui.language()), host.hardware.model);
  row(translate("serial", ui.language()), host.hardware.serial);
  if (pin != nullptr) {
    row(translate("pinned", ui.language()), pinned_text(ui, *pin));
    row(translate("machine-id", ui.language()), pin->machine_id);
    for (const std::string& key : pin->host_keys) {
      if (const auto parsed = sshkey::parse_public_key(key))
        row(translate("host key", ui.language()), parsed->type + " " + parsed->fingerprint());
    }
    row(translate("serials", ui.language()), join(pin->serials, " "));
  }
  table.print(ui);
  return ExitCode::ok;
}

// The keys to compare; on standard error if standard output is JSON.
void show_line(Session& session, const std::string& line, Colour colour = Colour::none) {
  if (session.prints_values())
    session.ui().say(msg("{line}", {{"line", line}}));
  else
    session.ui().print(line, colour);
}

void print_identity(Session& session, const workflow::Seen& one) {
  if (!one.pin.machine_id.empty()) show_line(session, "  machine-id " + one.pin.machine_id);
  if (!one.pin.serials.empty()) show_line(session, "  serial " + join(one.pin.serials, ", "));
}

Message trust_question(const std::string& verified) {
  if (verified == "console") return msg("Do the consoles of these hosts show the same keys? Pin them?");
  if (verified == "vendor") return msg("Does the vendor's document show the same keys? Pin them?");
  return msg("These keys have not been compared with the hosts' consoles. Pin them as first seen?");
}

// The keys that the host presents and, if they differ, the pinned ones.
void print_keys(Session& session, const workflow::Seen& one) {
  const auto print = [&](const std::vector<std::string>& keys) {
    for (const std::string& line : keys)
      if (const auto key = sshkey::parse_public_key(line))
        show_line(session, "  " + key->type + " " + key->fingerprint());
  };
  print(one.pin.host_keys);
  if (one.identified) print_identity(session, one);
  if (one.against != workflow::Against::other) return;
  const registry::Pin& pinned = *pin_of(session, one.host);
  show_line(session, "  " + session.ui().text(msg("but these keys are pinned:")));
  print(pinned.host_keys);
  if (one.identified && !pinned.machine_id.empty()) show_line(session, "  machine-id " + pinned.machine_id);
}

// Pinned keys are replaced only by keys that a person has compared.
void require_compared(const Session& session, const std::vector<std::string>& changed,
                      const HostArguments& options) {
  if (changed.empty() || (!options.verified.empty() && options.verified != workflow::kFirstUse)) return;
  const std::string hosts = join(changed, " ");
  throw Error{ExitCode::usage,
              msg("replacing pinned keys requires comparing the new ones first: {hosts}",
                  {{"hosts", join(changed, ", ")}}),
              session.can_ask()
                  ? msg("compare them at the console, then: jaga host trust {hosts} --verified console",
                        {{"hosts", hosts}})
                  : msg("compare them at the console, then: jaga host trust {hosts} --verified "
                        "console --yes",
                        {{"hosts", hosts}})};
}

ExitCode trust(Session& session, const HostArguments& options) {
  using workflow::Against;
  const workflow::Context& context = session.context();
  // Refuses before the network is used.
  const workflow::Actor actor = workflow::acting_person(session.acting());
  std::vector<const inventory::Host*> hosts;
  for (const inventory::Host* host : context.inventory->select(options.hosts)) {
    if (!options.hosts.empty() || host->logs_in() || context.inventory->has_ssh(*host)) hosts.push_back(host);
  }
  if (hosts.empty())
    throw Error{ExitCode::no_input, msg("no host has an identity to pin"),
                msg("add an ssh check in hosts.yaml")};
  Ui& ui = session.ui();
  ui.progress(counted(hosts.size(), msg("checking 1 host"), msg("checking {count} hosts")));
  std::vector<workflow::Seen> seen = workflow::look_at_hosts(
      context, hosts, options.verified, session.logins(), session.surroundings().environment);
  ui.done();
  session.stop_here();
  std::vector<std::string> changed;
  std::vector<std::string> more;
  bool wanted = false;
  for (const workflow::Seen& one : seen) {
    if (!one.problem.empty() || one.against == Against::unread) continue;
    if (one.against == Against::same) {
      ui.say(msg("{host}: already pinned, no changes", {{"host", one.host}}));
      continue;
    }
    if (one.against == Against::other) changed.push_back(one.host);
    if (one.against == Against::more)
      more.push_back(one.host);
    else
      wanted = true;
    show_line(session, one.host, Colour::bold);
    print_keys(session, one);
    if (!one.known_hosts.empty()) show_line(session, "  " + session.ui().text(one.known_hosts));
  }
  if (!changed.empty())
    ui.complain(
        msg("the keys of {hosts} differ from the pinned ones: a new machine, new keys, or an intercepted "
            "connection",
            {{"hosts", join(changed, ", ")}}));
  require_compared(session, changed, options);
  const bool yes =
      (!wanted || session.confirm(trust_question(options.verified), options.yes)) &&
      (more.empty() ||
       session.confirm(msg("The keys of {hosts} match the pinned ones. Pin the other values shown, too?",
                           {{"hosts", join(more, ", ")}}),
                       options.yes));
  if (!yes) {
    ui.say(msg("nothing was pinned"));
    return ExitCode::warning;
  }

  // Only now: no login to a host before a person has seen its keys.
  std::vector<std::string> asked;
  for (const workflow::Seen& one : seen)
    if (one.problem.empty() && !one.identified) asked.push_back(one.host);
  if (!asked.empty()) {
    ui.progress(counted(asked.size(), msg("logging in to 1 host"), msg("logging in to {count} hosts")));
    workflow::identify(context, seen, options.verified, session.logins());
    ui.done();
    session.stop_here();
  }
  std::vector<registry::Pin> pins;
  std::vector<std::string> others;
  std::vector<std::string> unread;
  bool unreachable = false;
  for (const workflow::Seen& one : seen) {
    if (!one.problem.empty()) {
      unreachable = true;
      ui.complain(msg("'{host}': {why}", {{"host", one.host}, {"why", ui.text(one.problem)}}));
      if (!one.hint.empty()) ui.hint(one.hint);
      continue;
    }
    if (!one.unread.empty()) unread.push_back(one.host);
    if (one.against == Against::unread) {
      unreachable = true;
      ui.complain(msg("'{host}': the keys match the pinned ones, but the login failed: {why}",
                      {{"host", one.host}, {"why", ui.text(one.unread)}}));
      continue;
    }
    if (!one.unread.empty())
      ui.say(msg("{host}: machine-id not read: {reason}",
                 {{"host", one.host}, {"reason", ui.text(one.unread)}}));
    for (const Message& remark : one.remarks)
      ui.say(msg("{host}: {remark}", {{"host", one.host}, {"remark", ui.text(remark)}}));
    if (one.against == Against::same) continue;
    pins.push_back(one.pin);
    if (std::find(asked.begin(), asked.end(), one.host) == asked.end()) continue;
    if (one.unread.empty()) {
      show_line(session, one.host, Colour::bold);
      print_identity(session, one);
    }
    const registry::Pin* before = pin_of(session, one.host);
    if (before != nullptr && one.unread.empty() && before->machine_id != one.pin.machine_id)
      others.push_back(one.host);
  }
  if (!others.empty() &&
      !session.confirm(msg("{hosts}: not the pinned machine. Pin this one?", {{"hosts", join(others, ", ")}}),
                       options.yes)) {
    ui.say(msg("nothing was pinned"));
    return ExitCode::warning;
  }
  if (!pins.empty()) {
    const record::Record record = workflow::write_pins(context, actor, pins);
    const std::string path = "register/" + record::file_name(record.envelope);
    session.recorded(path);
    if (session.prints_values())
      ui.json(Json{{"record", path}, {"hosts", pins.size()}});
    else
      ui.print(path);
  }
  if (!unread.empty())
    ui.hint(msg("once jaga can log in there ('jaga host prepare {hosts}'): jaga host trust {hosts}",
                {{"hosts", join(unread, " ")}}));
  return unreachable ? ExitCode::unavailable : ExitCode::ok;
}

ExitCode keys(Session& session, const HostArguments& options) {
  for (const inventory::Host* host : session.office().inventory->select(options.hosts)) {
    const registry::Pin* pin = pin_of(session, host->name);
    if (pin == nullptr) continue;
    std::string names = host->name;
    if (host->address != host->name) names += "," + host->address;
    if (host->login.port != 22) {
      names = "[" + host->name + "]:" + std::to_string(host->login.port) + ",[" + host->address +
              "]:" + std::to_string(host->login.port);
    }
    for (const std::string& key : pin->host_keys) session.ui().print(names + " " + key);
  }
  return ExitCode::ok;
}

}  // namespace

void setup_host(Setup& setup) {
  auto options = std::make_shared<HostArguments>();
  Setup& listing = setup.sub("list", msg("list the hosts of the inventory"));
  listing.arguments("HOST|@GROUP", options->hosts, msg("only these hosts"))
      .flag("--tree", options->tree, msg("as a tree: each host below its parent"));
  listing.paged().rows("host,address,kind,checks,groups,pinned", "parents");
  listing.run([options](Session& session) { return list(session, *options); });
  Setup& showing = setup.sub("show", msg("show a host and its pinned identity"));
  showing.argument("HOST", options->name, msg("the name of the host"));
  showing.paged().run([options](Session& session) { return show(session, *options); });
  setup_host_add(setup.sub("add", msg("add a host in hosts.d/NAME.yaml")));
  setup_host_import(setup.sub("import", msg("import another tool's inventory into hosts.d/NAME.yaml")));
  setup_host_prepare(
      setup.sub("prepare", msg("print a script for a host: accounts, keys and sudo for jaga")));
  setup_host_maintain(
      setup.sub("maintain", msg("start a maintenance window: checks continue, but no incidents are opened")));
  Setup& trusting = setup.sub("trust", msg("pin host keys, machine-id and serial numbers in the register"));
  trusting
      .arguments("HOST|@GROUP", options->hosts,
                 msg("only these hosts; default: all hosts to which jaga logs in"))
      .choice("--verified", "console|vendor|first-use", options->verified, msg("how the keys were checked"))
      .flag("--yes", options->yes, msg("do not ask for confirmation"));
  trusting.run([options](Session& session) { return trust(session, *options); });
  Setup& printing = setup.sub("keys", msg("print the pinned keys as known_hosts lines"));
  printing.formats("text");
  printing.arguments("HOST|@GROUP", options->hosts, msg("only these hosts"));
  printing.run([options](Session& session) { return keys(session, *options); });
}

}  // namespace jaga::cmd
