#include "fleet/batch.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"

namespace jaga::fleet {
namespace {

using yaml::Node;

constexpr int kMostParts = 10'000;

}  // namespace

std::vector<Batch> divide(round::Round measured, const SignedText& order, const std::string& worker,
                          std::int64_t number, std::optional<Instant> slot) {
  const std::vector<round::Result> results = std::move(measured.results);
  measured.results = {};
  measured.partial = true;
  Batch empty;
  empty.worker = worker;
  empty.slot = slot;
  empty.order_head = order.head_bytes;
  empty.order_signature = order.signature;
  empty.order = read_order_head(order.head, "order");
  empty.round = std::move(measured);
  std::vector<Batch> out{empty};
  for (std::size_t at = 0; at < results.size();) {
    std::size_t end = at;
    while (end < results.size() && results[end].host == results[at].host) ++end;
    std::vector<round::Result>* to = &out.back().round.results;
    if (!to->empty() && to->size() + (end - at) > kMostBatchResults) {
      out.push_back(empty);
      to = &out.back().round.results;
    }
    to->insert(to->end(), results.begin() + static_cast<std::ptrdiff_t>(at),
               results.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
  }
  for (Batch& batch : out) {
    batch.number = number++;
    batch.part = static_cast<int>(&batch - out.data()) + 1;
    batch.parts = static_cast<int>(out.size());
  }
  return out;
}

std::string write_batch(const Batch& batch, const sign::Signer& signer, std::stop_token stop) {
  Node head = Node::map();
  head.set("format", kBatchFormat);
  head.set("worker", std::string_view(batch.worker)).set("number", batch.number);
  head.set("part", batch.part).set("parts", batch.parts);
  if (batch.slot) head.set("slot", std::string_view(format_instant(*batch.slot)));
  head.set("order", std::string_view(batch.order_head));
  head.set("order_signature", std::string_view(batch.order_signature));
  return write_signed(std::move(head), round::write(batch.round), signer, std::move(stop));
}

ReceivedBatch read_batch(std::string_view bytes, std::string_view name) {
  SignedText message = read_signed(bytes, name);
  const yaml::Source source{std::string(name), ExitCode::data};
  yaml::Fields fields(message.head, source);
  const std::string format = fields.text("format");
  if (format != kBatchFormat)
    throw fields.error("format", msg("not a batch of results that this jaga can read: {format}",
                                     {{"format", printable(format)}}));
  Batch batch;
  batch.worker = fields.name("worker");
  batch.number = fields.integer("number", 1, std::numeric_limits<std::int64_t>::max());
  batch.parts = static_cast<int>(fields.integer("parts", 1, kMostParts));
  batch.part = static_cast<int>(fields.integer("part", 1, batch.parts));
  batch.slot = fields.optional_instant("slot");
  batch.order_head = fields.text("order");
  batch.order_signature = fields.text("order_signature");
  const SignedHead order = read_head(batch.order_head, batch.order_signature, name);
  batch.order = read_order_head(order.head, name);
  if (batch.slot.has_value() != (batch.order.kind == OrderHead::Kind::standing))
    throw fields.error("slot", msg("only results of a standing order have a time at which they were due"));
  fields.finish();
  batch.round = round::read(message.text, name);
  if (batch.round.base || batch.round.previous || !batch.round.partial ||
      batch.round.installation != batch.worker)
    throw Error{ExitCode::data,
                msg("the results of '{name}' are not those of a worker", {{"name", printable(name)}})};
  return {std::move(batch), std::move(message.signer), order.signer};
}

}  // namespace jaga::fleet
