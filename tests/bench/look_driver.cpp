// look_driver make|copy|round HOSTS FILE: a round of so many hosts, 40 results each, of which 14 change
// slowly. make: writes it to FILE, as of ten minutes before the next one. copy: reads FILE and writes the
// same again, the least that a round costs. round: what a next round does with it beside measuring, with
// results that are those of FILE: plans each look, carries what is not due, follows, writes. Prints the
// number of results written.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/format.hpp"
#include "inventory/inventory.hpp"
#include "round/look.hpp"
#include "round/round.hpp"
#include "round/trend.hpp"

namespace {

using namespace jaga;

const Instant kBefore{std::chrono::milliseconds{1'790'000'000'000}};

inventory::Inventory inventory_of(int count) {
  inventory::Inventory out;
  for (int i = 0; i < count; ++i) {
    inventory::Host host;
    host.name = formatted("h{:06}", i);
    out.hosts.push_back(std::move(host));
  }
  return out;
}

round::Round whole(const inventory::Inventory& inventory) {
  round::Round round;
  round.installation = "bench";
  round.at = kBefore;
  for (const inventory::Host& host : inventory.hosts) {
    const auto add = [&](std::string check, std::string object) {
      round::Result one;
      one.host = host.name;
      one.check = std::move(check);
      one.object = std::move(object);
      one.state = round::State::ok;
      one.summary = "21% of space used";
      one.facts = {{"available_kib", std::int64_t{359'986'516}}, {"total_kib", std::int64_t{480'590'832}}};
      round.results.push_back(std::move(one));
    };
    add("ssh", "");
    for (int n = 0; n < 25; ++n) add("disk", formatted("/srv/{:02}", n));
    for (const std::string& section : inventory::slow_sections()) {
      add(section == "ipmi" ? "power" : section, section == "ipmi" ? "PS1" : "");
      if (section == "ipmi") round.results.back().facts = {{"record", std::string("C8h")}};
    }
  }
  round::follow(round, nullptr);
  return round;
}

std::string bytes_of(const char* file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t run(const std::string& what, int count, const char* file) {
  const inventory::Inventory inventory = inventory_of(count);
  if (what == "make") {
    const round::Round round = whole(inventory);
    std::ofstream(file, std::ios::binary) << round::write(round);
    return round.results.size();
  }
  const round::Round before = round::read(bytes_of(file), file);
  std::ofstream out(std::string(file) + "." + what, std::ios::binary);
  if (what == "copy") {
    out << round::write(before);
    return before.results.size();
  }
  round::Round now;
  now.installation = before.installation;
  now.at = kBefore + std::chrono::minutes{10};  // within the shortest usual period
  for (const round::Result& result : before.results)
    if (!round::is_slow(result)) now.results.push_back(result);
  for (const inventory::Host& host : inventory.hosts) {
    const round::Look look = round::plan_look(host, before, now.at);
    for (const auto* those : {&look.carried, &look.kept})
      now.results.insert(now.results.end(), those->begin(), those->end());
  }
  round::judge_trends(now, &before, inventory);
  round::follow(now, &before);
  const std::size_t all = now.results.size();
  out << round::write(std::move(now));
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 64;
  try {
    std::printf("%zu\n", run(argv[1], std::stoi(argv[2]), argv[3]));
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.message().render(Language::english).c_str());
    return 70;
  }
}
