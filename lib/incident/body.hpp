// The bodies of an incident's records, typed: jaga-record(5), "Bodies". Each to_node() writes the keys in the
// order of its members; from_node() takes exactly those keys and refuses any other (Error{data}), so that
// from_node(to_node(x)) == x. An optional member that is not set has no key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "base/sentence.hpp"
#include "base/title.hpp"
#include "fault/catalogue.hpp"
#include "incident/summary.hpp"
#include "incident/values.hpp"
#include "plan/plan.hpp"
#include "record/kind.hpp"
#include "round/round.hpp"
#include "sop/sop.hpp"
#include "yaml/node.hpp"

namespace jaga::incident {

// One measured result that a decision rests on.
struct Result {
  std::string host{};
  std::string check{};  // "icmp", "tcp:443", "disk:/var": as the round names it
  round::State state = round::State::unknown;
  Sentence text{};  // for a person; may be empty
  bool operator==(const Result&) const = default;
};

// What the first record of an incident says that its decisions carry.
inline constexpr std::string_view kCarried = "summary";

// Opens an incident. A report by a person (`jaga open`) has no round and perhaps no results.
struct Monitor {
  FaultSource source = FaultSource::probe;
  std::optional<Digest> round{};  // of the round file's bytes
  std::string fault_key{};        // "web01/disk-full/%2Fvar"
  std::string host{};
  std::string summary{};  // one sentence; may be empty
  // Of a fault that was measured: the title of its type in each language, as its rule had it then. `summary` is
  // the English one.
  std::optional<Title> title{};
  std::string summary_in(Language language) const { return title ? title->in(language) : summary; }
  std::vector<Result> results{};
  std::optional<fault::Severity> severity{};
  std::optional<std::string> reopens{};  // id of the finished incident whose fault is back
  // What every decision about this incident has to carry: "summary". Empty: a version that knew of none
  // opened it.
  std::vector<std::string> decisions_carry{};  // empty, or kCarried
  bool wants_summary() const { return !decisions_carry.empty(); }
  // Of what was measured: the round that confirmed it; the envelope's `occurred` is that of the first one.
  std::optional<Instant> confirmed{};
  bool operator==(const Monitor&) const = default;
};

struct Candidate {
  std::string fault{};
  Sentence why{};
  bool operator==(const Candidate&) const = default;
};

struct Analyze {
  std::string fault{};   // id of the fault type
  std::string root{};    // host
  std::string object{};  // "/var", "nginx.service"; may be empty
  std::vector<std::string> symptoms{};
  std::vector<Sentence> evidence{};  // what speaks for it
  std::vector<Sentence> against{};   // what speaks against it
  std::vector<Candidate> candidates{};  // the alternatives, best first
  yaml::Node plan{};                    // frozen: plan::to_node; read with plan::of_node
  std::optional<std::string> part{};    // the spare part that it will need, with what is known of the old one
  std::optional<Title> part_title{};    // the same in each language, where a rule names it
  std::string part_in(Language language) const { return part_title ? part_title->in(language) : part.value_or(""); }
  std::optional<Digest> confirms{};     // the system's analysis that a person confirms
  std::optional<std::string> reason{};
  bool operator==(const Analyze&) const = default;
};

// A decision taken on paper: its scan is evidence; the record is signed by who enters it.
struct Paper {
  std::string decided_by{};  // person id
  std::string role{};        // under which they decided
  Digest scan{};
  bool operator==(const Paper&) const = default;
};

// Approve, Verify, Accept, Reject and Withdraw carry the summary of what they decide on; records of earlier
// versions have none.
struct Approve {
  Digest on{};  // the analyze record
  std::optional<std::string> reason{};
  std::optional<Paper> paper{};
  // The repair-start of an emergency, or an approval on paper, that this ratifies. Then it opens no repair.
  std::optional<Digest> ratifies{};
  Instant until{};
  std::int64_t runs = 1;
  std::optional<Digest> seconds{};  // the first of two signatures, where the procedure wants two
  std::optional<Summary> summary{};
  bool operator==(const Approve&) const = default;
};

struct Verify {
  Digest on{};                      // the repair-end
  std::optional<Digest> measure{};  // the newest note of kind measure, where it is newer than the repair-end
  std::optional<std::string> reason{};
  std::optional<Paper> paper{};
  std::optional<Digest> ratifies{};           // a verify on paper
  std::optional<std::string> override_why{};  // key "override": why it passes with a failing probe
  std::optional<Digest> seconds{};
  std::optional<Summary> summary{};
  bool operator==(const Verify&) const = default;
};

struct Accept {
  Digest on{};  // the verify
  std::optional<std::string> reason{};
  std::optional<Paper> paper{};
  std::optional<Digest> ratifies{};  // an accept on paper
  std::optional<Digest> seconds{};
  std::optional<Summary> summary{};
  bool operator==(const Accept&) const = default;
};

struct Reject {
  RejectedStep step = RejectedStep::approve;
  Digest on{};  // analyze, repair-end, verify, the first withdraw; an approve: revoked; a repair-start: an
                // emergency that is not ratified
  std::string reason{};
  sop::Step back = sop::Step::analyze;  // the step that is due again: analyze, approve, repair or verify
  std::optional<std::string> correction{};
  std::optional<Paper> paper{};
  std::optional<Summary> summary{};
  bool operator==(const Reject&) const = default;
};

// What a target was when the run began, and where the mark of the run is.
struct FoundTarget {
  std::string host{};
  std::string address{};   // empty: local
  std::string host_key{};  // "type base64"; empty: local
  std::string machine_id{};
  bool operator==(const FoundTarget&) const = default;
};

struct RepairStart {
  Digest basis{};  // the approve; in an emergency the analyze
  RepairMode mode = RepairMode::run;
  std::int64_t run = 1;                    // counts the runs of one basis; a resume keeps its run's number
  std::optional<std::string> run_key{};    // "type base64", mode run
  std::vector<FoundTarget> targets{};      // mode run
  std::optional<Digest> resumes{};         // the repair-start that this goes on from
  std::optional<std::int64_t> from{};      // the command that a person named to go on from (from 1)
  std::optional<std::string> emergency{};  // the reason
  bool rollback = false;                   // runs the plan's rollback instead of its commands
  std::optional<std::string> vendor{};     // mode vendor: name; this is the request
  std::optional<std::string> reason{};
  bool operator==(const RepairStart&) const = default;
};

struct CommandStart {
  Digest run{};  // the repair-start
  std::string target{};
  std::int64_t n = 1;                 // of the plan's commands, from 1
  Digest script{};                    // sha256 of its text
  std::string mark{};                 // the folder of the run's mark on the target
  std::optional<std::string> boot{};  // of a command that restarts the target: its boot id before
  bool operator==(const CommandStart&) const = default;
};

struct CommandEnd {
  Digest run{};
  std::string target{};
  std::int64_t n = 1;
  CommandEnding end = CommandEnding::unknown;
  std::optional<std::int64_t> exit{};   // of "exit": 0-255
  std::optional<std::string> signal{};  // of "signal": "KILL"
  std::optional<Sentence> why{};        // of "unknown" and "not-sent"
  std::optional<Digest> out{};          // evidence; not set: no output
  std::optional<Digest> err{};
  bool cut = false;                   // more output came than was kept
  std::optional<std::string> boot{};  // of "rebooted": the boot id afterwards

