// Decisions on paper wait for who decided them, and for nobody who cannot come.
#include <doctest/doctest.h>

#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using namespace std::chrono_literals;
using sop::Step;
using test::has;
using test::World;

namespace {

std::optional<Due> due_of(const World& world) {
  return due(world.state(), world.sop, world.now, &world.registered);
}

void leave(World& world, const std::string& who) {
  world.change_register([&](registry::Register& state) {
    state.people.at(who).left = world.now;
    for (registry::Key& key : state.people.at(who).keys) key.retired = world.now;
  });
}

// Repaired and verified, after an approval that `who` gave on paper.
void verified_on_paper(World& world, const std::string& who) {
  world.write("staff", world.analysis(test::disk_plan()));
  Approve approve = draft_approval(world.state(), world.sop, world.now);
  approve.paper = Paper{who, "section_head", sha256("scan")};
  world.write("staff-2", approve);
  world.run();
  world.write("section-head-2", draft_verification(world.state(), world.notes));
}

}  // namespace

TEST_CASE("the person who decided on paper ratifies it, and nobody else while they can") {
  World world;
  verified_on_paper(world, "section-head");
  REQUIRE(due_of(world)->only == "section-head");
  CHECK(has(world.refusal("boss", draft_approval(world.state(), world.sop, world.now)),
            "only 'section-head', who decided on paper, can ratify it"));
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  CHECK(due_of(world)->step == Step::accept);
}

TEST_CASE("where who decided on paper is gone another one of the role ratifies or denies it") {
  for (const char* how : {"left", "role", "key", "delegation"}) {
    for (const bool denied : {false, true}) {
      CAPTURE(how);
      CAPTURE(denied);
      World world;
      world.join("deputy", {"staff"});
      const std::string who = how == std::string("delegation") ? "deputy" : "section-head";
      if (who == "deputy")
        world.change_register([&](registry::Register& state) {
          state.people.at("deputy").delegations = {{"section_head", world.now, world.now + 1h, "ST 77/2026"}};
        });
      verified_on_paper(world, who);
      REQUIRE(due_of(world)->only == who);
      if (how == std::string("left")) leave(world, who);
      if (how == std::string("delegation")) world.now += 2h;
      world.change_register([&](registry::Register& state) {
        if (how == std::string("role")) state.people.at(who).roles = {"admin"};
        if (how == std::string("key")) state.people.at(who).keys.front().retired = world.now;
      });
      const auto next = due_of(world);
      REQUIRE(next.has_value());
      CHECK_FALSE(next->only.has_value());
      CHECK(next->in_place_of == who);
      CHECK(has(next->what.render(Language::english), "paper decision of '" + who + "'"));
      for (const char* one : {"boss", "section-head-2"})
        CHECK(waits_for(world.state(), world.sop, world.person(one), world.now, &world.registered));
      CHECK_FALSE(waits_for(world.state(), world.sop, world.person("staff-2"), world.now, &world.registered));
      if (denied) {
        world.write("boss", draft_rejection(world.state(), world.sop, world.now, "not so", {}));
        CHECK(due_of(world)->step == Step::analyze);
      } else {
        world.write("boss", draft_approval(world.state(), world.sop, world.now));
        CHECK(due_of(world)->step == Step::accept);
      }
    }
  }
}

