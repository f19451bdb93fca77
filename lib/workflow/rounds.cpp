#include "workflow/rounds.hpp"

#include <algorithm>
#include <set>

#include "base/duration.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "round/changes.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {
namespace {

std::shared_ptr<const round::Round> base_of(const Office& office, const round::Round& changes,
                                            std::string_view file) {
  const round::Base& base = *changes.base;
  const std::string path = store::round_path(changes.installation, base.at);
  const std::optional<std::string> bytes =
      store::parse_round_path(path) ? office.directory->read(path, store::kMostRound) : std::nullopt;
  if (!bytes) {
    throw Error{ExitCode::no_input,
                msg("'{file}' contains only the changes since '{base}', which is missing here",
                    {{"file", printable(file)}, {"base", printable(path)}}),
                msg("put both into the same working directory")};
  }
  auto full = std::make_shared<round::Round>(round::read(*bytes, path));
  if (sha256(*bytes) != base.digest || full->base || full->partial) {
    throw Error{ExitCode::data, msg("'{base}' is not the complete round to which '{file}' has the changes",
                                    {{"file", printable(file)}, {"base", printable(path)}})};
  }
  return full;
}

}  // namespace

StoredRound load_round(const Office& office, const store::RoundName& name) {
  const std::string bytes = store::read_round(*office.directory, name);
  StoredRound stored;
  stored.path = name.path;
  stored.digest = sha256(bytes);
  stored.round = round::read(bytes, name.path);
  if (!stored.round.base) {
    stored.base = {stored.digest, stored.round.at, 0};
    return stored;
  }
  stored.base = *stored.round.base;
  stored.full = base_of(office, stored.round, name.path);
  stored.round = round::complete(std::move(stored.round), *stored.full);
  return stored;
}

round::Round whole_round(const Office& office, std::string_view bytes, std::string_view file) {
  round::Round round = round::read(bytes, file);
  if (!round.base) return round;
  const auto full = base_of(office, round, file);
  return round::complete(std::move(round), *full);
}

SeenFirst seen_first(const Office& office, const round::Result& failure, const round::Round& newest) {
  SeenFirst seen{std::min(failure.since, newest.at), newest.at};
  // Once it is confirmed it stays so until it is well: of the rounds since then the first one that says so is
  // looked for by halves.
  if (!is_name(newest.installation)) return seen;  // one that was never stored
  std::vector<store::RoundName> rounds;
  for (std::size_t most = 64;; most *= 8) {
    rounds = store::newest_rounds(*office.directory, most, newest.installation, newest.at);
    if (rounds.size() < most || rounds.back().at < seen.first) break;
  }
  std::erase_if(rounds, [&](const store::RoundName& name) { return name.at < seen.first; });
  std::reverse(rounds.begin(), rounds.end());
  const auto confirms = [&](const store::RoundName& name) {
    try {
      const round::Round one = load_round(office, name).round;
      const round::Result* result = round::find(one, failure.host, failure.check, failure.object);
      return result != nullptr && result->hard && result->state == failure.state;
    } catch (const Error&) {
      return false;  // gone, or damaged
    }
  };
  const auto first = std::partition_point(rounds.begin(), rounds.end(),
                                          [&](const store::RoundName& name) { return !confirms(name); });
  if (first != rounds.end()) seen.confirmed = first->at;
  return seen;
}

std::vector<store::RoundName> recent_rounds(const Context& context,
                                            std::optional<std::string_view> installation) {
  return store::newest_rounds(*context.directory, round::kHistory, installation,
                              context.now() + std::chrono::hours{1});
}

namespace {

std::optional<std::chrono::milliseconds> usual_gap(const std::vector<store::RoundName>& names) {
  if (names.size() < 3) return std::nullopt;
  std::vector<std::chrono::milliseconds> gaps;
  for (std::size_t n = 1; n < names.size(); ++n) gaps.push_back(names[n - 1].at - names[n].at);
  std::sort(gaps.begin(), gaps.end());
  return gaps[gaps.size() / 2];
}

}  // namespace

std::optional<Instant> next_round(const Context& context, const round::Round& newest) {
  if (const auto every = parse_duration(newest.schedule)) return newest.at + *every;
  const auto gap = usual_gap(recent_rounds(context));
  return gap ? std::optional(newest.at + *gap) : std::nullopt;
}

bool RoundAge::overdue(Instant now) const {
  return gap && now - at > std::max<std::chrono::milliseconds>(2 * *gap, std::chrono::minutes{10});
}

std::optional<RoundAge> round_age(const Context& context) {
  const std::vector<store::RoundName> names = recent_rounds(context);
  if (names.empty()) return std::nullopt;
  return RoundAge{names.front().at, usual_gap(names)};
}

LatestRounds latest_rounds(const Context& context, const DamagedRound& damaged) {
  LatestRounds out;
  std::set<std::pair<std::string, std::string>> measured;  // host, source
  for (const store::RoundName& name : recent_rounds(context)) {
    StoredRound stored;
    try {
      stored = load_round(context, name);
    } catch (const Error& error) {
      if (!damaged || (error.code() != ExitCode::data && error.code() != ExitCode::no_input)) throw;
      damaged(name, error);
      continue;
    }
    round::Round& one = stored.round;
    if (out.rounds.empty()) {
      out.path = name.path;
      out.digest = stored.digest;
    }
    std::erase_if(one.results, [&](const round::Result& result) {
      return result.reason == round::Reason::cancelled || measured.contains({result.host, one.source});
    });
    for (const round::Result& result : one.results) measured.emplace(result.host, one.source);
    const bool whole = !one.partial;
    out.rounds.push_back(std::move(one));
    if (whole) break;
  }
  return out;
}

std::optional<store::RoundName> round_ahead(const Context& context) {
  const auto newest = store::newest_rounds(*context.directory, 1);
  if (newest.empty() || newest.front().at <= context.now() + std::chrono::hours{1}) return std::nullopt;
  return newest.front();
}

}  // namespace jaga::workflow
