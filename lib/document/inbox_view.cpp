#include "document/inbox_view.hpp"

#include <algorithm>
#include <array>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "document/incident_lines.hpp"
#include "document/words.hpp"

namespace jaga::document {
namespace {

class Row {
 public:
  Row(const InboxItem& item, const sop::Sop& procedure, const Locale& locale)
      : item_(item), one_(item.waiting), procedure_(procedure), locale_(locale) {}

  std::vector<std::string> cells() const {
    const bool is_due = one_.due.has_value();
    return {one_.id,
            finished() ? locale_.text(msg("finished"))
            : is_due   ? locale_.text(sop::word(one_.due->step))
                       : "",
            who(),
            one_.since ? locale_.local(*one_.since) : "",
            is_due ? span_text(one_.gross) : "",
            is_due ? work_text(one_.net) : "",
            standard(),
            one_.deadline ? locale_.local(*one_.deadline) : "",
            what()};
  }
  Tone tone() const {
    if (!one_.damaged.empty() || one_.forked) return Tone::red;
    if (one_.late) return Tone::yellow;
    return finished() ? Tone::dim : Tone::none;
  }

 private:
  bool finished() const { return !one_.due && one_.damaged.empty() && !one_.forked; }
  std::string titles(const std::vector<std::string>& roles) const {
    return procedure_.role_titles(roles, locale_.language);
  }
  std::string who() const {
    if (!one_.due) return "";
    const std::string who = one_.due->only ? *one_.due->only : titles(one_.due->roles);
    return item_.nobody ? locale_.text(msg("nobody has the role {roles}", {{"roles", who}})) : who;
  }
  std::string standard() const {
    if (!one_.due) return "";
    if (!one_.standard) return "-";
    return work_text(*one_.standard) + (one_.clock_of.empty() ? "" : " (" + clock_of() + ")") +
           (one_.late ? " !" : "");
  }
  std::string clock_of() const {
    const auto step = sop::parse_step(one_.clock_of);
    return step ? locale_.text(sop::word(*step)) : one_.clock_of;
  }
  std::string what() const {
    const std::string fault = one_.fault_text(locale_.language);
    std::string what = one_.due ? locale_.text(one_.due->what) : "";
    if (!fault.empty()) what = fault + (what.empty() ? "" : ": " + what);
    if (one_.last_rejection) {
      what += "; " +
              locale_.text(msg("{what} was rejected by {person}: {reason}",
                               {{"person", one_.last_rejection_by}, {"reason", one_.last_rejection->reason}})
                               .with("what", rejected_subject(one_.last_rejection->step)));
      if (one_.last_rejection->correction)
        what += "; " + locale_.text(msg("correction: {text}", {{"text", *one_.last_rejection->correction}}));
    }
    for (const std::string& line : left_behind_lines(locale_, one_.left_behind)) what += "; " + line;
    if (one_.due && !one_.due->escalated.empty())
      what += "; " + locale_.text(msg("waiting so long that these roles may act, too: {roles}",
                                      {{"roles", titles(one_.due->escalated)}}));
    if (one_.due && one_.due->next && one_.due->next->at)
      what +=
          "; " + locale_.text(msg("from {time}, also: {roles}", {{"time", locale_.time(*one_.due->next->at)},
                                                                 {"roles", titles(one_.due->next->roles)}}));
    if (one_.due && !one_.reopens.empty())
      what += "; " + locale_.text(msg("reopens {incident}", {{"incident", one_.reopens}}));
    if (!one_.outcome().empty())
      what = (fault.empty() ? "" : fault + ": ") + word(one_.outcome(), locale_.language);
    if (one_.forked)
      what = locale_.text(
          msg("forked; close the fork with 'jaga merge {incident} -m REASON'", {{"incident", one_.id}}));
    if (!one_.damaged.empty()) what = locale_.text(one_.damaged);
    for (const Message& remark : one_.remarks) what += "; " + locale_.text(remark);
    if (item_.window != nullptr)
      what += "; " +
              locale_.text(msg("maintenance until {until}", {{"until", locale_.time(item_.window->until)}}));
    return what;
  }

