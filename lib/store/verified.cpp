#include "store/verified.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/folder.hpp"

namespace jaga::store {
namespace {

constexpr std::string_view kFormat = "jaga/verified@1";
constexpr std::string_view kEnd = "end";
constexpr std::string_view kFile = "verified";
constexpr Modes kModes{0600, 0600, 0700, true};

}  // namespace

std::string verified_text(const VerifiedSeals& verified) {
  std::string text(kFormat);
  for (const Instant at : {verified.at, verified.whole}) text.append(" ").append(format_instant(at));
  text += '\n';
  for (const Digest& seal : verified.seals) text.append(seal.text()).append("\n");
  return text.append(kEnd).append("\n");
}

std::optional<VerifiedSeals> parse_verified(std::string_view text) {
  if (!text.ends_with('\n')) return std::nullopt;
  const std::vector<std::string> lines = split(text.substr(0, text.size() - 1), '\n');
  const std::vector<std::string> head = split(lines.front(), ' ');
  if (lines.size() < 2 || lines.back() != kEnd || head.size() != 3 || head[0] != kFormat) return std::nullopt;
  const auto at = parse_instant(head[1]);
  const auto whole = parse_instant(head[2]);
  if (!at || !whole) return std::nullopt;
  VerifiedSeals out{{}, *at, *whole};
  for (std::size_t n = 1; n + 1 < lines.size(); ++n) {
    const auto digest = parse_digest(lines[n]);
    if (!digest) return std::nullopt;
    out.seals.push_back(*digest);
  }
  return out;
}

std::optional<VerifiedSeals> read_verified(const std::string& folder) {
  try {
    const auto text = Folder(folder, kModes).read(kFile);
    return text ? parse_verified(*text) : std::nullopt;
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
    return std::nullopt;
  }
}

void write_verified(const std::string& folder, const VerifiedSeals& verified) {
  const Folder state(folder, kModes);
  const Lock lock = state.lock("");
  state.replace_unsynced(kFile, verified_text(verified));
}

}  // namespace jaga::store
