// Incidents of every kind, some weeks of an office: each is continued by the person who must act next, until
// it ends or its turn is over.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "incident/incident.hpp"
#include "office.hpp"

namespace jaga::workflow::test {

class IncidentMix {
 public:
  // Two holidays, a half day, clocks around the clock for critical faults, and decisions on paper for all
  // plans.
  explicit IncidentMix(TestOffice& office);

  // Opened between the two times, in their order. The same seed gives the same incidents.
  void make(std::size_t count, Instant from, Instant until, std::uint64_t seed);
  // How many incidents had what: "emergency", "paper", "vendor", "merge", "relapse" ...
  std::map<std::string, int> seen;

 private:
  ActingContext as(const std::string& person);
  std::uint64_t below(std::uint64_t most);  // 0 ... most - 1
  bool one_in(std::uint64_t several) { return below(several) == 0; }
  void later(std::uint64_t minutes) { now_ += std::chrono::minutes{1 + below(minutes)}; }
  std::string open(std::size_t n);
  bool step(const std::string& id);
  void analyse(const std::string& id);
  void decide(const std::string& id, const std::string& person, bool with_paper);
  void repair_it(const std::string& id, const incident::State& state);
  void store(const std::string& id, const incident::State& state);
  bool withdraw(const std::string& id);
  void fork(const std::string& id);

  TestOffice& office_;
  std::map<std::string, ActingContext> contexts_;
  std::map<std::string, std::string> finished_;  // the newest of each host that went its whole way
  std::map<std::string, std::string> vendors_;   // of whom an incident waits for a reply
  std::uint64_t random_ = 0;
  Instant now_{};
};

}  // namespace jaga::workflow::test