  const InboxItem& item_;
  const InboxEntry& one_;
  const sop::Sop& procedure_;
  const Locale& locale_;
};

}  // namespace

std::string_view InboxEntry::outcome() const {
  if (withdrawn) return name(*withdrawn);
  return closed ? "archived" : "";
}

std::string InboxEntry::fault_text(Language language) const {
  const std::string& title = fault.in(language);
  return title.empty() || object.empty() ? title : title + " (" + object + ")";
}

Table inbox_table(std::span<const InboxItem> items, const sop::Sop& procedure, const Locale& locale) {
  Table table{{locale.text(msg("incident")), locale.text(msg("next step")), locale.text(msg("who")),
               locale.head(msg("since")), locale.text(msg("elapsed")), locale.text(msg("worked")),
               locale.text(msg("standard")), locale.head(msg("deadline")), locale.text(msg("what"))},
              {}};
  for (const InboxItem& item : items) {
    const Row row(item, procedure, locale);
    table.rows.push_back(row.cells());
    table.tones.push_back(row.tone());
  }
  return table;
}

namespace {

enum class Section { damaged, yours, late, others, finished };
constexpr std::array kSections = {Section::damaged, Section::yours, Section::late, Section::others,
                                  Section::finished};

Section section_of(const InboxEntry& entry) {
  if (!entry.damaged.empty() || entry.forked) return Section::damaged;
  if (!entry.due) return Section::finished;
  if (entry.mine) return Section::yours;
  return entry.late ? Section::late : Section::others;
}

Message title_of(Section section, bool has_reader) {
  switch (section) {
    case Section::damaged:
      return msg("damaged or forked");
    case Section::yours:
      return msg("waiting for you");
    case Section::late:
      return msg("late");
    case Section::others:
      return has_reader ? msg("with others") : msg("in time");
    case Section::finished:
      break;
  }
  return msg("finished");
}

}  // namespace

std::vector<Block> inbox_blocks(std::span<const InboxItem> items, bool has_reader, const sop::Sop& procedure,
                                const Locale& locale) {
  std::vector<Block> out;
  for (const Section section : kSections) {
    std::vector<InboxItem> of_section;
    for (const InboxItem& item : items)
      if (section_of(item.waiting) == section) of_section.push_back(item);
    if (of_section.empty()) continue;
    out.emplace_back(Heading{locale.text(title_of(section, has_reader)), 1});
    Table table = inbox_table(of_section, procedure, locale);
    if (section == Section::yours) {
      table.heads.push_back(locale.text(msg("command")));
      for (std::size_t n = 0; n < of_section.size(); ++n)
        table.rows[n].push_back(locale.text(of_section[n].waiting.command));
    }
    out.emplace_back(std::move(table));
  }
  return out;
}

Message inbox_summary(std::span<const InboxItem> items, bool has_reader) {
  std::vector<Message> parts;
  for (const Section section : kSections) {
    const auto count = std::count_if(items.begin(), items.end(), [&](const InboxItem& item) {
      return section_of(item.waiting) == section;
    });
    if (count > 0)
      parts.push_back(msg("{section}: {count}", {{"count", std::to_string(count)}})
                          .with("section", title_of(section, has_reader)));
  }
  return parts.empty() ? Message{} : joined(std::move(parts), "; ");
}

Json inbox_json(const InboxItem& item, bool has_reader) {
  const InboxEntry& one = item.waiting;
  Json node;
  node["incident"] = one.id;
  node["host"] = one.host;
  node["fault_key"] = one.fault_key;
  node["finished"] = !one.due && one.damaged.empty() && !one.forked;
  if (one.due) {
    node["due"] = sop::name(one.due->step);
    node["roles"] = one.due->roles;
    if (has_reader) node["mine"] = one.mine;
    node["command"] = one.command.render(Language::english);
    if (item.nobody) node["nobody"] = true;
    if (one.due->only) node["only"] = *one.due->only;
    if (!one.due->escalated.empty()) node["escalated"] = one.due->escalated;
    if (one.due->next) {
      node["escalates_to"] = one.due->next->roles;
      if (one.due->next->at) node["escalates_at"] = format_instant(*one.due->next->at);
    }
  }
  if (!one.reopens.empty()) node["reopens"] = one.reopens;
  if (item.window != nullptr) node["maintenance"] = item.window->name;
  if (one.since) node["since"] = format_instant(*one.since);
  if (one.damaged.empty()) node["opened"] = format_instant(one.opened);
  if (one.closed) node["closed"] = format_instant(*one.closed);
  if (one.due && one.due->in_place_of) node["in_place_of"] = *one.due->in_place_of;
  node["outcome"] = one.outcome();
  if (one.last_rejection) {
    Json no;
    no["step"] = name(one.last_rejection->step);
    no["reason"] = one.last_rejection->reason;
    no["person"] = one.last_rejection_by;
    if (one.last_rejection->correction) no["correction"] = *one.last_rejection->correction;
    node["last_no"] = std::move(no);
  }
  node["gross_ms"] = one.gross.count();
  node["paused_ms"] = one.paused.count();
  node["net_ms"] = one.net.count();
  Json clocks = Json::array();
  for (const incident::Clock& clock : one.clocks) {
    Json pass;
    pass["step"] = sop::name(clock.step);
    pass["pass"] = clock.pass;
    pass["began"] = format_instant(clock.began);
    if (clock.ended) pass["ended"] = format_instant(*clock.ended);
    pass["gross_ms"] = clock.gross.count();
    pass["paused_ms"] = clock.paused.count();
    pass["net_ms"] = clock.net.count();
    if (clock.standard) pass["standard_ms"] = clock.standard->count();
    pass["late"] = clock.late();
    clocks.push_back(std::move(pass));
  }
  node["clocks"] = std::move(clocks);
  if (!one.clock_of.empty()) node["clock_of"] = one.clock_of;
  if (one.standard) node["standard_ms"] = one.standard->count();
  if (one.deadline) node["deadline"] = format_instant(*one.deadline);
  node["late"] = one.late;
  node["forked"] = one.forked;
  node["damaged"] = !one.damaged.empty();
  Json remarks = Json::array();
  for (const Message& remark : one.remarks) remarks.push_back(remark.render(Language::english));
  node["remarks"] = std::move(remarks);
  return node;
}

}  // namespace jaga::document
