// What is built in is read in the form that the build made of it: that says the same as its bytes.
#include <doctest/doctest.h>

#include <embedded/inventory_thresholds.hpp>
#include <embedded/plan_clean_disk.hpp>
#include <embedded/plan_restart_unit.hpp>
#include <embedded/plan_security_updates.hpp>
#include <embedded/round_hardening.hpp>
#include <embedded/round_releases.hpp>
#include <embedded/rules.hpp>
#include <embedded/sop_form.hpp>
#include <embedded/sop_small_team.hpp>
#include <string>
#include <vector>

#include "yaml/read.hpp"
#include "yaml/write.hpp"

using namespace jaga;
using yaml::Node;

namespace {

// The same but for quotes, which a schema of what people edit does not look at.
bool says_the_same(const Node& edited, const Node& form) {
  if (edited.is_scalar() && form.is_scalar()) {
    const bool quoted = edited.kind() == Node::Kind::plain && form.kind() == Node::Kind::text;
    return edited.value() == form.value() && (quoted || edited.kind() == form.kind());
  }
  if (edited.kind() != form.kind() || edited.items().size() != form.items().size() ||
      edited.entries().size() != form.entries().size())
    return false;
  for (std::size_t n = 0; n < edited.items().size(); ++n)
    if (!says_the_same(edited.items()[n], form.items()[n])) return false;
  for (std::size_t n = 0; n < edited.entries().size(); ++n)
    if (edited.entries()[n].key != form.entries()[n].key ||
        !says_the_same(edited.entries()[n].value, form.entries()[n].value))
      return false;
  return true;
}

}  // namespace

TEST_CASE("the canonical form of what is built in says what its bytes say") {
  std::vector<embedded::Named> all{
      embedded::sop_form,          embedded::sop_small_team,        embedded::plan_clean_disk,
      embedded::plan_restart_unit, embedded::plan_security_updates, embedded::inventory_thresholds,
      embedded::round_hardening,   embedded::round_releases};
  all.insert(all.end(), embedded::rules.begin(), embedded::rules.end());
  REQUIRE(all.size() > 50);
  for (const embedded::Named& one : all) {
    const std::string name(one.name);
    CAPTURE(name);
    const Node form = yaml::read_canonical(one.canonical, name);
    CHECK_FALSE(form.entries().empty());
    CHECK(says_the_same(yaml::read_hand_edited(one.bytes, name), form));
  }
}
