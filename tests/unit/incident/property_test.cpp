#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

#include "wishes.hpp"
#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using namespace std::chrono_literals;
using sop::Step;

namespace {

struct Move {
  std::string who;
  bool as_run = false;
  Body body;
  bool by_due = false;  // under a role that due() names
};

// Where the procedure's own words lead, from the bodies alone: the last decision of the current pass counts,
// and nothing is remembered of what it left behind. nullopt: finished.
class Model {
 public:
  explicit Model(const sop::Sop& procedure) : sop_(procedure) {}

  std::optional<Step> phase() const { return phase_; }

  void write(const record::By& by, const Body& body) {
    std::visit([&](const auto& one) { step(by, one); }, body);
  }

 private:
  // Only what the SOP has: from which step a decision may be taken, and where it leads.
  void goes(std::initializer_list<Step> from, std::optional<Step> to) {
    REQUIRE(phase_.has_value());
    CHECK(std::find(from.begin(), from.end(), *phase_) != from.end());
    phase_ = to;
  }
  template <typename B>
  bool counts(Step step, const B& body) const {  // neither half of two signatures, nor what only ratifies
    return !body.ratifies && (body.seconds || sop_.row(step).countersign.empty());
  }
  void step(const record::By& by, const Analyze&) {
    const bool proposal = by.role == "system" && sop_.policies.confirm_system;
    goes({Step::analyze, Step::approve, Step::repair, Step::verify},
         proposal ? Step::analyze : Step::approve);
  }
  void step(const record::By&, const Approve& body) {
    if (counts(Step::approve, body)) goes({Step::approve, Step::repair}, Step::repair);
  }
  void step(const record::By&, const Verify& body) {
    if (counts(Step::verify, body)) goes({Step::verify}, Step::accept);
  }
  void step(const record::By&, const Accept& body) {
    if (counts(Step::accept, body)) goes({Step::accept}, Step::archive);
  }
  void step(const record::By&, const Archive&) { goes({Step::archive}, std::nullopt); }
  void step(const record::By&, const Reject& body) {
    if (body.step == RejectedStep::withdraw) return;
    const Step of = *step_of(body.step);
    const Step back = body.back;
    const auto& may = sop_.row(of).no_goes->may;
    // What revokes an approval may ask for another one of the same plan.
    const bool revokes = of == Step::approve && phase_ != Step::approve;
    CHECK((std::find(may.begin(), may.end(), back) != may.end() || (revokes && back == Step::approve)));
    if (running_)  // a revocation: the run ends first
      after_ = back;
    else
      phase_ = back;
  }
  void step(const record::By&, const RepairStart& body) {
    if (body.emergency)
      goes({Step::approve, Step::repair}, Step::repair);
    else
      goes({Step::repair}, Step::repair);
    running_ = true;
    back_ = body.rollback;
  }
  void step(const record::By&, const CommandStart&) { CHECK(running_); }
  void step(const record::By&, const CommandEnd&) { CHECK(running_); }
  void step(const record::By&, const RepairEnd& body) {
    const Step to = body.outcome == RepairOutcome::given_up ? Step::analyze
                    : body.outcome == RepairOutcome::failed ? Step::repair
                    : back_                                 ? Step::analyze
                                                            : Step::verify;
    goes({Step::repair}, after_.value_or(to));
    running_ = false;
    after_.reset();
  }
  void step(const record::By&, const Withdraw& body) {
    CHECK_FALSE(running_);
    if (body.seconds && (body.ratifies || !body.paper)) phase_.reset();
  }
  void step(const record::By&, const Monitor&) {}
  void step(const record::By&, const Merge&) {}

