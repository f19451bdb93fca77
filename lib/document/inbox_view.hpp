// The open incidents with their next step, as `jaga status` prints them.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/title.hpp"
#include "document/document.hpp"
#include "document/json.hpp"
#include "document/locale.hpp"
#include "incident/clocks.hpp"
#include "incident/incident.hpp"
#include "inventory/window.hpp"

namespace jaga::document {

// An incident in the list.
struct InboxEntry {
  std::string id;
  std::string host;
  std::string fault_key;
  Title fault{};         // its title, or what the person said who reported it; may be empty
  std::string object{};  // what of the host it is about; may be empty
  // "Disk is full (/var)"
  std::string fault_text(Language language) const;
  std::optional<incident::Due> due;  // nullopt: finished
  std::optional<Instant> since;
  std::optional<std::chrono::milliseconds> standard;
  // Whose standard that is, where it is not that of the step which is due: a withdrawal stops no clock.
  std::string clock_of;
  std::chrono::milliseconds gross{0};
  std::chrono::milliseconds paused{0};
  std::chrono::milliseconds net{0};
  std::vector<incident::Clock> clocks{};  // of all its passes; the last of them has the figures above
  // Of one that was closed without a repair.
  std::optional<incident::WithdrawalOutcome> withdrawn;
  // Of a finished one: "archived", or the outcome of its withdrawal; else empty.
  std::string_view outcome() const;
  std::optional<incident::Reject> last_rejection;  // of a step that has not been approved since
  std::string last_rejection_by;                   // who said it
  // What a branch carried out that a merge closed, of the plan that is decided on or run now.
  std::vector<incident::Run> left_behind;
  Instant opened{};
  std::optional<Instant> closed;    // of a finished one
  std::optional<Instant> deadline;  // incident::Clock's
  bool late = false;
  bool mine = false;    // it waits for the person that was asked about
  Message command{};    // what a person types for the step that is due; empty: finished, or cannot be judged
  std::string reopens;  // the finished incident whose fault is back
  bool forked = false;
  std::vector<Message> remarks{};  // record::clock_remarks
  Message damaged;                 // not empty: cannot be judged, and why
};

struct InboxItem {
  const InboxEntry& waiting;                  // must outlive the item
  bool nobody = false;                        // nobody holds a role that may do what is due
  const inventory::Window* window = nullptr;  // the maintenance that its host is in; nullptr: none
};
Table inbox_table(std::span<const InboxItem> items, const sop::Sop& procedure, const Locale& locale);

// The inbox of one reader: damaged and forked incidents, those that wait for the reader, with their commands,
// those of others that are late, and the rest. Sections without incidents are left out; the order within each is
// that of `items`. `has_reader`: entries say whether they are `mine`.
std::vector<Block> inbox_blocks(std::span<const InboxItem> items, bool has_reader, const sop::Sop& procedure,
                                const Locale& locale);
// "waiting for you: 2; late: 1; with others: 3", of the sections that there are; empty where there are none.
Message inbox_summary(std::span<const InboxItem> items, bool has_reader);
Json inbox_json(const InboxItem& item, bool has_reader);

}  // namespace jaga::document
