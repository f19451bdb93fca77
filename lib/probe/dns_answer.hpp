// Parses DNS messages (RFC 1035, section 4).
//
// Pure. Input is untrusted: it may be any bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::probe {

// The number of a record type ("A" is 1); nullopt for a type that jaga does not support.
std::optional<int> dns_type(std::string_view name);

struct DnsRecord {
  // The record data as text. A, AAAA: the address. CNAME, NS, PTR: the name in lower case without the
  // trailing dot, "." for the root. MX: "10 mail.example", or "0 ." for no mail (RFC 7505). TXT: the strings
  // concatenated, not escaped. SOA: "MNAME RNAME SERIAL REFRESH RETRY EXPIRE MINIMUM".
  std::string text;
  std::uint32_t ttl = 0;  // seconds
  bool operator==(const DnsRecord&) const = default;
};

// Records of `type` in the answer section, in order; other records, such as CNAMEs, are skipped. Returns
// nullopt if the message is malformed.
[[nodiscard]] std::optional<std::vector<DnsRecord>> parse_dns_answer(std::span<const unsigned char> message,
                                                                     int type);

// Name servers of a referral: a non-authoritative message without an answer that names servers of the zone or
// of one above it (RFC 1034, section 4.3.1). Empty if the message is not a referral or is malformed.
std::vector<std::string> referred_to(std::span<const unsigned char> message);

// Converts an expected value to the form of DnsRecord::text for comparison: names in lower case without a
// trailing dot, addresses in their shortest form.
std::string dns_canonical(std::string_view text, int type);

// The reverse name of an address, such as "10.2.0.192.in-addr.arpa"; other names are returned unchanged.
std::string reverse_name(std::string_view name);

}  // namespace jaga::probe
