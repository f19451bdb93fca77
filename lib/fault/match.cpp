#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "fault/catalogue.hpp"
#include "fault/diagnose.hpp"
#include "round/facts.hpp"
#include "round/words.hpp"

namespace jaga::fault {
namespace {

using round::Reason;
using round::Result;
using round::State;

constexpr std::string_view kFlapPercent = "flap_percent";

template <typename List, typename Item>
bool allows(const List& list, const Item& item) {
  return list.empty() || std::find(list.begin(), list.end(), item) != list.end();
}

bool holds(const FactTest& test, const Result& result) {
  const auto number = test.fact == kFlapPercent ? std::optional<std::int64_t>(flap_percent(result.history))
                                                : round::number(result, test.fact);
  const auto text = number ? std::to_string(*number) : round::text(result, test.fact);
  switch (test.compare) {
    case FactTest::Compare::at_least:
      return number && *number >= test.number;
    case FactTest::Compare::at_most:
      return number && *number <= test.number;
    case FactTest::Compare::equals:
      return text && *text == test.text;
    case FactTest::Compare::is_not:
      return text && *text != test.text;
  }
  return false;
}

bool after_connecting(const Result& result) {
  if (result.check == "http") return !result.phase.empty() && result.phase != "connect";
  return result.phase == "handshake" || result.phase == "authenticate" || result.phase == "run";
}

// Whether another method, or the sender of the ICMP error, shows that the host is up.
bool heard_otherwise(const Result& result) {
  return round::number(result, "tcp_port") || round::number(result, "echo_us") ||
         round::number(result, "from_host") == 1 || round::text(result, "answered_by");
}

std::string object_of(const Rule& rule, const Result& result) {
  if (rule.whole_host) return {};
  return result.object.empty() ? result.check : result.object;
}

}  // namespace

bool proves_down(const Result& result) {
  if (result.state != State::critical && result.state != State::unknown) return false;
  const bool of_nagios = result.check == "nagios" && result.object.empty();  // a host check, not a service
  if (!of_nagios && result.check != "icmp" && result.check != "tcp" && result.check != "ssh" &&
      result.check != "http")
    return false;
  switch (result.reason) {
    case Reason::unreachable:
    case Reason::no_route:
      return true;
    case Reason::timed_out:
      return result.phase.empty() || result.phase == "connect" || result.check == "icmp";
    case Reason::limit_reached:
      return result.check == "icmp" && round::number(result, "loss_percent") == 100;
    default:
      return false;
  }
}

bool is_from_inventory(const Result& result) {
  return result.check == "warranty";
}

bool proves_up(const Result& result) {
  if (result.measured) return false;
  if (is_from_inventory(result)) return false;
  // Plugins and DNS queries may have contacted another machine.
  if (result.check == "local" || result.check == "self" || result.check == "plugin" || result.check == "dns")
    return false;
  // Services of other monitors may be ok without contact to the host, and alerts only report problems.
  if (result.check == "alert" || result.check == "nagios")
    return result.check == "nagios" && result.object.empty() && result.state == State::ok;
  if (result.state == State::ok || heard_otherwise(result)) return true;
  switch (result.reason) {
    case Reason::refused:
    case Reason::reset:
    case Reason::closed:
    case Reason::not_ssh:
    case Reason::handshake_failed:
    case Reason::host_key_unknown:
    case Reason::host_key_changed:
    case Reason::identity_changed:
    case Reason::auth_failed:
    case Reason::auth_partial:
    case Reason::exec_failed:
    case Reason::lost:
    case Reason::output_cut:
      return result.check == "tcp" || result.check == "ssh" || result.check == "http";
    case Reason::tls_failed:
    case Reason::certificate_untrusted:
    case Reason::certificate_name:
    case Reason::certificate_expired:
    case Reason::certificate_expiring:
    case Reason::not_http:
    case Reason::bad_status:
    case Reason::bad_body:
    case Reason::bad_redirect:
      return true;
    case Reason::limit_reached:
      return !proves_down(result);
    case Reason::timed_out:
    case Reason::no_key:
    case Reason::token_failed:
      return after_connecting(result);
    default:
      return false;
  }
}

bool Condition::matches(const Result& result) const {
  if (!objects_of.empty() && std::none_of(objects_of.begin(), objects_of.end(), [&](const std::string& kind) {
        return result.object.starts_with(kind) &&
               (result.object.size() == kind.size() || result.object[kind.size()] == ':');
      }))
    return false;
  if (!allows(checks, result.check) || !allows(objects, result.object) || !allows(states, result.state) ||
      !allows(reasons, result.reason))
    return false;
  if (proves_up && !fault::proves_up(result)) return false;
  if (proves_down && !fault::proves_down(result)) return false;
  // A reason may accompany a good result, so match only failing ones unless a state is given.
  if (!reasons.empty() && states.empty() && result.state == State::ok) return false;
  return std::all_of(facts.begin(), facts.end(), [&](const FactTest& test) { return holds(test, result); });
}

std::vector<Match> matches(const Rule& rule, const std::vector<const Result*>& results, Message* why_not) {
  std::map<std::string, Match> by_object;
  for (const Result* result : results) {
    if (!rule.required.front().matches(*result)) continue;
    Match& match = by_object[object_of(rule, *result)];
    match.evidence.push_back(result);
    match.hard = match.hard || result->hard;
  }
  if (why_not != nullptr && by_object.empty())
    *why_not = msg("does not apply: no result matches condition 1");
  std::vector<Match> out;
  for (auto& entry : by_object) {
    const std::string& object = entry.first;
    Match& match = entry.second;  // not a structured binding: Clang 14 cannot capture it
    match.object = object;
    match.deciding = match.evidence.size();
    const auto found = [&](const Condition& condition) -> const Result* {
      for (const Result* result : results)
        if (condition.matches(*result) &&
            (!condition.same_object || object_of(rule, *result) == match.object))
          return result;
      return nullptr;
    };
    bool good = true;
    for (std::size_t i = 1; good && i < rule.required.size(); ++i) {
      const Result* result = found(rule.required[i]);
      good = result != nullptr;
      if (good && std::find(match.evidence.begin(), match.evidence.end(), result) == match.evidence.end())
        match.evidence.push_back(result);
      if (!good && why_not != nullptr)
        *why_not = msg("condition {n} matches no result", {{"n", std::to_string(i + 1)}});
    }
    for (const auto& condition : rule.excluding) {
      const Result* result = good ? found(condition) : nullptr;
      if (result == nullptr) continue;
      good = false;
      if (why_not == nullptr) continue;
      *why_not = msg("ruled out by '{check} {object}': {state}",
                     {{"check", result->check}, {"object", result->object}})
                     .with("state", round::word(result->state));
    }
    if (!good) continue;
    for (const auto& condition : rule.supporting) {
      const Result* result = found(condition);
      if (result == nullptr) continue;
      ++match.supported;
      if (std::find(match.evidence.begin(), match.evidence.end(), result) == match.evidence.end())
        match.evidence.push_back(result);
    }
    out.push_back(std::move(match));
  }
  if (why_not != nullptr && !out.empty()) *why_not = Message{};
  return out;
}

namespace {

Message at(const Rule& rule, yaml::Mark mark, Message message) {
  message.location = Location{rule.file, mark.line, mark.column};
  return message;
}

// A condition on a fact that no check provides can never match.
void lint_facts(const Rule& rule, std::vector<Message>& wrong) {
  const auto known = [](const std::vector<std::string>& checks, const std::string& fact, bool number) {
    const auto gives = [&](const std::string& check) {
      const auto* found = round::known_fact(check, fact);
      return found != nullptr && (found->number || !number);
    };
    return checks.empty() ? gives("") : std::any_of(checks.begin(), checks.end(), gives);
  };
  const auto complain = [&](const std::string& fact, yaml::Mark mark) {
    wrong.push_back(at(rule, mark,
                       msg("'{rule}' uses '{fact}', which none of its checks provides in this form",
                           {{"rule", rule.id}, {"fact", printable(fact)}})));
  };
  for (const auto* list : {&rule.required, &rule.supporting, &rule.excluding})
    for (const auto& condition : *list) {
      for (const auto& check : condition.checks)
        if (!round::is_known_check(check))
          wrong.push_back(at(rule, condition.mark,
                             msg("'{rule}' uses the unknown check '{check}'",
                                 {{"rule", rule.id}, {"check", printable(check)}})));
      for (const auto& test : condition.facts)
        if (!known(condition.checks, test.fact,
                   test.compare == FactTest::Compare::at_least || test.compare == FactTest::Compare::at_most))
          complain(test.fact, test.mark);
    }
  const auto places = [&](const std::string& text) {
    for (std::size_t from = text.find("{fact:"); from != std::string::npos;
         from = text.find("{fact:", from + 1)) {
      const std::string fact = text.substr(from + 6, text.find('}', from) - from - 6);
      if (!known(rule.required.front().checks, fact, false)) complain(fact, {});
    }
  };
  places(rule.next_command.en);
  for (const auto& suggestion : rule.suggestions)
    for (const auto& parameter : suggestion.parameters) places(parameter.second);
  for (const auto& one : rule.cases)
    for (const auto& result : one.results)
      for (const auto& fact : result.facts)
        if (!known({result.check}, fact.first, std::holds_alternative<std::int64_t>(fact.second)))
          complain(fact.first, one.mark);
}

}  // namespace

std::vector<Message> lint(const Rule& rule) {
  std::vector<Message> wrong;
  lint_facts(rule, wrong);
  bool positive = false;
  bool negative = false;
  for (const auto& one : rule.cases) {
    (one.object ? positive : negative) = true;
    std::vector<const Result*> results;
    for (const auto& result : one.results) results.push_back(&result);
    const auto found = matches(rule, results);
    const bool as_expected =
        one.object ? found.size() == 1 && found.front().object == *one.object : found.empty();
    if (!as_expected)
      wrong.push_back(at(rule, one.mark,
                         msg("the test '{case}' of '{rule}' does not give the expected result",
                             {{"case", printable(one.title)}, {"rule", rule.id}})));
  }
  if (!positive)
    wrong.push_back(
        at(rule, {}, msg("'{rule}' needs a test under 'cases' with 'fault: true'", {{"rule", rule.id}})));
  if (!negative)
    wrong.push_back(
        at(rule, {}, msg("'{rule}' needs a test under 'cases' with 'fault: false'", {{"rule", rule.id}})));
  return wrong;
}

}  // namespace jaga::fault
