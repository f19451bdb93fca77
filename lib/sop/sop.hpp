// The procedure: who does which step in which time, and where a rejection leads. All of it is data, sop.yaml
// (jaga-sop(7)), after the Indonesian state form (PermenPAN-RB 35/2012).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "base/message.hpp"
#include "base/title.hpp"
#include "sop/calendar.hpp"

namespace jaga::sop {

enum class Step { monitor, analyze, approve, repair, verify, accept, archive };
inline constexpr std::array<Step, 7> kSteps = {Step::monitor, Step::analyze, Step::approve, Step::repair,
                                               Step::verify,  Step::accept,  Step::archive};
std::string_view name(Step step);  // "monitor" ...; also the kind of its record
// The step as screens name it: in English by its command, "approve"; in Indonesian by number and noun,
// "3, persetujuan", to stand after "langkah".
Message word(Step step);
[[nodiscard]] std::optional<Step> parse_step(std::string_view text);
// The three decisions: approve, verify, accept.
bool is_decision(Step step);

// Roles that every procedure has and none defines: who keeps the register, and a machine.
inline constexpr std::string_view kAdmin = "admin";
inline constexpr std::string_view kSystem = "system";

struct Header {
  std::string government;  // "Pemerintah Kabupaten ..."
  std::string agency;
  std::string section;
  std::string number;
  std::string title;
  std::string made;  // dates as YYYY-MM-DD; revised may be empty
  std::string revised;
  std::string effective;
  std::string approved_by_office;  // the office of who approved it
  std::string approved_by_name;    // empty until the office fills it in
  std::string approved_by_nip;
};

struct LegalBasis {
  std::string text;                     // as in the source
  std::string reading;                  // how it is rightly written, or empty
  std::string replaced_by;              // what is in force today instead, or empty
  std::vector<std::string> amended_by;  // what changed it, still in force
};

struct Role {
  std::string id;
  Title title;
  bool pins_hosts = false;
  std::vector<std::string> superior_of;  // direct inferiors
};

struct NoGoes {
  Step by_default = Step::monitor;
  std::vector<Step> may;  // holds by_default; each before the step itself
};

// When a step has waited `after` (working time), `roles` may do it too.
struct Escalation {
  std::chrono::milliseconds after{0};
  std::vector<std::string> roles;
};

struct Row {
  int no = 0;  // 1...7
  Step step = Step::monitor;
  std::vector<std::string> roles;                     // not empty
  std::vector<std::string> countersign;               // of a decision: one of these signs too; empty: nobody
  std::optional<std::chrono::milliseconds> standard;  // none set: nothing is late
  std::vector<Step> not_by;       // a person who did one of these in the current pass may not do this
  std::optional<NoGoes> no_goes;  // exactly the decisions have it
  std::string source;             // the row's words in the source
  std::string reading;            // how jaga reads them
  std::string at_hand;            // the form's Mutu Baku: Kelengkapan ...
  std::string output;             // ... and Output
  std::vector<Escalation> escalate;
};

// What has to come back signed on paper before a step: the scan of one document of `jaga report`.
struct SignedCopy {
  Step step = Step::archive;
  std::string paper;      // a name of kCopies; empty: of any of them
  bool required = false;  // else the step only reminds of it
  bool operator==(const SignedCopy&) const = default;
};
// The documents of an incident, and the first step before which each can be there.
struct CopyKind {
  std::string_view paper;
  Step earliest;
};
inline constexpr std::array<CopyKind, 7> kCopies = {{{"approval", Step::approve},
                                                     {"vendor", Step::verify},
                                                     {"repair", Step::verify},
                                                     {"verification", Step::accept},
                                                     {"handover", Step::archive},
                                                     {"incident", Step::approve},
                                                     {"damage", Step::approve}}};

struct Policies {
  enum class OpenFrom { warning, critical };
  enum class Paper { none, routine_plans, all };

  bool confirm_system = true;  // a machine's analysis needs a person's confirmation
  // How long an approval holds: nullopt is the end of the next working day.
  std::optional<std::chrono::milliseconds> approval_span;
  std::int64_t approval_runs = 1;  // 1...10
  OpenFrom open_from = OpenFrom::critical;
  Paper paper_decisions = Paper::routine_plans;
  std::vector<SignedCopy> signed_paper;  // "wanted" and "required" alone: before archive, of any document
  // Names of policies that no later sop.yaml may loosen; "countersign": no second signature may be dropped.
  std::vector<std::string> fixed;
};

struct Sop {
  Header header;
  std::vector<LegalBasis> legal_basis;
  std::vector<std::string> related;
  std::string warning;
  std::vector<std::string> qualifications;
  std::vector<std::string> equipment;
  std::string recording;  // Pencatatan & Pendataan; may be empty
  std::map<std::string, Role> roles;
  std::vector<Row> steps;  // the seven, in order
  Calendar calendar;
  std::vector<std::string> around_the_clock;  // severities whose clocks never stop: "warning", "critical"
  Policies policies;

  const Row& row(Step step) const { return steps[static_cast<std::size_t>(step)]; }
  bool may(const std::string& role, Step step) const;  // the row lists the role
  const Role* find_role(std::string_view id) const;    // nullptr: admin, system or unknown
  // Directly or through others; nobody is superior to themselves.
  bool superior(std::string_view role, std::string_view inferior) const;
  // "Staf" / "Staff"; of admin and system too; the id itself where it is unknown.
  std::string role_title(std::string_view role, Language language) const;
  // Those of several, with commas between.
  std::string role_titles(std::span<const std::string> of, Language language) const;
  // The calendar of an incident of that severity; empty: it has none.
  Calendar calendar_of(std::string_view severity) const;
  // When an approval given at `now` ends by default.
  Instant approval_ends(Instant now) const;
};

// Reads sop.yaml, strictly. Throws Error{config} with file, line and column.
Sop parse(std::string_view bytes, std::string_view file);
// The same, once a process: `digest` is that of `bytes`. What does not parse is tried again. Safe from
// several threads.
std::shared_ptr<const Sop> parse_once(std::string_view bytes, const Digest& digest, std::string_view file);

// The procedures that come with jaga: "form" (the default) and "small-team".
std::vector<std::string> builtin_names();
// The bytes of one, which `init` writes as they are. Throws Error{no_input} naming those there are.
std::string_view builtin(std::string_view name);

// What `to` permits that `from` had fixed or had as a rule: loosened policies that are marked fixed, marks
// taken away, own-work rules (not_by) dropped. Empty: it may be adopted.
std::vector<Message> loosened(const Sop& from, const Sop& to);

}  // namespace jaga::sop
