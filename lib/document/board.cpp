#include "document/board.hpp"

#include <algorithm>
#include <embedded/board_css.hpp>
#include <embedded/board_js.hpp>
#include <map>

#include "base/date.hpp"
#include "base/digest.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "document/availability_report.hpp"
#include "document/damage_report.hpp"
#include "document/document.hpp"
#include "document/paper_parts.hpp"

namespace jaga::document {
namespace {

using record::HostDay;
using statistics::DayLook;
using statistics::HostDays;

constexpr std::size_t kMostRows = 60;   // hosts; with more there is a row a site
constexpr std::size_t kMostNodes = 60;  // in the drawing of the topology

// The worse, the higher the bar; what was not measured is a dot at the ground.
std::string mark_of(DayLook look, std::size_t at) {
  const auto x = static_cast<double>(at) * 6 + 3;
  switch (look) {
    case DayLook::none:
      return formatted("M{:.0f} 14v1", x);
    case DayLook::ok:
      return formatted("M{:.0f} 15v-4", x);
    case DayLook::warning:
      return formatted("M{:.0f} 15v-8", x);
    case DayLook::critical:
      return formatted("M{:.0f} 15v-15", x);
    case DayLook::unknown:
      return formatted("M{:.0f} 15v-2m0-4v-2", x);
    case DayLook::maintenance:
      return formatted("M{:.0f} 15v-2m0-2v-2m0-2v-2", x);
  }
  return {};
}

// One path a state for all days, which is short.
std::string strip(const HostDays& days, const std::vector<std::string>& dates, const std::string& in_words) {
  std::map<DayLook, std::string> paths;
  for (std::size_t at = 0; at < dates.size(); ++at) {
    const auto day = days.find(dates[at]);
    const DayLook look = statistics::look_of(day == days.end() ? nullptr : &day->second);
    paths[look] += mark_of(look, at);
  }
  std::string out = formatted(
      "<svg class=\"days\" viewBox=\"0 0 {} 15\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"",
      dates.size() * 6);
  out += html_text(in_words) + "\">";
  for (const auto& [look, path] : paths)
    out += "<path class=\"d-" + std::string(statistics::name(look)) + "\" stroke-width=\"4\" d=\"" + path +
           "\"/>";
  return out + "</svg>";
}

class Page {
 public:
  explicit Page(const Board& board)
      : board_(board), calendar_(board.calendar), language_(board.calendar.language) {
    for (std::string date = board.first_date; date <= board.last_date; date = add_days(date, 1))
      dates_.push_back(date);
  }

