#include "broker/nkey.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace jaga;

namespace {

// Of NATS' own documentation (nkey authentication).
constexpr std::string_view kSeed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
constexpr std::string_view kPublic = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

}  // namespace

TEST_CASE("a seed and its public key are written as NATS writes them") {
  const auto seed = broker::parse_nkey_seed(kSeed);
  REQUIRE(seed);
  CHECK(broker::nkey_seed(*seed) == kSeed);
  CHECK(broker::nkey_public_of(kSeed) == kPublic);
  const auto point = broker::parse_nkey_public(kPublic);
  REQUIRE(point);
  CHECK(broker::nkey_public(*point) == kPublic);
}

TEST_CASE("a seed with a wrong letter, prefix or length is refused") {
  for (std::size_t at = 0; at < kSeed.size(); ++at) {
    std::string wrong(kSeed);
    wrong[at] = wrong[at] == 'A' ? 'B' : 'A';
    CHECK_FALSE(broker::parse_nkey_seed(wrong));
  }
  for (std::size_t size = 0; size < kSeed.size(); ++size)
    CHECK_FALSE(broker::parse_nkey_seed(kSeed.substr(0, size)));
  CHECK_FALSE(broker::parse_nkey_seed(std::string(kSeed) + "A"));
  CHECK_FALSE(broker::parse_nkey_seed(kPublic));
  CHECK_FALSE(broker::parse_nkey_public(kSeed));
  CHECK_FALSE(broker::parse_nkey_seed("suacssl3uahudxkfsnvuzrf5uhpmwz6bfdtj7m6usdxiednppqyyycu3vy"));
}
