#include "fleet/worker.hpp"

#include <doctest/doctest.h>

#include "../expect.hpp"

namespace jaga::fleet {

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

}  // namespace jaga::fleet
