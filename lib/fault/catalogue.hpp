// Rules that recognise faults, defined in YAML (see jaga-rule(5)): built-in ones in lib/fault/rules/*.yaml,
// which files of the same name in the working directory's rules/ replace.
//
// Any thread may call these functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/title.hpp"
#include "round/round.hpp"
#include "yaml/node.hpp"

namespace jaga::fault {

enum class Severity { warning, critical };
std::string_view name(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

// Compares one fact of a result. Does not match if the fact is missing, or is not a number in a numeric
// comparison.
struct FactTest {
  enum class Compare { at_least, at_most, equals, is_not };
  std::string fact;
  Compare compare = Compare::at_least;
  std::int64_t number = 0;  // for at_least and at_most
  std::string text;         // for equals and is_not; a number is compared in decimal form
  yaml::Mark mark{};
};

// Matches a result if all criteria match. Empty lists match any result.
struct Condition {
  std::vector<std::string> checks;   // kinds of check
  std::vector<std::string> objects;  // exact names
  // Names, or prefixes that a colon follows.
  std::vector<std::string> objects_of;
  std::vector<round::State> states;
  std::vector<round::Reason> reasons;
  std::vector<FactTest> facts;
  bool proves_up = false;    // only results for which proves_up() is true
  bool proves_down = false;  // only results for which proves_down() is true
  bool same_object = false;  // only results with the object of the match (see Match)
  yaml::Mark mark{};
  bool matches(const round::Result& result) const;
};

struct Suggestion {
  std::string plan;
  // Values may contain {host}, {address}, {object}, {unit} (the unit of the host's tcp check for this port)
  // and {fact:NAME}. A suggestion with a placeholder that has no value is skipped.
  std::vector<std::pair<std::string, std::string>> parameters;
};

struct Case {
  std::string title;
  std::vector<round::Result> results;  // all of one host; confirmed unless stated otherwise
  std::optional<std::string> object;   // expected: a fault about this object; nullopt: no fault
  yaml::Mark mark{};
};

struct Rule {
  std::string id;
  Title title;
  std::string fault_class;  // "reachability", "service", "access", "resources", "hardware", "upkeep", "meta"
  Severity severity = Severity::critical;
  bool whole_host = false;  // true: one fault per host with an empty object; false: one per object
  // 0 to 100. If several rules match a result, the one with the highest priority names the fault. Rules of
  // priority 0 only apply to results that no other rule explains, not even as a symptom.
  int priority = 50;
  std::vector<Condition>
      required;  // the first selects results of an object; the others may match any result of the host
  std::vector<Condition> supporting;
  std::vector<Condition> excluding;
  Title remedy;
  Title if_left;       // consequence if nothing is done; may be empty
  Title next_command;  // command that would confirm the fault; same placeholders as parameters
  std::vector<Suggestion> suggestions;
  Title part;  // spare part; may be empty
  std::vector<Case> cases;
  std::string file;
};

struct Catalogue {
  std::map<std::string, Rule> rules;
  const Rule* find(std::string_view id) const;
};

// Parses a rule file. Throws Error{config} with file, line and column.
Rule parse_rule(std::string_view bytes, std::string_view file, std::string_view id);

struct OfficeRule {
  std::string name;  // file name without .yaml
  std::string bytes;
};
std::vector<std::string> builtin_rule_names();
// Loads one rule, preferring the office's. Returns nullopt if it does not exist or is invalid.
std::optional<Rule> find_rule(std::string_view id, const std::optional<OfficeRule>& office);
// Loads all rules; office rules replace built-in ones of the same name. An invalid office rule is added to
// `wrong` and the built-in one remains; if `wrong` is null, throws Error{config} instead.
Catalogue catalogue(std::span<const OfficeRule> office, std::vector<Error>* wrong = nullptr);

// A match of a rule on one host and object.
struct Match {
  std::string
      object;  // empty for rules about the whole host; the name of the check for results without an object
  std::vector<const round::Result*>
      evidence;  // results matched by the first required condition, then those of other conditions
  std::size_t deciding = 0;  // number of leading results in `evidence` matched by the first condition
  int supported = 0;         // number of supporting conditions that match
  bool hard = false;         // one of the deciding results is confirmed
};
// Applies the rule to the results of one host; returns its matches, sorted by object. `why_not` (may be null)
// is set to the reason if there is no match, and cleared otherwise.
std::vector<Match> matches(const Rule& rule, const std::vector<const round::Result*>& results,
                           Message* why_not = nullptr);

// Checks a rule: runs its test cases, requires a matching and a non-matching case, and reports checks and
// facts (in conditions, placeholders and cases) that no check provides. Returns problems with their location
// in the file; empty if the rule is valid.
std::vector<Message> lint(const Rule& rule);

// Whether the result proves that the host is up: a reply of any kind, including a TCP RST, an SSH failure
// after connecting, an ICMP error sent by the host itself, or a reply to another method. A result carried
// from an earlier round proves nothing.
bool proves_up(const round::Result& result);
// Derived from the inventory alone: an outage does not affect it, and it is never a symptom.
bool is_from_inventory(const round::Result& result);
// Whether nothing came back for this check: connect timeout, no route, or all echo requests lost. The host
// may still be up, see proves_up().
bool proves_down(const round::Result& result);

}  // namespace jaga::fault