  std::string html() {
    head();
    headline();
    waiting();
    availability();
    topology();
    month();
    out_ += "<p class=\"note\">" + std::string("jaga report board") + ", " +
            html_text(calendar_.moment(board_.printed)) + "</p>\n<script>" + std::string(embedded::board_js) +
            "</script>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  std::string text(const Message& message) const { return message.render(language_); }
  std::string shown(const Message& message) const { return html_text(text(message)); }
  std::string percent(const std::optional<std::int64_t>& share) const {
    return html_text(availability_text(share, language_));
  }
  std::string state_cell(const BoardHost& host) const {
    return "<span class=\"s-" + std::string(state_name(host.state)) + "\">" +
           std::string(sign_of(host.state)) + " " + html_text(state_text(host.state, language_)) + "</span>" +
           (host.root ? " <b>" + shown(msg("(cause)")) + "</b>" : "");
  }

  void head() {
    const std::string_view script = embedded::board_js;
    const Digest digest = sha256(script);
    out_ += "<!DOCTYPE html>\n<html lang=\"";
    out_ += language_ == Language::indonesian ? "id" : "en";
    out_ +=
        "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'; script-src 'sha256-" +
        base64_encode(std::string(digest.bytes.begin(), digest.bytes.end())) + "'\">\n";
    // As often as it changes; at least every ten minutes, in case somebody writes it again.
    std::int64_t refresh = 600;
    if (board_.measured && board_.expected)
      refresh = std::clamp<std::int64_t>(
          std::chrono::duration_cast<std::chrono::seconds>(*board_.expected - *board_.measured).count(), 30,
          600);
    out_ += "<meta http-equiv=\"refresh\" content=\"" + std::to_string(refresh) + "\">\n";
    out_ += "<meta name=\"generator\" content=\"jaga\">\n<title>" + html_text(board_.organisation) +
            " \u2013 " + shown(msg("board")) + "</title>\n<style>" + std::string(embedded::board_css) +
            "</style>\n</head>\n<body>\n";
    out_ += "<header class=\"top\"><span>" + html_text(board_.organisation) + "</span><span>";
    if (board_.measured) {
      const auto ms = [](Instant at) { return std::to_string(at.time_since_epoch().count()); };
      out_ += shown(msg("measured: {time}", {{"time", calendar_.moment(*board_.measured)}}));
      out_ += " (<span id=\"age\" data-measured=\"" + ms(*board_.measured) + "\" data-expected=\"" +
              (board_.expected ? ms(*board_.expected) : "0") + "\" data-minutes=\"" +
              shown(msg("minutes ago")) + "\" data-hours=\"" + shown(msg("hours ago")) + "\" data-old=\"" +
              shown(msg("out of date")) + "\">" +
              html_text(calendar_.span(board_.printed - *board_.measured)) + "</span>)";
      if (board_.expected)
        out_ +=
            "; " + shown(msg("next round expected: {time}", {{"time", calendar_.time(*board_.expected)}}));
    } else {
      out_ += shown(msg("Nothing was measured yet"));
    }
    out_ += "</span></header>\n";
  }

  void headline() {
    out_ += "<section class=\"head\" id=\"now\">\n";
    const Headline headline = headline_of(board_);
    out_ += "<h1 class=\"s-" + std::string(state_name(headline.state)) + "\">" +
            std::string(sign_of(headline.state)) + " " + html_text(headline.text) + "</h1>\n";
    if (!board_.causes.empty()) {
      out_ += "<ul class=\"causes\">\n";
      for (const BoardCause& cause : board_.causes) {
        std::string line = cause.title.in(language_);
        if (!cause.object.empty()) line += " (" + cause.object + ")";
        out_ += "<li><span class=\"s-" + std::string(cause.critical ? "critical\">\u2717 " : "warning\">! ") +
                "<b>" + html_text(cause.host.empty() ? text(msg("this machine")) : cause.host) +
                "</b></span> " + html_text(line);
        if (cause.affected > 0)
          out_ += " \u2013 " + shown(counted(cause.affected, msg("1 other device is affected"),
                                             msg("{count} other devices are affected")));
        out_ += "</li>\n";
      }
      out_ += "</ul>\n";
    }
    out_ += "</section>\n";
  }

  void waiting() {
    out_ += "<section id=\"waiting\">\n<h2>" + shown(msg("Waiting for action")) + "</h2>\n";
    if (board_.cards.empty()) {
      out_ += "<p>" + shown(msg("No incident is open.")) + "</p>\n</section>\n";
      return;
    }
    out_ += "<div class=\"cards\">\n";
    for (const BoardCard& card : board_.cards) {
      out_ += "<article class=\"card" + std::string(card.late ? " late" : "") + "\" tabindex=\"0\"><b>" +
              html_text(card.host) + ": " + html_text(card.title) + "</b>";
      if (!card.problem.empty()) {
        out_ += "<p class=\"s-critical\">\u2717 " + html_text(card.problem) + "</p>";
      } else {
        const std::size_t number = static_cast<std::size_t>(card.step) + 1;
        std::string dots;
        for (std::size_t step = 1; step <= sop::kSteps.size(); ++step)
          dots += step < number ? "\u25CF" : step == number ? "\u25C9" : "\u25CB";
        out_ += "<span class=\"dots\" aria-hidden=\"true\">" + dots + "</span> " +
                shown(msg("step {number} of 7, {step}",
                          {{"number", std::to_string(number)}, {"step", step_title(card.step, language_)}}));
        out_ += "<p>" + html_text(card.who) + "</p>";
        const std::string worked = calendar_.span(card.worked);
        if (card.standard) {
          const auto share = std::min<std::int64_t>(
              100, card.standard->count() == 0 ? 100 : 100 * card.worked.count() / card.standard->count());
          out_ += "<div class=\"bar\" aria-hidden=\"true\"><i style=\"width:" + std::to_string(share) +
                  "%\"></i></div>";
          out_ += "<p class=\"time\">" +
                  shown(msg("{worked} of {standard}",
                            {{"worked", worked}, {"standard", calendar_.span(*card.standard)}}));
          if (card.late) out_ += " \u2013 " + shown(msg("over the time standard"));
        } else {
          out_ += "<p class=\"time\">" + html_text(worked);
        }
        if (card.paused) out_ += "; " + shown(msg("waiting for the vendor"));
        out_ += "</p>";
      }
      out_ += "<p class=\"small\">" + html_text(card.incident) + "</p></article>\n";
    }
    out_ += "</div>\n</section>\n";
  }

  std::string shares(const HostDay& last_day, const HostDays& days) const {
    const auto cell = [&](const Message& label, const std::optional<std::int64_t>& value) {
      return "<td class=\"n\" data-l=\"" + shown(label) + "\">" + percent(value) + "</td>";
    };
    return cell(msg("24 h"), statistics::availability(last_day)) +
           cell(msg("30 days"), share_of(days, board_, 30)) +
           cell(msg("90 days"), share_of(days, board_, 90));
  }
  std::string in_words(const HostDays& days) const {
    return days_text(days, board_.first_date, board_.last_date, calendar_);
  }
  void table_head() {
    out_ += "<div class=\"scroll\" tabindex=\"0\"><table class=\"hosts\"><thead><tr><th>" +
            shown(msg("Device")) + "</th><th>" + shown(msg("Now")) + "</th><th class=\"n\">" +
            shown(msg("24 h")) + "</th><th class=\"n\">" + shown(msg("30 days")) + "</th><th class=\"n\">" +
            shown(msg("90 days")) + "</th><th>" + html_text(calendar_.date_of(board_.first_date)) +
            " \u2013 " + html_text(calendar_.date_of(board_.last_date)) + "</th></tr></thead><tbody>\n";
  }
  // `past`: it works now, and is left out on paper.
  void host_row(const BoardHost& host, bool past = false) {
    out_ += std::string(past ? "<tr class=\"past\">" : "<tr>") + "<td class=\"name\">" +
            html_text(host.name) + "</td><td>" + state_cell(host) + "</td>" +
            shares(host.last_day, host.days) + "<td class=\"days\">" +
            strip(host.days, dates_, in_words(host.days)) + "</td></tr>\n";
  }
  void site_row(const BoardSite& site) {
    HostDays days;
    HostDay last_day;
    std::vector<const BoardHost*> hosts;
    for (const BoardHost& host : site.hosts) {
      hosts.push_back(&host);
      last_day += host.last_day;
      for (const auto& [date, day] : host.days) days[date] += day;
    }
    const Headline headline = headline_of(hosts, calendar_);
    out_ += "<tr class=\"site\"><td class=\"name\">" + html_text(site_name(site)) +
            "</td><td><span class=\"s-" + std::string(state_name(headline.state)) + "\">" +
            std::string(sign_of(headline.state)) + " " + html_text(headline.text) + "</span></td>" +
            shares(last_day, days) + "<td class=\"days\">" + strip(days, dates_, in_words(days)) +
            "</td></tr>\n";
  }
  std::string site_name(const BoardSite& site) const {
    return site.name.empty() ? text(msg("(no site)")) : site.name;
  }

  void availability() {
    out_ += "<section id=\"availability\">\n<h2>" + shown(msg("Availability")) + "</h2>\n";
    const bool many = board_.hosts > kMostRows;
    table_head();
    for (const BoardSite& site : board_.sites) {
      if (many) {
        site_row(site);
        for (const BoardHost& host : site.hosts)
          if (!always_available(host) && !never_measured(host)) host_row(host, host.state == BoardState::ok);
        continue;
      }
      if (board_.sites.size() > 1)
        out_ += "<tr class=\"site\"><td colspan=\"6\">" + html_text(site_name(site)) + "</td></tr>\n";
      for (const BoardHost& host : site.hosts) host_row(host);
    }
    out_ += "</tbody></table></div>\n";
    if (many) rest();
    out_ += "<p class=\"key small\">";
    for (const DayLook look : {DayLook::ok, DayLook::warning, DayLook::critical, DayLook::unknown,
                               DayLook::maintenance, DayLook::none})
      out_ += "<span><svg viewBox=\"0 0 6 15\" aria-hidden=\"true\"><path class=\"d-" +
              std::string(statistics::name(look)) + "\" stroke-width=\"4\" d=\"" + mark_of(look, 0) +
              "\"/></svg> " + html_text(look_text(look, language_)) + "</span>";
    out_ += "</p>\n<p class=\"note\">" +
            shown(msg("Share of the measured time without a check in confirmed critical state; each bar is "
                      "the worst state of a day. 24 h: "
                      "from a sample of the rounds if there are many devices.")) +
            "</p>\n";
    remarks();
    out_ += "</section>\n";
  }
  bool always_available(const BoardHost& host) const {
    constexpr std::int64_t kAlways = 10'000;
    const bool works = host.state == BoardState::ok || host.state == BoardState::maintenance;
    return works && !host.root && statistics::availability(host.last_day).value_or(kAlways) == kAlways &&
           share_of(host.days, board_, 90) == kAlways;
  }
  bool never_measured(const BoardHost& host) const {
    return host.state == BoardState::none && host.last_day.measured() == 0 &&
           statistics::sum_of(host.days).measured() == 0;
  }
  void rest() {
    for (const BoardSite& site : board_.sites) {
      std::vector<std::string> available;
      std::vector<std::string> unmeasured;
      for (const BoardHost& host : site.hosts) {
        if (always_available(host)) available.push_back(host.name);
        if (never_measured(host)) unmeasured.push_back(host.name);
      }
      const auto folded = [&](const std::vector<std::string>& names, Message one, Message several) {
        if (names.empty()) return;
        Message title = names.size() == 1 ? std::move(one) : std::move(several);
        title.arguments = {{"site", site_name(site)},
                           {"count", calendar_.number(static_cast<std::int64_t>(names.size()))}};
        out_ += "<details><summary>" + shown(title) + "</summary><p class=\"small\">" +
                html_text(join(names, ", ")) + "</p></details>\n";
      };
      folded(available, msg("{site}: 1 device that was always available"),
             msg("{site}: {count} devices that were always available"));
      folded(unmeasured, msg("{site}: 1 device that was not measured"),
             msg("{site}: {count} devices that were not measured"));
    }
  }
  // The first ones; audit names all.
  void remarks() {
    if (board_.remarks.empty()) return;
    constexpr std::size_t kMost = 5;
    out_ += "<ul class=\"remarks small\">\n";
    for (std::size_t at = 0; at < std::min(kMost, board_.remarks.size()); ++at)
      out_ += "<li>! " + shown(board_.remarks[at]) + "</li>\n";
    if (board_.remarks.size() > kMost)
      out_ += "<li>" +
              shown(msg(
                  "and {count} more; see 'jaga audit'",
                  {{"count", calendar_.number(static_cast<std::int64_t>(board_.remarks.size() - kMost))}})) +
              "</li>\n";
    out_ += "</ul>\n";
  }

  // A tree of parents: an indented drawing for each host without one.
  void topology() {
    out_ += "<section id=\"topology\">\n<h2>" + shown(msg("Topology")) + "</h2>\n";
    if (board_.hosts > kMostNodes) {
      topology_of_sites();
    } else {
      std::map<std::string, const BoardHost*> hosts;
      std::map<std::string, std::vector<const BoardHost*>> children;
      for (const BoardSite& site : board_.sites)
        for (const BoardHost& host : site.hosts) hosts[host.name] = &host;
      std::vector<const BoardHost*> tops;
      for (const auto& [name, host] : hosts) {
        if (!host->parent.empty() && hosts.contains(host->parent))
          children[host->parent].push_back(host);
        else
          tops.push_back(host);
      }
      out_ += "<div class=\"trees\">\n";
      std::vector<const BoardHost*> single;
      for (const BoardHost* top : tops) {
        if (!children.contains(top->name)) {
          single.push_back(top);
          continue;
        }
        drawing({top}, children);
      }
      if (!single.empty()) drawing(single, children);
      out_ += "</div>\n";
    }
    out_ += "</section>\n";
  }

  struct Node {
    const BoardHost* host;
    std::size_t depth;
    std::size_t parent;  // line
  };
  void lay(const BoardHost* host, std::size_t depth, std::size_t parent,
           const std::map<std::string, std::vector<const BoardHost*>>& children,
           std::vector<Node>& out) const {
    const std::size_t line = out.size();
    out.push_back({host, depth, parent});
    const auto below = children.find(host->name);
    if (below == children.end() || depth > kMostNodes) return;
    for (const BoardHost* child : below->second) lay(child, depth + 1, line, children, out);
  }
  void drawing(const std::vector<const BoardHost*>& tops,
               const std::map<std::string, std::vector<const BoardHost*>>& children) {
    std::vector<Node> nodes;
    for (const BoardHost* top : tops) lay(top, 0, nodes.size(), children, nodes);
    constexpr double kLine = 20, kStep = 20;
    double width = 0;
    for (const Node& node : nodes)
      width = std::max(
          width, 22 + kStep * static_cast<double>(node.depth) +
                     7.4 * static_cast<double>(std::min<std::size_t>(text_width(node.host->name), 40) + 16));
    const double height = kLine * static_cast<double>(nodes.size()) + 4;
    std::vector<std::string> words;
    std::string marks;
    for (std::size_t at = 0; at < nodes.size(); ++at) {
      const Node& node = nodes[at];
      const double x = 10 + kStep * static_cast<double>(node.depth);
      const double y = kLine * (static_cast<double>(at) + 0.5) + 2;
      if (node.depth > 0)
        marks += formatted("<path class=\"edge\"{} d=\"M{:.0f} {:.0f}V{:.0f}H{:.0f}\"/>",
                           node.host->state == BoardState::affected ? " stroke-dasharray=\"3 3\"" : "",
                           x - kStep, kLine * (static_cast<double>(node.parent) + 0.5) + 9, y, x - 8);
      marks += shape(*node.host, x, y);
      const std::string words_of =
          state_text(node.host->state, language_) + (node.host->root ? " " + text(msg("(cause)")) : "");
      marks += formatted("<text x=\"{:.0f}\" y=\"{:.0f}\">", x + 12, y + 4) +
               html_text(shortened(node.host->name, 40)) + "<tspan class=\"dim\"> " + html_text(words_of) +
               "</tspan></text>\n";
      words.push_back(node.host->name + ": " + words_of);
    }
    out_ += formatted(
                "<svg class=\"topology\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" "
                "height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" aria-label=\"",
                width, height) +
            html_text(join(words, "; ")) + "\">\n" + marks + "</svg>\n";
  }
  // A cause has a ring, a consequence is dashed.
  std::string shape(const BoardHost& host, double x, double y) const {
    const std::string colour =
        "class=\"s-" + std::string(state_name(host.state)) + "\" stroke=\"currentColor\"";
    std::string out;
    if (host.root)
      out += formatted("<circle {} cx=\"{:.0f}\" cy=\"{:.0f}\" r=\"8\" fill=\"none\" stroke-width=\"2\"/>",
                       colour, x, y);
    switch (host.state) {
      case BoardState::critical:
        return out + formatted("<circle {} cx=\"{:.0f}\" cy=\"{:.0f}\" r=\"5\" fill=\"currentColor\"/>",
                               colour, x, y);
      case BoardState::warning:
        return out +
               formatted("<path {} fill=\"currentColor\" d=\"M{:.0f} {:.0f}l6 10h-12z\"/>", colour, x, y - 6);
      case BoardState::affected:
        return out +
               formatted(
                   "<circle {} cx=\"{:.0f}\" cy=\"{:.0f}\" r=\"5\" fill=\"none\" stroke-dasharray=\"2 2\"/>",
                   colour, x, y);
      case BoardState::unknown:
        return out + formatted(
                         "<rect {} x=\"{:.0f}\" y=\"{:.0f}\" width=\"9\" height=\"9\" fill=\"none\" "
                         "stroke-dasharray=\"1 1\"/>",
                         colour, x - 4.5, y - 4.5);
      case BoardState::maintenance:
        return out + formatted("<rect {} x=\"{:.0f}\" y=\"{:.0f}\" width=\"9\" height=\"9\" fill=\"none\"/>",
                               colour, x - 4.5, y - 4.5);
      default:
        return out +
               formatted(
                   "<circle {} cx=\"{:.0f}\" cy=\"{:.0f}\" r=\"5\" fill=\"none\" stroke-width=\"1.5\"/>",
                   colour, x, y);
    }
  }

  // A box a site, as wide as it has hosts, with what fails there.
  void topology_of_sites() {
    constexpr double kBar = 300, kLine = 24, kLeft = 190;
    std::size_t most = 1;
    for (const BoardSite& site : board_.sites) most = std::max(most, site.hosts.size());
    const double height = kLine * static_cast<double>(board_.sites.size()) + 4;
    std::string marks;
    std::vector<std::string> words;
    for (std::size_t at = 0; at < board_.sites.size(); ++at) {
      const BoardSite& site = board_.sites[at];
      std::int64_t critical = 0, affected = 0, warning = 0;
      for (const BoardHost& host : site.hosts) {
        critical += host.state == BoardState::critical ? 1 : 0;
        affected += host.state == BoardState::affected ? 1 : 0;
        warning += host.state == BoardState::warning ? 1 : 0;
      }
      const double y = kLine * static_cast<double>(at) + 4;
      const double unit = kBar / static_cast<double>(most);
      const double wide = unit * static_cast<double>(site.hosts.size());
      const auto part = [&](std::int64_t count) { return unit * static_cast<double>(count); };
      const bool root =
          std::any_of(site.hosts.begin(), site.hosts.end(), [](const BoardHost& host) { return host.root; });
      marks += formatted("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\">", kLeft - 8, y + 12) +
               html_text(shortened(site_name(site), 26)) + "</text>";
      marks += formatted(
          "<rect class=\"s-none\" stroke=\"currentColor\" fill=\"none\" stroke-width=\"{}\" x=\"{:.1f}\" "
          "y=\"{:.0f}\" width=\"{:.1f}\" height=\"15\"/>",
          root ? 3 : 1, kLeft, y, wide);
      marks += formatted(
          "<rect class=\"s-critical\" fill=\"currentColor\" x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" "
          "height=\"15\"/>",
          kLeft, y, part(critical));
      marks += formatted(
          "<rect class=\"s-affected\" stroke=\"currentColor\" fill=\"none\" stroke-dasharray=\"3 2\" "
          "x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"15\"/>",
          kLeft + part(critical), y, part(affected));
      const std::string said =
          text(msg("{all} devices; critical: {critical}, out of reach: {affected}, warning: {warning}",
                   {{"all", calendar_.number(static_cast<std::int64_t>(site.hosts.size()))},
                    {"critical", calendar_.number(critical)},
                    {"affected", calendar_.number(affected)},
                    {"warning", calendar_.number(warning)}}));
      marks += formatted("<text class=\"dim\" x=\"{:.1f}\" y=\"{:.0f}\">", kLeft + wide + 8, y + 12) +
               html_text(said) + "</text>\n";
      words.push_back(site_name(site) + ": " + said);
    }
    out_ += formatted(
                "<div class=\"scroll\" tabindex=\"0\"><svg class=\"topology\" "
                "xmlns=\"http://www.w3.org/2000/svg\" width=\"860\" height=\"{0:.0f}\" viewBox=\"0 0 860 "
                "{0:.0f}\" role=\"img\" aria-label=\"",
                height) +
            html_text(join(words, "; ")) + "\">\n" + marks + "</svg></div>\n";
    out_ += "<p class=\"note\">" +
            shown(msg("One bar per site. Filled: failing hosts; dashed: hosts unreachable because of them; "
                      "thick border: root cause.")) +
            "</p>\n";
  }

  void month() {
    out_ += "<section id=\"month\">\n<h2>" +
            shown(msg("This month: {month}", {{"month", calendar_.month(board_.month.period.from)}})) +
            "</h2>\n<div class=\"halves\"><div>\n";
    const Figure chart = pareto(
        board_.month.types, board_.month.faults(),
        [&](const std::string& type) { return type_name(board_, type); }, calendar_);
    if (chart.svg.empty())
      out_ += "<p>" + shown(msg("No fault began in this period.")) + "</p>\n";
    else
      out_ += "<div class=\"paper\">" + chart.svg + "</div><p class=\"small\">" + html_text(chart.caption) +
              "</p>\n";
    out_ += "</div><div class=\"scroll\" tabindex=\"0\"><table><thead><tr>";
    const Table steps = board_steps(board_);
    const auto cell = [](const char* tag, std::size_t column) {
      const bool number = column >= 2 && column <= 4;  // passes, in time, late
      return "<" + std::string(tag) + (number ? " class=\"n\">" : ">");
    };
    for (std::size_t column = 0; column < steps.heads.size(); ++column)
      out_ += cell("th", column) + html_text(steps.heads[column]) + "</th>";
    out_ += "</tr></thead><tbody>\n";
    for (std::size_t row = 0; row < steps.rows.size(); ++row) {
      out_ += "<tr>";
      for (std::size_t column = 0; column < steps.rows[row].size(); ++column) {
        const std::string value = html_text(steps.rows[row][column]);
        const bool late = column == 4 && steps.tones[row] == Tone::red;
        out_ += cell("td", column) + (late ? "<span class=\"s-critical\">! " + value + "</span>" : value) +
                "</td>";
      }
      out_ += "</tr>\n";
    }
    out_ += "</tbody></table></div></div>\n</section>\n";
  }

  const Board& board_;
  const Calendar& calendar_;
  Language language_;
  std::vector<std::string> dates_;
  std::string out_;
};

}  // namespace

std::string board_html(const Board& board) {
  return Page(board).html();
}

}  // namespace jaga::document
