// The state machine of an incident (jaga-workflow(7)): replay() computes where it stands from its records,
// which alone are the truth; decide() says whether a record may come next. Both go through one check(), so
// what may not be written is not believed either. Pure: time, people and keys are arguments.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "incident/body.hpp"
#include "incident/subject.hpp"
#include "plan/plan.hpp"
#include "record/chain.hpp"
#include "register/register.hpp"
#include "sop/sop.hpp"

namespace jaga::incident {

// Who made a record, and when.
struct Made {
  Digest record;
  std::uint32_t seq = 0;
  record::By by;
  std::string key;  // fingerprint
  Instant at;
  std::optional<Instant> occurred;
  std::optional<std::string> letter{};  // by which the role was delegated to them; not set: it was their own
};

struct Analysis {
  Made made;
  Analyze body;
  plan::Frozen plan;
  bool proposal = false;         // a machine's, which a person has to confirm or change
  std::optional<Made> proposed;  // the machine's record that this one confirms
};
struct Approval {
  Made made;
  Approve body;
  std::int64_t used = 0;     // runs that began under it
  std::int64_t allowed = 1;  // body.runs, and one for each rejection by verify that goes back to repair
  std::optional<Made> revoked;
  std::optional<Made> voided;    // the later analysis
  std::optional<Made> ratified;  // of a decision on paper: the decider's own record
  std::optional<Made> first{};   // of a decision that two sign: the other signature
};
struct CommandRun {
  CommandStart start;
  Made began;
  std::optional<CommandEnd> end;
};
struct Run {
  Made made;
  RepairStart body;
  std::vector<CommandRun> commands;
  std::optional<Made> ended;
  std::optional<RepairEnd> end;
  bool continued = false;        // a later repair-start resumes it
  bool left_behind = false;      // of a branch that a merge closed: it ran, but cannot be continued
  std::optional<Made> ratified;  // of an emergency: the approve or reject that settles it
  bool rejected = false;         // ... and that it is a reject
};
template <typename B>
struct Decided {
  Made made;
  B body;
  std::optional<Made> ratified;
  std::optional<Made> first{};  // as Approval's
};
// The first signature of a decision that two sign: an approve, a verify or an accept. It moves nothing until
// the other is there; any step between them ends it.
struct HalfSigned {
  Made made;
  Body body;
};

struct Violation {
  Digest record;
  std::uint32_t seq = 0;
  std::string kind;
  Message what;
};

// A stretch in which one step was due.
struct Span {
  sop::Step step = sop::Step::monitor;
  int pass = 1;  // counts the times that this step was due
  Instant began;
  std::optional<Instant> ended;
  // Of approve: another analysis took the place of the one that waited; the wait for that begins anew.
  bool superseded = false;
};
struct Pause {
  Instant from;
  std::optional<Instant> to;
  bool complete = false;  // the vendor's reply says who, when and what: only then it does not count as work
};

struct State {
  std::string id;
  std::chrono::minutes utc_offset{0};  // of its calendar, for the times in messages
  Made opened;
  Monitor monitor;
  // The step that the records lead to; nullopt when finished. due() also looks at the clock.
  std::optional<sop::Step> phase = sop::Step::analyze;
  std::optional<Analysis> analysis;
  std::optional<Approval> approval;  // the newest, dead ones too
  std::vector<Run> runs;             // of all passes
  std::optional<Decided<Verify>> verified;
  std::optional<Decided<Accept>> accepted;
  std::optional<Decided<Archive>> archived;
  std::optional<HalfSigned> half_signed;
  std::optional<Decided<Withdraw>> withdrawing;  // the first of the two
  std::optional<Decided<Withdraw>> withdrawn;    // the second; on paper it ends nothing until it is ratified
  // Of a step, not of a withdrawal, unless that step has been approved since; the newest last. After a
  // merge those of all branches.
  std::vector<Decided<Reject>> rejections;
  std::optional<sop::Step> after_run;  // where a revocation goes once the run has ended
  Subjects subjects;                   // what the records are about, for the summaries of decisions

