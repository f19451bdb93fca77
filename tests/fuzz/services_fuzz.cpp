// What web and name servers answer: parsing never crashes, and a URL that is accepted has one form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "inventory/url.hpp"
#include "probe/dns_answer.hpp"
#include "probe/http_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const int type : {1, 2, 5, 6, 12, 15, 16, 28})
    static_cast<void>(jaga::probe::parse_dns_answer(std::span(data, size), type));
  static_cast<void>(jaga::probe::dns_canonical(text, 15));
  static_cast<void>(jaga::probe::referred_to(std::span(data, size)));
  if (const auto end = jaga::probe::head_size(text)) {
    // Made strict once, a head stays as it is.
    const std::string head = jaga::probe::strict_head(text.substr(0, *end));
    if (jaga::probe::head_size(head) != head.size() || jaga::probe::strict_head(head) != head) std::abort();
  }
  static_cast<void>(jaga::probe::may_be_head(text));
  for (const char* coding : {"gzip", "deflate"}) {
    const auto body = jaga::probe::decoded(text, coding, 4'096);
    if (body && body->size() > 4'096) std::abort();
  }
  const auto base = jaga::inventory::parse_url("https://a.example:8443/x/y?z");
  for (const auto& url : {jaga::inventory::parse_url(text), jaga::inventory::resolve_url(*base, text)}) {
    if (!url) continue;
    if (url->text().find_first_of("\r\n ") != std::string::npos) std::abort();
    const auto again = jaga::inventory::parse_url(url->text());
    if (again && *again != *url) std::abort();
  }
  return 0;
}
