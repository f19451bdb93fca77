#include "document/board.hpp"

#include <doctest/doctest.h>

#include <array>

#include "base/format.hpp"
#include "document/document.hpp"
#include "document/json.hpp"
#include "../expect.hpp"

using namespace jaga;
using namespace jaga::document;
using namespace std::chrono_literals;
using jaga::expect::count;
using jaga::expect::has;

namespace {

Board sample(std::size_t hosts, std::size_t sites) {
  Board board;
  board.calendar = {Language::english, 8h};
  board.organisation = "Office <1>";
  board.printed = *parse_instant("2026-11-24T04:00:00.000Z");
  board.measured = *parse_instant("2026-11-24T03:55:00.000Z");
  board.expected = *parse_instant("2026-11-24T04:00:00.000Z");
  board.hosts = hosts;
  board.first_date = "2026-08-27";
  board.last_date = "2026-11-24";
  for (std::size_t site = 0; site < sites; ++site) board.sites.push_back({formatted("site-{:02}", site)});
  for (std::size_t n = 0; n < hosts; ++n) {
    BoardHost host;
    host.name = formatted("host-{:04}", n);
    host.state = n == 1 ? BoardState::critical : n == 2 ? BoardState::affected : BoardState::ok;
    host.root = n == 1;
    if (n > 0) host.parent = n == 1 ? "host-0000" : "host-0001";
    host.last_day.ok = n == 1 ? 720 : 1440;
    host.last_day.critical = 1440 - host.last_day.ok;
    for (int day = 0; day < 90; ++day) {
      record::HostDay one{host.name};
      one.ok = n % 10 == 1 && day % 7 == 0 ? 1400 : 1440;
      one.critical = 1440 - one.ok;
      host.days[format_instant(*parse_instant("2026-08-27T00:00:00.000Z") + day * 24h).substr(0, 10)] = one;
    }
    board.sites[n % sites].hosts.push_back(std::move(host));
  }
  board.causes.push_back({"host-0001", {"Mati <x>", "Down <x>"}, "", true, 1});
  BoardCard card;
  card.incident = "20261124-host-0001-k7f3q2";
  card.host = "host-0001";
  card.title = "Down";
  card.step = sop::Step::approve;
  card.who = "Kepala Seksi Satu";
  card.worked = 20min;
  card.standard = 15min;
  card.late = true;
  board.cards.push_back(card);
  board.month = statistics::damage_of({}, *statistics::parse_month("2026-11", 8h), board.printed);
  return board;
}
}  // namespace

TEST_CASE("few devices: a row and a node each, and every state has a word beside its colour") {
  const std::string html = board_html(sample(12, 2));
  CHECK(count(html, "<td class=\"name\">host-") == 12);
  CHECK(has(html, "<b>host-0001</b></span> Down &lt;x&gt; \u2013 1 other device is affected"));
  CHECK(has(html, "step 3 of 7, approval"));
  CHECK(has(html, "20 min of 15 min \u2013 over the time standard"));
  CHECK(has(html, "\u25CF\u25CF\u25C9\u25CB\u25CB\u25CB\u25CB"));
  CHECK(has(html, "<span class=\"s-critical\">\u2717 critical</span> <b>(cause)</b>"));
  CHECK(has(html, "out of reach"));
  CHECK(has(html, "host-0001: critical (cause)"));  // of the drawing, in words
  CHECK(has(html, "stroke-dasharray=\"2 2\""));
  CHECK(has(html, "50.00 %"));
  CHECK(has(html, "Office &lt;1&gt;"));
  CHECK_FALSE(has(html, "<details>"));
  CHECK(has(html, "77 days ok, 13 days critical"));
  CHECK(days_text({}, "2026-11-24", "2026-11-24", {Language::english, 8h}) == "1 day not measured");
  CHECK(board_html(sample(12, 2)) == html);
}

