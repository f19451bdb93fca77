#include <doctest/doctest.h>

#include "register/tell.hpp"
#include "world.hpp"

using namespace jaga;
using namespace jaga::registry;
using test::body_of;
using test::says;
using test::thrown;
using test::World;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("genesis: an admin with a key, and nothing delegated") {
  const World world;
  const auto digest = sha256("x");
  auto first = world.person("section-head", {"section_head", "admin"});
  CHECK_NOTHROW(genesis_body("office", first, digest));
  CHECK(says(thrown([&] { genesis_body("", first, digest); }), "no name"));
  first.roles = {"section_head"};
  CHECK(says(thrown([&] { genesis_body("office", first, digest); }), "role 'admin'"));
  first.roles = {"admin"};
  first.keys.clear();
  CHECK(says(thrown([&] { genesis_body("office", first, digest); }), "must have a key"));
  first.keys = {world.key("section-head")};
  first.keys[0].fingerprint = world.key("other").fingerprint;
  CHECK(says(thrown([&] { genesis_body("office", first, digest); }), "invalid key of"));
  first.keys = {world.key("section-head")};
  first.delegations = {{"staff", world.now, world.now + std::chrono::hours{1}, "1"}};
  CHECK(says(thrown([&] { genesis_body("office", first, digest); }), "delegated"));
}

TEST_CASE("the state at every head, and people by then") {
  World world;
  const auto before = world.state();
  CHECK(before.seq == 4);
  CHECK(before.people.size() == 4);
  CHECK(before.organisation == "office");
  auto staff = world.entry("staff");
  staff.name = "Staff";
  staff.keys.push_back(world.key("staff-2"));
  world.write("section-head", "admin", staff);
  CHECK(world.at(before.head).find_person("staff")->keys.size() == 1);
  CHECK(world.state().find_person("staff")->keys.size() == 2);
  CHECK(world.state().owner(world.key("staff-2").fingerprint)->id == "staff");
  CHECK(world.at(before.head).owner(world.key("staff-2").fingerprint) == nullptr);
  CHECK(world.all().size() == 5);
  CHECK(says(thrown([&] { (void)world.at(sha256("no head")); }), "no record"));
  CHECK(says(thrown([&] { (void)replay(record::Chain{}, std::nullopt, world.bytes()); }), "empty"));
  CHECK(world.all()[1].find_person("staff") != nullptr);
  CHECK(world.all()[1].find_person("division-head") == nullptr);
}

TEST_CASE("only who is registered, with a current key, in a role they hold") {
  World world;
  const auto entry = world.person("new", {"staff"});
  SUBCASE("a stranger") {
    world.forge("stranger", "admin", "stranger", "person", body_of(entry));
    CHECK(says(world.verdict(), "'stranger' is not in the register"));
  }
  SUBCASE("in another's name") {
    world.forge("section-head", "admin", "staff", "person", body_of(entry));
    CHECK(says(world.verdict(), "is not a current key of 'section-head'"));
  }
  SUBCASE("in a role not held") {
    CHECK(says(world.refusal("staff", "admin", entry), "does not hold the role"));
    world.forge("staff", "admin", "staff", "person", body_of(entry));
    CHECK(says(world.verdict(), "does not hold the role 'admin'"));
  }
  SUBCASE("in a role that may not") {
    CHECK(says(world.refusal("staff", "staff", entry), "only an admin may change people"));
    world.forge("staff", "staff", "staff", "person", body_of(entry));
    CHECK(says(world.verdict(), "only an admin may change people"));
  }
  SUBCASE("a kind that nobody knows") {
    world.forge("section-head", "admin", "section-head", "surprise", body_of(entry));
    CHECK(says(world.verdict(), "unknown kind 'surprise'"));
  }
  SUBCASE("a second genesis") {
    world.forge("section-head", "admin", "section-head", "genesis",
                genesis_body("other", world.person("x", {"admin"}), world.state().sop));
    CHECK(says(world.verdict(), "unknown kind 'genesis'"));
  }
}

