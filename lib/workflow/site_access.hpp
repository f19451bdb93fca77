// What an office has for its sites: settings, a folder, and jaga-fleet, which speaks to NATS for it
// (jaga-fleet(7)).
#pragma once

#include <string>
#include <vector>

#include "fleet/hub.hpp"
#include "inventory/settings.hpp"
#include "process/run.hpp"
#include "store/folder.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// `fleet:` in jaga.yaml. Throws Error{config} where it is missing.
const inventory::Settings::Fleet& fleet_settings(const Context& context);
// The folder of the fleet in the state folder, which only its owner can read; made where it is missing.
store::Folder fleet_folder(const Context& context);
// jaga-fleet (`program`) with these words, in the language of `context`; `environment` is the caller's.
process::Command fleet_command(const Context& context, const std::string& program,
                               std::vector<std::string> environment, std::vector<std::string> words);
// What jaga-fleet wrote to its standard error, as one line without its name.
std::string fleet_complaint(const std::string& err);
// How jaga-fleet reaches NATS; `folder` is that of the fleet. Throws what fleet_settings() throws.
fleet::Hub hub_of(const Context& context, const store::Folder& folder);

}  // namespace jaga::workflow
