// jaga host add NAME ADDRESS
#include "host_add.hpp"

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "feed/inventories.hpp"
#include "inventory/address.hpp"
#include "inventory/inventory.hpp"
#include "people.hpp"
#include "questions.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/directory.hpp"

namespace jaga::cmd {
namespace {

struct HostAddArguments {
  std::vector<std::string> checks, parents;
  std::string name, address;  // empty: not given
  std::optional<std::string> kind, login, repair_login, jump;
  std::optional<std::int64_t> port;
};

void check_name(const inventory::Inventory& inventory, const std::string& name) {
  if (!is_name(name, inventory::kMostHostName)) throw bad_name(name);
  if (const inventory::Host* known = inventory.find(name))
    throw Error{ExitCode::cant_create,
                msg("host '{host}' already exists in {file}:{line}",
                    {{"host", name}, {"file", known->file}, {"line", std::to_string(known->mark.line)}}),
                msg("edit that file")};
}

void check_address(const std::string& address) {
  if (!inventory::is_address(address))
    throw Error{ExitCode::usage, msg("invalid address '{address}'", {{"address", printable(address)}}),
                inventory::address_hint(address)};
}

void check_login(const std::string& login) {
  if (!inventory::is_login_name(login))
    throw Error{ExitCode::usage, msg("invalid login name '{text}'", {{"text", printable(login)}})};
}

Error bad_port(const std::string& text) {
  return Error{ExitCode::usage, msg("invalid port '{text}'", {{"text", printable(text)}})};
}

// The host of `options`; `usual` is what needs not be written. Error{usage}, {no_input}, {cant_create}.
inventory::Host host_of(const inventory::Inventory& inventory, const HostAddArguments& options,
                        inventory::Host& usual) {
  if (!is_name(options.name, inventory::kMostHostName)) throw bad_name(options.name);
  check_address(options.address);
  check_name(inventory, options.name);
  inventory::Host host;
  host.name = options.name;
  host.address = options.address;
  // Given values are written even if they equal the built-in default: hosts.yaml may define another one.
  const auto set = [](std::string& to, std::string& usual_one, const std::string& value) {
    to = value;
    usual_one.clear();
  };
  if (options.kind) set(host.kind, usual.kind, *options.kind);
  for (const std::optional<std::string>& login : {options.login, options.repair_login})
    if (login) check_login(*login);
  if (options.login) set(host.login.measure, usual.login.measure, *options.login);
  if (options.repair_login) set(host.login.repair, usual.login.repair, *options.repair_login);
  if (options.port) {
    const auto port = parse_port(std::to_string(*options.port));
    if (!port) throw bad_port(std::to_string(*options.port));
    host.login.port = *port;
    usual.login.port = 0;
  }
  if (options.jump) host.jump = inventory.at(*options.jump).name;
  for (const std::string& parent : options.parents) host.parents.any.push_back(inventory.at(parent).name);
  const std::vector<std::string> checks =
      options.checks.empty() ? std::vector<std::string>{"icmp"} : options.checks;
  for (const std::string& check : checks) host.checks.push_back(feed::parse_check(check));
  return host;
}

// What hosts.yaml sets for a host that says nothing itself.
inventory::Host default_host(Session& session, const std::string& name, const std::string& address) {
  inventory::Host host;
  host.name = name;
  host.address = address;
  try {
    return load_inventory(*session.office().directory,
                          inventory::File{"hosts.d/" + name + ".yaml", inventory::host_yaml(host)})
        .at(name);
  } catch (const Error&) {
    return host;  // it is refused before it is written
  }
}

void ask_for_logins(Session& session, const inventory::Host& usual, bool over_ssh,
                    HostAddArguments& options) {
  const auto ask_login = [&](const Message& question, const std::string& taken_from,
                             std::optional<std::string>& to) {
    if (to) return;
    ask_until(session, question, taken_from, [&](const std::string& text) {
      if (text.empty()) return;
      check_login(text);
      to = text;
    });
  };
  ask_login(msg("login for checks"), usual.login.measure, options.login);
  ask_login(msg("login for repairs"), usual.login.repair, options.repair_login);
  if (!over_ssh) return;
  if (!options.port)
    ask_until(session, msg("SSH port"), std::to_string(usual.login.port), [&](const std::string& text) {
      if (text.empty()) return;
      const auto port = parse_port(text);
      if (!port) throw bad_port(text);
      options.port = *port;
    });
  const inventory::Inventory& inventory = *session.office().inventory;
  if (!options.jump && !inventory.hosts.empty())
    ask_until(session, msg("jump host for SSH"), usual.jump.empty() ? none_text(session) : usual.jump,
              [&](const std::string& text) {
                if (!text.empty()) options.jump = inventory.at(text).name;
              });
}

// What the options do not say.
void ask(Session& session, HostAddArguments& options) {
  const inventory::Inventory& inventory = *session.office().inventory;
  if (options.name.empty())
    ask_until(session, msg("name of the host"), "", [&](const std::string& text) {
      if (text.empty()) refuse_empty();
      check_name(inventory, text);
      options.name = text;
    });
  else
    check_name(inventory, options.name);
  if (options.address.empty())
    ask_until(session, msg("address: IPv4, IPv6 or a host name"), "", [&](const std::string& text) {
      if (text.empty()) refuse_empty();
      check_address(text);
      options.address = text;
    });
  const inventory::Host usual = default_host(session, options.name, options.address);
  if (!options.kind)
    ask_until(session, msg("kind: server, switch, router ..."), usual.kind, [&](const std::string& text) {
      if (text.empty()) return;
      if (!is_name(text)) throw bad_name(text);
      options.kind = text;
    });
  if (options.checks.empty())
    ask_until(session, msg("checks: icmp, ssh, local, tcp:PORT, tcp:PORT/UNIT, http:URL or dns:NAME/TYPE"),
              "icmp", [&](const std::string& text) {
                const std::vector<std::string> checks = words_of(text);
                for (const std::string& check : checks) (void)feed::parse_check(check);
                options.checks = checks;
              });
  if (options.parents.empty() && !inventory.hosts.empty())
    ask_until(session, msg("hosts through any of which it is reached"), none_text(session),
              [&](const std::string& text) {
                const std::vector<std::string> parents = words_of(text);
                for (const std::string& parent : parents) (void)inventory.at(parent);
                options.parents = parents;
              });
  inventory::Host written;
  const inventory::Host host = host_of(inventory, options, written);
  if (host.logs_in()) ask_for_logins(session, usual, host.over_ssh(), options);
}

// A file that is wrong would stop every command that reads hosts.
void require_readable(const store::Folder& directory, inventory::File file) {
  try {
    (void)load_inventory(directory, std::move(file));
  } catch (const Error& error) {
    throw Error{ExitCode::usage, error.message(), error.hint()};
  }
}

ExitCode add(Session& session, HostAddArguments options) {
  const inventory::Inventory& inventory = *session.office().inventory;
  const bool asks = may_ask(session) && (options.name.empty() || options.address.empty());
  if (asks) ask(session, options);
  inventory::Host usual;
  const inventory::Host host = host_of(inventory, options, usual);
  const std::string file = "hosts.d/" + host.name + ".yaml";
  const std::string bytes = inventory::host_yaml(host, usual);
  require_readable(*session.office().directory, {file, bytes});
  if (asks) {
    Ui& ui = session.ui();
    ui.tell("");
    tell_words(session, msg("This will be written to '{path}':", {{"path", file}}));
    for (const std::string& line : split(trim(bytes), '\n')) ui.tell("  " + std::string(line));
    if (!ask_yes(session, msg("Write it?"))) return nothing_written(session);
  }
  session.office().directory->create(file, bytes);
  session.recorded(file);
  if (session.prints_values())
    session.ui().json(Json{{"host", host.name}, {"file", file}});
  else
    session.ui().print(file);
  if (host.logs_in())
    session.ui().hint(msg("pin its identity with 'jaga host trust {host}'", {{"host", host.name}}));
  return ExitCode::ok;
}

}  // namespace

void setup_host_add(Setup& setup) {
  auto options = std::make_shared<HostAddArguments>();
  setup.argument("NAME", options->name, msg("its name: a-z 0-9 . _ -, at most 40 characters"))
      .argument("ADDRESS", options->address, msg("IPv4, IPv6 or a host name"))
      .list("--check", "CHECK", options->checks,
            msg("what to measure: icmp (the default), ssh, local, tcp:PORT, tcp:PORT/UNIT, http:URL or "
                "dns:NAME/TYPE"))
      .list("--parent", "HOST", options->parents, msg("the host through which it is reached"))
      .option("--kind", "KIND", options->kind, msg("server (the default), switch, router ..."))
      .option("--login", "USER", options->login, msg("login for checks; default: jaga"))
      .option("--repair-login", "USER", options->repair_login, msg("login for repairs; default: jaga-repair"))
      .option("--port", "PORT", options->port, msg("SSH port; default: 22"))
      .option("--jump", "HOST", options->jump, msg("jump host for SSH"))
      .asks();
  setup.run([options](Session& session) { return add(session, *options); });
}

}  // namespace jaga::cmd
