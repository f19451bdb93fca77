#include "workflow/summaries.hpp"

#include <algorithm>
#include <set>

#include "base/date.hpp"
#include "base/debug.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "register/register.hpp"
#include "round/states.hpp"
#include "sop/sop.hpp"
#include "statistics/day.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "store/rounds.hpp"
#include "store/summaries.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/doubt.hpp"
#include "workflow/incidents.hpp"
#include "workflow/maintenance.hpp"
#include "workflow/rounds.hpp"

namespace jaga::workflow {
namespace {

using statistics::TimeSpan;

// Days that have no summary here are computed from rounds; so many, today among them.
constexpr int kMostComputed = 3;

std::chrono::minutes offset_of(const Office& office) {
  return office.sop->calendar.utc_offset;
}

// The rounds of an installation from an hour before the day until its end, the oldest first.
std::vector<store::RoundName> rounds_of(const Office& office, const std::string& installation, Instant from,
                                        Instant until) {
  std::vector<store::RoundName> out;
  const Instant first = from - statistics::kLongestGap;
  const auto day_of = [](Instant at) { return std::chrono::floor<std::chrono::days>(at); };
  for (auto day = day_of(first); day <= day_of(until); day += std::chrono::days{1}) {
    const std::string path = store::round_path(installation, Instant{day});
    const std::string directory = path.substr(0, path.rfind('/'));
    for (const store::Item& item : office.directory->list(directory)) {
      const auto name = store::parse_round_path(directory + "/" + item.name);
      if (name && item.kind == store::Item::Kind::file && name->at >= first && name->at < until)
        out.push_back(*name);
    }
  }
  std::sort(out.begin(), out.end(),
            [](const store::RoundName& a, const store::RoundName& b) { return a.at < b.at; });
  return out;
}

// The rounds of what workers of other sites measured while they could not be asked, the oldest first.
std::vector<store::RoundName> site_rounds(const Office& office, Instant from, Instant until) {
  std::vector<store::RoundName> out;
  for (const std::string& installation : store::site_installations(*office.directory))
    for (store::RoundName& name : rounds_of(office, installation, from, until))
      out.push_back(std::move(name));
  std::sort(out.begin(), out.end(),
            [](const store::RoundName& a, const store::RoundName& b) { return a.at < b.at; });
  return out;
}

// A host whose site was silent is known by what its site measured about that time, and came later: the round
// then says nothing of it, nor what it carries.
void leave_to_sites(const Context& context, round::Round& round, const std::vector<store::RoundName>& sites) {
  // The first slot of a standing order is at most two and a half intervals after the last order.
  std::chrono::milliseconds about = std::chrono::minutes{15};
  if (context.settings->fleet) about = std::max(about, context.settings->fleet->standing * 5 / 2);
  std::set<std::string> near;  // the sites that measured then
  for (const store::RoundName& name : sites)
    if (name.at >= round.at - about && name.at <= round.at + about) near.insert(name.installation);
  if (near.empty() || !context.inventory) return;
  std::set<std::string> left;  // hosts
  for (const round::Result& result : round.results) {
    if (result.reason != round::Reason::site_silent) continue;
    const inventory::Host* host = context.inventory->find(result.host);
    if (host != nullptr && near.contains(store::site_installation(host->place.site))) left.insert(host->name);
  }
  for (round::Result& result : round.results)
    if (left.contains(result.host)) result.reason = round::Reason::cancelled;
}

// What the states of a round were; whole, where it has only the changes.
round::Round states_of(const Office& office, const store::RoundName& name) {
  if (auto states = round::read_states(store::read_round(*office.directory, name))) return std::move(*states);
  return load_round(office, name).round;
}

statistics::WindowsOf windows_of(const Context& context) {
  const auto windows = std::make_shared<std::vector<inventory::Window>>(maintenance_windows(context));
  return [&context, windows](const std::string& name) {
    std::vector<TimeSpan> out;
    const inventory::Host* host = context.inventory ? context.inventory->find(name) : nullptr;
    if (host == nullptr) return out;
    for (const inventory::Window& window : *windows)
      if (inventory::window_of(std::span(&window, 1), *host, window.from) != nullptr)
        out.push_back({window.from, window.until});
    return out;
  };
}

struct Counted {
  std::int64_t rounds = 0;
  std::vector<record::HostDay> hosts;
  std::vector<Message> remarks;  // rounds that are damaged
};

Counted count_day(const Context& context, const std::string& installation, const std::string& date) {
  const Instant from = midnight_of(date, offset_of(context));
  const Instant until = midnight_of(add_days(date, 1), offset_of(context));
  std::vector<store::RoundName> names =
      rounds_of(context, installation, from, std::min(until, context.now()));
  std::vector<store::RoundName> sites;
  if (installation == context.installation)
    sites = site_rounds(context, from, std::min(until, context.now()));
  const auto own = static_cast<std::ptrdiff_t>(names.size());
  names.insert(names.end(), sites.begin(), sites.end());
  std::inplace_merge(names.begin(), names.begin() + own, names.end(),
                     [](const store::RoundName& a, const store::RoundName& b) { return a.at < b.at; });
  Counted out;
  if (names.empty()) return out;
  statistics::DayCount day(from, std::min(until, context.now()), windows_of(context));
  for (const store::RoundName& name : names) {
    if (context.stop.stop_requested()) throw Error{ExitCode::interrupted, msg("interrupted")};
    try {
      round::Round states = states_of(context, name);
      leave_to_sites(context, states, sites);
      day.add(states);
    } catch (const Error& error) {
      // One that is damaged or has lost its base measured nothing.
      if (error.code() != ExitCode::data && error.code() != ExitCode::no_input) throw;
      out.remarks.push_back(not_counted(name.path, error.message()));
      debug("summary", "{}: {}", name.path, error.message().render(Language::english));
    }
  }
  out.rounds = day.rounds();
  out.hosts = day.finish();
  return out;
}

// Also true for an invalid file: audit reports it, and it is not replaced.
bool has_summary(const Context& context, const std::string& date) {
  try {
    return context.directory->exists(record::summary_path(context.installation, date));
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
    return true;
  }
}

// Whether a round began on that day. What was measured in the hour before it is part of it, but not a reason
// to count it.
bool has_rounds(const Context& context, const std::string& date) {
  const Instant from = midnight_of(date, offset_of(context));
  const auto names =
      rounds_of(context, context.installation, from, midnight_of(add_days(date, 1), offset_of(context)));
  return std::any_of(names.begin(), names.end(),
                     [&](const store::RoundName& name) { return name.at >= from; });
}

// Why a summary is not believed; empty: it is.
Message not_believed(const Office& office, const record::DaySummary& summary, const std::string& path,
                     bool well_signed) {
  if (!well_signed) return msg("its signature is missing or invalid");
  const registry::Register* then = register_at(office, summary.register_head);
  if (then == nullptr) return msg("it was written with a version of the register that is missing here");
  const registry::Person* owner = then->owner(summary.key);
  if (owner == nullptr || owner->id != summary.by.person || !owner->holds(summary.key))
    return msg("it is signed with a key that was not a current key of '{person}'",
               {{"person", summary.by.person}});
  return doubt(office, summary.by, summary.key, summary.at, summary.register_head, path, summary.digest);
}

void keep(Days& days, const std::string& date, const record::HostDay& day) {
  record::HostDay& known = days.hosts[day.host][date];
  if (known.host.empty() || day.measured() > known.measured()) known = day;
}

// The dates that summaries of this installation cover.
std::set<std::string> read_summaries(const Context& context, Days& days) {
  std::set<std::string> own;
  std::vector<record::DaySummary> summaries;
  std::vector<std::string> paths;
  std::vector<std::string> signatures;
  const auto refuse = [&](const std::string& path, Message why) {
    days.remarks.push_back(not_counted(path, std::move(why)));
  };
  const store::SummaryListing listing = store::list_summaries(*context.directory, days.first);
  for (const std::string& path : listing.irregular)
    refuse(path, msg("it is a symbolic link or not a regular file, which jaga never writes"));
  for (const record::SummaryName& name : listing.names) {
    if (name.date > days.last) continue;
    try {
      summaries.push_back(store::read_summary(*context.directory, name, context.settings->repo));
      signatures.push_back(store::read_signature(*context.directory, name.path).value_or(""));
      paths.push_back(name.path);
    } catch (const Error& error) {
      if (error.code() != ExitCode::data && error.code() != ExitCode::no_input) throw;
      summaries.resize(paths.size());
      signatures.resize(paths.size());
      refuse(name.path, error.message());
    }
  }
  std::vector<sign::Check> checks;
  for (std::size_t n = 0; n < summaries.size(); ++n) checks.push_back({summaries[n].bytes, signatures[n]});
  sign::verify_each(checks, sign::kRecordNamespace);
  for (std::size_t n = 0; n < summaries.size(); ++n) {
    const record::DaySummary& one = summaries[n];
    const bool good = checks[n].signer && checks[n].signer->fingerprint() == one.key;
    if (Message why = not_believed(context, one, paths[n], good); !why.empty()) {
      refuse(paths[n], std::move(why));
      continue;
    }
    if (one.installation == context.installation) own.insert(one.date);
    for (const record::HostDay& day : one.hosts) keep(days, one.date, day);
  }
  return own;
}

}  // namespace

Message not_counted(const std::string& file, Message why) {
  return msg("'{file}' is not counted: {what}", {{"file", printable(file)}}).with("what", std::move(why));
}

std::vector<std::string> write_summaries(const ActingContext& context) {
  std::vector<std::string> written;
  if (!context.registered || context.installation.empty()) return written;
  const std::string today = iso_date(context.now() - kDaySettles, offset_of(context));
  std::optional<Actor> actor;
  bool looked = false;
  for (int back = kDaysBack; back >= 1; --back) {
    const std::string date = add_days(today, -back);
    if (has_summary(context, date) || !has_rounds(context, date)) continue;
    if (!looked) actor = acting_machine(context);
    looked = true;
    if (!actor) return written;
    Counted counted = count_day(context, context.installation, date);
    if (counted.rounds == 0) continue;  // all are damaged
    record::DaySummary summary;
    summary.repo = context.settings->repo;
    summary.installation = context.installation;
    summary.date = date;
    summary.utc_offset = offset_of(context).count();
    summary.id = random_id(context.random);
    summary.register_head = context.registered->head;
    summary.at = context.now();
    summary.by = {actor->person, actor->roles.front()};
    summary.key = actor->key;
    summary.rounds = counted.rounds;
    summary.hosts = std::move(counted.hosts);
    record::fit_summary(summary);
    summary = record::make_day_summary(summary);
    const std::string signature = actor->signer->sign(summary.bytes, sign::kRecordNamespace, context.stop);
    try {
      written.push_back(store::publish_summary(*context.directory, summary, signature));
    } catch (const Error& error) {
      if (error.code() != ExitCode::cant_create) throw;  // another process was first
    }
  }
  return written;
}

Days read_summarised_days(const Context& context, const std::string& from) {
  Days days;
  days.first = from;
  days.last = iso_date(context.now(), offset_of(context));
  (void)read_summaries(context, days);
  return days;
}

Recent read_recent(const Context& context, std::size_t hosts, std::size_t most) {
  constexpr std::size_t kLeastRounds = 6;
  Recent out;
  const Instant now = context.now();
  const Instant day_ago = now - std::chrono::hours{24};
  const Instant midnight = midnight_of(iso_date(now, offset_of(context)), offset_of(context));
  if (context.installation.empty()) return out;
  const std::vector<store::RoundName> names =
      rounds_of(context, context.installation, day_ago, now + std::chrono::milliseconds{1});
  const std::size_t wanted = std::max(kLeastRounds, most / std::max<std::size_t>(hosts, 1));
  statistics::DayCount last(day_ago, now, windows_of(context));
  statistics::DayCount today(midnight, now, windows_of(context));
  const std::size_t count = std::min(wanted, names.size());
  for (std::size_t n = 0; n < count; ++n) {
    // The newest is among them.
    const store::RoundName& name = names[(n + 1) * names.size() / count - 1];
    try {
      const round::Round round = states_of(context, name);
      last.add(round);
      today.add(round);
    } catch (const Error& error) {
      if (error.code() != ExitCode::data && error.code() != ExitCode::no_input) throw;
      out.remarks.push_back(not_counted(name.path, error.message()));
    }
  }
  for (record::HostDay& day : last.finish()) out.last_day.emplace(day.host, std::move(day));
  for (record::HostDay& day : today.finish()) out.today.emplace(day.host, std::move(day));
  return out;
}

Days read_days(const Context& context, const std::string& from, const std::string& until) {
  Days days;
  days.first = from;
  const std::string today = iso_date(context.now(), offset_of(context));
  days.last = std::min(until, today);
  const std::set<std::string> own = read_summaries(context, days);
  if (context.installation.empty()) return days;
  for (int back = 0; back < kMostComputed; ++back) {
    const std::string date = add_days(today, -back);
    if (date < days.first || date > days.last || own.contains(date)) continue;
    Counted counted = count_day(context, context.installation, date);
    if (counted.rounds > 0)  // else it will have no summary either
      for (const record::HostDay& day : counted.hosts) keep(days, date, day);
    for (Message& remark : counted.remarks)
      if (std::find(days.remarks.begin(), days.remarks.end(), remark) == days.remarks.end())
        days.remarks.push_back(std::move(remark));
  }
  return days;
}

}  // namespace jaga::workflow
