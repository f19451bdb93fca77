// Walks through one incident that nobody planned: every command, every role, several procedures, paper,
// delegations, escalations, time that goes by, people who come and go. Wherever one ends, somebody can go on,
// at worst somebody new whom an admin gives a role that is asked for.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

#include "incident/clocks.hpp"
#include "wishes.hpp"
#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using namespace std::chrono_literals;
using sop::Step;
using test::World;

namespace {

class Walk {
 public:
  explicit Walk(std::uint32_t seed) : random_(seed), world_(seed % 3 == 0, procedure_of(seed)) {}

  // Some steps at random, then what is due until it is finished. Gives the steps that were written.
  std::size_t go(std::size_t most) {
    for (std::size_t step = 0; step < most && !world_.state().finished(); ++step) {
      if (one_in(6)) somebody_comes_or_goes();
      if (one_in(5)) world_.now += std::chrono::minutes(random_() % 4000);
      anything();
    }
    std::size_t left = 40;
    for (; left > 0 && !world_.state().finished(); --left) what_is_due();
    INFO("due: ", due_text());
    REQUIRE(world_.state().finished());
    for (const Clock& clock : clocks(world_.state(), world_.sop, world_.now)) {
      CHECK(clock.net + clock.paused <= clock.gross);
      CHECK(clock.began <= clock.ended.value_or(world_.now));
    }
    return world_.chain.records.size();
  }

 private:
  static sop::Sop procedure_of(std::uint32_t seed) {
    switch (seed % 4) {
      case 0:
        return test::small_team();
      case 1:
        return test::made_up();
      default: {
        sop::Sop result = test::procedure();
        result.policies.paper_decisions = sop::Policies::Paper::all;
        if (seed % 4 == 3)
          result.steps[static_cast<std::size_t>(Step::approve)].escalate = {{2h, {"division_head"}}};
        return result;
      }
    }
  }
  bool one_in(std::uint32_t n) { return random_() % n == 0; }
  template <typename List>
  auto& any(List& list) {
    return list[random_() % list.size()];
  }
  std::vector<std::string> people() const {
    std::vector<std::string> out;
    for (const auto& [id, person] : world_.registered.people)
      if (!person.left) out.push_back(id);
    return out;
  }
  std::string due_text() const {
    const auto next = due(world_.state(), world_.sop, world_.now, &world_.registered);
    return next ? std::string(sop::name(next->step)) + ": " + next->what.render(Language::english)
                : "nothing";
  }

  void somebody_comes_or_goes() {
    const auto everybody = people();
    std::vector<std::string> roles;
    for (const auto& role : world_.sop.roles) roles.push_back(role.first);
    const std::string who = any(everybody);
    if (who == "timer") return;
    switch (random_() % 4) {
      case 0:
        world_.change_register([&](registry::Register& state) {
          state.people.at(who).left = world_.now;
          for (registry::Key& key : state.people.at(who).keys) key.retired = world_.now;
        });
        break;
      case 1:
        world_.change_register([&](registry::Register& state) {
          state.people.at(who).delegations.push_back(
              {any(roles), world_.now, world_.now + std::chrono::hours(random_() % 60), "ST 77/2026"});
        });
        break;
      case 2:
        world_.change_register([&](registry::Register& state) { state.people.at(who).delegations.clear(); });
        break;
      default:
        world_.join("new-" + std::to_string(world_.registered.people.size()), {any(roles)});
    }
  }

  // Whether it is written.
  bool tried(const State& state, const std::string& who, const Body& body) {
    try {
      (void)decide(state, world_.notes, world_.sop, &world_.registered, world_.person(who), body,
                   world_.now + 1min);
    } catch (const Error& error) {
      REQUIRE((error.code() == ExitCode::not_permitted || error.code() == ExitCode::usage));
      return false;
    }
    world_.write(who, body);  // which holds that what may be written is believed
    return true;
  }

  void anything() {
    const State state = world_.state();
    if (const auto of_run = test::run_wishes(state); !of_run.empty() && one_in(2)) {
      const Body& body = of_run[random_() % of_run.size()];
      try {
        world_.write_run(state.open_run()->made.by.person, body);
      } catch (const Error&) {
      }
      return;
    }
    const auto bodies = test::wishes(world_, state);
    for (int i = 0; i < 25; ++i) {
      const auto everybody = people();
      const Body& body = bodies[random_() % bodies.size()];
      if (std::holds_alternative<Withdraw>(body) && !one_in(6)) continue;
      if (tried(state, everybody[random_() % everybody.size()], body)) return;
    }
  }

  // What leads on from here, as one who wants it finished chooses: no "no", and no machine.
  static bool leads_on(const State& state, const Body& body, const Due& next) {
    if (std::holds_alternative<Reject>(body) || std::holds_alternative<Merge>(body)) return false;
    if (const auto* withdraw = std::get_if<Withdraw>(&body)) return next.withdrawal && !withdraw->paper;
    const auto* end = std::get_if<RepairEnd>(&body);
    if (end != nullptr) return end->outcome != RepairOutcome::failed;
    if (const auto* start = std::get_if<RepairStart>(&body))
      return start->mode == RepairMode::hand && next.step == Step::repair && !start->emergency &&
             state.open_run() == nullptr;
    const bool on_paper = std::visit(
        [](const auto& one) {
          if constexpr (requires { one.paper; }) return one.paper.has_value();
          return false;
        },
        body);
    return !on_paper && kind_of(body) == sop::name(next.step);
  }

  void what_is_due() {
    const State state = world_.state();
    const auto next = due(state, world_.sop, world_.now, &world_.registered);
    REQUIRE(next.has_value());
    REQUIRE_FALSE(next->roles.empty());
    CAPTURE(due_text());
    auto everybody = people();
    std::erase(everybody, "timer");
    const auto somebody_does = [&](const std::vector<std::string>& who) {
      for (const Body& body : test::wishes(world_, state)) {
        if (!leads_on(state, body, *next)) continue;
        for (const std::string& person : who)
          if (tried(state, person, body)) return true;
      }
      return false;
    };
    if (somebody_does(everybody)) return;
    // Nobody is left who may: an admin gives a role that is asked for to somebody new.
    const std::string newcomer = "new-" + std::to_string(world_.registered.people.size());
    world_.join(newcomer, next->roles);
    REQUIRE(somebody_does({newcomer}));
  }

  std::mt19937 random_;
  World world_;
};

void check_walks(std::uint32_t first, std::uint32_t last, std::size_t least_written) {
  std::size_t written = 0;
  for (std::uint32_t seed = first; seed <= last; ++seed) {
    CAPTURE(seed);
    written += Walk(seed).go(4 + seed % 14);
  }
  CHECK(written > least_written);
}

}  // namespace

TEST_CASE("sixty walks: whatever happened, somebody can go on until it is finished") {
  check_walks(1, 60, 600);
}

TEST_CASE("three hundred walks: whatever happened, somebody can go on until it is finished" *
          doctest::test_suite("long")) {
  check_walks(1, 300, 3000);
}
