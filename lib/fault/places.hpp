// Private to fault: the places that a rule's commands and parameters may hold.
#pragma once

#include <optional>
#include <string>

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::fault {

// Fills {host}, {address}, {object}, {unit} and {fact:NAME}; nullopt where one is not known.
std::optional<std::string> filled(const std::string& text, const inventory::Host& host,
                                  const std::string& object, const round::Result& deciding);

}  // namespace jaga::fault
