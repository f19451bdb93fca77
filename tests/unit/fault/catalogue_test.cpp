#include "fault/catalogue.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "plan/plan.hpp"

using namespace jaga;
using namespace jaga::fault;

TEST_CASE("every built-in rule passes its own cases and suggests existing plans") {
  const Catalogue all = catalogue({});
  CHECK(all.rules.size() == builtin_rule_names().size());
  for (const auto& [id, rule] : all.rules) {
    for (const auto& wrong : lint(rule)) FAIL_CHECK(wrong.render(Language::english));
    for (const auto& suggestion : rule.suggestions) {
      const plan::Template plan = plan::find(suggestion.plan, {});
      for (const auto& [name, value] : suggestion.parameters) {
        bool known = false;
        for (const auto& parameter : plan.parameters) known = known || parameter.name == name;
        const std::string which =
            id + " " + name;  // a copy, because a structured binding cannot be captured by the macro
        CHECK_MESSAGE(known, which);
      }
    }
  }
}

TEST_CASE("lint reports a rule that fails its own cases") {
  const std::string head =
      "format: jaga/rule@1\ntitle: {id: a, en: b}\nclass: service\nseverity: warning\nremedy: {id: a, en: "
      "b}\n"
      "required: [{checks: [tcp], facts: [{fact: connect_us, at_least: 100}]}]\ncases:\n";
  const std::string yes =
      "  - {title: slow, fault: true, object: \"80\", results: [{check: tcp, object: \"80\", state: warning, "
      "facts: {connect_us: 100}}]}\n";
  const std::string no =
      "  - {title: fast, fault: false, results: [{check: tcp, object: \"80\", state: ok, facts: {connect_us: "
      "99}}]}\n";
  const std::string wrong =
      "  - {title: bad, fault: true, object: \"80\", results: [{check: tcp, object: \"81\", state: ok, "
      "facts: {connect_us: 500}}]}\n";
  CHECK(lint(parse_rule(head + yes + no, "r", "slow")).empty());
  CHECK(lint(parse_rule(head + yes, "r", "slow")).size() == 1);
  CHECK(lint(parse_rule(head + no, "r", "slow")).size() == 1);
  CHECK(lint(parse_rule(head + yes + no + wrong, "r", "slow")).size() == 1);
  const std::string other =
      "  - {title: odd, fault: false, results: [{check: disk, state: ok, facts: {rtt_us: 1}}]}\n";
  CHECK(lint(parse_rule(head + yes + no + other, "r", "slow")).size() == 1);
  std::string asked = head + yes + no;
  asked.replace(asked.find("connect_us"), 10, "connect_ms");
  CHECK(lint(parse_rule(asked, "r", "slow")).size() == 2);
  CHECK_THROWS_AS(parse_rule(head + "colour: red\n", "r", "slow"), Error);
  CHECK_THROWS_AS(parse_rule(head + yes, "r", "Not A Name"), Error);
  const std::vector<OfficeRule> office = {{"host-down", head + yes + no}};
  CHECK(catalogue(office).find("host-down")->severity == Severity::warning);
}
