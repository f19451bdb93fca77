#include "probe/dns_answer.hpp"

#include <ares.h>
#include <arpa/inet.h>

#include <array>
#include <limits>

#include "base/format.hpp"
#include "base/text.hpp"

namespace jaga::probe {
namespace {

constexpr std::size_t kHead = 12;
constexpr std::size_t kMostRecords = 512;

struct Type {
  std::string_view name;
  int number;
};
// RFC 1035, 3.2.2; RFC 3596.
constexpr std::array<Type, 8> kTypes = {
    {{"A", 1}, {"NS", 2}, {"CNAME", 5}, {"SOA", 6}, {"PTR", 12}, {"MX", 15}, {"TXT", 16}, {"AAAA", 28}}};
constexpr int kA = 1, kNs = 2, kSoa = 6, kMx = 15, kTxt = 16, kAaaa = 28;

std::string lower_name(std::string_view text) {
  std::string out = lower(text);
  if (out.size() > 1 && out.back() == '.') out.pop_back();
  return out;
}

class Reader {
 public:
  explicit Reader(std::span<const unsigned char> message) : message_(message) {}

  bool left(std::size_t size) const { return message_.size() - at_ >= size; }
  std::size_t at() const { return at_; }
  void go(std::size_t at) { at_ = at; }

  std::optional<std::uint32_t> number(std::size_t bytes) {
    if (!left(bytes)) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8U | message_[at_++];
    return value;
  }

  // A compressed name may refer back to anywhere in the message; c-ares checks loops and lengths.
  std::optional<std::string> name() {
    if (message_.size() > std::numeric_limits<int>::max() || !left(1)) return std::nullopt;
    char* text = nullptr;
    long used = 0;
    if (::ares_expand_name(message_.data() + at_, message_.data(), static_cast<int>(message_.size()), &text,
                           &used) != ARES_SUCCESS)
      return std::nullopt;
    std::string out = lower_name(text);
    ::ares_free_string(text);
    if (out.empty()) out = ".";
    if (used <= 0 || !left(static_cast<std::size_t>(used))) return std::nullopt;
    at_ += static_cast<std::size_t>(used);
    return out;
  }

  std::optional<std::string> address(int family, std::size_t size) {
    if (!left(size)) return std::nullopt;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (::inet_ntop(family, message_.data() + at_, text.data(), text.size()) == nullptr) return std::nullopt;
    at_ += size;
    return std::string(text.data());
  }

  std::optional<std::string> strings(std::size_t end) {
    std::string out;
    while (at_ < end) {
      const std::size_t size = message_[at_++];
      if (size > end - at_) return std::nullopt;
      out.append(reinterpret_cast<const char*>(message_.data() + at_), size);
      at_ += size;
    }
    return out;
  }

