// Private to ssh: names of algorithms, and why two sides have none in common.
#pragma once

#include <libssh2.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/message.hpp"
#include "ssh/kexinit.hpp"
#include "sshkey/public_key.hpp"

namespace jaga::ssh {

// The type of key that a host key algorithm of RFC 4253 or RFC 8332 uses: "rsa-sha2-512" -> "ssh-rsa". Empty
// for those that jaga does not read (dss, certificates, FIDO).
std::string host_key_type(std::string_view algorithm);
// The algorithms that use a type, best first: "rsa-sha2-512,rsa-sha2-256,ssh-rsa".
std::string algorithms_of(std::string_view type);
// Algorithms for libssh2's preference list that give a key of these types; empty for no types.
std::string host_key_algorithms(const std::vector<sshkey::PublicKey>& known);

// Those of a list of host key algorithms that this libssh2 knows. (Given an unknown name, 1.10 drops it with
// a memcpy onto itself.)
std::string supported_host_keys(LIBSSH2_SESSION* session, std::string_view algorithms);

struct Mismatch {
  bool host_key = false;  // it is the host key algorithm that is not offered, though libssh2 knows it
  Message detail;
};
// Compares what the server offers with what this libssh2 knows. `wanted`: the host key algorithms asked for,
// or empty for all.
Mismatch find_mismatch(LIBSSH2_SESSION* session, const std::optional<Offer>& offer, std::string_view wanted);

}  // namespace jaga::ssh