TEST_CASE("a key permanently belongs to one person, is retired and never removed") {
  World world;
  auto entry = world.person("new", {"staff"});
  entry.keys = {world.key("staff")};
  CHECK(says(world.refusal("section-head", "admin", entry), "permanently belongs to 'staff'"));
  world.seal = sha256("seal");
  auto staff = world.entry("staff");
  staff.keys.clear();
  CHECK(says(world.refusal("section-head", "admin", staff), "can be retired, not removed"));
  staff.keys = {world.key("staff"), world.key("staff-2")};
  staff.keys[0].retired = world.now;
  world.write("section-head", "admin", staff);
  CHECK(says(world.refusal("section-head", "admin", entry), "permanently belongs to 'staff'"));
  staff.keys[0].retired.reset();
  CHECK(says(world.refusal("section-head", "admin", staff), "cannot be used again"));
  world.forge("section-head", "admin", "section-head", "person", body_of(staff));
  CHECK(says(world.verdict(), "cannot be used again"));
}

TEST_CASE("entries: roles the procedure has, machines are machines") {
  World world;
  CHECK(says(world.refusal("section-head", "admin", world.person("new", {"boss"})), "no role 'boss'"));
  CHECK(says(world.refusal("section-head", "admin", world.person("new", {"system"})),
             "only the role 'system'"));
  auto machine = world.person("new", {"staff"});
  machine.machine = true;
  CHECK(says(world.refusal("section-head", "admin", machine), "only the role 'system'"));
  auto timer = world.entry("timer");
  timer.machine = false;
  timer.roles = {"staff"};
  world.seal = sha256("seal");
  CHECK(says(world.refusal("section-head", "admin", timer), "become a machine"));
  auto twice = world.person("new", {"staff"});
  twice.keys.push_back(twice.keys.front());
  CHECK(says(world.refusal("section-head", "admin", twice), "duplicate key of"));
  auto garbage = world.person("new", {"staff"});
  garbage.keys[0].line = "ssh-ed25519 !!!!";
  CHECK(says(world.refusal("section-head", "admin", garbage), "invalid key of"));
}

TEST_CASE("delegation: a superior's inferiors' roles, to others, and nothing else") {
  World world;
  const auto until = world.now + std::chrono::hours{48};
  auto staff = world.entry("staff");
  staff.delegations = {{"section_head", world.now, until, "800/1"}};
  // division_head is superior to section_head; section_head is not to itself.
  CHECK(world.refusal("division-head", "division_head", staff).empty());
  CHECK(says(world.refusal("section-head", "section_head", staff), "not superior"));
  world.write("division-head", "division_head", staff);
  const auto state = world.state();
  const auto& now = *state.find_person("staff");
  CHECK(state.roles_of(now, world.now).size() == 2);
  CHECK(state.roles_of(now, until).size() == 1);
  CHECK(state.roles_of(now, staff.delegations[0].from - std::chrono::milliseconds{1}).size() == 1);

  auto more = world.entry("staff");
  more.name = "Somebody else";
  CHECK(says(world.refusal("division-head", "division_head", more), "only an admin may change people"));
  auto self = world.entry("division-head");
  self.delegations = {{"staff", world.now, until, "800/2"}};
  CHECK(says(world.refusal("division-head", "division_head", self), "to oneself"));
  auto back = world.entry("staff");
  back.delegations[0].until = back.delegations[0].from;
  CHECK(says(world.refusal("section-head", "admin", back), "ends before"));
  for (const std::string role : {"admin", "system"}) {
    back.delegations = {{role, world.now, until, "800/3"}};
    CHECK(says(world.refusal("section-head", "admin", back), "cannot be delegated"));
  }
  auto timer = world.entry("timer");
  timer.delegations = {{"staff", world.now, until, "800/4"}};
  CHECK(says(world.refusal("section-head", "admin", timer), "to the machine"));
  // Signed correctly, but against the rule: replaying finds it too.
  auto grab = world.entry("division-head");
  grab.delegations = {{"staff", world.now, until, "800/5"}};
  world.forge("division-head", "division_head", "division-head", "person", body_of(grab));
  CHECK(says(world.verdict(), "to oneself"));
}

