#include "inventory/targets.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "inventory/address.hpp"
#include "inventory/inventory.hpp"

namespace jaga::inventory {
namespace {

using Bytes = std::array<std::uint8_t, 16>;  // of an IPv6 address, in network order

template <typename Number>
std::optional<Number> number_of(std::string_view text, int base = 10) {
  Number number{};
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || end.ec != std::errc{} || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_ipv4(std::string_view text) {
  return text.find(':') == std::string_view::npos && is_address(text) &&
         text.find_first_not_of("0123456789.") == std::string_view::npos && split(text, '.').size() == 4;
}

std::uint32_t ipv4_of(std::string_view text) {
  std::uint32_t address = 0;
  for (const std::string& part : split(text, '.')) address = address << 8U | *number_of<std::uint32_t>(part);
  return address;
}

std::string ipv4_text(std::uint32_t address) {
  std::array<char, 16> text{};
  char* at = text.data();
  for (unsigned shift = 32; shift > 0;) {
    shift -= 8;
    at = std::to_chars(at, text.data() + text.size(), (address >> shift) & 0xffU).ptr;
    if (shift > 0) *at++ = '.';
  }
  return {text.data(), at};
}

// `text` is an IPv6 address without a scope.
Bytes ipv6_of(std::string_view text) {
  Bytes bytes{};
  const auto put = [&bytes](std::string_view half, std::size_t at) {
    if (half.empty()) return;
    for (const std::string& group : split(half, ':')) {
      if (group.find('.') != std::string::npos) {
        const std::uint32_t address = ipv4_of(group);
        for (unsigned i = 0; i < 4; ++i) bytes.at(at++) = static_cast<std::uint8_t>(address >> (24 - 8 * i));
        continue;
      }
      const auto value = number_of<unsigned>(group, 16).value_or(0);
      bytes.at(at++) = static_cast<std::uint8_t>(value >> 8U);
      bytes.at(at++) = static_cast<std::uint8_t>(value);
    }
  };
  const auto length = [](std::string_view half) {
    if (half.empty()) return std::size_t{0};
    std::size_t size = 0;
    for (const std::string& group : split(half, ':')) size += group.find('.') != std::string::npos ? 4 : 2;
    return size;
  };
  const auto gap = text.find("::");
  put(text.substr(0, gap), 0);
  if (gap != std::string_view::npos) {
    const std::string_view rest = text.substr(gap + 2);
    put(rest, bytes.size() - length(rest));
  }
  return bytes;
}

// The text of RFC 5952, section 4.
std::string ipv6_text(const Bytes& bytes) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) groups.at(i) = bytes.at(2 * i) * 256U + bytes.at(2 * i + 1);
  std::size_t best = 8;
  std::size_t longest = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && groups.at(end) == 0) ++end;
    if (end - i > longest) {
      best = i;
      longest = end - i;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      text += "::";
      i += longest - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    std::array<char, 4> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), groups.at(i), 16);
    text.append(digits.data(), end.ptr);
  }
  return text;
}

[[noreturn]] void too_many(std::string_view word) {
  throw Error{ExitCode::usage,
              msg("'{word}' covers more than {most} hosts",
                  {{"word", printable(word)}, {"most", std::to_string(kMostHosts)}}),
              msg("split it into several ranges")};
}

void expand_network(std::string_view word, std::string_view address, std::string_view prefix,
                    std::vector<std::string>& out) {
  const bool v4 = is_ipv4(address);
  const unsigned bits = v4 ? 32 : 128;
  const auto length = number_of<unsigned>(prefix);
  if (!length || *length > bits) {
    throw Error{ExitCode::usage,
                msg("invalid prefix length '{prefix}' of '{address}'",
                    {{"prefix", printable(prefix)}, {"address", printable(address)}}),
                v4 ? msg("IPv4: 12 to 32, for example 10.1.0.0/24")
                   : msg("IPv6: 108 to 128, for example fd00::/120")};
  }
  if (bits - *length > 20) too_many(word);
  const std::uint32_t size = 1U << (bits - *length);
  if (v4) {
    const std::uint32_t first = ipv4_of(address) & ~(size - 1);
    const bool whole = size <= 2;
    for (std::uint32_t i = whole ? 0 : 1; i < (whole ? size : size - 1); ++i)
      out.push_back(ipv4_text(first + i));
    return;
  }
  Bytes bytes = ipv6_of(address);
  std::uint32_t low = 0;
  for (std::size_t i = 12; i < 16; ++i) low = low << 8U | bytes.at(i);
  low &= ~(size - 1);
  for (std::uint32_t i = 0; i < size; ++i) {
    for (unsigned k = 0; k < 4; ++k) bytes.at(12 + k) = static_cast<std::uint8_t>((low + i) >> (24 - 8 * k));
    out.push_back(ipv6_text(bytes));
  }
}

