// The board without drawings: as blocks, and as values.
#include <array>
#include <chrono>
#include <map>

#include "base/date.hpp"
#include "base/text.hpp"
#include "document/availability_report.hpp"
#include "document/board.hpp"
#include "document/damage_report.hpp"
#include "document/paper_parts.hpp"
#include "fault/diagnose.hpp"

namespace jaga::document {
namespace {

using statistics::DayLook;
using statistics::HostDays;

// The worst first. What is affected is known to be out of reach, and what is not known may be anything.
constexpr std::array kWorstFirst = {BoardState::critical, BoardState::affected,    BoardState::unknown,
                                    BoardState::none,     BoardState::maintenance, BoardState::warning};

std::vector<const BoardHost*> hosts_of(const Board& board) {
  std::vector<const BoardHost*> out;
  for (const BoardSite& site : board.sites)
    for (const BoardHost& host : site.hosts) out.push_back(&host);
  return out;
}

std::optional<DayLook> look_of(BoardState state) {
  switch (state) {
    case BoardState::none:
      return DayLook::none;
    case BoardState::ok:
      return DayLook::ok;
    case BoardState::warning:
      return DayLook::warning;
    case BoardState::critical:
      return DayLook::critical;
    case BoardState::unknown:
      return DayLook::unknown;
    case BoardState::maintenance:
      return DayLook::maintenance;
    case BoardState::affected:
      break;
  }
  return std::nullopt;
}

std::map<DayLook, std::int64_t> looks_of(const HostDays& days, const std::string& first,
                                         const std::string& last) {
  std::map<DayLook, std::int64_t> out;
  for (std::string date = first; date <= last; date = add_days(date, 1)) {
    const auto day = days.find(date);
    ++out[statistics::look_of(day == days.end() ? nullptr : &day->second)];
  }
  return out;
}

}  // namespace

std::string_view state_name(BoardState state) {
  constexpr std::string_view kNames[] = {"none",    "ok",       "warning",    "critical",
                                         "unknown", "affected", "maintenance"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view sign_of(BoardState state) {
  constexpr std::string_view kSigns[] = {"\u2013", "\u2713", "!", "\u2717", "?", "\u2937", "\u2699"};
  return kSigns[static_cast<std::size_t>(state)];
}

std::string state_text(BoardState state, Language language) {
  const auto look = look_of(state);
  return look ? look_text(*look, language) : msg("out of reach").render(language);
}

Headline headline_of(const std::vector<const BoardHost*>& hosts, const Calendar& calendar) {
  const Language language = calendar.language;
  if (hosts.empty()) return {msg("There are no devices").render(language), BoardState::none};
  std::map<BoardState, std::int64_t> counts;
  for (const BoardHost* host : hosts) ++counts[host->state];
  if (counts[BoardState::ok] == static_cast<std::int64_t>(hosts.size()))
    return {(hosts.size() == 1 ? msg("The device works")
                               : msg("All {count} devices work",
                                     {{"count", calendar.number(static_cast<std::int64_t>(hosts.size()))}}))
                .render(language),
            BoardState::ok};
  Headline out;
  std::vector<std::string> others;
  for (const BoardState state : kWorstFirst) {
    if (counts[state] == 0) continue;
    if (others.empty()) out.state = state;
    others.push_back(state_text(state, language) + ": " + calendar.number(counts[state]));
  }
  out.text = msg("{count} of {all} devices work ({others})",
                 {{"count", calendar.number(counts[BoardState::ok] + counts[BoardState::warning])},
                  {"all", calendar.number(static_cast<std::int64_t>(hosts.size()))},
                  {"others", join(others, ", ")}})
                 .render(language);
  return out;
}

Headline headline_of(const Board& board) {
  const Language language = board.calendar.language;
  if (!board.measured) return {msg("Nothing was measured yet").render(language), BoardState::none};
  if (!board.causes.empty())
    return {counted(board.causes.size(), msg("1 cause of failures"), msg("{count} causes of failures"))
                .render(language),
            BoardState::critical};
  if (board.printed - *board.measured > fault::kStale)
    return {msg("Nothing was measured since {time}", {{"time", board.calendar.moment(*board.measured)}})
                .render(language),
            BoardState::none};
  return headline_of(hosts_of(board), board.calendar);
}

std::string days_text(const HostDays& days, const std::string& first, const std::string& last,
                      const Calendar& calendar) {
  std::vector<std::string> words;
  for (const auto& [look, count] : looks_of(days, first, last))
    words.push_back(
        (count == 1 ? msg("1 day {state}", {{"state", look_text(look, calendar.language)}})
                    : msg("{count} days {state}",
                          {{"count", calendar.number(count)}, {"state", look_text(look, calendar.language)}}))
            .render(calendar.language));
  return join(words, ", ");
}

std::optional<std::int64_t> share_of(const HostDays& days, const Board& board, int count) {
  return statistics::availability(
      statistics::sum_of(days, add_days(board.last_date, 1 - count), board.last_date));
}

std::string type_name(const Board& board, const std::string& type) {
  for (const auto& [id, title] : board.type_names)
    if (id == type) return title;
  return type;
}

Table board_steps(const Board& board) {
  const Calendar& calendar = board.calendar;
  const auto text = [&](const Message& message) { return message.render(calendar.language); };
  Table out{{text(msg("Activity")), text(msg("Standard")), text(msg("Attempts")), text(msg("In time")),
             text(msg("Late")), text(msg("Median"))},
            {}};
  for (const statistics::StepFigures& step : board.month.steps) {
    const bool timed = step.standard.has_value();
    out.rows.push_back({std::to_string(out.rows.size() + 1) + ". " + step_title(step.step, calendar.language),
                        timed ? calendar.span(*step.standard) : "-", calendar.number(step.passes),
                        timed ? calendar.number(step.timed - step.late) : "-",
                        timed ? calendar.number(step.late) : "-",
                        step.median ? calendar.span(*step.median) : "-"});
    out.tones.push_back(step.late > 0 ? Tone::red : Tone::none);
  }
  return out;
}

Document board_document(const Board& board) {
  const Calendar& calendar = board.calendar;
  const Language language = calendar.language;
  const auto text = [&](const Message& message) { return message.render(language); };
  Document out;
  out.title = headline_of(board).text;
  out.language = language;
  out.made = format_seconds(board.printed);
  out.begin("now");
  List causes;
  for (const BoardCause& cause : board.causes) {
    std::string line =
        (cause.host.empty() ? text(msg("this machine")) : cause.host) + ": " + cause.title.in(language);
    if (!cause.object.empty()) line += " (" + cause.object + ")";
    if (cause.affected > 0)
      line += " - " + text(counted(cause.affected, msg("1 other device is affected"),
                                   msg("{count} other devices are affected")));
    causes.items.push_back(std::move(line));
  }
  if (!causes.items.empty()) out.add(std::move(causes));
  Pairs times;
  if (board.measured) times.rows.emplace_back(text(msg("Measured")), calendar.moment(*board.measured));
  if (board.expected) times.rows.emplace_back(text(msg("Next round")), calendar.moment(*board.expected));
  out.add(std::move(times));
  out.begin("waiting");
  out.add(Heading{text(msg("Waiting for action"))});
  Table cards{{text(msg("Device")), text(msg("Type of damage")), text(msg("Step that is due")),
               text(msg("who")), text(msg("Working time")), text(msg("Standard")), text(msg("Remark"))},
              {}};
  for (const BoardCard& card : board.cards) {
    cards.rows.push_back({card.host, card.title, card.problem.empty() ? step_title(card.step, language) : "-",
                          card.who, calendar.span(card.worked),
                          card.standard ? calendar.span(*card.standard) : "-",
                          !card.problem.empty() ? card.problem
                          : card.late           ? text(msg("over the time standard"))
                          : card.paused         ? text(msg("waiting for the vendor"))
                                                : ""});
    cards.tones.push_back(card.late || !card.problem.empty() ? Tone::red : Tone::none);
  }
  if (cards.rows.empty())
    out.add(Paragraph{text(msg("No incident is open."))});
  else
    out.add(std::move(cards));
  out.begin("availability");
  out.add(Heading{text(msg("Availability"))});
  Table rows{{text(msg("Device")), text(msg("Site")), text(msg("Parent")), text(msg("Now")),
              text(msg("24 h")), text(msg("30 days")), text(msg("90 days")),
              calendar.date_of(board.first_date) + " \u2013 " + calendar.date_of(board.last_date)},
             {}};
  const auto share = [&](const HostDays& days, int count) {
    return availability_text(share_of(days, board, count), language);
  };
  for (const BoardSite& site : board.sites)
    for (const BoardHost& host : site.hosts)
      rows.rows.push_back(
          {host.name, site.name.empty() ? "-" : site.name, host.parent.empty() ? "-" : host.parent,
           state_text(host.state, language) + (host.root ? " " + text(msg("(cause)")) : ""),
           availability_text(statistics::availability(host.last_day), language), share(host.days, 30),
           share(host.days, 90), days_text(host.days, board.first_date, board.last_date, calendar)});
  out.add(std::move(rows));
  if (!board.remarks.empty()) {
    List list;
    for (const Message& one : board.remarks) list.items.push_back(text(one));
    out.add(std::move(list));
  }
  out.begin("month");
  out.add(Heading{text(msg("This month: {month}", {{"month", calendar.month(board.month.period.from)}}))});
  Table types{{text(msg("Type of damage")), text(msg("Faults")), text(msg("Share"))}, {}};
  const std::int64_t all = board.month.faults();
  for (const statistics::Tally& type : board.month.types)
    types.rows.push_back({type_name(board, type.name), calendar.number(type.faults),
                          percent_text(statistics::permille(type.faults, all), language)});
  if (all == 0)
    out.add(Paragraph{text(msg("No fault began in this period."))});
  else
    out.add(std::move(types));
  out.add(board_steps(board));
  return out;
}

yaml::Node values(const Board& board) {
  using yaml::Node;
  const Language language = board.calendar.language;
  Node causes = Node::list();
  for (const BoardCause& one : board.causes)
    causes.add(Node::map()
                   .set("host", one.host)
                   .set("title", one.title.in(language))
                   .set("object", one.object)
                   .set("critical", one.critical)
                   .set("affected", static_cast<std::int64_t>(one.affected)));
  Node cards = Node::list();
  for (const BoardCard& one : board.cards) {
    Node card = Node::map();
    card.set("incident", one.incident)
        .set("host", one.host)
        .set("title", one.title)
        .set("step", sop::name(one.step));
    card.set("who", one.who).set("worked_ms", static_cast<std::int64_t>(one.worked.count()));
    if (one.standard) card.set("standard_ms", static_cast<std::int64_t>(one.standard->count()));
    card.set("late", one.late).set("paused", one.paused).set("problem", one.problem);
    cards.add(std::move(card));
  }
  Node hosts = Node::list();
  for (const BoardSite& site : board.sites)
    for (const BoardHost& one : site.hosts) {
      Node host = Node::map();
      host.set("host", one.name)
          .set("site", site.name)
          .set("state", state_name(one.state))
          .set("cause", one.root)
          .set("parent", one.parent);
      const auto share = [&](const char* key, const std::optional<std::int64_t>& value) {
        if (value) host.set(key, *value);
      };
      share("last_day_hundredths", statistics::availability(one.last_day));
      share("last_30_days_hundredths", share_of(one.days, board, 30));
      share("last_90_days_hundredths", share_of(one.days, board, 90));
      Node days = Node::map();
      for (const auto& [look, count] : looks_of(one.days, board.first_date, board.last_date))
        days.set(std::string(statistics::name(look)), count);
      host.set("days", std::move(days));
      hosts.add(std::move(host));
    }
  Node out = Node::map();
  out.set("headline", headline_of(board).text);
  out.set("organisation", board.organisation).set("printed", format_instant(board.printed));
  if (board.measured) out.set("measured", format_instant(*board.measured));
  if (board.expected) out.set("expected", format_instant(*board.expected));
  out.set("hosts", static_cast<std::int64_t>(board.hosts)).set("causes", std::move(causes));
  out.set("waiting", std::move(cards)).set("devices", std::move(hosts));
  out.set("faults", board.month.faults()).set("late", board.month.late());
  Node types = Node::list();
  for (const statistics::Tally& type : board.month.types)
    types.add(Node::map()
                  .set("type", type.name)
                  .set("title", type_name(board, type.name))
                  .set("faults", type.faults));
  out.set("types", std::move(types));
  Node steps = Node::list();
  for (const statistics::StepFigures& step : board.month.steps) {
    Node node = Node::map();
    node.set("step", sop::name(step.step)).set("passes", step.passes);
    node.set("in_time", step.timed - step.late).set("late", step.late);
    if (step.standard) node.set("standard_ms", static_cast<std::int64_t>(step.standard->count()));
    if (step.median) node.set("median_ms", static_cast<std::int64_t>(step.median->count()));
    steps.add(std::move(node));
  }
  out.set("steps", std::move(steps));
  Node remarks = Node::list();
  for (const Message& one : board.remarks) remarks.add(Node::text(one.render(language)));
  out.set("remarks", std::move(remarks));
  return out;
}

}  // namespace jaga::document