TEST_CASE("who entered it from paper, or did the work, does not ratify it in place of who is gone") {
  World world;
  world.write("staff", world.analysis(test::disk_plan()));
  Approve approve = draft_approval(world.state(), world.sop, world.now);
  approve.paper = Paper{"section-head", "section_head", sha256("scan")};
  world.write("boss", approve);  // who is staff, too
  world.run();
  world.write("section-head-2", draft_verification(world.state(), world.notes));
  leave(world, "section-head");
  CHECK(has(world.refusal("boss", draft_approval(world.state(), world.sop, world.now)),
            "entered the decision from paper"));
  CHECK_FALSE(waits_for(world.state(), world.sop, world.person("boss"), world.now, &world.registered));
  world.write("section-head-2", draft_approval(world.state(), world.sop, world.now));
  CHECK(due_of(world)->step == Step::accept);

  World own;
  own.write("boss", own.analysis(test::disk_plan()));
  approve = draft_approval(own.state(), own.sop, own.now);
  approve.paper = Paper{"section-head", "section_head", sha256("scan")};
  own.write("staff", approve);
  own.run();
  own.write("section-head-2", draft_verification(own.state(), own.notes));
  leave(own, "section-head");
  CHECK(has(own.refusal("boss", draft_approval(own.state(), own.sop, own.now)), "on their own work"));
}

TEST_CASE("verify and accept on paper of somebody who is gone") {
  World world;
  world.sop.policies.paper_decisions = sop::Policies::Paper::all;
  world.until(Step::repair);
  Verify verify = draft_verification(world.state(), world.notes);
  verify.paper = Paper{"section-head-2", "section_head", sha256("scan")};
  world.write("staff", verify);
  REQUIRE(due_of(world)->only == "section-head-2");
  leave(world, "section-head-2");
  world.write("section-head", draft_verification(world.state(), world.notes));
  Accept accept = draft_acceptance(world.state());
  accept.paper = Paper{"division-head", "division_head", sha256("scan")};
  world.write("staff", accept);
  REQUIRE(due_of(world)->only == "division-head");
  leave(world, "division-head");
  world.write("boss", draft_acceptance(world.state()));
  CHECK(due_of(world)->step == Step::archive);

  // Who stood in for who verified does not accept.
  World own;
  own.until(Step::repair);
  verify = draft_verification(own.state(), own.notes);
  verify.paper = Paper{"section-head-2", "section_head", sha256("scan")};
  own.write("staff", verify);
  leave(own, "section-head-2");
  own.write("boss", draft_verification(own.state(), own.notes));
  CHECK(has(own.refusal("boss", draft_acceptance(own.state())), "on their own work"));
}

TEST_CASE("a withdrawal on paper of somebody who is gone") {
  World world;
  Withdraw first = draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it is well");
  first.paper = Paper{"section-head", "section_head", sha256("scan")};
  world.write("staff", first);
  REQUIRE(due_of(world)->only == "section-head");
  leave(world, "section-head");
  REQUIRE(due_of(world)->in_place_of == "section-head");
  world.write("boss", draft_withdrawal(world.state(), {}, "it is well"));
  // Who stood in for the first signature does not give the second.
  CHECK(has(world.refusal("boss", draft_withdrawal(world.state(), {}, "it is well")),
            "two people with two keys"));
  world.write("division-head", draft_withdrawal(world.state(), {}, "it is well"));
  CHECK(world.state().finished());
}

TEST_CASE("a person who decided on paper by escalation ratifies it without waiting again") {
  for (const bool denied : {false, true}) {
    World world;
    world.sop.steps[static_cast<std::size_t>(Step::approve)].escalate = {{2h, {"division_head"}}};
    world.write("staff", world.analysis(test::disk_plan()));
    world.now += 3h;
    Approve approve = draft_approval(world.state(), world.sop, world.now);
    approve.paper = Paper{"division-head", "division_head", sha256("scan")};
    world.write("staff", approve);
    world.run();
    world.write("section-head", draft_verification(world.state(), world.notes));
    REQUIRE(due_of(world)->only == "division-head");
    CHECK(due_of(world)->roles == std::vector<std::string>{"section_head", "division_head"});
    if (denied)
      world.write("division-head", draft_rejection(world.state(), world.sop, world.now, "not so", {}));
    else
      world.write("division-head", draft_approval(world.state(), world.sop, world.now));
    CHECK(due_of(world)->step == (denied ? Step::analyze : Step::accept));
  }
}