TEST_CASE("the last admin cannot leave, by any way") {
  World world;
  world.seal = sha256("seal");
  const auto admin = world.entry("section-head");
  auto gone = admin;
  SUBCASE("leaving") {
    gone.left = world.now;
  }
  SUBCASE("without the role") {
    gone.roles = {"section_head"};
  }
  SUBCASE("without a key") {
    gone.keys[0].retired = world.now;
  }
  SUBCASE("with a compromised key") {
    gone.keys[0].compromised_since = world.now;
  }
  CHECK(
      says(world.refusal("section-head", "admin", gone), "at least one admin with a valid key must remain"));
  auto second = world.entry("division-head");
  second.roles.push_back("admin");
  world.write("section-head", "admin", second);
  CHECK(world.refusal("section-head", "admin", gone).empty());
  world.write("section-head", "admin", gone);
  CHECK(world.verdict().empty());
  // And now there is but one again.
  auto last = world.entry("division-head");
  last.left = world.now;
  world.forge("division-head", "admin", "division-head", "person", body_of(last, sha256("seal")));
  CHECK(says(world.verdict(), "at least one admin with a valid key must remain"));
}

TEST_CASE("what takes a key or a role names the seal of what was written with it") {
  World world;
  auto staff = world.entry("staff");
  const auto until = world.now + std::chrono::hours{48};
  staff.delegations = {{"section_head", world.now, until, "800/1"}};
  world.write("section-head", "admin", staff);
  const auto before = world.state();
  CHECK(before.takings.empty());
  std::string key;
  std::string role;
  SUBCASE("a key retired") {
    staff.keys[0].retired = world.now;
    key = staff.keys[0].fingerprint;
  }
  SUBCASE("a key compromised") {
    staff.keys[0].compromised_since = world.now;
    key = staff.keys[0].fingerprint;
  }
  SUBCASE("a role dropped") {
    staff.roles.clear();
    role = "staff";
  }
  SUBCASE("a delegation dropped") {
    staff.delegations.clear();
    role = "section_head";
  }
  CHECK(takes_away(before, staff, world.now));
  CHECK(says(world.refusal("section-head", "admin", staff), "without referring to a seal"));
  world.seal = sha256("seal");
  world.write("section-head", "admin", staff);
  const auto after = world.state();
  REQUIRE(after.takings.size() == 1);
  CHECK(after.takings[0].person == "staff");
  CHECK(after.takings[0].key == key);
  CHECK(after.takings[0].role == role);
  CHECK(after.takings[0].seal == sha256("seal"));
  CHECK(after.takings[0].record == after.head);
  CHECK(world.at(before.head).takings.empty());
}

TEST_CASE("what takes nothing needs no seal; leaving takes everything; past the rule it is refused") {
  World world;
  auto staff = world.entry("staff");
  staff.roles.push_back("section_head");
  staff.keys.push_back(world.key("staff-2"));
  CHECK_FALSE(takes_away(world.state(), staff, world.now));
  world.seal = sha256("seal");
  world.write("section-head", "admin", staff);
  CHECK(world.chain.records.back().body.find("seal") == nullptr);
  staff.left = world.now;
  for (auto& key : staff.keys) key.retired = world.now;
  SUBCASE("with a seal") {
    world.write("section-head", "admin", staff);
    CHECK(world.state().takings.size() == 4);
    CHECK(world.state().roles_of(*world.state().find_person("staff"), world.now).empty());
    // Who has left has nothing more that could be taken.
    auto note = world.entry("staff");
    note.roles.clear();
    CHECK_FALSE(takes_away(world.state(), note, world.now));
  }
  SUBCASE("without") {
    world.forge("section-head", "admin", "section-head", "person", body_of(staff));
    CHECK(says(world.verdict(), "without referring to a seal"));
  }
  SUBCASE("a delegation that has ended takes itself away") {
    auto other = world.entry("division-head");
    other.delegations = {{"staff", world.now, world.now + std::chrono::minutes{5}, "800/1"}};
    world.write("section-head", "admin", other);
    world.now += std::chrono::hours{1};
    other.delegations.clear();
    world.seal.reset();
    CHECK(world.refusal("section-head", "admin", other).empty());
  }
}

