// Private to probe: the measuring method of each kind of check.
#pragma once

#include <string_view>
#include <vector>

#include "probe/measure.hpp"

namespace jaga::probe {

// Context of a method.
struct Work {
  const Wave& wave;
  Own& own;
  // Must be called once per item with its results; thread-safe.
  Ended ended;
};

struct Method {
  // Measures `items`: at least one, all of this kind. Callers handle exceptions and items without a result.
  void (*measure)(const std::vector<Item*>& items, const Work& work);
  // Whether the host itself may be down if nothing comes back.
  bool tells_of_host = false;
  // Whether a limit may be exceeded by chance, so that it must be confirmed.
  bool limit_is_passing = false;
  // Tries another method on silent hosts and adds its findings to their results; null if there is none.
  void (*ask_otherwise)(const std::vector<Item*>& items, const Work& work) = nullptr;
};

// The method of each kind in inventory/check.hpp, defined in check/KIND.cpp.
template <typename Check>
const Method& method();
template <>
const Method& method<inventory::IcmpCheck>();
template <>
const Method& method<inventory::TcpCheck>();
template <>
const Method& method<inventory::SshCheck>();
template <>
const Method& method<inventory::LocalCheck>();
template <>
const Method& method<inventory::HttpCheck>();
template <>
const Method& method<inventory::DnsCheck>();
template <>
const Method& method<inventory::PluginCheck>();

// By index of the kind in inventory::Check, and by name. Null if the name is not a kind (but a check of the
// collector).
const std::vector<const Method*>& methods();
const Method* find_method(std::string_view kind);

// Runs `work` for the items in a new thread, or in this thread if none can be started. Does nothing without
// items.
template <typename Thread, typename Do>
void begin(std::vector<Thread>& threads, const std::vector<Item*>& items, const Wave& wave, Do work) {
  if (items.empty()) return;
  try {
    threads.emplace_back([&items, &wave, work] { guarded(items, wave, work); });
  } catch (const std::exception&) {  // no thread available: run in this one
    guarded(items, wave, work);
  }
}

}  // namespace jaga::probe
