#include "document/board.hpp"

#include <doctest/doctest.h>

#include "base/format.hpp"
#include "document/document.hpp"
#include "document/json.hpp"
#include "expect.hpp"

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
    host.last_day = n == 1 ? 5'000 : 10'000;
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
  CHECK(has(html, "20 min of 15 min \u2013 over the standard"));
  CHECK(has(html, "\u25CF\u25CF\u25C9\u25CB\u25CB\u25CB\u25CB"));
  CHECK(has(html, "<span class=\"s-critical\">\u2717 critical</span> <b>(cause)</b>"));
  CHECK(has(html, "out of reach"));
  CHECK(has(html, "host-0001: critical (cause)"));  // of the drawing, in words
  CHECK(has(html, "stroke-dasharray=\"2 2\""));
  CHECK(has(html, "50.00 %"));
  CHECK(has(html, "Office &lt;1&gt;"));
  CHECK_FALSE(has(html, "<details>"));
  CHECK(has(html, "77 days ok, 13 days critical"));
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
  CHECK(has(board_html(board), "All 3 devices work"));
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
