// Drawings of papers: SVG that is legible in black and white.
#include <algorithm>
#include <array>
#include <vector>

#include "base/format.hpp"
#include "base/text.hpp"
#include "document/paper_parts.hpp"
#include "incident/clocks.hpp"

namespace jaga::document {
namespace {

constexpr const char* kFont = "font-family=\"Liberation Sans, Arial, sans-serif\"";
// More nights and days off than this are not drawn: they would be a grey area.
constexpr std::size_t kMostShades = 120;

std::string label(double x, double y, std::string_view text, std::string_view more = "") {
  return formatted("<text x=\"{:.1f}\" y=\"{:.1f}\" {}>", x, y, more) + html_text(text) + "</text>\n";
}

std::string rect(double x, double y, double width, double height, std::string_view more) {
  return formatted("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" {}/>\n", x, y,
                   std::max(width, 0.0), height, more);
}

std::string path(const std::string& d, std::string_view more) {
  return "<path d=\"" + d + "\" fill=\"none\" stroke=\"#000\" " + std::string(more) + "/>\n";
}

// The head of an arrow that ends at x, y; renderers differ in what they make of <marker>.
std::string tip(double x, double y, double dx, double dy) {
  constexpr double kLong = 7, kWide = 3;
  return "<path d=\"" +
         formatted("M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}z", x, y, x - dx * kLong - dy * kWide,
                   y - dy * kLong - dx * kWide, x - dx * kLong + dy * kWide, y - dy * kLong + dx * kWide) +
         "\"/>\n";
}

struct Stretch {
  Instant from;
  Instant to;
};

// When nobody works between the two.
std::vector<Stretch> free_time(Instant from, Instant to, const sop::Calendar& calendar) {
  std::vector<Stretch> out;
  Instant at = from;
  for (std::chrono::sys_days day = calendar.local_date(from); day <= calendar.local_date(to);
       day += std::chrono::days{1}) {
    for (const sop::Calendar::Span& span : calendar.hours_of(day)) {
      const Instant begin = Instant{day} + span.from - calendar.utc_offset;
      const Instant end = Instant{day} + span.to - calendar.utc_offset;
      if (begin > at) out.push_back({at, std::min(begin, to)});
      at = std::max(at, end);
      if (out.size() > kMostShades) return {};
    }
  }
  if (at < to) out.push_back({at, to});
  std::erase_if(out, [](const Stretch& one) { return one.to <= one.from; });
  return out;
}

// Whole local hours or days between the two, so many that their labels fit beside each other.
std::vector<Instant> ticks(Instant from, Instant to, std::chrono::minutes utc_offset) {
  using std::chrono::minutes;
  constexpr std::int64_t kMost = 5;
  constexpr std::array<std::int64_t, 12> kSteps = {1, 5, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080};
  minutes step{kSteps.front()};
  for (const std::int64_t minute : kSteps) {
    step = minutes{minute};
    if ((to - from) / step < kMost) break;
  }
  while ((to - from) / step >= kMost) step *= 2;
  std::vector<Instant> out;
  const auto local = std::chrono::ceil<minutes>(from + utc_offset).time_since_epoch();
  for (Instant at = Instant{(local + step - minutes{1}) / step * step} - utc_offset; at <= to; at += step)
    out.push_back(at);
  return out;
}

// A box for one step in the flow chart, by its middle.
struct Box {
  std::size_t column = 0;
  double x = 0;
  double y = 0;
  double half_width = 0;
  double half_height = 0;
  bool decides = false;
};

std::string lines_in(const Box& box, std::string_view text, double size) {
  const auto room =
      static_cast<std::size_t>(std::max(6.0, box.half_width * (box.decides ? 1.1 : 1.9) / (size * 0.52)));
  std::vector<std::string> lines = wrapped(text, room);
  if (lines.size() > 4) {
    lines.resize(4);
    lines.back() += " …";
  }
  std::string out;
  double y = box.y - static_cast<double>(lines.size() - 1) * size * 0.58 + size * 0.35;
  for (const std::string& line : lines) {
    out += label(box.x, y, line, formatted("text-anchor=\"middle\" font-size=\"{:.1f}\"", size));
    y += size * 1.16;
  }
  return out;
}

}  // namespace

Figure gantt(const IncidentView& incident, const Calendar& calendar) {
  const std::vector<incident::Clock> clocks =
      incident::clocks(incident.state, incident.procedure, incident.now);
  Figure figure;
  if (clocks.empty()) return figure;
  const auto text = [&](const Message& message) { return message.render(calendar.language); };
  const Instant from = clocks.front().began;
  Instant to = from + std::chrono::minutes{1};
  for (const incident::Clock& clock : clocks) to = std::max(to, clock.ended.value_or(incident.now));
  constexpr double kLeft = 168, kWidth = 462, kTop = 6;
  // One page holds it, however many passes there are (up to some sixty).
  const double row = std::clamp(620.0 / static_cast<double>(clocks.size()), 10.0, 20.0);
  const double bar = row * 0.6;
  const double size = std::min(10.0, row * 0.8);
  const double height = kTop + static_cast<double>(clocks.size()) * row;
  const double all = static_cast<double>((to - from).count());
  const auto x = [&](Instant at) {
    return kLeft + kWidth * static_cast<double>((std::clamp(at, from, to) - from).count()) / all;
  };
  std::string svg = formatted(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {:.0f}\" width=\"100%\" {} "
      "font-size=\"9\" role=\"img\">\n",
      height + 42, kFont);
  svg +=
      "<defs><pattern id=\"wait\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
      "patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#fff\"/><line x1=\"0\" y1=\"0\" "
      "x2=\"0\" "
      "y2=\"5\" stroke=\"#000\" stroke-width=\"1.6\"/></pattern></defs>\n";
  const sop::Calendar hours = incident::calendar_of(incident.state, incident.procedure);
  const std::vector<Stretch> shades = free_time(from, to, hours);
  for (const Stretch& one : shades)
    svg += rect(x(one.from), kTop, x(one.to) - x(one.from), height - kTop, "fill=\"#e4e4e4\"");
  svg += rect(kLeft, kTop, kWidth, height - kTop, "fill=\"none\" stroke=\"#000\" stroke-width=\".6\"");
  double y = kTop;
  for (const incident::Clock& clock : clocks) {
    const Instant end = clock.ended.value_or(incident.now);
    const int no = incident.procedure.row(clock.step).no;
    std::string name = std::to_string(no) + ". " + step_title(clock.step, calendar.language);
    if (clock.pass > 1) name += " (" + std::to_string(clock.pass) + ")";
    figure.in_words.push_back(name + ": " + calendar.brief(clock.began) + " - " +
                              (clock.ended ? calendar.brief(*clock.ended) : "...") + ", " +
                              calendar.span(clock.net) +
                              (clock.standard ? " / " + calendar.span(*clock.standard) : ""));
    svg += label(2, y + row * 0.5 + size / 3, shortened(name, 34), formatted("font-size=\"{:.1f}\"", size));
    svg += rect(x(clock.began), y + row * 0.2, std::max(1.2, x(end) - x(clock.began)), bar,
                clock.late() ? "fill=\"#555\" stroke=\"#000\" stroke-width=\".8\""
                             : "fill=\"#bbb\" stroke=\"#000\" stroke-width=\".8\"");
    if (clock.step == sop::Step::repair)
      for (const incident::Pause& pause : incident.state.pauses) {
        const Instant begin = std::max(pause.from, clock.began);
        const Instant stop = std::min(pause.to.value_or(incident.now), end);
        if (begin < stop)
          svg += rect(x(begin), y + row * 0.2, x(stop) - x(begin), bar,
                      "fill=\"url(#wait)\" stroke=\"#000\" stroke-width=\".8\"");
      }
    if (clock.deadline && *clock.deadline <= to)
      svg += path(formatted("M{0:.1f} {1:.1f}V{2:.1f}", x(*clock.deadline), y + 1, y + row - 1),
                  "stroke-width=\"2\"");
    y += row;
  }
  for (const Instant at : ticks(from, to, calendar.utc_offset)) {
    svg += path(formatted("M{0:.1f} {1:.1f}v4", x(at), height), "stroke-width=\".6\"");
    constexpr double kHalfLabel = 38;
    svg += label(x(at), height + 14, calendar.brief(at),
                 x(at) < kLeft + kHalfLabel            ? "text-anchor=\"start\""
                 : x(at) > kLeft + kWidth - kHalfLabel ? "text-anchor=\"end\""
                                                       : "text-anchor=\"middle\"");
  }
  const double key = height + 30;
  const auto legend = [&](double at, std::string_view fill, const Message& what) {
    svg +=
        rect(at, key - 8, 16, 10, "fill=\"" + std::string(fill) + "\" stroke=\"#000\" stroke-width=\".6\"");
    svg += label(at + 20, key, text(what));
  };
  legend(110, "#bbb", msg("within the time standard"));
  legend(234, "#555", msg("over the time standard"));
  legend(368, "url(#wait)", msg("waiting for the vendor"));
  legend(478, "#e4e4e4", msg("outside working hours"));
  svg += path(formatted("M8 {0:.1f}V{1:.1f}", key - 9, key + 3), "stroke-width=\"2\"");
  svg += label(14, key, text(msg("end of the time standard")));
  svg += "</svg>\n";
  figure.svg = std::move(svg);
  figure.caption = text(msg("Time of each step, a bar for each attempt"));
  return figure;
}

Figure flow_chart(const sop::Sop& procedure, Language language) {
  std::vector<std::string> actors;
  const auto column_of = [&](const std::string& role) {
    const auto found = std::find(actors.begin(), actors.end(), role);
    if (found != actors.end()) return static_cast<std::size_t>(found - actors.begin());
    actors.push_back(role);
    return actors.size() - 1;
  };
  for (const sop::Row& row : procedure.steps)
    if (!row.roles.empty()) (void)column_of(row.roles.front());
  const auto text = [&](const Message& message) { return message.render(language); };
  constexpr double kLeft = 26, kWidth = 612, kHead = 34, kRow = 84;
  const double column = kWidth / static_cast<double>(std::max<std::size_t>(actors.size(), 1));
  const double height = kHead + kRow * static_cast<double>(procedure.steps.size());
  std::vector<Box> boxes;
  for (std::size_t at = 0; at < procedure.steps.size(); ++at) {
    const sop::Row& row = procedure.steps[at];
    Box box;
    box.column = row.roles.empty() ? 0 : column_of(row.roles.front());
    box.x = kLeft + column * (static_cast<double>(box.column) + 0.5);
    box.y = kHead + kRow * (static_cast<double>(at) + 0.5);
    box.decides = row.no_goes.has_value();
    box.half_width = std::min(column / 2 - (box.decides ? 15 : 24), box.decides ? 88.0 : 80.0);
    box.half_height = box.decides ? 32 : 27;
    boxes.push_back(box);
  }
  Figure figure;
  std::string svg = formatted(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {:.0f}\" width=\"100%\" {} "
      "font-size=\"9\" role=\"img\">\n",
      height + 2, kFont);
  svg += rect(0.5, 0.5, kLeft + kWidth, height, "fill=\"none\" stroke=\"#000\"");
  svg += path(formatted("M0 {0:.1f}H{1:.1f}", kHead, kLeft + kWidth), "");
  for (std::size_t at = 0; at < actors.size(); ++at) {
    const double x = kLeft + column * static_cast<double>(at);
    svg += path(formatted("M{0:.1f} 0V{1:.1f}", x, height), "stroke-width=\".8\"");
    Box head{at, x + column / 2, kHead / 2, column / 2 - 4, kHead / 2};
    svg += lines_in(head, procedure.role_title(actors[at], language), 10);
  }
  for (std::size_t at = 1; at < procedure.steps.size(); ++at)
    svg += path(formatted("M0 {0:.1f}H{1:.1f}", kHead + kRow * static_cast<double>(at), kLeft + kWidth),
                "stroke-width=\".4\" stroke-dasharray=\"2 3\"");
  for (std::size_t at = 0; at < boxes.size(); ++at) {
    const Box& box = boxes[at];
    const sop::Row& row = procedure.steps[at];
    svg += label(kLeft / 2, box.y + 3, std::to_string(row.no), "text-anchor=\"middle\"");
    if (box.decides)
      svg += path(formatted("M{0:.1f} {1:.1f}L{2:.1f} {3:.1f}L{0:.1f} {4:.1f}L{5:.1f} {3:.1f}z", box.x,
                            box.y - box.half_height, box.x + box.half_width, box.y, box.y + box.half_height,
                            box.x - box.half_width),
                  "stroke-width=\"1.2\"");
    else
      svg += rect(box.x - box.half_width, box.y - box.half_height, 2 * box.half_width, 2 * box.half_height,
                  at == 0 || at + 1 == boxes.size()
                      ? "fill=\"none\" stroke=\"#000\" stroke-width=\"1.2\" rx=\"20\""
                      : "fill=\"none\" stroke=\"#000\" stroke-width=\"1.2\"");
    svg += lines_in(box, row.source, box.decides ? 8.5 : 9.5);
    std::string words =
        std::to_string(row.no) + ". " + row.source + ": " + procedure.role_title(row.roles.front(), language);
    if (at + 1 < boxes.size()) {
      const Box& next = boxes[at + 1];
      const double middle = kHead + kRow * static_cast<double>(at + 1);
      std::string d = formatted("M{:.1f} {:.1f}", box.x, box.y + box.half_height);
      if (next.column != box.column) d += formatted("V{:.1f}H{:.1f}", middle, next.x);
      d += formatted("V{:.1f}", next.y - next.half_height - 1);
      svg += path(d, "");
      svg += tip(next.x, next.y - next.half_height, 0, 1);
      if (box.decides) svg += label(box.x + 6, box.y + box.half_height + 6, text(msg("yes")));
    }
    if (row.no_goes) {
      const auto to = static_cast<std::size_t>(row.no_goes->by_default);
      if (to < boxes.size() && to < at) {
        const Box& back = boxes[to];
        // From the side of the diamond into the side of the box, in the gap between the columns.
        const bool right = back.column >= box.column;
        const double start = right ? box.x + box.half_width : box.x - box.half_width;
        const bool from_left = back.column > box.column;
        const double lane = from_left ? kLeft + column * static_cast<double>(back.column) + 9
                                      : kLeft + column * static_cast<double>(back.column + 1) - 9;
        const double end = from_left ? back.x - back.half_width - 1 : back.x + back.half_width + 1;
        // A diamond is met at its corner.
        const double into = back.y + (back.decides ? 0 : 7);
        svg += path(formatted("M{:.1f} {:.1f}H{:.1f}V{:.1f}H{:.1f}", start, box.y, lane, into, end),
                    "stroke-dasharray=\"5 2\"");
        svg += tip(from_left ? end + 1 : end - 1, into, from_left ? 1 : -1, 0);
        // Beside the edge of the column, not across it.
        const double edge = kLeft + column * static_cast<double>(box.column + (right ? 1 : 0));
        svg += label(right ? edge - 3 : edge + 3, box.y + 12, text(msg("no")),
                     right ? "text-anchor=\"end\"" : "");
        words += "; " + text(msg("no")) + " -> " + std::to_string(procedure.steps[to].no);
      }
    }
    figure.in_words.push_back(std::move(words));
  }
  svg += "</svg>\n";
  figure.svg = std::move(svg);
  figure.caption = text(msg("Flow chart of the procedure"));
  return figure;
}

}  // namespace jaga::document
