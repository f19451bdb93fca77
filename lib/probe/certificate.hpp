// Evaluates the certificate that a TLS server presents.
//
// Any thread may call these functions.
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
  std::string why;      // OpenSSL's reason, if untrusted
  Instant not_after{};  // end of validity of the server's own certificate
  std::string subject;  // common name, or the first alternative name; may be empty
  std::string issuer;
  std::vector<std::string> names;  // subject alternative names (DNS and IP), at most 64
  // The issuing certificate that expires first, if it expires before the server's own.
  struct Issuer {
    Instant not_after{};
    std::string subject;
  };
  std::optional<Issuer> issuer_ends{};
};

// Evaluates the peer's certificate after the handshake. `host`: the address or name by which the server is
// addressed; a trailing dot is allowed. Names are compared as in RFC 9525: only subject alternative names
// count, and a wildcard stands for one whole label.
Certificate look_at(SSL* tls, const std::string& host);

}  // namespace jaga::probe
