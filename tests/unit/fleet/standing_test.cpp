#include "fleet/standing.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "../expect.hpp"
#include "fleet/subjects.hpp"
#include "inventory/inventory.hpp"
#include "keys.hpp"

using namespace jaga;
using namespace std::chrono_literals;
using expect::code_of;

namespace {

const Instant kNoon = *parse_instant("2026-12-01T12:00:00.000Z");

fleet::OrderHead standing() {
  fleet::OrderHead head;
  head.office = "office";
  head.installation = "here";
  head.site = "kecamatan-a";
  head.id = "01jd2f6k8m0000000000000000";
  head.kind = fleet::OrderHead::Kind::standing;
  head.at = kNoon;
  head.until = kNoon + 24h;
  head.every = 5min;
  return head;
}

}  // namespace

TEST_CASE(
    "slots are the same for all, and are due when the office was not heard for one and a half of them") {
  CHECK(fleet::slot_at(kNoon + 4min + 59s, 5min) == kNoon);
  CHECK(fleet::slot_at(kNoon + 5min, 5min) == kNoon + 5min);
  CHECK_FALSE(fleet::is_due(kNoon + 5min, 5min, kNoon - 2s));  // a little late
  CHECK_FALSE(fleet::is_due(kNoon + 5min, 5min, kNoon + 1s));
  CHECK(fleet::is_due(kNoon + 10min, 5min, kNoon + 1s));
  CHECK_FALSE(fleet::is_due(kNoon + 10min, 5min, kNoon + 3min));
  CHECK(fleet::is_due(kNoon + 15min, 5min, kNoon + 3min));
}

TEST_CASE("a slot belongs to a standing order only while that is valid, and not before it begins") {
  const fleet::OrderHead order = standing();
  CHECK(fleet::is_slot_of(order, kNoon, kNoon, 0s));
  CHECK(fleet::is_slot_of(order, kNoon + 24h - 5min, kNoon + 48h, 0s));
  CHECK_FALSE(fleet::is_slot_of(order, kNoon + 1min, kNoon + 1h, 0s));      // between two
  CHECK_FALSE(fleet::is_slot_of(order, kNoon - 5min, kNoon + 1h, 0s));      // before the order
  CHECK_FALSE(fleet::is_slot_of(order, kNoon + 24h, kNoon + 48h, 0s));      // it has ended
  CHECK_FALSE(fleet::is_slot_of(order, kNoon + 5min, kNoon + 3min, 1min));  // in the future
  CHECK(fleet::is_slot_of(order, kNoon + 5min, kNoon + 4min, 1min));
  fleet::OrderHead once = order;
  once.kind = fleet::OrderHead::Kind::once;
  CHECK_FALSE(fleet::is_slot_of(once, kNoon, kNoon, 0s));
}

TEST_CASE("the subject of a slot says it, and that of an order does not") {
  const std::string subject = fleet::slot_subject("kecamatan.a", "abc", 2, kNoon);
  CHECK(subject == "jaga.order.kecamatan=a.abc.2.1796126400000");
  CHECK(fleet::slot_of_subject(subject) == kNoon);
  CHECK_FALSE(fleet::slot_of_subject(fleet::order_subject("kecamatan-a", "abc")));
  CHECK_FALSE(fleet::slot_of_subject("jaga.order.kecamatan-a.abc.2.x"));
  CHECK_FALSE(fleet::slot_of_subject("jaga.order.kecamatan-a.abc.2.-5"));
}

TEST_CASE("a worker measures a slot only of what its office signed, and only while it lasts") {
  fleet::WorkerConfig config;
  config.name = "worker-a";
  config.site = "kecamatan-a";
  config.office = "office";
  config.office_keys = {test::key(1)->public_key()};
  probe::Request request;
  request.inventory = sha256("inventory");
  request.hosts = {inventory::load({"hosts.yaml",
                                    "hosts:\n  - {name: \"web01\", address: \"10.0.0.1\", place: {site: "
                                    "\"kecamatan-a\"}, checks: [icmp]}\n"},
                                   {})
                       .at("web01")};
  const std::string text = fleet::write_asked(request);
  const std::string good = fleet::write_signed(fleet::to_node(standing()), text, *test::key(1));
  const Instant slot = kNoon + 5min;
  CHECK(fleet::accept_order(good, config, slot + 1s, slot).head.id == standing().id);
  const auto refused = [&](const std::string& order, Instant now, Instant when) {
    return code_of([&] { fleet::accept_order(order, config, now, when); }) == ExitCode::not_permitted;
  };
  CHECK(refused(good, slot + 5min, slot));         // over
  CHECK(refused(good, slot - 2min, slot));         // not begun
  CHECK(refused(good, slot + 1min, slot + 1min));  // no slot
  CHECK(refused(good, kNoon + 24h, kNoon + 24h));  // the order has ended
  CHECK(refused(fleet::write_signed(fleet::to_node(standing()), text, *test::key(2)), slot + 1s, slot));
  fleet::OrderHead once = standing();
  once.kind = fleet::OrderHead::Kind::once;
  const std::string now = fleet::write_signed(fleet::to_node(once), text, *test::key(1));
  CHECK(refused(now, slot + 1s, slot));

  CHECK(fleet::hears_office(now, config, kNoon));
  CHECK_FALSE(fleet::hears_office(now, config, kNoon + 24h));  // an old one, sent again
  CHECK_FALSE(fleet::hears_office(good, config, kNoon));
  CHECK_FALSE(fleet::hears_office("x", config, kNoon));
}

TEST_CASE("when the office was heard last is known after a restart") {
  std::string path = (std::filesystem::temp_directory_path() / "jaga-heard-XXXXXX").string();
  REQUIRE(mkdtemp(path.data()) != nullptr);
  const store::Folder folder(path);
  {
    fleet::Heard heard(folder, kNoon);
    CHECK(heard.last() == kNoon);
    heard.set(kNoon + 1min);
  }
  CHECK(fleet::Heard(folder, kNoon + 1h).last() == kNoon + 1min);
  CHECK(fleet::Heard(folder, kNoon).last() == kNoon);  // the clock was set back
  folder.replace("heard", "x");
  CHECK(fleet::Heard(folder, kNoon + 1h).last() == kNoon + 1h);
  std::filesystem::remove_all(path);
}

TEST_CASE("a standing order is not followed once a newer one has begun, also after a restart") {
  std::string path = (std::filesystem::temp_directory_path() / "jaga-heard-XXXXXX").string();
  REQUIRE(mkdtemp(path.data()) != nullptr);
  const store::Folder folder(path);
  const fleet::OrderHead old = standing();
  fleet::OrderHead newer = standing();
  newer.at = kNoon + 7min;
  {
    fleet::Heard heard(folder, kNoon);
    heard.saw(old, kNoon);
    CHECK_FALSE(heard.is_replaced(old, kNoon));
    heard.saw(newer, kNoon + 6min);  // by the office's clock it is not there yet
    CHECK_FALSE(heard.is_replaced(old, kNoon + 10min));
    heard.saw(newer, kNoon + 8min);
    heard.saw(old, kNoon + 9min);
    heard.set(kNoon + 9min);
  }
  const fleet::Heard heard(folder, kNoon + 9min);
  CHECK(heard.last() == kNoon + 9min);
  CHECK(heard.is_replaced(old, kNoon + 10min));
  CHECK_FALSE(heard.is_replaced(old, kNoon + 5min));  // that was its time
  CHECK_FALSE(heard.is_replaced(newer, kNoon + 10min));
  std::filesystem::remove_all(path);
}
