#include "fleet/batch.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "../expect.hpp"
#include "keys.hpp"
#include "round/round.hpp"

using namespace jaga;
using namespace std::chrono_literals;
using expect::code_of;

namespace {

const Instant kMorning = *parse_instant("2026-12-01T08:00:00.000Z");

fleet::SignedText order(fleet::OrderHead::Kind kind = fleet::OrderHead::Kind::once) {
  fleet::OrderHead head;
  head.office = "office";
  head.installation = "here";
  head.site = "kecamatan-a";
  head.id = "0123456789abcdefghjkmnpqrs";
  head.kind = kind;
  head.at = kMorning;
  head.until = kMorning + 1min;
  if (kind == fleet::OrderHead::Kind::standing) head.every = 5min;
  probe::Request request;
  inventory::Host host;
  host.name = "web01";
  host.address = "10.0.0.1";
  request.hosts = {host};
  return fleet::read_signed(
      fleet::write_signed(fleet::to_node(head), fleet::write_asked(request), *test::key(1)), "order");
}

round::Round measured(int hosts, int results) {
  round::Round round;
  round.installation = "worker-a";
  round.at = kMorning;
  for (int host = 0; host < hosts; ++host)
    for (int result = 0; result < results; ++result) {
      round::Result one;
      one.host = "host" + std::to_string(1000 + host);
      one.check = "disk";
      one.object = "/" + std::to_string(100 + result);
      one.state = round::State::ok;
      one.summary = Sentence("12 % used");
      one.facts["used_percent"] = std::int64_t{12};
      round.results.push_back(one);
    }
  round::follow(round, nullptr);
  return round;
}

}  // namespace

TEST_CASE("a batch comes back with the order that it answers") {
  const fleet::SignedText asked = order();
  const auto worker = test::key(2);
  const auto batches = fleet::divide(measured(3, 2), asked, "worker-a", 7);
  REQUIRE(batches.size() == 1);
  const fleet::ReceivedBatch read = fleet::read_batch(fleet::write_batch(batches.front(), *worker), "batch");
  CHECK(read.worker == worker->public_key());
  CHECK(read.office == test::key(1)->public_key());
  CHECK(read.batch.worker == "worker-a");
  CHECK(read.batch.number == 7);
  CHECK(read.batch.order == fleet::read_order_head(asked.head, "order"));
  CHECK_FALSE(read.batch.slot);
  CHECK(read.batch.round == batches.front().round);
  CHECK(read.batch.round.results.size() == 6);
}

TEST_CASE("results are divided between hosts, and the batches are numbered") {
  const auto batches = fleet::divide(measured(100, 12), order(), "worker-a", 7);
  REQUIRE(batches.size() == 3);
  std::set<std::string> hosts;
  std::size_t results = 0;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    CHECK(batches[i].number == static_cast<std::int64_t>(7 + i));
    CHECK(batches[i].part == static_cast<int>(i) + 1);
    CHECK(batches[i].parts == 3);
    CHECK(batches[i].round.results.size() <= fleet::kMostBatchResults);
    results += batches[i].round.results.size();
    std::set<std::string> own;
    for (const round::Result& result : batches[i].round.results) own.insert(result.host);
    for (const std::string& host : own) CHECK(hosts.insert(host).second);
  }
  CHECK(results == 1'200);
  CHECK(hosts.size() == 100);
  // One host with more than that is not divided.
  CHECK(fleet::divide(measured(1, 900), order(), "worker-a", 1).size() == 1);
  // An order whose hosts have no check is answered, too.
  CHECK(fleet::divide(measured(0, 0), order(), "worker-a", 1).size() == 1);
}

TEST_CASE("a result takes less than a hundred bytes on the network") {
  const auto batches = fleet::divide(measured(250, 2), order(), "worker-a", 1);
  REQUIRE(batches.size() == 1);
  CHECK(fleet::write_batch(batches.front(), *test::key(2)).size() < 500 * 100);
}

TEST_CASE("results of a standing order say when they were due, others do not") {
  const auto worker = test::key(2);
  const auto read = [&](const fleet::SignedText& asked, std::optional<Instant> slot) {
    const auto batches = fleet::divide(measured(1, 1), asked, "worker-a", 1, slot);
    return fleet::read_batch(fleet::write_batch(batches.front(), *worker), "batch").batch.slot;
  };
  const fleet::SignedText standing = order(fleet::OrderHead::Kind::standing);
  CHECK(read(standing, kMorning) == kMorning);
  CHECK(code_of([&] { read(standing, std::nullopt); }) == ExitCode::data);
  CHECK(code_of([&] { read(order(), kMorning); }) == ExitCode::data);
}

TEST_CASE("a batch whose round is not that worker's is refused") {
  const auto worker = test::key(2);
  const auto refused = [&](auto change) {
    fleet::Batch batch = fleet::divide(measured(1, 1), order(), "worker-a", 1).front();
    change(batch);
    return code_of([&] { fleet::read_batch(fleet::write_batch(batch, *worker), "batch"); }) == ExitCode::data;
  };
  CHECK_FALSE(refused([](fleet::Batch&) {}));
  CHECK(refused([](fleet::Batch& batch) { batch.round.installation = "worker-b"; }));
  CHECK(refused([](fleet::Batch& batch) { batch.round.partial = false; }));
  CHECK(refused([](fleet::Batch& batch) { batch.number = 0; }));
  CHECK(refused([](fleet::Batch& batch) { batch.part = 2; }));
  CHECK(refused([](fleet::Batch& batch) { batch.order_signature = "none"; }));
  CHECK(refused([](fleet::Batch& batch) {
    // The order of another office, which this signature is not of.
    const std::size_t at = batch.order_head.find("kecamatan-a");
    batch.order_head.replace(at, 11, "kecamatan-b");
  }));
}
