// Keys of NATS (nkeys): an Ed25519 seed or public key with a prefix and a checksum (CRC-16/XMODEM), in base32
// without padding (RFC 4648). As github.com/nats-io/nkeys writes them: "SU..." is a user's seed, "U..." the
// public key to it. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jaga::broker {

using NkeyBytes = std::array<std::uint8_t, 32>;

std::string nkey_seed(const NkeyBytes& seed);
std::string nkey_public(const NkeyBytes& point);
// Of a user; nullopt for anything else.
[[nodiscard]] std::optional<NkeyBytes> parse_nkey_seed(std::string_view text);
[[nodiscard]] std::optional<NkeyBytes> parse_nkey_public(std::string_view text);
// "U..." of a seed. Precondition: parse_nkey_seed() accepts it.
std::string nkey_public_of(std::string_view seed);

}  // namespace jaga::broker
