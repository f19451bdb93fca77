#include "wishes.hpp"

namespace jaga::incident::test {
namespace {

template <typename Make>
void try_body(std::vector<Body>& bodies, Make make) {
  try {
    bodies.push_back(make());
  } catch (const Error&) {
  }
}

}  // namespace

std::vector<Body> wishes(const World& world, const State& state) {
  std::vector<Body> bodies;
  bodies.push_back(world.analysis(disk_plan(false, true)));
  bodies.push_back(world.analysis(disk_plan(true)));
  bodies.push_back(world.analysis(disk_plan(false, false, plan::Run::manual)));
  if (state.analysis) {
    Analyze confirm = state.analysis->body;
    confirm.confirms = state.analysis->made.record;
    bodies.push_back(confirm);
  }
  bodies.push_back(draft_approval(state, world.sop, world.now));
  Approve paper = draft_approval(state, world.sop, world.now);
  paper.paper = Paper{"section-head-2", "section_head", sha256("scan")};
  if (!paper.ratifies) bodies.push_back(paper);
  bodies.push_back(draft_verification(state, world.notes));
  Verify overridden = draft_verification(state, world.notes);
  overridden.override_why = "the probe is wrong";
  bodies.push_back(overridden);
  bodies.push_back(draft_acceptance(state));
  for (const char* back : {"", "analyze", "approve", "repair", "verify"})
    try_body(bodies, [&] {
      return draft_rejection(state, world.sop, world.now, "no",
                             *back == 0 ? std::nullopt : std::optional<std::string>(back));
    });
  for (const RepairMode mode : {RepairMode::run, RepairMode::hand, RepairMode::vendor})
    for (const bool resume : {false, true})
      for (const bool emergency : {false, true})
        try_body(bodies, [&] {
          RepairStart start = draft_repair_start(
              state, mode, emergency ? std::optional<std::string>("urgent") : std::nullopt, resume);
          if (mode == RepairMode::run) start.run_key = std::string(kRunKey);
          if (mode == RepairMode::run) start.targets = {{"web01", "192.0.2.7", std::string(kRunKey), "00"}};
          if (mode == RepairMode::vendor) start.vendor = "vendor";
          return start;
        });
  if (!state.runs.empty()) {
    const Run& run = state.runs.back();
    for (const RepairOutcome outcome : {RepairOutcome::done, RepairOutcome::failed, RepairOutcome::given_up})
      for (const bool well : {true, false})
        bodies.push_back(RepairEnd{.run = run.made.record,
                                   .outcome = outcome,
                                   .before = failing(),
                                   .after = well ? healthy() : failing()});
  }
  bodies.push_back(draft_withdrawal(state, WithdrawalOutcome::recovered, "it came back"));
  for (const auto& [person, role] :
       {std::pair{"section-head-2", "section_head"}, std::pair{"division-head", "division_head"}}) {
    Withdraw paper_withdraw = draft_withdrawal(state, WithdrawalOutcome::recovered, "it came back");
    paper_withdraw.paper = Paper{person, role, sha256("scan")};
    if (!paper_withdraw.ratifies) bodies.push_back(paper_withdraw);
  }
  // On paper, by each possible decider: for the person who enters it.
  for (const char* decider : {"section-head", "section-head-2", "division-head", "boss"}) {
    const registry::Person* person = world.registered.find_person(decider);
    const auto roles =
        person == nullptr ? std::vector<std::string>{} : world.registered.roles_of(*person, world.now);
    for (const std::string& role : roles) {
      const Paper scan{decider, role, sha256("scan")};
      Verify verify = draft_verification(state, world.notes);
      verify.paper = scan;
      verify.override_why = "the probe is wrong";
      if (!verify.ratifies) bodies.push_back(verify);
      Accept accept = draft_acceptance(state);
      accept.paper = scan;
      if (!accept.ratifies) bodies.push_back(accept);
      Approve approve = draft_approval(state, world.sop, world.now);
      approve.paper = scan;
      if (!approve.ratifies) bodies.push_back(approve);
      try_body(bodies, [&] {
        Reject reject = draft_rejection(state, world.sop, world.now, "no", std::nullopt);
        reject.paper = scan;
        return reject;
      });
    }
  }
  bodies.push_back(Archive{.part = PartDisposition::none, .bag = "bag", .manifest = sha256("m")});
  return bodies;
}

std::vector<Body> run_wishes(const State& state) {
  std::vector<Body> bodies;
  const Run* run = state.open_run();
  if (run == nullptr || !run->body.run_key || !state.analysis) return bodies;
  if (!run->commands.empty() && !run->commands.back().end) {
    const CommandStart& start = run->commands.back().start;
    for (const std::int64_t code : {0, 1})
      bodies.push_back(CommandEnd{
          .run = start.run, .target = start.target, .n = start.n, .end = CommandEnding::exit, .exit = code});
    return bodies;
  }
  const plan::Frozen& plan = state.analysis->plan;
  const auto& commands = run->body.rollback ? plan.rollback : plan.commands;
  std::int64_t n = 0;
  for (const plan::FrozenCommand& command : commands)
    bodies.push_back(CommandStart{
        .run = run->made.record, .target = "web01", .n = ++n, .script = command.script_digest()});
  return bodies;
}

}  // namespace jaga::incident::test
