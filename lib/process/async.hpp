// Private to the folders that use Asio (process, ssh, probe): a program run inside somebody's io_context.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <stop_token>

#include "process/run.hpp"

namespace jaga::process {

// Starts `command` on `executor`, whose context must be run by one thread. `done` is called exactly once,
// from that context, never from within start(). A stop may be requested from any thread.
void start(const boost::asio::any_io_executor& executor, Command command, std::stop_token stop,
           std::function<void(Outcome)> done);

}  // namespace jaga::process
