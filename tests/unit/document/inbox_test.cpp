// The inbox of one reader, in sections.
#include <doctest/doctest.h>

#include "document/inbox_view.hpp"
#include "sop/sop.hpp"

namespace jaga::document {
namespace {

InboxEntry entry(const std::string& id, bool mine, bool late) {
  InboxEntry out;
  out.id = id;
  out.host = "web01";
  out.due = incident::Due{sop::Step::approve, {"section_head"}, msg("approve or reject the plan")};
  out.command = literal("jaga approve " + id);
  out.mine = mine;
  out.late = late;
  return out;
}

struct Inbox {
  std::vector<InboxEntry> entries;
  std::vector<InboxItem> items() const {
    std::vector<InboxItem> out;
    for (const InboxEntry& one : entries) out.push_back(InboxItem{one});
    return out;
  }
  std::string text(bool has_reader, std::size_t columns = 72) const {
    const sop::Sop procedure = sop::parse(sop::builtin("form"), "sop.yaml");
    const Locale locale{Language::english, [](Instant) { return std::string("2026-11-24 08:00"); }, "WITA"};
    return to_screen(inbox_blocks(items(), has_reader, procedure, locale), {columns, false});
  }
  std::string summary(bool has_reader) const {
    return inbox_summary(items(), has_reader).render(Language::english);
  }
};

TEST_CASE("each incident is in one section, and the reader's have their command") {
  Inbox inbox;
  inbox.entries = {entry("late-other", false, true), entry("late-mine", true, true),
                   entry("other", false, false), entry("mine", true, false)};
  InboxEntry damaged;
  damaged.id = "damaged";
  damaged.damaged = literal("record 2 is missing");
  InboxEntry finished;
  finished.id = "finished";
  inbox.entries.push_back(damaged);
  inbox.entries.push_back(finished);
  const std::string text = inbox.text(true);
  std::size_t at = 0;
  for (const char* part :
       {"damaged or forked\n", "damaged  ", "waiting for you\n", "late-mine  ", "\nmine  ", "late\n",
        "late-other  ", "with others\n", "other  ", "finished\n", "finished  "}) {
    CAPTURE(part);
    const std::size_t found = text.find(part, at);
    REQUIRE(found != std::string::npos);
    at = found;
  }
  CHECK(text.find("jaga approve mine") != std::string::npos);
  CHECK(text.find("jaga approve late-mine") != std::string::npos);
  CHECK(text.find("jaga approve other") == std::string::npos);
  CHECK(inbox.summary(true) ==
        "damaged or forked: 1; waiting for you: 2; late: 1; with others: 1; finished: 1");
}

TEST_CASE("without a reader there are late incidents and those in time") {
  Inbox inbox;
  inbox.entries = {entry("a", false, true), entry("b", false, false)};
  CHECK(inbox.summary(false) == "late: 1; in time: 1");
  CHECK(inbox.text(false).find("with others") == std::string::npos);
  CHECK(Inbox{}.summary(false).empty());
  CHECK(Inbox{}.text(true).empty());
}

TEST_CASE("no line of the inbox is wider than the screen") {
  Inbox inbox;
  inbox.entries = {entry("20261124-web01-k7f3q2", true, true)};
  inbox.entries[0].fault = {"the page opens only after half a minute, since the switch was replaced", ""};
  inbox.entries[0].fault.en = inbox.entries[0].fault.id;
  const std::string text = inbox.text(true);
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    CHECK(end - from <= 72);
    from = end + 1;
  }
}

TEST_CASE("JSON says whose it is only where there is a reader, and the command") {
  const InboxEntry one = entry("x", true, false);
  const Json own = inbox_json(InboxItem{one}, true);
  CHECK(own.at("mine").get<bool>());
  CHECK(own.at("command").get<std::string>() == "jaga approve x");
  CHECK_FALSE(inbox_json(InboxItem{one}, false).contains("mine"));
  const InboxEntry finished;
  CHECK_FALSE(inbox_json(InboxItem{finished}, true).contains("command"));
}

}  // namespace
}  // namespace jaga::document
