// An office of five people and one incident, without disk, keys or clock.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "incident/incident.hpp"

namespace jaga::incident::test {

inline constexpr std::string_view kRunKey =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

sop::Sop procedure();
// The other built-in one: two roles, each of which may do every step. "staff" and "staff-2" are operators,
// "boss" is both, the rest are leads.
sop::Sop small_team();
// A made-up one, which is neither: four roles of which two share a step, another own-work rule, other ways
// back, an approval of two runs in which a machine's analysis counts as it is; approve and accept are signed
// by two, a step that waits too long may be done by others, and a critical fault waits around the clock.
// "staff" and "staff-2" are technicians, "section-head" and its like engineers, "division-head" the chief and
// an auditor as "section-head-2" is, "boss" all of them.
sop::Sop made_up();
plan::Frozen disk_plan(bool repeatable = false, bool emergency = false, plan::Run run = plan::Run::ssh);

class World {
 public:
  explicit World(bool by_timer = false, sop::Sop by = procedure());

  // A person of the office: "staff", "staff-2", "section-head", "section-head-2", "division-head", "boss"
  // (section and division head), "timer".
  Person person(const std::string& id) const;
  // Decides and writes; the next minute.
  Digest write(const std::string& who, Body body);
  // Writes as the run key of `who`.
  Digest write_run(const std::string& who, Body body);
  // What decide() says instead, in English; empty: it may.
  std::string refusal(const std::string& who, const Body& body) const;
  // Writes without asking: what somebody with an editor could do.
  Digest forge(const record::By& by, const std::string& key, const Body& body);
  Digest measure(std::vector<Result> results);
  void import(const Digest& record);  // the note of it

  // What `edit` makes of the register, from the next record on.
  void change_register(const std::function<void(registry::Register&)>& edit);
  // Somebody new, with these roles and a key.
  void join(const std::string& id, std::vector<std::string> roles);

  State state() const;
  Analyze analysis(const plan::Frozen& plan) const;
  // Writes the straight line up to and with a step.
  void until(sop::Step step);
  void run(bool works = true);

  sop::Sop sop;
  registry::Register registered;
  record::Chain chain;
  std::vector<record::Note> notes;
  Instant now;

 private:
  std::map<Digest, registry::Register> registers_;  // as they stood before
  Digest add(const record::By& by, const std::string& key, const Body& body);
};

// Whether it contains `part`; shows the text if it does not.
bool has(const std::string& text, const std::string& part);
// Of an incident that is not finished.
sop::Step due_step_of(const World& world);
// The next run of the approved plan on its host, as staff begin it.
RepairStart run_start(const World& world);
std::string key_of(const std::string& person);
std::vector<Result> failing();
std::vector<Result> healthy();

}  // namespace jaga::incident::test
