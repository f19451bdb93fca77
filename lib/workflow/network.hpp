// The Transport of daily use: SSH with pinned host keys, this machine for `local`.
#pragma once

#include <functional>
#include <memory>

#include "base/id.hpp"
#include "ssh/ssh.hpp"
#include "workflow/transport.hpp"

namespace jaga::workflow {

// Measures again; given by who knows the inventory (workflow/monitor).
using Prober = std::function<std::vector<incident::Result>(const std::vector<RepeatedProbe>& wishes,
                                                           std::stop_token stop)>;

// Adds to a target how it is reached (workflow/reach.hpp); may be empty.
using Way = std::function<void(const std::string& host, ssh::Target& target)>;

// `random` makes the nonce of each script; `environment` is that of local scripts ("NAME=VALUE").
std::unique_ptr<Transport> network_transport(ssh::Options options, RandomBytes random,
                                             std::vector<std::string> environment, Prober prober,
                                             Way way = {});

// Created by `make` on first use: most commands touch no host.
std::unique_ptr<Transport> deferred_transport(std::function<std::unique_ptr<Transport>()> make);

}  // namespace jaga::workflow
