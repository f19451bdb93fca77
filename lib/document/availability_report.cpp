#include "document/availability_report.hpp"

#include <algorithm>

#include "base/date.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "document/words.hpp"

namespace jaga::document {
namespace {

using record::HostDay;
using statistics::DayLook;
using statistics::HostDays;

constexpr std::size_t kMostStrips = 60;  // hosts in the figure, those with the least availability
constexpr std::size_t kMostCells = 92;   // days in it, the newest

std::vector<std::string> dates_of(const AvailabilityReport& of) {
  std::vector<std::string> out;
  for (std::string date = of.first; date <= of.last; date = add_days(date, 1)) out.push_back(date);
  return out;
}

struct Row {
  const std::string* host;
  const HostDays* days;
  HostDay sum;
  std::optional<std::int64_t> available;
};

// The least available first; those that were not measured last.
std::vector<Row> rows_of(const AvailabilityReport& of) {
  std::vector<Row> rows;
  for (const auto& [host, days] : of.hosts) {
    const HostDay sum = statistics::sum_of(days, of.first, of.last);
    rows.push_back({&host, &days, sum, statistics::availability(sum)});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.available.value_or(20'000) < b.available.value_or(20'000);
  });
  return rows;
}

// Each state has a shape of its own, for print in black and white.
std::string cell(double x, double y, double width, double height, DayLook look) {
  const std::string box =
      formatted("x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"", x, y, width, height);
  switch (look) {
    case DayLook::none:
      return formatted(
          "<rect {} fill=\"none\" stroke=\"#999\" stroke-width=\".4\" stroke-dasharray=\"1 1\"/>", box);
    case DayLook::ok:
      return formatted("<rect {} fill=\"#ddd\" stroke=\"#777\" stroke-width=\".4\"/>", box);
    case DayLook::warning:
      return formatted(
          "<rect {0} fill=\"#ddd\" stroke=\"#000\" stroke-width=\".4\"/><path d=\"M{1:.1f} {2:.1f}L{3:.1f} "
          "{4:.1f}\" "
          "stroke=\"#000\" stroke-width=\"1\"/>",
          box, x, y + height, x + width, y);
    case DayLook::critical:
      return formatted("<rect {} fill=\"#000\"/>", box);
    case DayLook::unknown:
      return formatted(
          "<rect {0} fill=\"#fff\" stroke=\"#000\" stroke-width=\".4\"/><circle cx=\"{1:.1f}\" "
          "cy=\"{2:.1f}\" r=\"1.2\"/>",
          box, x + width / 2, y + height / 2);
    case DayLook::maintenance:
      return formatted(
          "<rect {0} fill=\"#fff\" stroke=\"#000\" stroke-width=\".4\"/><path d=\"M{1:.1f} {2:.1f}h{3:.1f}\" "
          "stroke=\"#000\" stroke-width=\"1.4\"/>",
          box, x, y + height / 2, width);
  }
  return {};
}

Figure strips(const AvailabilityReport& of, const std::vector<Row>& rows) {
  const Language language = of.calendar.language;
  Figure figure;
  std::vector<std::string> dates = dates_of(of);
  if (dates.size() > kMostCells) dates.erase(dates.begin(), dates.end() - kMostCells);
  const std::size_t count = std::min(rows.size(), kMostStrips);
  constexpr double kLeft = 120, kWidth = 640, kRow = 12, kHigh = 9, kTop = 14;
  const double slot = (kWidth - kLeft) / static_cast<double>(dates.size());
  const double bottom = kTop + kRow * static_cast<double>(count);
  std::string svg = formatted(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"100%\" "
      "font-family=\"Liberation Sans, Arial, sans-serif\" font-size=\"8\" role=\"img\">\n",
      kWidth, bottom + 22);
  svg += formatted("<text x=\"{:.1f}\" y=\"9\">", kLeft) + html_text(of.calendar.date_of(dates.front())) +
         "</text>";
  svg += formatted("<text x=\"{:.1f}\" y=\"9\" text-anchor=\"end\">", kWidth) +
         html_text(of.calendar.date_of(dates.back())) + "</text>\n";
  for (std::size_t n = 0; n < count; ++n) {
    const Row& row = rows[n];
    const double y = kTop + kRow * static_cast<double>(n);
    svg += formatted("<text x=\"0\" y=\"{:.1f}\">", y + 8) + html_text(shortened(*row.host, 26)) + "</text>";
    for (std::size_t day = 0; day < dates.size(); ++day) {
      const auto found = row.days->find(dates[day]);
      svg += cell(kLeft + slot * static_cast<double>(day) + 0.3, y, std::max(slot - 0.6, 0.6), kHigh,
                  statistics::look_of(found == row.days->end() ? nullptr : &found->second));
    }
    svg += "\n";
    figure.in_words.push_back(*row.host + ": " + availability_text(row.available, language));
  }
  double x = 0;
  for (const DayLook look : {DayLook::ok, DayLook::warning, DayLook::critical, DayLook::unknown,
                             DayLook::maintenance, DayLook::none}) {
    svg += cell(x, bottom + 8, 9, kHigh, look);
    svg += formatted("<text x=\"{:.1f}\" y=\"{:.1f}\">", x + 12, bottom + 16) +
           html_text(look_text(look, language)) + "</text>";
    x += 104;
  }
  svg += "\n</svg>\n";
  figure.svg = std::move(svg);
  figure.caption = msg("The worst state of each day").render(language);
  return figure;
}

}  // namespace

std::string availability_text(std::optional<std::int64_t> hundredths, Language language) {
  if (!hundredths) return "-";
  return formatted("{}{}{:02} %", *hundredths / 100, language == Language::indonesian ? "," : ".",
                   *hundredths % 100);
}

std::string look_text(DayLook look, Language language) {
  switch (look) {
    case DayLook::ok:
      return word("ok", language);
    case DayLook::warning:
      return word("warning", language);
    case DayLook::critical:
      return word("critical", language);
    case DayLook::unknown:
      return word("unknown", language);
    case DayLook::maintenance:
      return msg("maintenance").render(language);
    case DayLook::none:
      break;
  }
  return msg("not measured").render(language);
}

Document availability_report(const AvailabilityReport& of) {
  const Calendar& calendar = of.calendar;
  const auto text = [&](const Message& message) { return message.render(calendar.language); };
  const auto time = [&](std::int64_t minutes) {
    return minutes == 0 ? std::string("-") : calendar.span(std::chrono::minutes{minutes});
  };
  Document out;
  out.title = text(msg("Availability from {from} to {until}",
                       {{"from", calendar.date_of(of.first)}, {"until", calendar.date_of(of.last)}}));
  out.language = calendar.language;
  out.made = format_seconds(of.printed);
  out.begin("identity");
  out.add(Pairs{{{text(msg("Organisation")), of.organisation}}});
  out.begin("hosts");
  Table table{{text(msg("Device")), text(msg("Site")), text(msg("Available")), text(msg("Measured")),
               text(msg("Critical")), text(msg("Warning")), text(msg("Not known")), text(msg("Maintenance"))},
              {}};
  table.widths = {22, 14, 11, 13, 11, 11, 9, 9};
  out.data = Table{{"host", "date", "ok_minutes", "warning_minutes", "critical_minutes", "unknown_minutes",
                    "maintenance_minutes", "failed"},
                   {}};
  const std::vector<Row> rows = rows_of(of);
  for (const Row& row : rows) {
    const auto site = of.sites.find(*row.host);
    table.rows.push_back({*row.host, site == of.sites.end() || site->second.empty() ? "-" : site->second,
                          availability_text(row.available, calendar.language), time(row.sum.measured()),
                          time(row.sum.critical), time(row.sum.warning), time(row.sum.unknown),
                          time(row.sum.maintenance)});
    table.tones.push_back(!row.available ? Tone::dim : row.sum.critical > 0 ? Tone::red : Tone::none);
    for (const auto& [date, day] : *row.days)
      if (date >= of.first && date <= of.last)
        out.data->rows.push_back({*row.host, date, std::to_string(day.ok), std::to_string(day.warning),
                                  std::to_string(day.critical), std::to_string(day.unknown),
                                  std::to_string(day.maintenance), join(day.failed, " ")});
  }
  if (rows.empty())
    out.add(Paragraph{text(msg("There are no devices."))});
  else
    out.add(std::move(table));
  if (!rows.empty()) {
    out.begin("figure");
    out.add(strips(of, rows));
  }
  if (!of.remarks.empty()) {
    out.begin("remarks");
    List list;
    for (const Message& one : of.remarks) list.items.push_back(text(one));
    out.add(std::move(list));
  }
  out.begin("definitions");
  out.add(Paragraph{
      text(msg(
          "Available: the share of the measured time in which no check of the device was in confirmed "
          "critical state, rounded down to two decimals. Maintenance windows, and time in which its state "
          "was not known, are left out. A measurement counts until the next one, and at most one hour.")),
      Paragraph::Style::small});
  return out;
}

yaml::Node values(const AvailabilityReport& of) {
  using yaml::Node;
  Node hosts = Node::list();
  for (const Row& row : rows_of(of)) {
    Node days = Node::list();
    for (const auto& [date, day] : *row.days) {
      if (date < of.first || date > of.last) continue;
      days.add(Node::map()
                   .set("date", date)
                   .set("ok", day.ok)
                   .set("warning", day.warning)
                   .set("critical", day.critical)
                   .set("unknown", day.unknown)
                   .set("maintenance", day.maintenance)
                   .set("failed", Node::texts(day.failed)));
    }
    const auto site = of.sites.find(*row.host);
    Node host = Node::map();
    host.set("host", *row.host).set("site", site == of.sites.end() ? "" : site->second);
    host.set("available", availability_text(row.available, of.calendar.language));
    if (row.available) host.set("available_hundredths", *row.available);
    host.set("measured", row.sum.measured())
        .set("critical", row.sum.critical)
        .set("warning", row.sum.warning);
    host.set("unknown", row.sum.unknown).set("maintenance", row.sum.maintenance);
    host.set("days", std::move(days));
    hosts.add(std::move(host));
  }
  Node remarks = Node::list();
  for (const Message& one : of.remarks) remarks.add(Node::text(one.render(of.calendar.language)));
  return Node::map()
      .set("from", of.first)
      .set("until", of.last)
      .set("hosts", std::move(hosts))
      .set("remarks", std::move(remarks));
}

}  // namespace jaga::document
