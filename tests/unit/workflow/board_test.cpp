// What the board says of a host, from several rounds in the directory. The office is at +08:00.
#include "workflow/board.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "office.hpp"
#include "round/round.hpp"
#include "store/directory.hpp"
#include "store/rounds.hpp"

namespace {

using namespace jaga;
using namespace jaga::workflow;
using namespace std::chrono_literals;
using document::BoardState;
using jaga::workflow::test::TestOffice;
using round::State;

const Instant kNoon = *parse_time("2026-11-25 12:00", 8h);

struct Measured {
  ActingContext at(Instant when) {
    ActingContext context = office.as("staff");
    context.now = [when] { return when; };
    return context;
  }
  void round(Instant when, State state, const std::string& source = "", bool partial = true) {
    round::Round one;
    one.installation = "inst-1";
    one.at = when;
    one.inventory = sha256("inventory");
    one.source = source;
    one.partial = partial;
    round::Result result;
    result.host = "web01";
    result.check = "disk";
    result.object = "/var";
    result.state = state;
    result.hard = true;
    result.since = when;
    result.history = std::string(1, round::letter(state));
    if (state != State::ok) result.reason = round::Reason::limit_reached;
    one.results.push_back(result);
    path = store::write_round(*at(when).directory, "inst-1", when, round::write(one));
  }
  document::Board board(Instant when) { return board_of(at(when), Language::english); }

  TestOffice office;
  std::string path;
};

BoardState state_of(const document::Board& board) {
  REQUIRE(board.sites.size() == 1);
  REQUIRE(board.sites[0].hosts.size() == 1);
  return board.sites[0].hosts[0].state;
}

}  // namespace

TEST_CASE("what another monitor says does not stand for what was measured") {
  Measured measured;
  measured.round(kNoon - 10min, State::critical);
  measured.round(kNoon - 5min, State::ok, "nagios");
  document::Board board = measured.board(kNoon);
  CHECK(state_of(board) == BoardState::critical);
  CHECK(headline_of(board).text == "0 of 1 devices work (critical: 1)");
  // A newer measurement does.
  measured.round(kNoon - 1min, State::ok);
  board = measured.board(kNoon);
  CHECK(state_of(board) == BoardState::ok);
  CHECK(headline_of(board).text == "The device works");
  // And the other monitor's failure holds until that monitor takes it back.
  measured.round(kNoon, State::critical, "nagios");
  measured.round(kNoon + 1min, State::ok);
  CHECK(state_of(measured.board(kNoon + 1min)) == BoardState::critical);
}

TEST_CASE("a whole round ends what was measured before it") {
  Measured measured;
  measured.round(kNoon - 10min, State::critical, "nagios");
  measured.round(kNoon - 5min, State::ok, "", false);
  CHECK(state_of(measured.board(kNoon)) == BoardState::ok);
}

TEST_CASE("what was measured long ago is not the state of now") {
  Measured measured;
  measured.round(kNoon - 25h, State::ok);
  CHECK(headline_of(measured.board(kNoon - 2h)).text == "The device works");
  CHECK(headline_of(measured.board(kNoon)).text == "Nothing was measured since 24 November 2026, 11:00 WITA");
}

TEST_CASE("a damaged round is named, and the one before it tells the state") {
  Measured measured;
  measured.round(kNoon - 10min, State::critical);
  measured.round(kNoon - 5min, State::ok);
  const auto file = measured.office.path / measured.path;
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  std::ofstream(file) << "x";
  const document::Board board = measured.board(kNoon);
  CHECK(state_of(board) == BoardState::critical);
  CHECK(board.measured == kNoon - 10min);
  REQUIRE(board.remarks.size() == 1);
  CHECK(board.remarks[0].render(Language::english).find("'" + measured.path + "' is not counted: ") == 0);
}
