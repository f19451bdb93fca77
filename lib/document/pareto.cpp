// The Pareto chart of types of damage: SVG that is legible in black and white.
#include <algorithm>

#include "base/format.hpp"
#include "base/text.hpp"
#include "document/damage_report.hpp"

namespace jaga::document {
namespace {

constexpr std::size_t kMostBars = 12;  // the rest is one bar
constexpr double kLeft = 44, kRight = 44, kTop = 12, kWidth = 640, kPlot = 200, kLine = 9;

struct Bar {
  std::string name;
  std::int64_t faults = 0;
};

std::string label(double x, double y, std::string_view text, std::string_view more) {
  return formatted("<text x=\"{:.1f}\" y=\"{:.1f}\" {}>", x, y, more) + html_text(text) + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2, std::string_view more) {
  return formatted("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" fill=\"none\" stroke=\"#000\" {}/>\n", x1, y1,
                   x2, y2, more);
}

// Whole steps for an axis from zero: 1, 2 or 5 times a power of ten, at most five of them.
std::int64_t step_of(std::int64_t most) {
  for (std::int64_t unit = 1;; unit *= 10)
    for (const std::int64_t times : {1, 2, 5})
      if (unit * times * 5 >= most) return unit * times;
}

}  // namespace

std::string percent_text(std::int64_t permille, Language language) {
  return std::to_string(permille / 10) + (language == Language::indonesian ? "," : ".") +
         std::to_string(permille % 10) + " %";
}

Figure pareto(const std::vector<statistics::Tally>& types, std::int64_t faults,
              const std::function<std::string(const std::string& type)>& name, const Calendar& calendar) {
  Figure figure;
  std::vector<Bar> bars;
  std::int64_t others = 0;
  for (const statistics::Tally& type : types) {
    if (type.faults == 0) continue;
    if (bars.size() < kMostBars)
      bars.push_back({name(type.name), type.faults});
    else
      others += type.faults;
  }
  if (bars.empty()) return figure;
  if (others > 0) bars.push_back({msg("other types").render(calendar.language), others});
  const std::int64_t step = step_of(std::max(bars.front().faults, others));
  const std::int64_t most = std::max<std::int64_t>(step * 5, 1);
  const double slot = (kWidth - kLeft - kRight) / static_cast<double>(bars.size());
  const double bottom = kTop + kPlot;
  const auto height = [&](std::int64_t part, std::int64_t whole) {
    return kPlot * static_cast<double>(part) / static_cast<double>(whole);
  };
  const auto room = static_cast<std::size_t>(std::max(6.0, slot / 4.6));
  std::vector<std::vector<std::string>> names;
  std::size_t lines = 1;
  for (const Bar& bar : bars) {
    names.push_back(wrapped(bar.name, room));
    if (names.back().size() > 4) names.back().resize(4);
    lines = std::max(lines, names.back().size());
  }
  std::string svg = formatted(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"100%\" "
      "font-family=\"Liberation Sans, Arial, sans-serif\" font-size=\"8.5\" role=\"img\">\n",
      kWidth, bottom + 8 + kLine * static_cast<double>(lines));
  svg += line(kLeft, kTop, kLeft, bottom, "stroke-width=\".8\"") +
         line(kLeft, bottom, kWidth - kRight, bottom, "stroke-width=\".8\"") +
         line(kWidth - kRight, kTop, kWidth - kRight, bottom, "stroke-width=\".8\"");
  for (std::int64_t at = 0; at <= most; at += step) {
    const double y = bottom - height(at, most);
    svg += line(kLeft - 4, y, kLeft, y, "stroke-width=\".8\"");
    svg += label(kLeft - 7, y + 3, calendar.number(at), "text-anchor=\"end\"");
  }
  for (std::int64_t at = 0; at <= 100; at += 20) {
    const double y = bottom - height(at, 100);
    svg += line(kWidth - kRight, y, kWidth - kRight + 4, y, "stroke-width=\".8\"");
    svg += label(kWidth - kRight + 7, y + 3, std::to_string(at) + " %", "");
  }
  const double mark = bottom - height(kParetoMark, 1000);
  svg += line(kLeft, mark, kWidth - kRight, mark, "stroke-width=\".8\" stroke-dasharray=\"5 3\"");
  std::string path;
  std::int64_t sum = 0;
  for (std::size_t at = 0; at < bars.size(); ++at) {
    const Bar& bar = bars[at];
    const double x = kLeft + slot * static_cast<double>(at);
    const double middle = x + slot / 2;
    const double tall = height(bar.faults, most);
    sum += bar.faults;
    const std::int64_t share = statistics::permille(sum, faults);
    svg += formatted(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#bbb\" stroke=\"#000\" "
        "stroke-width=\".8\"/>\n",
        x + slot * 0.15, bottom - tall, slot * 0.7, tall);
    svg += label(middle, bottom - tall + (tall > 14 ? 10 : -3), calendar.number(bar.faults),
                 "text-anchor=\"middle\"");
    double y = bottom + 10;
    for (const std::string& word : names[at]) {
      svg += label(middle, y, shortened(word, room), "text-anchor=\"middle\" font-size=\"8\"");
      y += kLine;
    }
    const double point = bottom - height(share, 1000);
    path += formatted("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", middle, point);
    svg += formatted("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.6\"/>\n", middle, point);
    figure.in_words.push_back(bar.name + ": " + calendar.number(bar.faults) + ", " +
                              percent_text(share, calendar.language));
  }
  svg += "<path d=\"" + path + "\" fill=\"none\" stroke=\"#000\" stroke-width=\"1.4\"/>\n</svg>\n";
  figure.svg = std::move(svg);
  figure.caption = msg("Pareto chart: faults by type (bars, left), their cumulative share (line, right) and "
                       "a mark at 80 %")
                       .render(calendar.language);
  return figure;
}

}  // namespace jaga::document
