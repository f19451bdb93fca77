// Private to probe: how each kind of check measures.
#pragma once

#include <string_view>
#include <vector>

#include "probe/measure.hpp"

namespace jaga::probe {

// What a method works with.
struct Work {
  const Wave& wave;
  Own& own;
  // Each item gets its results by this, once; from any thread.
  Ended ended;
};

struct Method {
  // Measures `items`, at least one and all of its kind. What it throws, and the items that it leaves out, are
  // taken care of.
  void (*measure)(const std::vector<Item*>& items, const Work& work);
  // Where nothing comes back, the host itself may be down.
  bool tells_of_host = false;
  // A limit that is reached once may have been reached by chance.
  bool limit_is_passing = false;
  // Adds to the result of hosts that are silent what another method hears of them; null: there is none.
  void (*ask_otherwise)(const std::vector<Item*>& items, const Work& work) = nullptr;
};

// The row of the methods: one for each kind of inventory/check.hpp, defined in check/KIND.cpp.
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

// By the kind's number, and by its name; null: no kind, but a check that a collector reports.
const std::vector<const Method*>& methods();
const Method* find_method(std::string_view kind);

// Does `work` with the items in a thread of its own, or at once where there is none left or no item.
template <typename Thread, typename Do>
void begin(std::vector<Thread>& threads, const std::vector<Item*>& items, const Wave& wave, Do work) {
  if (items.empty()) return;
  try {
    threads.emplace_back([&items, &wave, work] { guarded(items, wave, work); });
  } catch (const std::exception&) {  // no thread left: one after the other
    guarded(items, wave, work);
  }
}

}  // namespace jaga::probe
