#include <doctest/doctest.h>

#include <algorithm>

#include "register/merge.hpp"
#include "world.hpp"

using namespace jaga;
using namespace jaga::registry;
using test::body_of;
using test::says;
using test::thrown;
using test::World;

namespace {

yaml::Node pins_body(const std::string& host, const std::string& key) {
  auto keys = yaml::Node::list();
  keys.add(yaml::Node::text(key));
  auto pin = yaml::Node::map();
  pin.set("name", host);
  pin.set("host_keys", std::move(keys));
  pin.set("machine_id", "");
  pin.set("serials", yaml::Node::list());
  pin.set("verified", "console");
  auto hosts = yaml::Node::list();
  hosts.add(std::move(pin));
  auto body = yaml::Node::map();
  body.set("hosts", std::move(hosts));
  return body;
}

std::string merge(World& world, const std::string& by, const std::string& role) {
  return thrown([&] {
    const auto body = merge_body(world.chain, {by, role}, world.bytes(), world.now, "two clones");
    world.forge(by, role, by, "merge", body, world.chain.heads);
  });
}

// A second admin, so that one can be at odds with the other; and a third.
void more_admins(World& world) {
  for (const std::string id : {"division-head", "staff"}) {
    auto entry = world.entry(id);
    entry.roles.push_back("admin");
    world.write("section-head", "admin", entry);
  }
}

}  // namespace

TEST_CASE("a fork of pins alone is merged by a person who may pin") {
  World world;
  const auto fork = world.state().head;
  world.forge("staff", "staff", "staff", "host", pins_body("web01", "a"), {fork});
  world.forge("section-head", "admin", "section-head", "host", pins_body("web02", "b"), {fork});
  REQUIRE(world.chain.forked());
  CHECK(says(thrown([&] { (void)world.state(); }), "forked"));
  CHECK(world.at(fork).pins.empty());
  CHECK(says(merge(world, "division-head", "division_head"), "only an admin may merge"));
  CHECK(merge(world, "staff", "staff").empty());
  CHECK(world.verdict().empty());
  CHECK(world.state().pins.size() == 2);
  CHECK(world.state().seq == 6);
  CHECK(says(merge(world, "staff", "staff"), "not forked"));
}

TEST_CASE("a fork with anything else in it is merged by an admin") {
  World world;
  const auto fork = world.state().head;
  world.forge("staff", "staff", "staff", "host", pins_body("web01", "a"), {fork});
  world.forge("section-head", "admin", "section-head", "person", body_of(world.person("new", {"staff"})),
              {fork});
  SUBCASE("staff may not") {
    CHECK(says(merge(world, "staff", "staff"), "only an admin may merge"));
    // Nor by writing it without asking.
    const auto body = merge_body(world.chain, {"section-head", "admin"}, world.bytes(), world.now, "x");
    world.forge("staff", "staff", "staff", "merge", body, world.chain.heads);
    CHECK(says(world.verdict(), "only an admin may merge"));
  }
  SUBCASE("an admin may, and both branches hold") {
    CHECK(merge(world, "section-head", "admin").empty());
    CHECK(world.state().find_person("new") != nullptr);
    CHECK(world.state().pins.contains("web01"));
  }
  SUBCASE("not without a reason") {
    CHECK(says(thrown([&] {
                 (void)merge_body(world.chain, {"section-head", "admin"}, world.bytes(), world.now, "");
               }),
               "requires a reason"));
  }
}

TEST_CASE("what both branches changed: the more careful of each") {
  World world;
  more_admins(world);
  const auto fork = world.state().head;
  auto fewer = world.entry("staff");
  fewer.roles = {"staff"};
  fewer.keys.push_back(world.key("staff-2"));
  auto retired = world.entry("staff");
  retired.keys[0].retired = world.now;
  const auto seal = sha256("seal");
  world.forge("section-head", "admin", "section-head", "person", body_of(fewer, seal), {fork});
  world.forge("division-head", "admin", "division-head", "person", body_of(retired, seal), {fork});
  CHECK(merge(world, "section-head", "admin").empty());
  CHECK(world.verdict().empty());
  const auto merged = world.state();
  const auto& staff = *merged.find_person("staff");
  CHECK(staff.roles == std::vector<std::string>{"staff"});
  CHECK(staff.keys.size() == 2);
  CHECK_FALSE(staff.keys[0].current());
  CHECK(merged.takings.size() == 2);
}

