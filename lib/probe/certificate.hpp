// What a server shows of itself by TLS, judged.
//
// Any thread may call these.
#pragma once

#include <openssl/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"

namespace jaga::probe {

struct Certificate {
  enum class Fault { none, untrusted, wrong_name, expired, not_yet };
  Fault fault = Fault::none;
  std::string why;      // of untrusted, as OpenSSL says it
  Instant not_after{};  // of the server's own certificate
  std::string subject;  // its common name, or the first of its names; may be empty
  std::string issuer;
  std::vector<std::string> names;  // whom it is for: its alternative names, DNS and IP; at most 64
  // Of those that vouch for it the first to end, where that is before its own end.
  struct Issuer {
    Instant not_after{};
    std::string subject;
  };
  std::optional<Issuer> issuer_ends{};
};

// Of the peer, after the handshake, for a server that is called `host` (an address or a name, also with a dot
// at its end). Names are judged as RFC 9525 asks: by the alternative names alone, a wildcard for one whole
// label.
Certificate look_at(SSL* tls, const std::string& host);

}  // namespace jaga::probe
