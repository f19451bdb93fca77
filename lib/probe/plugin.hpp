// Private to probe: Nagios plugins, here and over SSH.
#pragma once

#include <functional>
#include <vector>

#include "probe/measure.hpp"

namespace jaga::probe {

using Ended = std::function<void(Item& item, std::vector<round::Result> results)>;

// Each item is a PluginCheck via local (via ssh); `ended` is called in the calling thread as each ends.
void run_plugins_here(const std::vector<Item*>& items, const Wave& wave, const Ended& ended);
void run_plugins_there(const std::vector<Item*>& items, const Wave& wave, const Ended& ended);

}  // namespace jaga::probe
