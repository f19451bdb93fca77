// Fault types as data: one small YAML file each (lib/fault/rules/*.yaml, and the office's rules/*.yaml over
// them by name; jaga-rule(5)).
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

// One comparison with a fact of the result; a fact that is missing or no number never holds.
struct FactTest {
  enum class Compare { at_least, at_most, equals, is_not };
  std::string fact;
  Compare compare = Compare::at_least;
  std::int64_t number = 0;  // of at_least, at_most
  std::string text;         // of equals, is_not; numbers compare by their decimal form
  yaml::Mark mark{};
};

// Holds for a result when all that is given holds.
struct Condition {
  std::vector<std::string> checks;   // empty: any
  std::vector<std::string> objects;  // empty: any
  // The object is one of these, or begins with it and a colon; empty: any.
  std::vector<std::string> objects_of;
  std::vector<round::State> states;    // empty: any
  std::vector<round::Reason> reasons;  // empty: any
  std::vector<FactTest> facts;
  bool proves_up = false;    // only results that prove that the host is up (see proves_up())
  bool proves_down = false;  // only results that say that nothing came back
  bool same_object = false;  // only results about the object of the first required condition
  yaml::Mark mark{};
  bool matches(const round::Result& result) const;
};

struct Suggestion {
  std::string plan;
  // Values may hold {host}, {address}, {object}, {unit} (of the tcp check) and {fact:NAME}; a suggestion
  // whose places cannot all be filled is passed over for the next.
  std::vector<std::pair<std::string, std::string>> parameters;
};

struct Case {
  std::string title;
  std::vector<round::Result> results;  // all of one host; hard unless said
  std::optional<std::string> object;   // positive: a fault about this object; nullopt: no fault
  yaml::Mark mark{};
};

struct Rule {
  std::string id;
  Title title;
  std::string fault_class;  // "reachability", "service", "access", "resources", "hardware", "upkeep", "meta"
  Severity severity = Severity::critical;
  bool whole_host = false;  // one fault a host (object empty), else one for each object
  // 0...100: among rules that hold for the same result the highest is the verdict. 0: only where no other
  // rule has claimed the result, not even as a symptom.
  int priority = 50;
  std::vector<Condition> required;  // the first names the result; the others need any result of the host
  std::vector<Condition> supporting;
  std::vector<Condition> excluding;
  Title remedy;
  Title if_left;       // what happens if nothing is done; may be empty
  Title next_command;  // the command that would decide; same places as parameters
  std::vector<Suggestion> suggestions;
  Title part;  // spare part; may be empty
  std::vector<Case> cases;
  std::string file;
};

struct Catalogue {
  std::map<std::string, Rule> rules;
  const Rule* find(std::string_view id) const;
};

// Throws Error{config}.
Rule parse_rule(std::string_view bytes, std::string_view file, std::string_view id);

struct OfficeRule {
  std::string name;  // without .yaml
  std::string bytes;
};
std::vector<std::string> builtin_rule_names();
// The one rule of that id, the office's before the built-in one; nullopt: there is none, or it is wrong.
std::optional<Rule> find_rule(std::string_view id, const std::optional<OfficeRule>& office);
// The built-in rules, with the office's over them. One that is wrong goes to `wrong`, and the built-in rule
// of its name, if there is one, holds; without `wrong` it is thrown.
Catalogue catalogue(std::span<const OfficeRule> office, std::vector<Error>* wrong = nullptr);

// One place where a rule holds.
struct Match {
  std::string object;                          // empty where the rule is about the whole host; "ssh" for ssh
  std::vector<const round::Result*> evidence;  // what the first required condition matched, then the others
  std::size_t deciding = 0;                    // how many of them the first one matched
  int supported = 0;                           // supporting conditions that hold
  bool hard = false;                           // one of the deciding results is confirmed
};
// Where the rule holds among the results of one host, by object. `why_not`, if given, becomes empty where it
// does; else the first reason why it holds nowhere.
std::vector<Match> matches(const Rule& rule, const std::vector<const round::Result*>& results,
                           Message* why_not = nullptr);

// Runs the rule's own cases, and says what else is wrong with it: no positive or no negative case, a check or
// a fact (in conditions, places or cases) that no measurement gives. Each with its place in the file. Empty:
// sound.
std::vector<Message> lint(const Rule& rule);

// A reply of any sort (also a TCP RST, an SSH failure after connecting, an ICMP error that the host itself
// sent, a reply to the other method) proves that the host is up.
bool proves_up(const round::Result& result);
// Nothing came back to this check: timed out while connecting, no route, all echo requests lost. The host may
// be up all the same, see proves_up().
bool proves_down(const round::Result& result);

}  // namespace jaga::fault
