#include "fleet/examination.hpp"

#include <doctest/doctest.h>

#include "../expect.hpp"

using namespace jaga;
using expect::code_of;
using fleet::Sight;

TEST_CASE("what to examine, written and read") {
  fleet::Examination asked;
  asked.hub.servers = {"tls://nats.example.go.id:4222"};
  asked.hub.ca = "/srv/jaga/ca.pem";
  asked.hub.seed = "/state/nats.seed";
  asked.hub.name = "office";
  asked.folder = "/state/newest";
  asked.sites = {{"kecamatan-a", {"worker-1", "worker-2"}}, {"kecamatan-b", {}}};
  const std::string bytes = fleet::write_examination(asked);
  const fleet::Examination read = fleet::read_examination(bytes, "examine.yaml");
  CHECK(fleet::write_examination(read) == bytes);
  CHECK(read.sites.at(0).workers.at(1) == "worker-2");
  asked.sites = {{"kecamatan-a", {"../worker"}}};
  CHECK(code_of([&] { fleet::read_examination(fleet::write_examination(asked), "examine.yaml"); }) ==
        ExitCode::data);
}

TEST_CASE("a line of each kind, written and parsed") {
  const std::vector<Sight> all = {
      {Sight::Kind::hub, "-", "tls", 421, "tls://nats.example.go.id:4222"},
      {Sight::Kind::version, "-", "-", 0, "2.9.10"},
      {Sight::Kind::silent, "kecamatan-a", "-", 0, "No responders"},
      {Sight::Kind::stream, "kecamatan-a", "ORDERS", 12, ""},
      {Sight::Kind::different, "kecamatan-a", "RESULTS", 3, "max_age, discard"},
      {Sight::Kind::missing, "kecamatan-a", "STANDING", 0, ""},
      {Sight::Kind::waiting, "kecamatan-a", "RESULTS", 9'000'000'000, ""},
      {Sight::Kind::taken, "kecamatan-a", "ORDERS", 1, ""},
      {Sight::Kind::unread, "kecamatan-a", "worker-1", 0, "Timeout: \"nats: permissions\\\""},
      {Sight::Kind::batch, "kecamatan-a", "worker-1", 0, ""},
      {Sight::Kind::none, "kecamatan-a", "worker-1", 0, ""},
  };
  for (const Sight& sight : all) {
    const std::string line = fleet::line_of(sight);
    CHECK(line.ends_with('\n'));
    const auto parsed = fleet::parse_sight(std::string_view(line).substr(0, line.size() - 1));
    REQUIRE(parsed);
    CHECK(*parsed == sight);
  }
}

TEST_CASE("a line that jaga-fleet does not print is not taken") {
  for (const char* line :
       {"", "hub", "hub - tls 1", "hub site tls 1 x", "hub - maybe 1 x", "hub - tls -1 x", "hub - tls 1x x",
        "hub - tls 99999999999999999999 x", "hub - tls 1 \x1b[31m", "hub - tls 1 \xff", "hubs - tls 1 x",
        "stream - ORDERS 1 ", "stream ../x ORDERS 1 ", "stream kecamatan-a orders 1 ",
        "stream kecamatan-a OTHER 1 ", "batch kecamatan-a ../worker 0 ", "batch kecamatan-a ORDERS 0 ",
        "silent kecamatan-a x 0 why"})
    CHECK_FALSE(fleet::parse_sight(line));
  CHECK_FALSE(fleet::parse_sight("hub - tls 1 " + std::string(2'000, 'x')));
  CHECK(fleet::line_of({Sight::Kind::silent, "a", "-", 0, std::string(5'000, 'x')}).size() < 1'100);
}
