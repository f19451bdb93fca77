// Private to ping: its lines, as fping(8) writes them.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "ui.hpp"
#include "workflow/ping.hpp"

namespace jaga::cmd {

// One target with its answer.
struct PingAnswer {
  const std::string& target;
  const probe::IcmpResult& icmp;
  const workflow::Pings::Name* name;  // null: the target is an address

  bool alive() const { return icmp.received > 0; }
  bool unknown() const { return name != nullptr && name->address.empty(); }
  const std::string& address() const { return name == nullptr ? target : name->address; }
};

struct PingView {
  bool counted = false;     // the packets of each, not a word
  bool times = false;       // every round trip instead
  bool elapsed = false;     // the round trip behind the word
  bool by_address = false;  // the address in place of the name
  std::size_t width = 0;    // of the targets' column, where there are columns

  const std::string& label(const std::string& target, const workflow::Pings::Name* name) const {
    return by_address && name != nullptr && !name->address.empty() ? name->address : target;
  }
  const std::string& label(const PingAnswer& one) const { return label(one.target, one.name); }
};

// Standard output.
void print_ping_row(Ui& ui, const PingAnswer& one, const PingView& view);
void print_ping_line(Ui& ui, const PingAnswer& one, const PingView& view);
void print_ping_name(Ui& ui, const PingAnswer& one, const PingView& view);  // nothing else of it

// One line for each request of a target, as its reply comes or its time is over.
class PingEach {
 public:
  PingEach(Ui& ui, std::size_t targets, std::size_t width) : ui_(ui), width_(width), sums_(targets) {}
  // `stamp` is printed unchanged in front of the line.
  void print(const std::string& stamp, const std::string& label, std::size_t target, int request,
             std::chrono::nanoseconds round_trip);

 private:
  struct Sum {
    std::chrono::nanoseconds trips{0};
    int over = 0;
    int received = 0;
  };
  Ui& ui_;
  std::size_t width_;
  std::vector<Sum> sums_;
};

// Standard error, also with --quiet: it was asked for.
struct PingSums {
  std::size_t targets = 0, alive = 0, unknown = 0;
  std::int64_t sent = 0, received = 0, others = 0;
  std::chrono::nanoseconds min{0}, total{0}, max{0};  // of the round trips
  std::chrono::nanoseconds took{0};

  void add(const PingAnswer& one);
  std::size_t dead() const { return targets - alive - unknown; }
};
void print_ping_sums(Ui& ui, const PingSums& sums);

}  // namespace jaga::cmd
