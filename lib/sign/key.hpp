// Keys that sign records: where they are and how they sign. Formats: OpenSSH's PROTOCOL.sshsig,
// PROTOCOL.key, sshd(8) AUTHORIZED_KEYS; RFC 8709 (ed25519), RFC 5656 (ecdsa).
//
// Keys and signatures are values; any thread may verify. A Signer is for one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "sshkey/public_key.hpp"

namespace jaga::sign {

using PublicKey = sshkey::PublicKey;
// One line of an authorized_keys or .pub file (no options), comment ignored, where it is a key that verify()
// knows: ed25519, ecdsa, rsa of 2048 bits or more, or a sk- variant of the first two, with the right shape;
// nullopt otherwise.
[[nodiscard]] std::optional<PublicKey> parse_public_key(std::string_view line);

// What a signature is for: PROTOCOL.sshsig's namespace.
inline constexpr std::string_view kRecordNamespace = "jaga-record";
inline constexpr std::string_view kBagNamespace = "jaga-bag";

// Something that can sign. sign() gives the armored SSHSIG ("-----BEGIN SSH SIGNATURE-----\n..."), already
// verified against the public key; throws Error{not_permitted} with what mends it, Error{interrupted} where
// `stop` came while a touch, a PIN or a passphrase was waited for.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const PublicKey& public_key() const = 0;
  virtual std::string sign(std::string_view bytes, std::string_view name_space,
                           std::stop_token stop = {}) const = 0;
};

// ed25519, made in memory for one repair and never written anywhere.
std::unique_ptr<Signer> make_run_key(const RandomBytes& random);

// Checks an armored signature over `bytes`; in-process, for ed25519, ecdsa, rsa (sha2 only) and the sk-
// variants of the first two, which must have been touched. On success the key that signed it, else nullopt.
// Never throws on any input.
[[nodiscard]] std::optional<PublicKey> verify(std::string_view bytes, std::string_view signature,
                                              std::string_view name_space);

struct Check {
  std::string_view bytes;
  std::string_view signature;
  std::optional<PublicKey> signer{};  // what verify() says
};
// verify() of each, on at most `threads` threads, of which this is one, and no more than are worth starting;
// 0: as many as the machine has.
void verify_each(std::span<Check> checks, std::string_view name_space, unsigned threads = 0);

}  // namespace jaga::sign
