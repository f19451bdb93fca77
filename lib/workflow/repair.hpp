// Running exactly what was approved, on exactly the target that was approved, once (jaga-workflow(7)).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/incidents.hpp"
#include "workflow/transport.hpp"

namespace jaga::workflow {

struct RepairOptions {
  incident::RepairMode mode = incident::RepairMode::run;
  bool resume = false;
  std::optional<std::int64_t> from{};  // with resume
  bool rollback = false;
  bool give_up = false;
  std::optional<std::string> vendor{};
  bool vendor_reply = false;
  std::optional<std::string> emergency{};  // its reason
  std::optional<Instant> occurred{};
  std::vector<incident::Part> parts{};
  std::string reason{};
  // of --vendor-reply
  std::optional<std::string> technician{};
  std::optional<Instant> arrived{};
  std::optional<Instant> left{};
  std::optional<std::string> letter{};  // the bytes of the work order's scan
  // What of the reply nobody can tell, as RepairEnd::lacking() names it. What else it lacks is refused
  // (Error{usage}): it cannot be completed later.
  std::vector<std::string> unknown{};
};
inline constexpr std::string_view kPartsFact = "parts";

struct CommandDone {
  std::string target;
  std::int64_t n = 0;
  std::string title;
  incident::CommandEnd end;
  std::string out;  // raw; escape it before it reaches a terminal
  std::string err;
};
struct Repaired {
  std::string incident;
  std::optional<incident::RepairOutcome> outcome;  // nullopt: a vendor was asked for
  std::string_view outcome_name() const { return outcome ? name(*outcome) : "requested"; }
  Message why;  // of failed
  std::vector<CommandDone> commands;
  std::vector<incident::Result> before;
  std::vector<incident::Result> after;
  std::string path;  // of the last record
  bool rolled_back = false;
  bool can_roll_back = false;  // of failed: a way back was approved, and this was not it
  bool can_repeat = false;     // of failed: the plan lets the last command be run again
};

// What --by-hand, --vendor, --vendor-reply and --give-up would record, refused as repair() does.
struct ManualRepairPreview {
  Actor actor;
  Incident incident;
  std::vector<std::string> lacking;  // of the reply
};
ManualRepairPreview preview_manual_repair(const ActingContext& context, const std::string& id,
                                          const RepairOptions& options);

// What would run, where, as whom: --dry-run. Refuses as repair() does, as far as that needs no network.
struct RepairPreview {
  plan::Frozen plan;
  Actor actor;
  std::vector<std::int64_t> first;  // of each target, the command to begin with
  bool rollback = false;
};
RepairPreview preview_repair(const ActingContext& context, const std::string& incident,
                             const RepairOptions& options);

// `said` (may be empty) is called as each command begins (no end yet) and ends.
using RepairProgress = std::function<void(const CommandDone& command, bool ended)>;
Repaired repair(const ActingContext& context, const std::string& incident, const RepairOptions& options,
                const RepairProgress& said = {});

// As load_incident(), before running or recording: what elsewhere is damaged (Error{data}) is here
// a refusal (Error{not_permitted}), and so is an open fork.
Incident load_to_repair(const Context& context, const std::string& id);
// Refuses what decide() refuses to that actor, before anything else is done.
void require_allowed(const Office& office, const Incident& incident, const Actor& actor, incident::Body body,
                     std::optional<Instant> occurred);

}  // namespace jaga::workflow
