// What the commands of jaga-fleet have in common: the office's connection to its hub.
#pragma once

#include <cstddef>
#include <functional>
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
// Throws what broker::Connection throws; where the login is refused, with the office's key as a hint.
std::unique_ptr<broker::Connection> connect_office(const Run& run, const fleet::Hub& hub,
                                                   std::function<void(const std::string&)> remark);

// jaga-fleet examine FILE.
ExitCode examine(Run& run, const std::string& file);

}  // namespace jaga::cmd
