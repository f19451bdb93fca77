// What a name server answered (RFC 1035, section 4), taken apart. Pure; the bytes are those of a server that
// may lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::probe {

// "A" as 1 ...; nullopt for a type that jaga does not ask for.
std::optional<int> dns_type(std::string_view name);

struct DnsRecord {
  // A, AAAA: the address; CNAME, NS, PTR: the name in lower case without its last dot; MX: "10 mail.example",
  // "0 ." (RFC 7505: no mail is taken); the root is ".";
  // TXT: its strings put together, not printable by itself; SOA: "MNAME RNAME SERIAL REFRESH RETRY EXPIRE
  // MINIMUM".
  std::string text;
  std::uint32_t ttl = 0;  // seconds
  bool operator==(const DnsRecord&) const = default;
};

// Records of `type` in the answer section, in order. nullopt where the message is damaged; records of other
// types, such as the aliases on the way, are passed over.
[[nodiscard]] std::optional<std::vector<DnsRecord>> parse_dns_answer(std::span<const unsigned char> message,
                                                                     int type);

// The servers that a message refers to instead of answering: it has no answer, is not authoritative, and
// names servers of the zone or of one above it (RFC 1034, 4.3.1). Empty: not a referral, or damaged.
std::vector<std::string> referred_to(std::span<const unsigned char> message);

// One expected text in the form of DnsRecord::text, so that both can be compared: names lower-case and
// without a last dot, addresses in their shortest form.
std::string dns_canonical(std::string_view text, int type);

// "10.2.0.192.in-addr.arpa" of an address, IPv6 likewise; other names as they are.
std::string reverse_name(std::string_view name);

}  // namespace jaga::probe
