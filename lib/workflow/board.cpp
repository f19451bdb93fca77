#include "workflow/board.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "register/register.hpp"
#include "round/round.hpp"
#include "sop/sop.hpp"
#include "statistics/damage.hpp"
#include "store/directory.hpp"
#include "store/rounds.hpp"
#include "workflow/analyze.hpp"
#include "workflow/damage_report.hpp"
#include "workflow/inbox.hpp"
#include "workflow/maintenance.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/rounds.hpp"
#include "workflow/summaries.hpp"

namespace jaga::workflow {
namespace {

using document::Board;
using document::BoardState;

constexpr int kDays = 90;
constexpr std::size_t kMostStates = 12'000;  // of hosts, that are read for the last 24 hours
constexpr std::size_t kMostNames = 3;        // of people on a card; more are named by their role

BoardState state_of(round::State state) {
  switch (state) {
    case round::State::ok:
      return BoardState::ok;
    case round::State::warning:
      return BoardState::warning;
    case round::State::critical:
      return BoardState::critical;
    case round::State::unknown:
      break;
  }
  return BoardState::unknown;
}

// The newest state of each host, back to the newest round that measured all of them.
struct Newest {
  std::map<std::string, round::State> states;
  std::optional<Instant> at;
  std::optional<Instant> expected;
};

Newest newest_states(const Context& context) {
  Newest out;
  const std::vector<store::RoundName> names = recent_rounds(context);
  for (const store::RoundName& name : names) {
    round::Round round;
    try {
      round = load_round(context, name).round;
    } catch (const Error& error) {
      if (error.code() != ExitCode::data && error.code() != ExitCode::no_input) throw;
      continue;
    }
    std::map<std::string, round::State> worst;
    for (const round::Result& result : round.results) {
      if (result.reason == round::Reason::cancelled) continue;
      const auto known = worst.try_emplace(result.host, round::State::ok).first;
      if (result.hard && round::badness(result.state) > round::badness(known->second))
        known->second = result.state;
    }
    out.states.merge(worst);
    if (!out.at) {
      out.at = round.at;
      if (const auto every = parse_duration(round.schedule)) out.expected = round.at + *every;
    }
    if (!round.partial) break;
  }
  // Rounds of a timer do not say how often they come: as often as the last ones did.
  if (out.at && !out.expected && names.size() > 2) {
    std::vector<std::chrono::milliseconds> gaps;
    for (std::size_t n = 1; n < names.size(); ++n) gaps.push_back(names[n - 1].at - names[n].at);
    std::sort(gaps.begin(), gaps.end());
    out.expected = *out.at + gaps[gaps.size() / 2];
  }
  return out;
}

std::string name_of(const Office& office, const std::string& id) {
  const registry::Person* person = office.registered ? office.registered->find_person(id) : nullptr;
  return person == nullptr || person->name.empty() ? id : person->name;
}

std::string who_acts(const Office& office, const incident::Due& due, Instant now, Language language) {
  if (due.only) return name_of(office, *due.only);
  if (office.registered) {
    const auto held = registry::holders(*office.registered, due.roles, now);
    std::vector<std::string> names;
    for (const std::string& id : held) names.push_back(name_of(office, id));
    if (!names.empty() && names.size() <= kMostNames) return join(names, ", ");
  }
  return office.sop->role_titles(due.roles, language);
}

std::vector<document::BoardCard> cards_of(const Context& context, Language language) {
  std::vector<document::BoardCard> out;
  for (const InboxEntry& entry : inbox(context, FinishedIncidents::none)) {
    document::BoardCard card;
    card.incident = entry.id;
    card.host = entry.host;
    card.title = entry.fault_text(language);
    if (card.title.empty()) card.title = entry.fault_key;
    if (!entry.damaged.empty()) {
      card.problem = entry.damaged.render(language);
    } else if (entry.due) {
      card.step = entry.due->step;
      card.who = who_acts(context, *entry.due, context.now(), language);
      card.worked = entry.net;
      card.standard = entry.standard;
      card.late = entry.late;
      card.paused = entry.standard && !entry.deadline;
    } else {
      continue;
    }
    out.push_back(std::move(card));
  }
  return out;
}

// The causes, and the hosts whose failures follow from them.
void add_causes(const fault::Diagnosis& diagnosis, Board& board, std::set<std::string>& roots,
                std::set<std::string>& affected) {
  for (const fault::Fault& fault : diagnosis.faults) {
    if (!fault.window.empty()) continue;
    std::set<std::string> others;
    for (const fault::Symptom& symptom : fault.symptoms)
      if (symptom.host != fault.host) others.insert(symptom.host);
    board.causes.push_back(
        {fault.host, fault.title, fault.object, fault.severity == fault::Severity::critical, others.size()});
    roots.insert(fault.host);
    affected.insert(others.begin(), others.end());
  }
}

void add_hosts(const Context& context, const Newest& newest, const std::set<std::string>& roots,
               const std::set<std::string>& affected, Board& board) {
  const std::vector<inventory::Window> windows = maintenance_windows(context);
  Days days = read_summarised_days(context, board.first_date);
  const Recent recent = read_recent(context, board.hosts, kMostStates);
  std::map<std::string, document::BoardSite> sites;
  for (const inventory::Host& host : context.inventory->hosts) {
    document::BoardHost one;
    one.name = host.name;
    one.parent = !host.parents.any.empty()   ? host.parents.any.front()
                 : !host.parents.all.empty() ? host.parents.all.front()
                                             : "";
    const auto state = newest.states.find(host.name);
    if (state != newest.states.end()) one.state = state_of(state->second);
    one.root = roots.contains(host.name);
    if (!one.root && affected.contains(host.name) && one.state != BoardState::ok)
      one.state = BoardState::affected;
    if (inventory::window_of(windows, host, context.now()) != nullptr) one.state = BoardState::maintenance;
    one.days = std::move(days.hosts[host.name]);
    if (const auto today = recent.today.find(host.name); today != recent.today.end())
      one.days[board.last_date] = today->second;
    if (const auto last = recent.last_day.find(host.name); last != recent.last_day.end())
      one.last_day = statistics::availability(last->second);
    document::BoardSite& site = sites[host.place.site];
    site.name = host.place.site;
    site.hosts.push_back(std::move(one));
  }
  for (auto& [name, site] : sites) board.sites.push_back(std::move(site));
}

void add_month(const Context& context, Board& board) {
  const std::chrono::minutes offset = board.calendar.utc_offset;
  const auto month = statistics::parse_month(statistics::month_text(board.printed, offset), offset);
  if (!month) return;
  const CountedIncidents counted = count_incidents(context, month->from);
  board.month = statistics::damage_of(counted.facts, *month, board.printed);
  for (const statistics::Tally& type : board.month.types) {
    const auto rule = office_rule(context, type.name);
    const std::string title = rule ? rule->title.in(board.calendar.language) : std::string();
    board.type_names.emplace_back(type.name, title.empty() ? type.name : title);
  }
}

}  // namespace

document::Board board_of(const ActingContext& context, Language language) {
  Board board;
  board.calendar = {language, context.sop->calendar.utc_offset};
  board.organisation = context.settings->organisation;
  board.printed = context.now();
  board.last_date = date_text(board.printed, board.calendar.utc_offset);
  board.first_date = date_after(board.last_date, 1 - kDays);
  board.hosts = context.inventory->hosts.size();
  const Newest newest = newest_states(context);
  board.measured = newest.at;
  board.expected = newest.expected;
  std::set<std::string> roots;
  std::set<std::string> affected;
  if (newest.at) {
    AnalyzeOptions looking;
    looking.dry_run = true;
    add_causes(analyze(context, looking).diagnosis, board, roots, affected);
  }
  board.cards = cards_of(context, language);
  add_hosts(context, newest, roots, affected, board);
  add_month(context, board);
  return board;
}

std::string refresh_board(const ActingContext& context) {
  const std::string& file = context.settings->board;
  if (file.empty()) return {};
  context.directory->replace(file, document::board_html(board_of(context, context.settings->language)));
  return file;
}

}  // namespace jaga::workflow