TEST_CASE("a merge that brings back a key, forgets an entry or changes another is refused") {
  World world;
  more_admins(world);
  const auto fork = world.state().head;
  auto retired = world.entry("staff");
  retired.keys[0].retired = world.now;
  const auto back = world.entry("staff");
  world.forge("section-head", "admin", "section-head", "person", body_of(retired, sha256("seal")), {fork});
  world.forge("section-head", "admin", "section-head", "host", pins_body("web01", "a"), {fork});
  const auto sound = merge_body(world.chain, {"section-head", "admin"}, world.bytes(), world.now, "x");
  const auto with_people = [&](const std::vector<Person>& people) {
    auto list = yaml::Node::list();
    for (const auto& person : people) list.add(body_of(person));
    auto body = yaml::Node::map();
    body.set("people", std::move(list));
    body.set("hosts", *sound.find("hosts"));
    body.set("sop", *sound.find("sop"));
    body.set("reason", "x");
    return body;
  };
  std::string want;
  yaml::Node body;
  SUBCASE("back") {
    body = with_people({back});
    want = "would restore the key";
  }
  SUBCASE("forgotten") {
    body = with_people({});
    want = "has no entry for 'staff'";
  }
  SUBCASE("another") {
    body = with_people({retired, world.person("friend", {"admin"})});
    want = "although the branches agree on it";
  }
  world.forge("section-head", "admin", "section-head", "merge", std::move(body), world.chain.heads);
  CHECK(says(world.verdict(), want));
}

TEST_CASE("a branch that was signed by a key which another branch retired is void") {
  World world;
  more_admins(world);
  const auto fork = world.state().head;
  // division-head's key is compromised: section-head retires it, the thief makes an admin of a
  // friend, throws out staff, and pins a host of their own.
  auto victim = world.entry("division-head");
  auto staff_out = world.entry("staff");
  victim.keys[0].compromised_since = world.now;
  world.forge("section-head", "admin", "section-head", "person", body_of(victim, sha256("seal")), {fork});
  const auto friend_in = world.forge("division-head", "admin", "division-head", "person",
                                     body_of(world.person("friend", {"admin"})), {fork});
  staff_out.left = world.now;
  staff_out.keys[0].retired = world.now;
  const auto out = world.forge("division-head", "admin", "division-head", "person",
                               body_of(staff_out, sha256("old seal")), {friend_in});
  const auto pinned =
      world.forge("division-head", "admin", "division-head", "host", pins_body("web01", "theirs"), {out});

  CHECK(believed_heads(world.chain, world.bytes()).size() == 1);
  // Who was thrown out by the void branch alone may close the fork; who wrote it may not, nor its friend.
  CHECK(says(merge(world, "friend", "admin"), "not in the register"));
  CHECK(merge(world, "staff", "admin").empty());
  CHECK(world.verdict().empty());
  const auto merged = world.state();
  const auto& friendly = *merged.find_person("friend");
  CHECK(friendly.left);
  CHECK(friendly.roles.empty());
  CHECK_FALSE(friendly.keys[0].current());  // known forever, of no use
  CHECK(merged.find_person("staff")->keys[0].current());
  CHECK_FALSE(merged.find_person("staff")->left);
  CHECK_FALSE(merged.find_person("division-head")->keys[0].current());
  CHECK(merged.pins.at("web01").host_keys.empty());
  REQUIRE(merged.takings.size() == 1);
  CHECK(merged.takings[0].seal == sha256("seal"));
  for (const auto& state : world.all()) {
    const bool theirs = state.head == friend_in || state.head == out || state.head == pinned;
    CHECK(state.is_void == theirs);
  }
}

TEST_CASE("two branches that retire each other's keys are both void; neither key comes back") {
  World world;
  more_admins(world);
  const auto fork = world.state().head;
  const auto without = [&](const std::string& id) {
    auto entry = world.entry(id);
    entry.keys[0].retired = world.now;
    return body_of(entry, sha256("seal"));
  };
  world.forge("section-head", "admin", "section-head", "person", without("division-head"), {fork});
  world.forge("division-head", "admin", "division-head", "person", without("section-head"), {fork});
  CHECK(believed_heads(world.chain, world.bytes()).size() == 2);
  World by_one_of_them = world;
  merge(by_one_of_them, "section-head", "admin");
  CHECK(says(by_one_of_them.verdict(), "is not a current key of 'section-head'"));
  CHECK(merge(world, "staff", "admin").empty());
  CHECK(world.verdict().empty());
  CHECK_FALSE(world.state().find_person("section-head")->keys[0].current());
  CHECK_FALSE(world.state().find_person("division-head")->keys[0].current());
}

TEST_CASE("more than two heads") {
  World world;
  const auto fork = world.state().head;
  for (const std::string host : {"web01", "web02", "web03"})
    world.forge("staff", "staff", "staff", "host", pins_body(host, host), {fork});
  CHECK(world.chain.heads.size() == 3);
  CHECK(merge(world, "staff", "staff").empty());
  CHECK(world.verdict().empty());
  CHECK(world.state().pins.size() == 3);
  CHECK(world.chain.heads.size() == 1);
}
