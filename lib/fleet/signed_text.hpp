// How an order and a batch cross the network: a head that is signed, and a text that the head names by its
// digest.
//
//   4 bytes "jg01" | size of the head | head | size of the signature | signature | text, packed
//   (fleet/packed.hpp)
//
// Sizes are 32 bits, big-endian. The head is canonical YAML (yaml/write.hpp) with the keys `text` (digest)
// and `bytes` (size) of the unpacked text among its own. The signature is an armoured SSHSIG over the head's
// bytes in kNamespace.
//
// Nothing in it is believed because of where it came from: a broker may alter, repeat, hold back and reorder.
// Any thread may call these.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "sign/key.hpp"
#include "yaml/node.hpp"

namespace jaga::fleet {

inline constexpr std::string_view kNamespace = "jaga-fleet";
inline constexpr std::size_t kMostHead = std::size_t{16} << 10U;
// Of a message, below NATS' usual limit (max_payload, 1 MiB), and of its text.
inline constexpr std::size_t kMostMessage = std::size_t{1'000} << 10U;
inline constexpr std::size_t kMostText = std::size_t{4} << 20U;

// `head` without `text` and `bytes`. Throws what the signer throws, Error{software} for a head or a text
// above the limits.
std::string write_signed(yaml::Node head, std::string_view text, const sign::Signer& signer,
                         std::stop_token stop = {});

struct SignedText {
  std::string head_bytes;
  std::string signature;  // armoured
  yaml::Node head;        // without `text` and `bytes`
  sign::PublicKey signer;
  std::string text;
};
// A message whose signature is that of `signer` (anybody's key: whether it counts is the caller's question)
// and whose text is the one that was signed. `name` is for messages. Throws Error{data}; of a message with a
// wrong signature or size nothing is unpacked.
SignedText read_signed(std::string_view bytes, std::string_view name);

// The head alone with its signature, as a batch shows the order that it answers. Throws Error{data}.
struct SignedHead {
  yaml::Node head;  // with `text` and `bytes`
  sign::PublicKey signer;
};
SignedHead read_head(std::string_view head_bytes, std::string_view signature, std::string_view name);

}  // namespace jaga::fleet