  const sop::Sop& sop_;
  std::optional<Step> phase_ = Step::analyze;
  bool running_ = false, back_ = false;
  std::optional<Step> after_;
};

// What was closed was closed as the SOP wants it.
void check_end(const State& state) {
  CHECK(state.unsettled().empty());
  CHECK(state.open_run() == nullptr);
  if (!state.archived) {
    REQUIRE(state.withdrawn.has_value());
    REQUIRE(state.withdrawing.has_value() == false);
    return;
  }
  REQUIRE(state.finished_run() != nullptr);
  REQUIRE(state.verified.has_value());
  REQUIRE(state.accepted.has_value());
  CHECK(state.verified->body.on == state.finished_run()->ended->record);
  CHECK(state.accepted->body.on == state.verified->made.record);
}

// Whether an admin helps by giving the roles that are asked for to somebody new, where all who hold them did
// the work themselves.
bool somebody_new_can(test::World world, const State& state, const Due& next) {
  world.join("newcomer", next.roles);
  const auto bodies = test::wishes(world, state);
  return std::any_of(bodies.begin(), bodies.end(), [&](const Body& body) {
    try {
      (void)decide(state, world.notes, world.sop, &world.registered, world.person("newcomer"), body,
                   world.now + 1min);
      return true;
    } catch (const Error&) {
      return false;
    }
  });
}

// So many incidents in which anybody does anything that is permitted. Returns how many came to their end, for
// each procedure.
std::array<int, 3> check_any_moves(std::uint32_t seeds) {
  std::array<int, 3> finished{};  // by procedure
  for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const std::uint32_t which = seed % 3;
    test::World world(seed % 2 == 0, which == 0   ? test::small_team()
                                     : which == 1 ? test::made_up()
                                                  : test::procedure());
    Model model(world.sop);
    std::size_t modelled = 0;
    for (int step = 0; step < 60; ++step) {
      const State state = world.state();
      REQUIRE(state.violations.empty());
      for (; modelled < world.chain.records.size(); ++modelled) {
        const record::Record& record = world.chain.records[modelled];
        model.write(record.envelope.by, *from_node(record.envelope.kind, record.body, "test"));
      }
      REQUIRE(state.phase == model.phase());
      if (state.finished()) {
        ++finished.at(which);
        check_end(state);
        CHECK_FALSE(due(state, world.sop, world.now).has_value());
        break;
      }
      const auto next = due(state, world.sop, world.now);
      REQUIRE(next.has_value());
      REQUIRE_FALSE(next->roles.empty());
      // The step that is due is that of the records, or the decision that is missing before it.
      if (next->step != *state.phase) {
        CAPTURE(sop::name(*state.phase));
        CHECK((next->step == Step::approve || next->step < *state.phase || next->withdrawal));
        CHECK_FALSE(next->what.empty());
      }
      CAPTURE(sop::name(next->step));
      CAPTURE(next->what.render(Language::english));
      std::vector<Move> legal;
      bool due_is_possible = false;
      for (const auto& entry : world.registered.people) {
        const Person person = world.person(entry.first);
        for (const Body& body : test::wishes(world, state)) {
          try {
            const Decision made =
                decide(state, world.notes, world.sop, &world.registered, person, body, world.now + 1min);
            const bool by_due =
                std::find(next->roles.begin(), next->roles.end(), made.by.role) != next->roles.end();
            legal.push_back({person.id, false, body, by_due});
            due_is_possible = due_is_possible || by_due;
            // Who may do what is due is told that it waits for them; who enters it from paper need not be.
            const bool paper = std::visit(
                [](const auto& one) {
                  if constexpr (requires { one.paper; }) return one.paper.has_value();
                  return false;
                },
                body);
            const bool does_it = by_due && !paper && kind_of(body).starts_with(sop::name(next->step));
            if (does_it && !next->withdrawal) {
              CAPTURE(person.id);
              CAPTURE(kind_of(body));
              CHECK((waits_for(state, world.sop, person, world.now) || state.half_signed));
            }
          } catch (const Error& error) {
            REQUIRE(error.code() == ExitCode::not_permitted);
          }
        }
      }
      // By a person, without the key of a run that may be lost; and by one who holds a role that due() names.
      REQUIRE_FALSE(legal.empty());
      CHECK((due_is_possible || somebody_new_can(world, state, *next)));
      for (const Body& body : test::run_wishes(state))
        legal.push_back({state.open_run()->made.by.person, true, body, false});
      // Withdrawing ends everything: seldom, or nothing else is ever seen.
      // Half of the time what is due is done, or hardly any incident comes to its end.
      std::vector<Move> forward;
      for (const Move& one : legal)
        if (one.as_run || (one.by_due && kind_of(one.body).starts_with(sop::name(next->step))))
          forward.push_back(one);
      const auto& moves = forward.empty() || random() % 2 == 0 ? legal : forward;
      const Move move = moves[random() % moves.size()];
      if (std::holds_alternative<Withdraw>(move.body) && random() % 8 != 0) continue;
      if (random() % 10 == 0) world.now += std::chrono::hours(random() % 72);
      try {
        if (move.as_run) {
          world.write_run(move.who, move.body);
        } else {
          world.write(move.who, move.body);
        }
      } catch (const Error&) {
        // Time has gone by: the approval ended between the choice and the writing.
      }
    }
  }
  return finished;
}

}  // namespace

TEST_CASE("whatever happened, somebody can go on, and what may be written is believed") {
  const std::array<int, 3> finished = check_any_moves(12);
  CHECK(finished[0] + finished[1] + finished[2] > 0);
}

TEST_CASE("the same with more incidents" * doctest::test_suite("long")) {
  for (const int count : check_any_moves(45)) CHECK(count > 0);
}