TEST_CASE(
    "2,000 devices in 30 sites: a row a site, below it what was not always available, the rest folded") {
  const std::string html = board_html(sample(2000, 30));
  CHECK(html.size() < 3'000'000);
  CHECK(count(html, "<tr class=\"site\">") == 30);
  CHECK(count(html, "<td class=\"name\">host-") == 201);  // every tenth, and the one behind the cause
  CHECK(count(html, "<tr class=\"past\">") == 199);       // on paper only what fails now
  CHECK(count(html, "<details>") > 0);
  CHECK_FALSE(has(html, "<details open"));
  CHECK(has(html, "devices that were always available"));
  CHECK(count(html, "<svg class=\"topology\"") == 1);
  CHECK(has(html, "67 devices; critical: 1, out of reach: 0, warning: 0"));
}

TEST_CASE("without a round, without incidents") {
  Board board = sample(3, 1);
  board.measured.reset();
  board.expected.reset();
  board.causes.clear();
  board.cards.clear();
  const std::string html = board_html(board);
  CHECK(has(html, "Nothing was measured yet"));
  CHECK(has(html, "No incident is open."));
  board.measured = board.printed;
  for (BoardHost& host : board.sites[0].hosts) host.state = BoardState::ok;
  CHECK(has(board_html(board), "<h1 class=\"s-ok\">\u2713 All 3 devices work</h1>"));
}

TEST_CASE("the headline says that all devices work only where each was measured and works") {
  Board board = sample(4, 2);
  CHECK(headline_of(board).text == "1 cause of failures");
  CHECK(headline_of(board).state == BoardState::critical);
  board.causes.clear();
  const auto set = [&](std::array<BoardState, 4> states) {
    std::size_t n = 0;
    for (BoardSite& site : board.sites)
      for (BoardHost& host : site.hosts) host.state = states[n++];
    return headline_of(board).text;
  };
  using enum BoardState;
  CHECK(set({ok, ok, ok, ok}) == "All 4 devices work");
  CHECK(headline_of(board).state == ok);
  CHECK(set({ok, none, ok, ok}) == "3 of 4 devices work (not measured: 1)");
  CHECK(headline_of(board).state == none);
  CHECK(set({unknown, none, maintenance, ok}) ==
        "1 of 4 devices work (unknown: 1, not measured: 1, maintenance: 1)");
  CHECK(headline_of(board).state == unknown);
  CHECK(set({warning, ok, ok, ok}) == "4 of 4 devices work (warning: 1)");
  CHECK(set({critical, affected, ok, ok}) == "2 of 4 devices work (critical: 1, out of reach: 1)");
  CHECK(headline_of(board).state == critical);
  CHECK(set({none, none, none, none}) == "0 of 4 devices work (not measured: 4)");
  // One sentence wherever it stands.
  const std::string text = headline_of(board).text;
  CHECK(has(board_html(board), "<h1 class=\"s-none\">\u2013 " + text + "</h1>"));
  CHECK(board_document(board).title == text);
  CHECK(json_of(values(board))["headline"] == text);
  board.calendar.language = Language::indonesian;
  CHECK(headline_of(board).text == "0 dari 4 perangkat berfungsi (tidak diukur: 4)");
  board.calendar.language = Language::english;
  set({ok, ok, ok, ok});
  board.printed = *board.measured + 24h;
  CHECK(headline_of(board).text == "All 4 devices work");
  board.printed += 1ms;
  CHECK(headline_of(board).text == "Nothing was measured since 24 November 2026, 11:55 WITA");
  board.sites.clear();
  board.printed = *board.measured;
  CHECK(headline_of(board).text == "There are no devices");
  board.sites.push_back({"a", {BoardHost{}}});
  board.sites[0].hosts[0].state = ok;
  CHECK(headline_of(board).text == "The device works");
}