TEST_CASE("host pins: staff where sop.yaml says so, well formed") {
  World world;
  world.pin("staff", "staff", "web01", "ssh-ed25519 AAAA");
  CHECK(world.state().pins.at("web01").host_keys.front() == "ssh-ed25519 AAAA");
  CHECK(says(thrown([&] { world.pin("division-head", "division_head", "web02", "k"); }), "may not pin"));
  const auto bad = [&](const Pin& pin) {
    return thrown([&] { (void)host_body(world.state(), {"staff", "staff"}, {pin}, world.now, world.sop()); });
  };
  CHECK(says(bad({"Web 01", {}, {}, {}, "console"}), "invalid host name"));
  CHECK(says(bad({"web01", {}, {}, {}, "guess"}), "unknown way of verifying"));
  CHECK(says(bad({"web01", {"b", "a"}, {}, {}, "console"}), "not sorted"));
  CHECK(says(thrown([&] {
               (void)host_body(world.state(), {"staff", "staff"}, {}, world.now, world.sop());
             }),
             "no host"));
  const Pin twice{"web01", {}, {}, {}, "console"};
  CHECK(says(thrown([&] {
               (void)host_body(world.state(), {"staff", "staff"}, {twice, twice}, world.now, world.sop());
             }),
             "duplicate host"));
  auto list = yaml::Node::map();
  list.set("hosts", yaml::Node::list());
  world.forge("division-head", "division_head", "division-head", "host", std::move(list));
  CHECK(says(world.verdict(), "no host given"));
}

TEST_CASE("adopt: an admin, never a fixed policy loosened or an own-work rule dropped") {
  World world;
  const std::string form(sop::builtin("form"));
  const auto adopt = [&](const std::string& by, const std::string& role, const std::string& text) {
    return thrown([&] {
      (void)adopt_body(world.state(), {by, role}, sha256(text), world.sop(), sop::parse(text, "sop.yaml"),
                       world.now);
    });
  };
  const auto renamed = replaced(form, "title: \"", "title: \"x");
  CHECK(adopt("section-head", "admin", renamed).empty());
  CHECK(says(adopt("section-head", "section_head", renamed), "only an admin may adopt"));
  const auto body = [&](const Digest& digest) {
    auto node = yaml::Node::map();
    node.set("sop", digest.text());
    return node;
  };
  SUBCASE("the bytes have to be there") {
    world.forge("section-head", "admin", "section-head", "adopt", body(sha256(renamed)));
    CHECK(says(world.verdict(), "is missing"));
  }
  SUBCASE("the new one is in force from then") {
    const auto before = world.state();
    world.forge("section-head", "admin", "section-head", "adopt", body(world.add_sop(renamed)));
    CHECK(world.state().sop == sha256(renamed));
    CHECK(world.at(before.head).sop == sha256(form));
  }
  SUBCASE("own work") {
    const auto dropped = replaced(form, "not_by: [\"analyze\"]", "not_by: []");
    CHECK(says(adopt("section-head", "admin", dropped), "may be done by the person who did"));
    world.forge("section-head", "admin", "section-head", "adopt", body(world.add_sop(dropped)));
    CHECK(says(world.verdict(), "may be done by the person who did"));
  }
}

TEST_CASE("resolve: an admin says what was expected and is accepted with open eyes") {
  World world;
  const std::vector<Resolved> lost{{"incidents/2026-11/x/0001-monitor.aaaaaa.yaml", sha256("lost")},
                                   {"incident/20261124-web01-k7f3q2", sha256("head")}};
  const auto resolve = [&](const std::string& by, const std::string& role, std::vector<Resolved> expected,
                           const std::string& reason) {
    return thrown([&] {
      const auto body =
          resolve_body(world.state(), {by, role}, "a rollback", std::move(expected), reason, world.now);
      world.forge(by, role, by, "resolve", body);
    });
  };
  CHECK(says(resolve("staff", "staff", lost, "disk died"),
             "only an admin may accept missing or replaced files"));
  CHECK(says(resolve("section-head", "admin", lost, ""), "requires a reason"));
  CHECK(says(resolve("section-head", "admin", {}, "disk died"), "what was expected"));
  CHECK(resolve("section-head", "admin", lost, "disk died").empty());
  CHECK(world.state().resolved == lost);
  CHECK(world.all()[3].resolved.empty());
}