void expand_range(std::string_view word, std::string_view first, std::string_view last,
                  std::vector<std::string>& out) {
  const std::uint32_t from = ipv4_of(first);
  std::optional<std::uint32_t> to;
  if (is_ipv4(last)) {
    to = ipv4_of(last);
  } else if (const auto number = number_of<std::uint32_t>(last); number && *number <= 255) {
    to = (from & ~0xffU) | *number;
  }
  if (!to || *to < from) {
    throw Error{ExitCode::usage, msg("invalid address range '{word}'", {{"word", printable(word)}}),
                msg("for example 10.1.0.5-10.1.0.20 or 10.1.0.5-20, the lower one first")};
  }
  if (*to - from >= kMostHosts) too_many(word);
  for (std::uint32_t i = 0; i <= *to - from; ++i) out.push_back(ipv4_text(from + i));
}

// "01-20,30" to 01 02 ... 20 30.
std::vector<std::string> bracket(std::string_view word, std::string_view inside) {
  std::vector<std::string> out;
  const auto wrong = [word] {
    return Error{ExitCode::usage,
                 msg("the brackets in '{word}' contain no numbers", {{"word", printable(word)}}),
                 msg("for example web[01-20] or web[1,3,7-9], the lower one first")};
  };
  for (const std::string& part : split(inside, ',')) {
    const std::size_t dash = part.find('-');
    const std::string first = part.substr(0, dash);
    const std::string last = dash == std::string::npos ? first : part.substr(dash + 1);
    const auto from = number_of<std::uint32_t>(first);
    const auto to = number_of<std::uint32_t>(last);
    if (!from || !to || *to < *from || first.size() > 9 || last.size() > 9) throw wrong();
    if (*to - *from >= kMostHosts) too_many(word);
    for (std::uint32_t i = *from; i <= *to; ++i) {
      std::string number = std::to_string(i);
      if (number.size() < first.size()) number.insert(0, first.size() - number.size(), '0');
      out.push_back(std::move(number));
    }
    if (out.size() > kMostHosts) too_many(word);
  }
  return out;
}

void expand_names(std::string_view word, std::vector<std::string>& out) {
  std::vector<std::string> names{""};
  std::string_view rest = word;
  for (;;) {
    const std::size_t open = rest.find('[');
    for (std::string& name : names) name += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = rest.find(']', open);
    if (close == std::string_view::npos) {
      throw Error{ExitCode::usage, msg("unclosed bracket in '{word}'", {{"word", printable(word)}}),
                  msg("for example web[01-20]")};
    }
    const std::vector<std::string> numbers = bracket(word, rest.substr(open + 1, close - open - 1));
    if (names.size() * numbers.size() > kMostHosts) too_many(word);
    std::vector<std::string> longer;
    longer.reserve(names.size() * numbers.size());
    for (const std::string& name : names)
      for (const std::string& number : numbers) longer.push_back(name + number);
    names = std::move(longer);
    rest = rest.substr(close + 1);
  }
  out.insert(out.end(), names.begin(), names.end());
}

}  // namespace

std::string plain_address(std::string_view text) {
  const std::size_t percent = std::min(text.find('%'), text.size());
  if (text.find(':') == std::string_view::npos || !is_address(text)) {
    std::string name = lower(text);
    if (name.size() > 1 && name.ends_with('.')) name.pop_back();
    return name;
  }
  const Bytes bytes = ipv6_of(text.substr(0, percent));
  constexpr Bytes kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};  // RFC 4291, 2.5.5.2
  if (std::equal(bytes.begin(), bytes.begin() + 12, kMapped.begin()))
    return formatted("{}.{}.{}.{}", bytes[12], bytes[13], bytes[14], bytes[15]);
  return ipv6_text(bytes) + std::string(text.substr(percent));
}

void expand_targets(std::string_view word, std::vector<std::string>& out) {
  if (const std::size_t slash = word.find('/'); slash != std::string_view::npos) {
    const std::string_view address = word.substr(0, slash);
    if (is_address(address) && address.find('%') == std::string_view::npos &&
        (is_ipv4(address) || address.find(':') != std::string_view::npos))
      return expand_network(word, address, word.substr(slash + 1), out);
  }
  if (const std::size_t dash = word.find('-');
      dash != std::string_view::npos && is_ipv4(word.substr(0, dash)))
    return expand_range(word, word.substr(0, dash), word.substr(dash + 1), out);
  // [fd00::1] is an address as in a URL, not a bracket of numbers.
  if (word.find('[') != std::string_view::npos && word.find(':') == std::string_view::npos)
    return expand_names(word, out);
  out.emplace_back(word);
}

}  // namespace jaga::inventory
