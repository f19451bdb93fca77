#include "fleet/worker.hpp"

#include <doctest/doctest.h>

namespace jaga::fleet {
namespace {

probe::Request request_of(const std::vector<std::string>& names) {
  probe::Request request;
  request.count = 3;
  for (const std::string& name : names) {
    inventory::Host host;
    host.name = name;
    request.hosts.push_back(host);
    request.ways[name].user = name;
    request.pins[name].machine_id = name;
    request.looks[name].sections = {name};
  }
  return request;
}

TEST_CASE("orders are measured together where they ask for the same of other hosts") {
  const probe::Request all = request_of({"a", "b"});
  CHECK(goes_with(all, request_of({"c"})));
  CHECK_FALSE(goes_with(all, request_of({"c", "b"})));
  for (const auto& change : std::initializer_list<void (*)(probe::Request&)>{
           [](probe::Request& more) { more.count = 4; },
           [](probe::Request& more) { more.timeout = std::chrono::milliseconds{1}; },
           [](probe::Request& more) { more.rate = 1; }, [](probe::Request& more) { more.kinds = {"icmp"}; },
           [](probe::Request& more) { more.inventory = sha256("another"); }}) {
    probe::Request more = request_of({"c"});
    change(more);
    CHECK_FALSE(goes_with(all, more));
  }
}

TEST_CASE("each order gets what was measured of its own hosts") {
  probe::Request all = request_of({"a", "d"});
  add_to(all, request_of({"b", "c"}));
  CHECK(all.hosts.size() == 4);
  CHECK(all.ways.at("c").user == "c");
  CHECK(all.pins.at("b").machine_id == "b");
  CHECK(all.looks.at("d").sections == std::vector<std::string>{"d"});

  round::Round measured;
  measured.installation = "worker-1";
  measured.at = Instant{std::chrono::hours{1}};
  measured.inventory = sha256("inventory");
  measured.self.note = "note";
  measured.partial = true;
  measured.skipped = {{"b", "why"}, {"d", "why"}};
  for (const char* host : {"a", "a", "c", "d"}) {
    measured.results.emplace_back().host = host;
    measured.results.back().object = std::to_string(measured.results.size());
  }
  const round::Round part = part_of(measured, {"a", "d"});
  REQUIRE(part.results.size() == 3);
  CHECK(part.results.at(1).object == "2");
  CHECK(part.results.at(2).host == "d");
  CHECK(part.skipped == std::vector<round::Skipped>{{"d", "why"}});
  CHECK(part.installation == "worker-1");
  CHECK(part.at == measured.at);
  CHECK(part.inventory == measured.inventory);
  CHECK(part.self.note == "note");
  CHECK(part.partial);
  CHECK(part_of(measured, {"b"}).results.empty());
}

TEST_CASE("what the site's NATS server permits a worker is of its own name and site alone") {
  WorkerConfig config;
  config.name = "worker.1";
  config.site = "kecamatan.a";
  CHECK(nats_user(config, "UKEY") == R"({
  nkey: "UKEY"
  permissions: {
    publish: [
      "$JS.API.STREAM.CREATE.ORDERS"
      "$JS.API.STREAM.CREATE.RESULTS"
      "$JS.API.STREAM.CREATE.STANDING"
      "$JS.API.CONSUMER.DURABLE.CREATE.ORDERS.worker_kecamatan=a"
      "$JS.API.CONSUMER.INFO.ORDERS.worker_kecamatan=a"
      "$JS.API.CONSUMER.MSG.NEXT.ORDERS.worker_kecamatan=a"
      "$JS.ACK.ORDERS.worker_kecamatan=a.>"
      "$JS.API.DIRECT.GET.STANDING.jaga.standing.kecamatan=a.*"
      "jaga.order.kecamatan=a.*.*.*"
      "jaga.result.kecamatan=a.worker=1"
    ]
    subscribe: [
      "jaga.order.kecamatan=a.*"
      "_INBOX_worker.worker=1.>"
    ]
  }
}
)");
}

}  // namespace
}  // namespace jaga::fleet
