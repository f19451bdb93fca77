// The board without drawings: as blocks, and as values.
#include <chrono>

#include "base/text.hpp"
#include "document/availability_report.hpp"
#include "document/board.hpp"
#include "document/paper_parts.hpp"

namespace jaga::document {
namespace {

using statistics::HostDays;

std::string date_before(const std::string& date, int days) {
  const Instant at = *parse_time(date, std::chrono::minutes{0}) - std::chrono::days{days};
  return format_instant(at).substr(0, 10);
}

}  // namespace

std::string_view state_name(BoardState state) {
  constexpr std::string_view kNames[] = {"none",    "ok",       "warning",    "critical",
                                         "unknown", "affected", "maintenance"};
  return kNames[static_cast<std::size_t>(state)];
}

Document board_document(const Board& board) {
  const Calendar& calendar = board.calendar;
  const Language language = calendar.language;
  const auto text = [&](const Message& message) { return message.render(language); };
  Document out;
  const auto hosts = static_cast<std::int64_t>(board.hosts);
  out.title =
      !board.measured ? text(msg("Nothing was measured yet"))
      : board.causes.empty()
          ? text(msg("All {count} devices work", {{"count", calendar.number(hosts)}}))
          : text(counted(board.causes.size(), msg("1 cause of failures"), msg("{count} causes of failures")));
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
                          : card.late           ? text(msg("over the standard"))
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
  Table rows{
      {text(msg("Device")), text(msg("Site")), text(msg("24 h")), text(msg("30 days")), text(msg("90 days"))},
      {}};
  const auto share = [&](const HostDays& days, int back) {
    return availability_text(statistics::availability(statistics::sum_of(
                                 days, date_before(board.last_date, back - 1), board.last_date)),
                             language);
  };
  for (const BoardSite& site : board.sites)
    for (const BoardHost& host : site.hosts)
      rows.rows.push_back({host.name, site.name.empty() ? "-" : site.name,
                           availability_text(host.last_day, language), share(host.days, 30),
                           share(host.days, 90)});
  out.add(std::move(rows));
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
          .set("cause", one.root);
      if (one.last_day) host.set("last_day_hundredths", *one.last_day);
      hosts.add(std::move(host));
    }
  Node out = Node::map();
  out.set("organisation", board.organisation).set("printed", format_instant(board.printed));
  if (board.measured) out.set("measured", format_instant(*board.measured));
  if (board.expected) out.set("expected", format_instant(*board.expected));
  out.set("hosts", static_cast<std::int64_t>(board.hosts)).set("causes", std::move(causes));
  out.set("waiting", std::move(cards)).set("devices", std::move(hosts));
  out.set("faults", board.month.faults()).set("late", board.month.late());
  return out;
}

}  // namespace jaga::document
