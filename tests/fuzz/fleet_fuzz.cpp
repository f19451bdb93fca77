// What crosses the network between an office and its sites, and what jaga-fleet prints. The first byte picks
// the parser; what is accepted is written again and read as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "fleet/batch.hpp"
#include "fleet/exchange.hpp"
#include "fleet/order.hpp"
#include "fleet/packed.hpp"
#include "fleet/signed_text.hpp"
#include "fleet/worker.hpp"
#include "yaml/read.hpp"

namespace fleet = jaga::fleet;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void unpacked(std::string_view bytes) {
  constexpr std::size_t kMost = std::size_t{64} << 10U;
  if (const auto text = fleet::unpack(bytes, kMost)) require(text->size() <= kMost);
  require(fleet::unpack(fleet::pack(bytes), bytes.size()) == bytes);
}

void message(std::string_view bytes) {
  const fleet::SignedText text = fleet::read_signed(bytes, "message");
  require(text.text.size() <= fleet::kMostText && text.head_bytes.size() <= fleet::kMostHead);
  const fleet::OrderHead head = fleet::read_order_head(text.head, "message");
  require(fleet::read_order_head(fleet::to_node(head), "message") == head);
  (void)fleet::read_asked(text.text, "message");
}

void batch(std::string_view bytes) {
  const fleet::ReceivedBatch received = fleet::read_batch(bytes, "batch");
  require(received.batch.number > 0 && received.batch.part <= received.batch.parts);
}

void order(std::string_view bytes) {
  const fleet::OrderHead head = fleet::read_order_head(jaga::yaml::parse_canonical(bytes, "head"), "head");
  require(fleet::read_order_head(fleet::to_node(head), "head") == head);
}

void asked(std::string_view bytes) {
  const jaga::probe::Request request = fleet::read_asked(bytes, "order");
  const std::string again = fleet::write_asked(request);
  require(fleet::write_asked(fleet::read_asked(again, "order")) == again);
}

void event(std::string_view bytes) {
  const auto event = fleet::parse_event(bytes);
  if (!event) return;
  std::string line = fleet::line_of(*event);
  require(line.ends_with('\n'));
  line.pop_back();
  const auto again = fleet::parse_event(line);
  require(again && again->kind == event->kind && again->site == event->site);
}

void exchange(std::string_view bytes) {
  const std::string again = fleet::write_exchange(fleet::read_exchange(bytes, "exchange.yaml"));
  require(fleet::write_exchange(fleet::read_exchange(again, "exchange.yaml")) == again);
}

void config(std::string_view bytes) {
  const std::string again = fleet::worker_config_yaml(fleet::parse_worker_config(bytes, "worker.yaml"));
  require(fleet::worker_config_yaml(fleet::parse_worker_config(again, "worker.yaml")) == again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0]) {
      case 'm':
        message(bytes);
        break;
      case 'b':
        batch(bytes);
        break;
      case 'o':
        order(bytes);
        break;
      case 'a':
        asked(bytes);
        break;
      case 'e':
        event(bytes);
        break;
      case 'x':
        exchange(bytes);
        break;
      case 'w':
        config(bytes);
        break;
      default:
        unpacked(bytes);
    }
  } catch (const jaga::Error& error) {
    require(error.code() == jaga::ExitCode::data || error.code() == jaga::ExitCode::config);
  }
  return 0;
}