  Digest head;
  std::uint32_t seq = 0;
  bool forked = false;                // an open fork: this is the state where it began
  std::string unknown;                // the kind of the newest record, where this version does not know it
  std::vector<Violation> violations;  // records that break a rule; they moved nothing
  std::vector<Span> spans;
  std::vector<Pause> pauses;

  bool finished() const { return !phase; }
  const Decided<Reject>* last_rejection() const { return rejections.empty() ? nullptr : &rejections.back(); }
  // A plan waits to be approved or run; while it does, nothing else is approved or ratified.
  bool plan_waits() const { return phase == sop::Step::approve || phase == sop::Step::repair; }
  const Run* find_run(const Digest& start) const;
  // Whether this run, or the one that it goes on from, runs the plan's rollback.
  bool rolls_back(const Run& run) const;
  // The run that goes on, or failed and may be gone on from, under the newest approval or emergency; nullptr:
  // none.
  const Run* open_run() const;    // no repair-end yet
  bool part_replaced() const;     // by any of its repairs
  const Run* failed_run() const;  // ended "failed", nothing after it
  // The run that verify decides on: ended "done", nothing after it.
  const Run* finished_run() const;
  // Runs of the newest analysis' plan, and manual repairs, in a branch that a merge closed.
  std::vector<Run> left_behind() const;
  // Emergencies that neither approve nor reject has settled.
  std::vector<const Run*> unsettled() const;
};

// What a rejection is about; its `on` names the record.
enum class Rejection {
  withdrawal,           // the first of its two records
  emergency,            // a repair-start that nobody had approved
  approval,             // an approve: revoked, or denied by the alleged decider on paper
  analysis,             // the plan that waits for approval
  repair,               // a repair-end, instead of verifying it
  denied_verification,  // a verify on paper, denied by the alleged decider
  verification,         // a verify, instead of accepting it
  denied_acceptance     // an accept on paper
};
Rejection rejection_of(const State& state, const Reject& body);
// The record that a rejection of that kind names now; nullopt: there is none.
std::optional<Digest> rejected_record(const State& state, Rejection what);

// The register as it stood at a head; nullptr: no such head.
using RegisterAt = std::function<const registry::Register*(const Digest& head)>;

// `procedure` is the sop.yaml that was adopted when the incident opened. `notes` are needed for the
// measurements that verify names and for the times of imports. Never throws for what records say: what breaks
// a rule is a violation. Throws Error{data} for a chain without a record that can open it.
// `doubt` says why a record, well signed by who might, is not believed all the same; empty: it is.
using Doubt = std::function<Message(const record::Record&)>;
State replay(const record::Chain& chain, std::span<const record::Note> notes, const sop::Sop& procedure,
             const RegisterAt& register_at, const Doubt& doubt = {});

// Why the newest approval permits no run at `now`; empty: it does. In the order in which repair refuses:
// none, a later analysis, outside its validity, revoked, used.
Message approval_is_dead(const State& state, Instant now);

// What is due at `now`.
// More roles that may do a step when it has waited for as long as its `escalate` says.
struct Escalation {
  std::vector<std::string> roles;
  std::optional<Instant> at;  // not set: while the vendor is waited for nobody can tell
};
struct Due {
  sop::Step step = sop::Step::analyze;
  std::vector<std::string> roles;  // who may do it, `escalated` among them
  Message what;                    // "confirm or change the proposal", "ratify the emergency repair" ...
  // A withdrawal waits: for its second signature (step is accept), or for that of who decided on paper.
  bool withdrawal = false;
  bool emergency = false;             // a repair that nobody had approved is to be ratified
  std::optional<std::string> only{};  // this person alone: who decided on paper
  // Who decided on paper and cannot ratify it any more (gone, without a key or without such a role): others
  // may in their place, but not who entered it.
  std::optional<std::string> in_place_of{};
  std::vector<std::string> escalated{};  // who may only because it has waited
  std::optional<Escalation> next{};      // who will be next
};
// nullopt: finished. `registered`, the register now, tells whether who decided on paper can still ratify it;
// nullptr: they can.
std::optional<Due> due(const State& state, const sop::Sop& procedure, Instant now,
                       const registry::Register* registered = nullptr);

// The results that verify looks at: of the newest measurement since the repair ended, else the repair's own.
struct Measured {
  std::vector<Result> before;
  std::vector<Result> after;
  std::optional<Digest> note;  // the measurement; not set: the repair-end's own
  Instant at;
  bool good() const;  // nothing is failing, and all that failed before was measured again
};
// nullopt: no repair has ended.
std::optional<Measured> measured(const State& state, std::span<const record::Note> notes);

// Who wants to write. `roles` are those held now.
struct Person {
  std::string id;
  std::vector<std::string> roles;
  std::string key;  // fingerprint
};
// Whether what is due at `now` waits for this person: they hold one of the roles and it is not their own
// work, nor is another the only one who may.
bool waits_for(const State& state, const sop::Sop& procedure, const Person& person, Instant now,
               const registry::Register* registered = nullptr);

// The hint to who may not: which roles may; where nobody holds one of them, how somebody comes to.
Message who_may_hint(const registry::Register& registered, const std::vector<std::string>& roles,
                     Instant now);

// Whether a note up to `at` attaches the signed copy of `paper`, a name of sop::kCopies; of any document
// where it is empty.
bool has_signed_copy(std::span<const record::Note> notes, std::string_view paper, Instant at);

// The signed copies that the procedure expects before `step`, and that no note up to `at` attaches. Documents
// that the incident has no cause for, the letter to a vendor or the handover of a part, are not expected.
std::vector<sop::SignedCopy> missing_copies(const State& state, std::span<const record::Note> notes,
                                            const sop::Sop& procedure, sop::Step step, Instant at);

// Throws Error{not_permitted}, naming `jaga merge`, if two clones have continued it.
void require_unforked(const State& state);

struct Decision {
  record::By by;
  Body body;
};
// The record that comes next, under the first of the person's roles that may write it, its texts without
// blanks around them; a decision without a summary is given the one that it has to carry. Throws Error{usage}
// for a body that from_node() would refuse, and for a rejection or a withdrawal without a reason;
// Error{not_permitted}, naming what is due and who may do it, also where a newer version of jaga wrote the
// newest record. `registered` (for decisions on paper: whose role and own work count) is the register now.
Decision decide(const State& state, std::span<const record::Note> notes, const sop::Sop& procedure,
                const registry::Register* registered, const Person& person, Body body, Instant now,
                std::optional<Instant> occurred = {});

// The bodies that commands want, filled in from the state: on what they decide, by default what sop.yaml
// says. They check only what is needed to fill them in; decide() judges.
Approve draft_approval(const State& state, const sop::Sop& procedure, Instant now);
Verify draft_verification(const State& state, std::span<const record::Note> notes);
Accept draft_acceptance(const State& state);
// Rejects the pending step (approve also revokes), or `step`. Throws not_permitted where nothing can be
// rejected, usage where `back` is not allowed.
Reject draft_rejection(const State& state, const sop::Sop& procedure, Instant now, const std::string& reason,
                       std::optional<std::string> back);
// Without an outcome: that of the withdrawal that it seconds.
Withdraw draft_withdrawal(const State& state, std::optional<WithdrawalOutcome> outcome,
                          const std::string& reason);
// `emergency`: its reason. A failed or open run is gone on from.
RepairStart draft_repair_start(const State& state, RepairMode mode, std::optional<std::string> emergency,
                               bool resume);

// The command (from 1) with which a run that begins so, or has just begun, begins on each target of the plan,
// in their order; one more than there are: nothing is left to do there. `from`, which a person named, is for
// the target on which the run broke off, the first that is not done (one more than there are: what is unknown
// was done, says that person); a rollback leaves alone where nothing was run. Throws not_permitted where the
// end of a command is unknown, the plan does not permit repeating it and no command to continue was given;
// usage for a `from` that is not a command, or if nothing is left.
std::vector<std::int64_t> first_commands(const State& state, const RepairStart& start);

// "SHA256:..." of "type base64"; empty for a text that is none.
std::string fingerprint_of(std::string_view line);

}  // namespace jaga::incident