  // Whether that is what `command` wants.
  bool is_done(const plan::FrozenCommand& command) const {
    return command.reboot ? end == CommandEnding::rebooted
                          : end == CommandEnding::exit && command.expects(static_cast<int>(*exit));
  }
  bool operator==(const CommandEnd&) const = default;
};

struct Part {
  std::string removed{};    // serial; may be empty
  std::string installed{};  // serial; may be empty
  bool operator==(const Part&) const = default;
};

struct RepairEnd {
  Digest run{};  // the repair-start
  RepairOutcome outcome = RepairOutcome::done;
  std::vector<Result> before{};
  std::vector<Result> after{};
  std::vector<Part> parts{};  // by hand and vendor
  // Of a vendor: who came, from when to when, their letter or work order (evidence), what they reported.
  std::optional<std::string> technician{};
  std::optional<Instant> arrived{};
  std::optional<Instant> left{};
  std::optional<Digest> letter{};
  std::optional<std::string> reply{};
  std::optional<Sentence> reason{};  // what the person says, or why a run failed
  bool operator==(const RepairEnd&) const = default;
  // The keys that a vendor's reply needs for the wait to be a pause, and has not.
  std::vector<std::string> lacking() const;
};

struct Archive {
  PartDisposition part = PartDisposition::none;
  std::optional<std::string> where{};  // stored: the place; returned: to whom
  std::optional<std::string> received_by{};
  std::optional<std::string> sanitised{};  // how its data was removed
  std::string bag{};                       // name
  Digest manifest{};                       // of tagmanifest-sha256.txt
  // Evidence that is named and was not there, and why it is archived all the same.
  std::vector<Digest> without{};
  std::optional<std::string> reason{};
  bool operator==(const Archive&) const = default;
};

struct Withdraw {
  WithdrawalOutcome outcome = WithdrawalOutcome::recovered;
  std::optional<std::string> of{};  // duplicate: the other incident
  std::optional<Instant> until{};   // risk-accepted
  std::optional<std::string> to{};  // handed-over
  std::string reason{};
  std::optional<Digest> seconds{};  // the first of the two records
  std::optional<Paper> paper{};
  std::optional<Digest> ratifies{};  // a withdraw on paper, the first or the second
  std::optional<Summary> summary{};
  bool operator==(const Withdraw&) const = default;
};

struct Merge {
  std::string reason{};
  bool operator==(const Merge&) const = default;
};

// In the order of record::Kind.
using Body = std::variant<Monitor, Analyze, Approve, RepairStart, CommandStart, CommandEnd, RepairEnd, Verify,
                          Accept, Archive, Reject, Withdraw, Merge>;
static_assert(
    std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(record::Kind::merge), Body>, Merge>);

// "monitor" ... "merge", as in the envelope.
std::string_view kind_of(const Body& body);
yaml::Node to_node(const Body& body);
// nullopt for a kind that this version does not know. `file` is for messages.
std::optional<Body> from_node(std::string_view kind, const yaml::Node& node, const std::string& file);

}  // namespace jaga::incident
