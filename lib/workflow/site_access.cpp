#include "workflow/site_access.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {

const inventory::Settings::Fleet& fleet_settings(const Context& context) {
  if (context.settings->fleet) return *context.settings->fleet;
  throw Error{ExitCode::config, msg("jaga.yaml names no site that has workers"),
              msg("add 'fleet: {{servers: [...], sites: [...]}}' (jaga-fleet(7))")};
}

store::Folder fleet_folder(const Context& context) {
  store::Modes modes;
  modes.file = 0600;
  modes.directory = 0700;
  store::Folder(context.state_folder, modes).make_directory("fleet");
  return store::Folder(context.state_folder + "/fleet", modes);
}

process::Command fleet_command(const Context& context, const std::string& program,
                               std::vector<std::string> environment, std::vector<std::string> words) {
  std::erase_if(environment, [](const std::string& each) { return each.starts_with("LC_ALL="); });
  environment.emplace_back(context.language == Language::indonesian ? "LC_ALL=id_ID.UTF-8" : "LC_ALL=C");
  process::Command command;
  command.argv = std::move(words);
  command.argv.insert(command.argv.begin(), program);
  command.environment = std::move(environment);
  return command;
}

std::string fleet_complaint(const std::string& err) {
  std::string out;
  for (std::string line : split(err, '\n')) {
    if (const std::size_t colon = line.find(": "); line.starts_with("jaga") && colon != std::string::npos)
      line.erase(0, colon + 2);
    if (!trim(line).empty()) out += (out.empty() ? "" : "; ") + std::string(trim(line));
  }
  return out;
}

fleet::Hub hub_of(const Context& context, const store::Folder& folder) {
  const inventory::Settings::Fleet& settings = fleet_settings(context);
  fleet::Hub out;
  out.servers = settings.servers;
  if (!settings.ca.empty()) out.ca = context.directory->absolute(settings.ca);
  out.seed = folder.absolute("nats.seed");
  out.name = context.settings->repo;
  return out;
}

}  // namespace jaga::workflow
