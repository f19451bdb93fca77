// jaga host import ansible|ssh-config|hosts|csv FILE|-
#include "host_import.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include "base/id.hpp"
#include "base/text.hpp"
#include "document/json.hpp"
#include "feed/inventories.hpp"
#include "inventory/write.hpp"
#include "session.hpp"
#include "store/directory.hpp"
#include "store/edited.hpp"

namespace jaga::cmd {
namespace {

struct HostImportArguments {
  std::string source, file;
  std::optional<std::string> name;
  std::vector<std::string> checks;
  bool dry_run = false;
};

feed::Source source_of(const std::string& word) {
  if (word == "ansible") return feed::Source::ansible;
  if (word == "ssh-config") return feed::Source::ssh_config;
  if (word == "hosts") return feed::Source::hosts;
  if (word == "csv") return feed::Source::csv;
  throw Error{ExitCode::usage, msg("unknown source '{word}'", {{"word", printable(word)}}),
              msg("known sources: ansible, ssh-config, hosts and csv")};
}

// Parents that are neither here nor imported would refuse the whole inventory.
void keep_known_parents(std::vector<inventory::Host>& hosts, const inventory::Inventory& inventory, Ui& ui) {
  std::set<std::string> names;
  for (const inventory::Host& host : hosts) names.insert(host.name);
  for (inventory::Host& host : hosts) {
    const auto unknown = [&](const std::string& parent) {
      if (parent != host.name && (names.count(parent) == 1 || inventory.find(parent) != nullptr))
        return false;
      ui.say(msg("{host}: unknown parent '{parent}'; skipped",
                 {{"host", host.name}, {"parent", printable(parent)}}));
      return true;
    };
    host.parents.any.erase(std::remove_if(host.parents.any.begin(), host.parents.any.end(), unknown),
                           host.parents.any.end());
  }
}

// The whole inventory with the new file, as every command will read it: throws where they contradict.
void try_out(const store::Folder& folder, const inventory::File& fresh) {
  std::vector<inventory::File> files{fresh};
  for (store::EditedFile& file : store::edited_files(folder, "hosts.d"))
    files.push_back({std::move(file.path), std::move(file.bytes)});
  (void)inventory::load({"hosts.yaml", folder.read("hosts.yaml").value_or("")}, files);
}

ExitCode import(Session& session, const HostImportArguments& options) {
  const feed::Source source = source_of(options.source);
  const std::string name = options.name.value_or(options.source);
  if (!is_name(name))
    throw Error{ExitCode::usage, msg("invalid name '{text}'", {{"text", printable(name)}}),
                msg("use lower-case letters, digits, '.', '_' and '-'")};
  std::vector<inventory::Check> checks;
  for (const std::string& check : options.checks) checks.push_back(feed::parse_check(check));
  if (checks.empty()) checks.emplace_back(inventory::IcmpCheck{});

  const inventory::Inventory& inventory = *session.office().inventory;
  const store::Folder& folder = *session.office().directory;
  const std::string file = "hosts.d/" + name + ".yaml";
  if (!options.dry_run && folder.exists(file))
    throw Error{ExitCode::cant_create,
                msg("'{file}' already exists and is not overwritten", {{"file", file}}),
                msg("give another --name, or remove the file first")};
  std::vector<std::string> groups;
  for (const auto& [group, unused] : inventory.groups) groups.push_back(group);
  const std::string shown = options.file == "-" ? "standard input" : options.file;
  feed::Imported got = feed::parse_inventory(source, session.read_input(options.file, feed::kMostImported),
                                             shown, groups, checks);
  Ui& ui = session.ui();
  for (const Message& remark : got.remarks) ui.say(remark);
  std::vector<inventory::Host> hosts;
  for (inventory::Host& host : got.hosts) {
    if (const inventory::Host* known = inventory.find(host.name)) {
      ui.say(msg("{host}: already in {file}; skipped", {{"host", host.name}, {"file", known->file}}));
      continue;
    }
    hosts.push_back(std::move(host));
  }
  keep_known_parents(hosts, inventory, ui);
  if (hosts.empty())
    throw Error{ExitCode::no_input, msg("no new hosts in '{file}'", {{"file", printable(shown)}})};

  const std::string bytes = inventory::hosts_yaml(hosts);
  try_out(folder, {file, bytes});
  if (options.dry_run) {
    ui.raw(bytes);
    return ExitCode::ok;
  }
  folder.create(file, bytes);
  session.recorded(file);
  if (session.prints_values())
    ui.json(Json{{"file", file}, {"hosts", hosts.size()}});
  else
    ui.print(file);
  ui.say(counted(hosts.size(), msg("1 host"), msg("{count} hosts")));
  return ExitCode::ok;
}

}  // namespace

void setup_host_import(Setup& setup) {
  auto options = std::make_shared<HostImportArguments>();
  setup.argument("ansible|ssh-config|hosts|csv", options->source, msg("the kind of inventory"))
      .argument("FILE|-", options->file, msg("the file; default: standard input"))
      .option("--name", "NAME", options->name, msg("write hosts.d/NAME.yaml; default: the kind of inventory"))
      .list("--check", "CHECK", options->checks,
            msg("what to measure: icmp (the default), ssh, local, tcp:PORT, tcp:PORT/UNIT, http:URL or "
                "dns:NAME/TYPE"))
      .flag("-n,--dry-run", options->dry_run, msg("print the file instead of writing it"));
  setup.run([options](Session& session) { return import(session, *options); });
}

}  // namespace jaga::cmd
