// HTTP/1.1 requests to many servers at once, over TCP or TLS, in the calling thread (Boost.Beast over Asio).
// Nothing that a peer sends is kept beyond its limit, and none is waited for beyond its time.
//
// Several threads may ask at once; the callback is called in the calling thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "inventory/url.hpp"
#include "probe/certificate.hpp"

namespace jaga::probe {

struct HttpTarget {
  inventory::Url url;   // its host names the server in SNI, in the certificate and in the Host header
  std::string address;  // numeric: where it is asked; not looked up anywhere
  std::vector<int> wanted{200};  // an answer with one of these is final, any other 3xx is followed
  std::string body;              // to be looked for in the final answer; empty: nothing
  std::vector<std::string>
      further{};      // numeric: where, one after the other, if not there; `timeout` is shared
  int redirects = 5;  // followed at most; one to another host name is looked up by the resolver
  std::chrono::milliseconds timeout{10'000};  // for all of it, redirects too
  std::string ca;                             // file of trusted certificates (PEM); empty: the system's
};

struct HttpResult {
  enum class End {
    answered,  // status is there, and the body was read to its end or its limit
    refused,
    timed_out,  // in `phase`
    no_route,
    unreachable,
    reset,
    closed,        // the peer closed the connection in `phase`
    tls_failed,    // no TLS spoken, or none that OpenSSL would speak
    not_http,      // the reply is not HTTP
    too_much,      // a head larger than kMostHead
    bad_location,  // a redirect to where nothing can be asked
    too_many_redirects,
    resolve_failed,  // of a redirect's host name
    bad_address,
    cancelled,
    local_error,
  };
  End end = End::cancelled;
  std::string phase;  // "connect", "tls", "request", "head", "body": the last begun
  std::string error_text;
  int status = 0;                          // of the last answer
  bool found = false;                      // the wanted text
  std::string coding;                      // Content-Encoding of the last answer; may be empty
  bool readable = true;                    // the text could be looked for: the coding is one that is known
  bool cut = false;                        // the body went on beyond kMostBody
  std::size_t body_bytes = 0;              // read
  int redirects = 0;                       // followed
  std::string location;                    // the URL of the last answer
  std::optional<Certificate> certificate;  // of the last server spoken to by TLS; of the first faulty one
  std::chrono::nanoseconds connect{0}, tls{0}, first_byte{0}, total{0};  // of the last request; total of all
};

inline constexpr std::size_t kMostHead = std::size_t{32} << 10U;
inline constexpr std::size_t kMostBody = std::size_t{1} << 20U;

// A result for every target, in order, always. No coding of the body is asked for; gzip and deflate are
// undone all the same. At most `at_once` at a time, 0: from the descriptor limit, at most 256. Certificates
// are judged, not insisted upon: an answer over a faulty one is an answer all the same. `done` (may be empty)
// is called in the calling thread as each ends. Throws Error{io} where there is no descriptor to begin with.
std::vector<HttpResult> http_get(std::vector<HttpTarget> targets, std::size_t at_once = 0,
                                 std::stop_token stop = {},
                                 const std::function<void(std::size_t index)>& done = {});

}  // namespace jaga::probe