 private:
  std::span<const unsigned char> message_;
  std::size_t at_ = 0;
};

std::optional<std::string> soa(Reader& reader) {
  const auto primary = reader.name();
  const auto person = primary ? reader.name() : std::nullopt;
  if (!person) return std::nullopt;
  std::string text = *primary + " " + *person;
  for (int i = 0; i < 5; ++i) {
    const auto value = reader.number(4);
    if (!value) return std::nullopt;
    text += formatted(" {}", *value);
  }
  return text;
}

// Parses record data that must end at `end`.
std::optional<std::string> data_of(Reader& reader, int type, std::size_t end) {
  std::optional<std::string> text;
  if (type == kA)
    text = reader.address(AF_INET, 4);
  else if (type == kAaaa)
    text = reader.address(AF_INET6, 16);
  else if (type == kTxt)
    text = reader.strings(end);
  else if (type == kSoa)
    text = soa(reader);
  else if (type == kMx) {
    const auto preference = reader.number(2);
    const auto name = preference ? reader.name() : std::nullopt;
    if (name) text = formatted("{} {}", *preference, *name);
  } else {
    text = reader.name();
  }
  // Reject records whose data is longer or shorter than their stated length.
  return reader.at() == end ? text : std::nullopt;
}

// Skips the question section.
bool pass_questions(Reader& reader) {
  reader.go(4);
  const std::uint32_t questions = *reader.number(2);
  reader.go(kHead);
  for (std::uint32_t i = 0; i < questions; ++i)
    if (!reader.name() || !reader.number(4)) return false;
  return true;
}

struct Head {
  std::uint32_t type = 0;
  std::uint32_t area = 0;  // class
  std::uint32_t ttl = 0;
  std::size_t end = 0;  // end of the data, which starts at the reader's position
};
std::optional<Head> head_of(Reader& reader) {
  if (!reader.name()) return std::nullopt;
  const auto type = reader.number(2);
  const auto area = reader.number(2);
  const auto ttl = reader.number(4);
  const auto size = reader.number(2);
  if (!type || !area || !ttl || !size || !reader.left(*size)) return std::nullopt;
  return Head{*type, *area, *ttl, reader.at() + *size};
}

}  // namespace

std::optional<int> dns_type(std::string_view name) {
  for (const Type& type : kTypes)
    if (type.name == name) return type.number;
  return std::nullopt;
}

std::optional<std::vector<DnsRecord>> parse_dns_answer(std::span<const unsigned char> message, int type) {
  Reader reader(message);
  if (!reader.left(kHead)) return std::nullopt;
  reader.go(6);
  const std::uint32_t answers = *reader.number(2);
  if (!pass_questions(reader)) return std::nullopt;
  std::vector<DnsRecord> out;
  for (std::uint32_t i = 0; i < answers && out.size() < kMostRecords; ++i) {
    const auto head = head_of(reader);
    if (!head) return std::nullopt;
    if (static_cast<int>(head->type) == type && head->area == 1) {
      auto text = data_of(reader, type, head->end);
      if (!text) return std::nullopt;
      out.push_back({std::move(*text), head->ttl});
    }
    reader.go(head->end);
  }
  return out;
}

std::vector<std::string> referred_to(std::span<const unsigned char> message) {
  constexpr std::uint32_t kAuthoritative = 0x0400, kCode = 0x000f;
  constexpr std::size_t kMostServers = 8;
  Reader reader(message);
  if (!reader.left(kHead)) return {};
  reader.go(2);
  const std::uint32_t flags = *reader.number(2);
  reader.go(6);
  const std::uint32_t answers = *reader.number(2);
  const std::uint32_t authorities = *reader.number(2);
  if ((flags & (kAuthoritative | kCode)) != 0 || answers != 0 || !pass_questions(reader)) return {};
  std::vector<std::string> out;
  for (std::uint32_t i = 0; i < authorities; ++i) {
    const auto head = head_of(reader);
    // An SOA record in the authority section means that the record does not exist (RFC 2308).
    if (!head || head->type == kSoa) return {};
    if (head->type == kNs && head->area == 1) {
      auto name = data_of(reader, kNs, head->end);
      if (!name) return {};
      if (out.size() < kMostServers) out.push_back(std::move(*name));
    }
    reader.go(head->end);
  }
  return out;
}

std::string dns_canonical(std::string_view text, int type) {
  if (type == kTxt) return std::string(text);
  if (type == kA || type == kAaaa) {
    const int family = type == kA ? AF_INET : AF_INET6;
    std::array<unsigned char, 16> bytes{};
    std::array<char, INET6_ADDRSTRLEN> shortest{};
    const std::string given(text);
    if (::inet_pton(family, given.c_str(), bytes.data()) != 1 ||
        ::inet_ntop(family, bytes.data(), shortest.data(), shortest.size()) == nullptr)
      return given;
    return shortest.data();
  }
  std::vector<std::string> words;
  for (const std::string& word : split(text, ' '))
    if (!word.empty()) words.push_back(lower_name(word));
  return join(words, " ");
}

std::string reverse_name(std::string_view name) {
  const std::string text(name);
  std::array<unsigned char, 16> bytes{};
  std::string out;
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    for (std::size_t i = 4; i-- > 0;) out += formatted("{}.", bytes.at(i));
    return out + "in-addr.arpa";
  }
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  for (std::size_t i = 16; i-- > 0;) out += formatted("{:x}.{:x}.", bytes.at(i) & 0xfU, bytes.at(i) >> 4U);
  return out + "ip6.arpa";
}

}  // namespace jaga::probe
