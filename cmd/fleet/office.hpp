// What the commands of jaga-fleet have in common: the office's connection to its hub.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "broker/broker.hpp"
#include "fleet/hub.hpp"
#include "fleet/program.hpp"

namespace jaga::cmd {

inline constexpr std::size_t kMostJob = std::size_t{4} << 20U;

// Throws the error of the system.
std::string file_text(const std::string& path, std::size_t most);

broker::Login login_of(const Run& run, const fleet::Hub& hub);
// By which key the hub lets this office in. Precondition: the login has a seed.
Message nkey_hint(const broker::Login& login);
// For one site, whose answers come to an inbox of its own, so that no other site can give them; or, with an
// empty `site`, for the hub alone. Throws what broker::Connection throws; where the hub refuses the login,
// with nkey_hint().
std::unique_ptr<broker::Connection> connect_office(const Run& run, const fleet::Hub& hub,
                                                   const std::string& site);

// jaga-fleet examine FILE.
ExitCode examine(Run& run, const std::string& file);

}  // namespace jaga::cmd
