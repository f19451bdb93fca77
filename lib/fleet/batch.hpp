// What a worker measured, as it sends it to its office (jaga-fleet(7)).
//
// A batch answers one order and shows it: the office keeps no list of its orders, it knows its own signature.
// Batches of a worker are numbered for as long as the worker exists, so that each counts once, whatever a
// broker repeats. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "fleet/order.hpp"
#include "fleet/signed_text.hpp"
#include "round/round.hpp"
#include "sign/key.hpp"

namespace jaga::fleet {

inline constexpr std::string_view kBatchFormat = "jaga/batch@1";
// The results of one host are never divided.
inline constexpr std::size_t kMostBatchResults = 500;

struct Batch {
  std::string worker;       // as it is called in the office's register
  std::int64_t number = 0;  // 1 for the first batch of this worker, and one more for each
  int part = 1;             // of the answer to this order
  int parts = 1;
  std::optional<Instant> slot{};  // of a standing order: the time that it was due
  // The order, as its office signed it.
  std::string order_head;
  std::string order_signature;
  OrderHead order{};  // what it says
  // Only some hosts of the order. Its installation is the worker's name, its `at` when measuring began.
  round::Round round{};
};

// Divides what was measured for an order into batches, numbered from `number` on.
std::vector<Batch> divide(round::Round measured, const SignedText& order, const std::string& worker,
                          std::int64_t number, std::optional<Instant> slot = {});

// A message of write_signed(). Throws what the signer throws.
std::string write_batch(const Batch& batch, const sign::Signer& signer, std::stop_token stop = {});

// `worker` and `office`: whose signatures the batch and the order that it shows bear; whether these may is
// the caller's question.
struct ReceivedBatch {
  Batch batch;
  sign::PublicKey worker;
  sign::PublicKey office;
};
// Throws Error{data}.
ReceivedBatch read_batch(std::string_view bytes, std::string_view name);

}  // namespace jaga::fleet
