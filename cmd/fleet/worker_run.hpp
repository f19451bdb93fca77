// What jaga-worker does with its orders.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "broker/broker.hpp"
#include "fleet/program.hpp"
#include "fleet/worker.hpp"
#include "probe/monitor.hpp"
#include "round/round.hpp"
#include "store/folder.hpp"

namespace jaga::cmd {

// The connection that the worker of `folder` makes. Throws Error{config} for its files, and what
// broker::Connection throws.
broker::Login login_of_worker(const fleet::WorkerConfig& config, const store::Folder& folder);
// The streams of a site, made where they are missing. Throws Error{config} where one is configured otherwise,
// Error{unavailable} where JetStream does not answer.
void make_streams(const broker::Connection& connection, const std::string& site);
// How hosts are measured: probe::run.
using Measuring = std::function<round::Round(const probe::Request&, std::stop_token)>;
// Carries out orders until a stop.
void carry_out_orders(Run& run, const fleet::WorkerConfig& config, const store::Folder& folder,
                      const Measuring& measuring);

}  // namespace jaga::cmd
