// Private to fault: placeholders in a rule's commands and parameters.
#pragma once

#include <optional>
#include <string>

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::fault {

// Replaces {host}, {address}, {object}, {unit} and {fact:NAME}; nullopt if one of them has no value.
std::optional<std::string> fill_placeholders(const std::string& text, const inventory::Host& host,
                                             const std::string& object, const round::Result& deciding);

}  // namespace jaga::fault
