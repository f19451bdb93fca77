#include "record/kind.hpp"

#include <doctest/doctest.h>

namespace jaga::record {

TEST_CASE("every kind has a name of its own, and no other text is one") {
  for (std::size_t n = 0; n < kKinds.size(); ++n) {
    CAPTURE(kKinds[n]);
    CHECK(parse_kind(kKinds[n]) == static_cast<Kind>(n));
    CHECK(name(static_cast<Kind>(n)) == kKinds[n]);
  }
  CHECK_FALSE(parse_kind("telepathy"));
  CHECK_FALSE(parse_kind(""));
}

TEST_CASE("a run's key signs what follows its start, and no decision") {
  for (const std::string_view kind : kKinds) {
    CAPTURE(kind);
    CHECK(is_of_run(kind) == (kind == "command-start" || kind == "command-end" || kind == "repair-end"));
    CHECK_FALSE((is_of_run(kind) && is_decision(kind)));
  }
  for (const std::string_view kind : {"approve", "verify", "accept", "reject", "withdraw"})
    CHECK(is_decision(kind));
  CHECK_FALSE(is_decision("analyze"));
}

}  // namespace jaga::record
