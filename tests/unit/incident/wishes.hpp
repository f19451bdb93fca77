// All that somebody might want to do with an incident.
#pragma once

#include <vector>

#include "world.hpp"

namespace jaga::incident::test {

// All commands that somebody might type.
std::vector<Body> wishes(const World& world, const State& state);
// The records that the key of the run which goes on might sign next.
std::vector<Body> run_wishes(const State& state);

}  // namespace jaga::incident::test