TEST_CASE("a site is available for the share of the time of all its devices, whenever each was measured") {
  Board board = sample(62, 1);
  for (BoardHost& host : board.sites[0].hosts) {
    host.state = BoardState::ok;
    host.root = false;
    host.last_day = {};
  }
  // One device measured all day, one for a minute: 1440 of 1441 minutes, and not the mean of 100 % and 0 %.
  board.sites[0].hosts[0].last_day.ok = 1440;
  board.sites[0].hosts[1].last_day.critical = 1;
  board.sites[0].hosts[2].state = BoardState::none;
  const std::string html = board_html(board);
  CHECK(has(html, "<td class=\"n\" data-l=\"24 h\">99.93 %</td>"));
  // What was not measured is not among those that were always available.
  CHECK(has(html, "<span class=\"s-none\">\u2013 61 of 62 devices work (not measured: 1)</span>"));
  CHECK(has(html, "<td class=\"name\">host-0002</td>"));
  board.sites[0].hosts[2].days.clear();
  CHECK_FALSE(has(board_html(board), "<td class=\"name\">host-0002</td>"));
  CHECK(has(board_html(board),
            "site-00: 1 device that was not measured</summary><p class=\"small\">host-0002</p>"));
}

TEST_CASE("files that are not counted are named, the first five on the page") {
  Board board = sample(3, 1);
  for (int n = 1; n <= 7; ++n) board.remarks.push_back(msg("file {n} <is> bad", {{"n", std::to_string(n)}}));
  const std::string html = board_html(board);
  CHECK(has(html, "<li>! file 5 &lt;is&gt; bad</li>"));
  CHECK_FALSE(has(html, "file 6"));
  CHECK(has(html, "and 2 more; see &#39;jaga audit&#39;"));
  CHECK(json_of(values(board))["remarks"].size() == 7);
  CHECK(has(to_text(board_document(board)), "file 7 <is> bad"));
}

TEST_CASE("an incident that cannot be judged is shown as such") {
  Board board = sample(3, 1);
  board.cards.front().problem = "incident 'x' is <damaged>";
  CHECK(has(board_html(board), "\u2717 incident &#39;x&#39; is &lt;damaged&gt;"));
  CHECK(has(to_text(board_document(board)), "incident 'x' is <damaged>"));
}

TEST_CASE("values and text") {
  const Board board = sample(12, 2);
  const Json json = json_of(values(board));
  CHECK(json["devices"].size() == 12);
  CHECK(json["devices"][0]["last_day_hundredths"] == 10'000);
  CHECK(json["waiting"][0]["late"] == true);
  CHECK(json["causes"][0]["affected"] == 1);
  const std::string text = to_text(board_document(board));
  CHECK(has(text, "1 cause of failures"));
  CHECK(has(text, "host-0001: Down <x> - 1 other device is affected"));
  CHECK(has(text, "Kepala Seksi Satu"));
}

TEST_CASE("text and JSON have what the drawings show") {
  Board board = sample(12, 2);
  board.month.types.push_back({"disk-full", 3, 0, {}, {}});
  board.type_names = {{"disk-full", "Disk full"}};
  statistics::StepFigures& step = board.month.steps[static_cast<std::size_t>(sop::Step::approve)];
  step = {sop::Step::approve, 5, 4, 1, 15min, 10min, 20min};
  const std::string text = to_text(board_document(board));
  CHECK(has(text, "critical (cause)"));
  CHECK(has(text, "77 days ok, 13 days critical"));
  CHECK(has(text, "27 August 2026 \u2013 24 November 2026"));
  CHECK(has(text, "This month: November 2026"));
  CHECK(has(text, "Disk full"));
  CHECK(has(text, "100.0 %"));
  const Json json = json_of(values(board));
  CHECK(json["devices"][1]["parent"] == "host-0001");
  CHECK(json["devices"][0]["last_90_days_hundredths"] == 10'000);
  CHECK(json["devices"][0]["days"] == Json{{"ok", 90}});
  CHECK(json["types"] == Json::array({{{"type", "disk-full"}, {"title", "Disk full"}, {"faults", 3}}}));
  // 5 passes, 4 of them with a standard, 1 late.
  CHECK(json["steps"][2] == Json{{"step", "approve"},
                                 {"passes", 5},
                                 {"in_time", 3},
                                 {"late", 1},
                                 {"standard_ms", 900'000},
                                 {"median_ms", 600'000}});
  CHECK(has(board_html(board),
            "<td>15 min</td><td class=\"n\">5</td><td class=\"n\">3</td><td class=\"n\"><span "
            "class=\"s-critical\">! 1</span></td><td>10 min</td>"));
}
