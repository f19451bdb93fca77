#include "workflow/board.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/date.hpp"
#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "fault/diagnose.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "register/register.hpp"
#include "register/tell.hpp"
#include "round/round.hpp"
#include "sop/sop.hpp"
#include "statistics/damage.hpp"
#include "store/directory.hpp"
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

// The worst confirmed state of each host. What was measured too long ago tells none.
std::map<std::string, round::State> states_of(const std::vector<round::Round>& rounds) {
  std::map<std::string, round::State> out;
  for (const round::Round& round : rounds) {
    if (rounds.front().at - round.at > fault::kStale) continue;
    for (const round::Result& result : round.results) {
      round::State& worst = out.try_emplace(result.host, round::State::ok).first->second;
      if (result.hard && round::badness(result.state) > round::badness(worst)) worst = result.state;
    }
  }
  return out;
}

std::string who_acts(const Office& office, const incident::Due& due, Instant now, Language language) {
  if (due.only) return registry::name_of(office.registered.get(), *due.only);
  if (office.registered) {
    const auto held = registry::holders(*office.registered, due.roles, now);
    std::vector<std::string> names;
    for (const std::string& id : held) names.push_back(registry::name_of(office.registered.get(), id));
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

void remark(Board& board, Message what) {
  if (std::find(board.remarks.begin(), board.remarks.end(), what) == board.remarks.end())
    board.remarks.push_back(std::move(what));
}

void add_hosts(const Context& context, const std::map<std::string, round::State>& states,
               const std::vector<inventory::Window>& windows, const std::set<std::string>& roots,
               const std::set<std::string>& affected, Board& board) {
  Days days = read_summarised_days(context, board.first_date);
  const Recent recent = read_recent(context, board.hosts, kMostStates);
  for (const std::vector<Message>& remarks : {days.remarks, recent.remarks})
    for (const Message& one : remarks) remark(board, one);
  std::map<std::string, document::BoardSite> sites;
  for (const inventory::Host& host : context.inventory->hosts) {
    document::BoardHost one;
    one.name = host.name;
    one.parent = !host.parents.any.empty()   ? host.parents.any.front()
                 : !host.parents.all.empty() ? host.parents.all.front()
                                             : "";
    if (const auto state = states.find(host.name); state != states.end()) one.state = state_of(state->second);
    one.root = roots.contains(host.name);
    if (!one.root && affected.contains(host.name) && one.state != BoardState::ok)
      one.state = BoardState::affected;
    if (inventory::window_of(windows, host, context.now()) != nullptr) one.state = BoardState::maintenance;
    one.days = std::move(days.hosts[host.name]);
    if (const auto today = recent.today.find(host.name); today != recent.today.end())
      one.days[board.last_date] = today->second;
    if (const auto last = recent.last_day.find(host.name); last != recent.last_day.end())
      one.last_day = last->second;
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
  board.month = statistics::damage_of(counted.facts, *month, board.printed, context.sop.get());
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
  board.last_date = iso_date(board.printed, board.calendar.utc_offset);
  board.first_date = add_days(board.last_date, 1 - kDays);
  board.hosts = context.inventory->hosts.size();
  const std::vector<inventory::Window> windows = maintenance_windows(context);
  const std::vector<round::Round> rounds =
      latest_rounds(context, [&](const store::RoundName& name, const Error& error) {
        remark(board, not_counted(name.path, error.message()));
      }).rounds;
  std::set<std::string> roots;
  std::set<std::string> affected;
  if (!rounds.empty()) {
    board.measured = rounds.front().at;
    board.expected = next_round(context, rounds.front());
    const OfficeRules rules = office_rules(context);
    for (const Error& wrong : rules.wrong) remark(board, wrong.message());
    add_causes(fault::diagnose(rounds, *context.inventory, rules.catalogue, windows, context.now()), board,
               roots, affected);
  }
  board.cards = cards_of(context, language);
  add_hosts(context, states_of(rounds), windows, roots, affected, board);
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
