#include "incident/evidence.hpp"

#include <doctest/doctest.h>

#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using sop::Step;
using test::has;
using test::run_start;
using test::World;

TEST_CASE("evidence is redacted by accept's role, and never by who added it") {
  World world;
  world.until(Step::approve);
  const Digest output = sha256("output");
  const Digest run = world.write("staff", run_start(world));
  const plan::Frozen plan = world.state().analysis->plan;
  world.write_run(
      "staff",
      CommandStart{.run = run, .target = "web01", .n = 1, .script = plan.commands[0].script_digest()});
  world.write_run(
      "staff",
      CommandEnd{
          .run = run, .target = "web01", .n = 1, .end = CommandEnding::exit, .exit = 0, .out = output});
  record::Note note;
  note.kind = "evidence";
  note.by = {"boss", "division_head"};
  note.key = test::key_of("boss");
  note.body = yaml::Node::map().set("digest", sha256("photo").text());
  world.notes.push_back(note);

  const auto refused = [&](const Digest& evidence, const std::string& who, const std::string& role,
                           const std::string& key) {
    return redaction_refused(world.chain, world.notes, world.sop, evidence, {who, role}, key)
        .render(Language::english);
  };
  CHECK(added_by(world.chain, world.notes, output).size() == 1);
  CHECK(refused(output, "division-head", "division_head", test::key_of("division-head")).empty());
  CHECK(has(refused(output, "section-head", "section_head", test::key_of("section-head")), "has no role"));
  CHECK(has(refused(output, "staff", "division_head", test::key_of("staff")), "attached it"));
  CHECK(has(refused(sha256("photo"), "boss", "division_head", "SHA256:another"), "attached it"));
  CHECK(has(refused(sha256("photo"), "division-head", "division_head", test::key_of("boss")), "attached it"));
  CHECK(refused(sha256("photo"), "division-head", "division_head", test::key_of("division-head")).empty());
}
