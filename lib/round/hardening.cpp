#include "round/hardening.hpp"

#include <algorithm>
#include <embedded/round_hardening.hpp>
#include <embedded/round_releases.hpp>

#include "base/instant.hpp"
#include "base/text.hpp"
#include "round/sections.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"

namespace jaga::round {
namespace {

using Table = std::map<std::string, Ladders, std::less<>>;

const Table& tables() {
  static const Table kTables = [] {
    const yaml::Source source{"hardening.yaml", ExitCode::software};
    Table out;
    const yaml::Node top = yaml::parse_canonical(embedded::round_hardening.canonical, source.file);
    for (const auto& part : top.entries()) {
      for (const auto& setting : part.value.entries()) {
        yaml::Fields fields(setting.value, source);
        Ladder ladder;
        ladder.usual = fields.text_or("default", {});
        ladder.weak = fields.texts_or_none("weak");
        ladder.medium = fields.texts_or_none("medium");
        ladder.weak_above = fields.optional_integer("weak_above", 0, 1'000'000);
        ladder.medium_above = fields.optional_integer("medium_above", 0, 1'000'000);
        fields.finish();
        out[part.key].emplace(setting.key, std::move(ladder));
      }
    }
    return out;
  }();
  return kTables;
}

}  // namespace

Worth Ladder::of(std::string_view value) const {
  const std::string low = lower(value);
  const auto number = number_of(low);
  const auto above = [&](const std::optional<std::int64_t>& limit) {
    return limit && number && *number > *limit;
  };
  const auto among = [&](const std::vector<std::string>& values) {
    return std::find(values.begin(), values.end(), low) != values.end();
  };
  if (among(weak) || above(weak_above)) return Worth::weak;
  return among(medium) || above(medium_above) ? Worth::medium : Worth::good;
}

const Ladders& sshd_ladders() {
  return tables().at("sshd");
}
const Ladders& sysctl_ladders() {
  return tables().at("sysctl");
}

std::optional<std::int64_t> day_of(std::string_view date) {
  if (date.size() != 10) return std::nullopt;
  const auto at = parse_time(date, std::chrono::minutes{0});
  if (!at) return std::nullopt;
  return std::chrono::floor<std::chrono::hours>(at->time_since_epoch()).count() / 24;
}

Release release_of(std::string_view id, std::string_view version) {
  static const yaml::Node kTop = yaml::parse_canonical(embedded::round_releases.canonical, "releases.yaml");
  Release out;
  const yaml::Node* versions = kTop.find(id);
  if (versions == nullptr) return out;
  out.known = true;
  const yaml::Node* last = versions->find(version);
  if (last == nullptr) last = versions->find(version.substr(0, version.find('.')));
  if (last != nullptr) out.last = day_of(last->value());
  return out;
}

}  // namespace jaga::round