TEST_CASE("the change of a record is described in words") {
  World world;
  const LocalTime local = [](Instant at) { return format_seconds(at); };
  const auto said = [&] {
    std::string all;
    const auto of_all = told(world.chain, local);
    for (const auto& what : of_all.at(world.chain.records.back().digest))
      all += what.render(Language::english) + "\n";
    return all;
  };
  CHECK(said() == "timer: registered as system\n");
  auto staff = world.entry("staff");
  staff.roles = {"section_head"};
  staff.keys.push_back(world.key("second"));
  world.seal = sha256("seal");
  world.write("section-head", "admin", staff);
  CHECK(said() == "staff: role section_head assigned\nstaff: role staff removed\nstaff: new key " +
                      world.key("second").fingerprint + "\n");
  const Instant from = world.now;
  staff.delegations = {{"staff", from, from + std::chrono::hours{1}, "ST 1"}};
  staff.name = "Staff";
  world.write("section-head", "admin", staff);
  CHECK(said() == "staff: staff delegated from " + local(from) + " until " +
                      local(from + std::chrono::hours{1}) + " (ST 1)\nstaff: name or NIP changed\n");
  world.write("section-head", "admin", staff);
  CHECK(said() == "staff: nothing changed\n");
  staff.delegations.clear();
  staff.keys[0].retired = world.now;
  staff.keys[1].compromised_since = from;
  world.write("section-head", "admin", staff);
  CHECK(says(said(), "key " + staff.keys[0].fingerprint + " retired"));
  CHECK(says(said(), "key " + staff.keys[1].fingerprint + " compromised since " + local(from)));
  CHECK(says(said(), "delegation of staff (ST 1) ended"));
  staff.left = world.now;
  world.write("section-head", "admin", staff);
  CHECK(said() == "staff: left\n");
  world.pin("section-head", "admin", "web01", "ssh-ed25519 AAAA");
  CHECK(says(said(), "web01 pinned"));
  world.forge("section-head", "admin", "section-head", "resolve",
              resolve_body(world.state(), {"section-head", "admin"}, "loss", {{"seals/x", sha256("x")}},
                           "a fire", world.now));
  CHECK(said() == "accepted as missing or replaced: seals/x (a fire)\n");
}

TEST_CASE("one person alone for a step and for the work that it must not be their own of") {
  World world;
  const auto who = [&] { return alone(world.state(), world.sop(), world.now); };
  CHECK(who().empty());
  auto head = world.entry("section-head");
  head.roles.emplace_back("staff");
  world.write("section-head", "admin", head);
  CHECK(who().empty());
  auto staff = world.entry("staff");
  staff.left = world.now;
  world.seal = sha256("seal");
  world.write("section-head", "admin", staff);
  CHECK(vacant(world.state(), world.sop(), world.now).empty());
  CHECK(who() == std::vector<Alone>{{"section-head", sop::Step::analyze, sop::Step::approve},
                                    {"section-head", sop::Step::repair, sop::Step::verify}});
}

TEST_CASE("steps that nobody can do: the role's last holder is gone, has no key, or has it for a time") {
  World world;
  const auto steps = [&](Instant at) { return vacant(world.state(), world.sop(), at); };
  CHECK(steps(world.now).empty());
  auto head = world.entry("division-head");
  head.keys[0].retired = world.now;
  world.seal = sha256("seal");
  world.write("section-head", "admin", head);
  CHECK(steps(world.now) == std::vector<sop::Step>{sop::Step::accept});
  auto staff = world.entry("staff");
  staff.delegations = {{"division_head", world.now, world.now + std::chrono::hours{1}, "ST 1"}};
  world.write("section-head", "admin", staff);
  CHECK(steps(world.now).empty());
  CHECK(steps(world.now + std::chrono::hours{1}) == std::vector<sop::Step>{sop::Step::accept});
  staff.left = world.now;
  world.write("section-head", "admin", staff);
  CHECK(steps(world.now) == std::vector<sop::Step>{sop::Step::monitor, sop::Step::analyze, sop::Step::repair,
                                                   sop::Step::accept, sop::Step::archive});
}
