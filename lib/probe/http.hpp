// HTTP/1.1 requests to many servers concurrently, over TCP or TLS, in the calling thread (Boost.Beast over
// Asio). Everything a peer sends is limited in size and time.
//
// Thread-safe. The callback runs in the calling thread.
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
  inventory::Url url;                  // its host is used for SNI, the certificate and the Host header
  std::string address;                 // numeric address to connect to; not resolved
  std::vector<int> wanted{200};        // accepted statuses; any other 3xx is followed
  std::string body;                    // text to find in the final response; empty: none
  std::vector<std::string> further{};  // numeric addresses to try next; they share `timeout`
  int redirects = 5;                   // maximum number; a redirect to another host is resolved by name
  std::chrono::milliseconds timeout{10'000};  // total, including redirects
  std::string ca;                             // PEM file of trusted certificates; empty: those of the system
};

struct HttpResult {
  enum class End {
    answered,  // status is set; the body was read up to its end or limit
    refused,
    timed_out,  // during `phase`
    no_route,
    unreachable,
    reset,
    closed,        // the peer closed the connection during `phase`
    tls_failed,    // no TLS, or no common version or cipher
    not_http,      // the response is not HTTP
    too_much,      // header larger than kMostHead
    bad_location,  // redirect to an invalid URL
    too_many_redirects,
    resolve_failed,  // host name of a redirect
    bad_address,
    cancelled,
    local_error,
  };
  End end = End::cancelled;
  std::string phase;  // "connect", "tls", "request", "head", "body": the last one started
  std::string error_text;
  int status = 0;              // of the last response
  bool found = false;          // the expected text was found
  std::string coding;          // Content-Encoding of the last response; may be empty
  bool readable = true;        // the content coding is supported, so that the text could be searched
  bool cut = false;            // the body is longer than kMostBody
  std::size_t body_bytes = 0;  // bytes read
  int redirects = 0;           // number of redirects followed
  std::string location;        // URL of the last response
  std::optional<Certificate> certificate;  // of the last TLS server, or of the first with a fault
  std::chrono::nanoseconds connect{0}, tls{0}, first_byte{0},
      total{0};  // of the last request; total includes redirects
};

inline constexpr std::size_t kMostHead = std::size_t{32} << 10U;
inline constexpr std::size_t kMostBody = std::size_t{1} << 20U;

// Returns one result per target, in order. Requests no content coding, but decodes gzip and deflate. Runs at
// most `at_once` requests concurrently; 0: a quarter of the descriptor limit, at most 256. Certificate faults
// are reported, but do not abort the request. `done` (may be empty) is called as each request ends. Throws
// Error{io} if no descriptor is available.
std::vector<HttpResult> http_get(std::vector<HttpTarget> targets, std::size_t at_once = 0,
                                 std::stop_token stop = {},
                                 const std::function<void(std::size_t index)>& done = {});

}  // namespace jaga::probe
