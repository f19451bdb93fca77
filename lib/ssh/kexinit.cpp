#include "ssh/kexinit.hpp"

#include "base/text.hpp"
#include "sshkey/wire.hpp"

namespace jaga::ssh {
namespace {

constexpr std::uint8_t kKexInit = 20;
constexpr std::size_t kCookie = 16;
constexpr std::size_t kLongestName = 64;  // RFC 4251 section 6

// Where the identification line begins and where its line ends (after the LF).
bool find_identification(std::string_view sent, std::size_t& from, std::size_t& to) {
  std::size_t line = 0;
  while (line < sent.size()) {
    const std::size_t end = sent.find('\n', line);
    if (end == std::string_view::npos) return false;
    if (sent.substr(line, 4) == "SSH-") {
      from = line;
      to = end + 1;
      return true;
    }
    line = end + 1;
  }
  return false;
}

std::vector<std::string> names(std::string_view list) {
  std::vector<std::string> out;
  if (list.empty()) return out;
  for (const std::string& name : split(list, ',')) out.push_back(name.substr(0, kLongestName));
  return out;
}

}  // namespace

std::optional<std::string_view> identification(std::string_view sent) {
  std::size_t from = 0;
  std::size_t to = 0;
  if (!find_identification(sent, from, to)) return std::nullopt;
  return trim(sent.substr(from, to - from));
}

std::optional<Offer> parse_offer(std::string_view sent) {
  std::size_t from = 0;
  std::size_t to = 0;
  if (!find_identification(sent, from, to)) return std::nullopt;
  sshkey::WireReader packet(sent.substr(to));
  const auto size = packet.number();
  const auto padding = packet.byte();
  if (!packet.ok() || size < 1U + padding) return std::nullopt;
  const auto payload = packet.fixed(size - 1U - padding);
  if (!packet.ok()) return std::nullopt;
  sshkey::WireReader fields(payload);
  if (fields.byte() != kKexInit) return std::nullopt;
  fields.fixed(kCookie);
  std::array<std::string_view, 6> lists;
  for (std::string_view& list : lists) list = fields.string();
  if (!fields.ok()) return std::nullopt;
  return Offer{names(lists[0]), names(lists[1]), names(lists[3]), names(lists[5])};
}

}  // namespace jaga::ssh
