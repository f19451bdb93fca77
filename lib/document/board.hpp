// The page on the wall: `jaga report board`. One HTML file that refers to nothing outside itself, for a
// screen of any width, light or dark, and one sheet of A4 across. No state is told by colour alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/title.hpp"
#include "document/dates.hpp"
#include "document/document.hpp"
#include "statistics/availability.hpp"
#include "statistics/damage.hpp"
#include "yaml/node.hpp"

namespace jaga::document {

struct BoardCause {
  std::string host{};  // empty: the machine that measures is cut off
  Title title{};
  std::string object{};
  bool critical = true;
  std::size_t affected = 0;  // other hosts
};
struct BoardCard {
  std::string incident{};
  std::string host{};
  std::string title{};
  sop::Step step = sop::Step::analyze;  // that is due
  std::string who{};                    // who must act, by name where they are few, else by role
  std::chrono::milliseconds worked{0};
  std::optional<std::chrono::milliseconds> standard{};
  bool late = false;
  bool paused = false;    // waits for a vendor
  std::string problem{};  // why it cannot be judged; else empty
};
// What a host is now.
enum class BoardState { none, ok, warning, critical, unknown, affected, maintenance };
std::string_view state_name(BoardState state);  // "none" ...
struct BoardHost {
  std::string name{};
  std::string parent{};  // the first one in the inventory; empty: none
  BoardState state = BoardState::none;
  bool root = false;  // the cause of failures of others, or of its own
  statistics::HostDays days{};
  record::HostDay last_day{};  // the last 24 hours
};
struct BoardSite {
  std::string name{};  // empty: of no site
  std::vector<BoardHost> hosts{};
};

struct Board {
  Calendar calendar{};
  std::string organisation{};
  Instant printed{};
  std::optional<Instant> measured{};  // the newest round; not set: there is none
  std::optional<Instant> expected{};  // the next one
  std::size_t hosts = 0;              // of all sites
  std::vector<BoardCause> causes{};
  std::vector<BoardCard> cards{};  // what is late first
  std::vector<BoardSite> sites{};  // by name
  std::string first_date{};        // of the days that are shown
  std::string last_date{};
  statistics::Damage month{};
  std::vector<std::pair<std::string, std::string>> type_names{};  // of month.types
  std::vector<Message> remarks{};                                 // files that are not counted, and why
};

// One sentence about several devices, and the worst that is known of them; `ok`: each was measured and works.
struct Headline {
  std::string text{};
  BoardState state = BoardState::none;
};
Headline headline_of(const std::vector<const BoardHost*>& hosts, const Calendar& calendar);
// Of the whole board: the number of causes, or else how many of all devices work. What was measured longer
// ago than a day says nothing.
Headline headline_of(const Board& board);
// "critical", "out of reach" ... in the reader's language.
std::string state_text(BoardState state, Language language);
// A sign of its own for each state, beside its colour.
std::string_view sign_of(BoardState state);
// "77 days ok, 13 days critical" of these dates, both included.
std::string days_text(const statistics::HostDays& days, const std::string& first, const std::string& last,
                      const Calendar& calendar);
// The availability of the last `count` days of the board, in hundredths of a percent.
std::optional<std::int64_t> share_of(const statistics::HostDays& days, const Board& board, int count);
std::string type_name(const Board& board, const std::string& type);
// The steps of the month against their standards; a row that has late passes is red.
Table board_steps(const Board& board);

// The page. The same values give the same bytes.
std::string board_html(const Board& board);
// The same in tables, for text and Markdown; of the days it counts the states.
Document board_document(const Board& board);
yaml::Node values(const Board& board);

}  // namespace jaga::document
