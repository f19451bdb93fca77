// A working directory in a temporary folder with three people, each with a real key, and a host that a test
// plays.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "register/register.hpp"
#include "workflow/analysis.hpp"
#include "workflow/context.hpp"
#include "workflow/transport.hpp"

namespace jaga::workflow::test {

// Remembers marks as a host would; everything else is what the test says.
class PlayedHost : public Transport {
 public:
  Answer run(plan::Run how, const plan::Target& target, const Order& order, std::stop_token stop) override;
  std::vector<incident::Result> probe(const std::vector<RepeatedProbe>& wishes,
                                      std::stop_token stop) override;

  std::string host_key;
  std::string machine_id;
  std::string boot_id = "boot-1";
  std::vector<std::string> sent;                       // scripts of the plan that arrived, in order
  std::function<Answer(const Order& order)> answer;    // to those; default: exit 0
  std::function<void()> looked;                        // before each look
  bool well = false;                                   // what probes say
  std::vector<std::string> marks;                      // inside the one run's folder
  std::string refusal;                                 // why it takes no mark; empty: it takes them
  std::string place = "/home/jaga-repair/.jaga-runs";  // where it says that a mark lies

 private:
  bool marked_ = false;
};

class TestOffice {
 public:
  TestOffice();
  ~TestOffice();
  TestOffice(const TestOffice&) = delete;
  TestOffice& operator=(const TestOffice&) = delete;

  // The context of one of "staff", "section-head", "division-head", read afresh.
  ActingContext as(const std::string& person);
  // An incident of a full disk on web01 with a frozen plan ("two-steps", "as-root"), opened by staff; gives
  // its id.
  std::string open(const std::string& plan = "two-steps");
  void approve(const std::string& id);
  // The register's entry of somebody whose key is in keys_, a machine if its one role is "system"; `join` makes the key, and an admin writes it.
  registry::Person entry(const std::string& person, std::vector<std::string> roles) const;
  void join(const std::string& person, std::vector<std::string> roles);

  std::shared_ptr<PlayedHost> host = std::make_shared<PlayedHost>();
  Instant now;
  std::filesystem::path path;

 private:
  std::filesystem::path keys_;
  std::uint64_t counter_ = 0;
};

}  // namespace jaga::workflow::test
