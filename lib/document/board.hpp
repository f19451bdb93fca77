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
  std::optional<std::int64_t> last_day{};  // of the last 24 hours, in hundredths of a percent
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
  std::size_t hosts = 0;
  std::vector<BoardCause> causes{};
  std::vector<BoardCard> cards{};  // what is late first
  std::vector<BoardSite> sites{};  // by name
  std::string first_date{};        // of the days that are shown
  std::string last_date{};
  statistics::Damage month{};
  std::vector<std::pair<std::string, std::string>> type_names{};  // of month.types
};

// The page. The same values give the same bytes.
std::string board_html(const Board& board);
// The same without drawings, for text and Markdown.
Document board_document(const Board& board);
yaml::Node values(const Board& board);

}  // namespace jaga::document
