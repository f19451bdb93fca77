// Situations in tests/data/rounds with the collector's output (collector/HOST, with the nonce "recorded"):
// their rounds contain the results of parse_collector(). JAGA_GALLERY_FILL=NAME updates the round of that
// situation instead.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "inventory/inventory.hpp"
#include "round/collector.hpp"
#include "round/round.hpp"
#include "round/trend.hpp"

using namespace jaga;
namespace fs = std::filesystem;

namespace {

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

round::Round round_in(const fs::path& path) {
  return round::read(bytes_of(path), path.string());
}

// Checks other than the collector's.
bool is_measured_from_outside(const round::Result& result) {
  const std::set<std::string> checks = {"icmp", "tcp", "ssh", "http", "dns", "plugin", "identity"};
  return checks.count(result.check) == 1;
}

std::vector<round::Result> printed_by(const fs::path& situation, const std::string& host,
                                      const round::Round& round) {
  const auto inventory = inventory::load({"hosts.yaml", bytes_of(situation / "hosts.yaml")}, {});
  round::Round collected;
  collected.at = round.at;
  collected.results = round::parse_collector(bytes_of(situation / "collector" / host), "recorded",
                                             inventory.at(host), round::Heard{round.at, round.at})
                          .results;
  for (round::Result& result : collected.results)
    if (result.state != round::State::ok) result.attempts = round::kConfirmed;
  std::size_t newest = 0;
  if (fs::exists(situation / "earlier"))
    newest = static_cast<std::size_t>(std::distance(fs::directory_iterator(situation / "earlier"), {}));
  if (newest > 0) {
    round::Round before = round_in(situation / "earlier" / (std::to_string(newest) + ".yaml"));
    round::judge_trends(before, nullptr, inventory);  // the first round has no predecessor
    round::judge_trends(collected, &before, inventory);
    for (round::Result& result : collected.results)
      if (result.state != round::State::ok) result.attempts = round::kConfirmed;
    round::follow(collected, &before);
  } else {
    round::follow(collected, nullptr);
  }
  return collected.results;
}

}  // namespace

TEST_CASE("the rounds of the gallery match the collector's output") {
  const char* fill = std::getenv("JAGA_GALLERY_FILL");
  std::size_t compared = 0;
  for (const auto& entry : fs::directory_iterator(JAGA_GALLERY)) {
    if (!fs::exists(entry.path() / "collector")) continue;
    const std::string name = entry.path().filename().string();
    round::Round round = round_in(entry.path() / "round.yaml");
    for (const auto& file : fs::directory_iterator(entry.path() / "collector")) {
      const std::string host = file.path().filename().string();
      const std::vector<round::Result> printed = printed_by(entry.path(), host, round);
      const auto is_collected = [&](const round::Result& result) {
        return result.host == host && !is_measured_from_outside(result);
      };
      if (fill != nullptr && name == fill) {
        std::erase_if(round.results, is_collected);
        round.results.insert(round.results.end(), printed.begin(), printed.end());
      }
      std::vector<round::Result> held;
      std::copy_if(round.results.begin(), round.results.end(), std::back_inserter(held), is_collected);
      CHECK_MESSAGE(held == printed, "'" << name << "': JAGA_GALLERY_FILL=" << name
                                         << " puts the results of collector/" << host << " into its round");
      ++compared;
    }
    if (fill != nullptr && name == fill) {
      std::ofstream out(entry.path() / "round.yaml", std::ios::binary);
      out << round::write(round);
      CHECK(out.good());
    }
  }
  CHECK(compared > 0);
}
