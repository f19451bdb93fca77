#include "fleet/received.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "../expect.hpp"
#include "fleet/exchange.hpp"
#include "fleet/worker.hpp"
#include "keys.hpp"

using namespace jaga;
using expect::code_of;

namespace {

class Scratch {
 public:
  Scratch() {
    std::string path = (std::filesystem::temp_directory_path() / "jaga-fleet-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove_all(path_); }
  store::Folder folder() const { return store::Folder(path_); }

 private:
  std::string path_;
};

const auto kThere = [](const std::string&) { return true; };
const auto kNotThere = [](const std::string&) { return false; };
const Instant kNow = *parse_instant("2026-12-01T08:00:00.000Z");

}  // namespace

TEST_CASE("what a written round has is known, also after a crash between the two") {
  const Scratch scratch;
  const store::Folder folder = scratch.folder();
  {
    fleet::Received received(folder, kThere);
    CHECK_FALSE(received.has("worker-a", 1));
    received.announce("rounds/x", {{"worker-a", {2, 3}}, {"worker-b", {7}}}, {});
    CHECK_FALSE(received.has("worker-a", 3));
    received.confirm();
    CHECK(received.has("worker-a", 3));
    CHECK(received.has("worker-a", 1));
    received.announce("rounds/y", {{"worker-a", {4}}}, {});
  }
  {
    const fleet::Received before(folder, kNotThere);  // the round was not written
    CHECK(before.has("worker-a", 3));
    CHECK_FALSE(before.has("worker-a", 4));
  }
  const fleet::Received after(folder, kThere);
  CHECK(after.has("worker-a", 4));
  CHECK(after.has("worker-b", 7));
  CHECK_FALSE(after.has("worker-b", 8));
  CHECK(fleet::Received(folder, kNotThere).has("worker-a", 4));
}

TEST_CASE("a batch with a lower number than one of a round is not lost") {
  const Scratch scratch;
  const store::Folder folder = scratch.folder();
  {
    fleet::Received received(folder, kThere);
    received.announce("rounds/late", {{"worker-a", {5, 9}}}, {{"worker-a", {7, 8, 10}}, {"worker-b", {2}}});
    received.confirm();
  }
  {
    // It ended here; what waited lies in the spool and comes again.
    fleet::Received received(folder, kThere);
    CHECK(received.has("worker-a", 9));
    CHECK(received.has("worker-a", 6));  // never came: its worker does not send it any more
    CHECK_FALSE(received.has("worker-a", 7));
    CHECK_FALSE(received.has("worker-a", 8));
    CHECK_FALSE(received.has("worker-a", 10));
    CHECK_FALSE(received.has("worker-b", 2));
    received.announce("rounds/later", {{"worker-a", {7}}}, {{"worker-a", {8, 10}}});
  }
  fleet::Received received(folder, kThere);
  CHECK(received.has("worker-a", 7));
  CHECK(received.has("worker-a", 9));
  CHECK_FALSE(received.has("worker-a", 8));
  received.announce("", {{"worker-a", {8, 10}}}, {});  // without a round: it had them
  received.confirm();
  CHECK(received.has("worker-a", 8));
  CHECK(received.has("worker-a", 10));
}

TEST_CASE("what was refused is counted by site and reason") {
  const Scratch scratch;
  const store::Folder folder = scratch.folder();
  fleet::Received received(folder, kThere);
  received.refuse("kecamatan-a", "worker", kNow);
  received.refuse("kecamatan-a", "worker", kNow + std::chrono::seconds{1});
  received.refuse("kecamatan-b", "damaged", kNow);
  received.save();
  const fleet::Received read(folder, kThere);
  CHECK(read.refused() == received.refused());
  CHECK(read.refused().at({"kecamatan-a", "worker"}).count == 2);
}

TEST_CASE("a damaged list of received batches stops the exchange") {
  const Scratch scratch;
  const store::Folder folder = scratch.folder();
  folder.replace("received.yaml", "format: \"jaga/received@1\"\nworkers: []\n");
  CHECK(code_of([&] { const fleet::Received received(folder, kThere); }) == ExitCode::data);
}

TEST_CASE("a worker uses no number twice") {
  const Scratch scratch;
  const store::Folder folder = scratch.folder();
  {
    fleet::Numbers numbers(folder);
    CHECK(numbers.take(2) == 1);
    CHECK(numbers.take(1) == 3);
  }
  fleet::Numbers again(folder);
  CHECK(again.take(1) == 4);
  folder.replace("number", "next: 0\n...\n");
  CHECK(code_of([&] { const fleet::Numbers numbers(folder); }) == ExitCode::data);
}

TEST_CASE("what jaga and jaga-fleet say to each other comes back") {
  fleet::Exchange exchange;
  exchange.hub.servers = {"tls://nats.example.go.id:4222"};
  exchange.hub.seed = "/state/nats.seed";
  exchange.hub.name = "office";
  exchange.spool = "/state/spool";
  exchange.sites = {{"kecamatan-a", {"/state/orders/1"}, {"/state/orders/2.1"}}, {"kecamatan-b", {}}};
  const fleet::Exchange read = fleet::read_exchange(fleet::write_exchange(exchange), "exchange.yaml");
  CHECK(read.hub.servers == exchange.hub.servers);
  CHECK(read.hub.seed == exchange.hub.seed);
  REQUIRE(read.sites.size() == 2);
  CHECK(read.sites[0].orders == exchange.sites[0].orders);
  CHECK(read.sites[0].standing == exchange.sites[0].standing);
  CHECK(fleet::spool_file("kecamatan-a", 17, "one") != fleet::spool_file("kecamatan-a", 17, "other"));

  const std::string line = fleet::line_of({fleet::Event::Kind::silent, "kecamatan-a", "no\nresponders"});
  CHECK(line.find('\n') == line.size() - 1);
  const auto event = fleet::parse_event(std::string_view(line).substr(0, line.size() - 1));
  REQUIRE(event);
  CHECK(event->kind == fleet::Event::Kind::silent);
  CHECK(event->site == "kecamatan-a");
  CHECK_FALSE(fleet::parse_event("silent"));
  CHECK_FALSE(fleet::parse_event("silent ../x y"));
  CHECK_FALSE(fleet::parse_event("other kecamatan-a y"));
}

TEST_CASE("the configuration of a worker is checked in every value") {
  fleet::WorkerConfig config;
  config.name = "worker-a";
  config.site = "kecamatan-a";
  config.office = "office";
  config.office_keys = {test::key(1)->public_key()};
  config.servers = {"nats://127.0.0.1:4222"};
  const std::string text = fleet::worker_config_yaml(config);
  CHECK(fleet::parse_worker_config(text, "worker.yaml").office_keys == config.office_keys);
  const auto refused = [&](std::string_view old, std::string_view other) {
    std::string changed = text;
    const std::size_t at = changed.find(old);
    REQUIRE(at != std::string::npos);
    changed.replace(at, old.size(), other);
    return code_of([&] { fleet::parse_worker_config(changed, "worker.yaml"); }) == ExitCode::config;
  };
  CHECK(refused("jaga/worker@1", "jaga/worker@2"));
  CHECK(refused("\"worker-a\"", "\"Worker A\""));
  CHECK(refused("\"kecamatan-a\"", "\"a/b\""));
  CHECK(refused("ssh-ed25519", "ssh-none"));
  CHECK(refused("[\"nats://127.0.0.1:4222\"]", "[]"));
  CHECK(refused("ssh_keys", "ssh_key"));
}
