#include "workflow/inbox.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "fault/key.hpp"
#include "incident/clocks.hpp"
#include "incident/next_command.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/doubt.hpp"
#include "workflow/lookup.hpp"
#include "workflow/memory.hpp"
#include "workflow/office_rules.hpp"

namespace jaga::workflow {

namespace {

// What is wrong with archived incidents, as far as that costs little: of each what the names of its files
// show, of the newest what is in them too.
void add_damaged(const Context& context, const std::vector<store::IncidentListing>& archived,
                 std::vector<InboxEntry>& to) {
  constexpr std::size_t kRead = 10;
  for (std::size_t n = 0; n < archived.size(); ++n) {
    InboxEntry entry;
    entry.id = archived[n].id;
    entry.host = host_of(entry.id);
    std::uint32_t seq = 0;
    for (const record::FileName& step : archived[n].steps) {
      if (step.seq > seq + 1)
        entry.damaged = msg("incident '{id}' is damaged: record {n} is missing",
                            {{"id", entry.id}, {"n", std::to_string(seq + 1)}});
      if (step.seq > seq + 1) break;
      seq = step.seq;
    }
    if (entry.damaged.empty() && n + kRead >= archived.size()) {
      if (const std::optional<Error> problem = problem_of(context, entry.id))
        entry.damaged = problem->message();
    }
    if (!entry.damaged.empty()) to.push_back(std::move(entry));
  }
}

// The titles of types of fault, each looked for once.
class Titles {
 public:
  explicit Titles(const Office& office) : office_(office) {}
  const std::optional<Title>& of(const std::string& type) {
    const auto known = all_.find(type);
    if (known != all_.end()) return known->second;
    const auto rule = office_rule(office_, type);
    return all_.emplace(type, rule ? std::optional(rule->title) : std::nullopt).first->second;
  }

 private:
  const Office& office_;
  std::map<std::string, std::optional<Title>> all_;
};

// Of what a person has reported their own words say more than its type.
void name_fault(const incident::Monitor& monitor, Titles& titles, InboxEntry& entry) {
  fault::Key key = fault::parse_key(monitor.fault_key);
  entry.fault = {monitor.summary, monitor.summary};
  entry.object = std::move(key.object);
  if (monitor.title) entry.fault = *monitor.title;
  if (monitor.title || (monitor.source != incident::FaultSource::probe && !monitor.summary.empty())) return;
  if (const auto& title = titles.of(key.type)) entry.fault = *title;
}

}  // namespace

std::vector<InboxEntry> inbox(const Context& context, FinishedIncidents wanted,
                              const std::optional<incident::Person>& person) {
  const bool finished_too = wanted == FinishedIncidents::all;
  std::vector<InboxEntry> result;
  Titles titles(context);
  // Reads what was seen first: records that arrive meanwhile are not losses.
  std::set<std::string> seen;
  if (context.memory)
    for (record::ChainName& chain : context.memory->chains())
      if (chain.kind == record::ChainName::Kind::incident) seen.insert(std::move(chain.id));
  const store::Memory::Glance glance = context.memory ? context.memory->glance() : store::Memory::Glance();
  if (context.registered && context.register_loss.empty()) remember(context, *context.register_chain);
  const auto damaged = [&](const std::string& id, Message what) {
    InboxEntry entry;
    entry.id = id;
    entry.host = host_of(id);
    entry.damaged = std::move(what);
    result.push_back(std::move(entry));
  };
  std::vector<store::IncidentListing> closed;
  for (const auto& listing : store::list_incidents(*context.directory)) {
    const bool remembered = seen.erase(listing.id) > 0;
    if (!finished_too && archived(context, listing)) {
      if (wanted == FinishedIncidents::none) continue;
      Message lost;
      if (remembered && !glance.holds(record::ChainName::incident(listing.id), listing.steps))
        lost = loss(context, listing);
      if (!lost.empty())
        damaged(listing.id, std::move(lost));
      else if (wanted == FinishedIncidents::damaged)
        closed.push_back(listing);
      continue;
    }
    InboxEntry entry;
    entry.id = listing.id;
    entry.host = host_of(listing.id);
    try {
      const Incident incident = judge_incident(context, listing.id, read_incident(context, listing.id));
      // The signature of the newest record covers the whole chain; the others are verified before deciding.
      const bool waits = !incident.state.finished() || finished_too;
      if (waits) require_head_signed(context, incident);
      require_seen(context, incident.chain);
      if (!waits) continue;
      remember(context, incident.chain);
      entry.remarks = record::clock_remarks(incident.chain, incident.now);
      entry.host = incident.state.monitor.host;
      entry.fault_key = incident.state.monitor.fault_key;
      name_fault(incident.state.monitor, titles, entry);
      entry.due = incident.due();
      if (entry.due) entry.command = incident::next_command(incident.state, *entry.due);
      entry.forked = incident.state.forked;
      entry.mine = person && incident::waits_for(incident.state, incident.procedure, *person, incident.now,
                                                 context.registered.get());
      entry.reopens = incident.state.monitor.reopens.value_or("");
      if (const auto* no = incident.state.last_rejection(); no != nullptr && entry.due) {
        entry.last_rejection = no->body;
        entry.last_rejection_by = no->body.paper ? no->body.paper->decided_by : no->made.by.person;
      }
      if (entry.due) entry.left_behind = incident.state.left_behind();
      entry.opened = incident.state.opened.occurred.value_or(incident.state.opened.at);
      if (incident.state.finished()) entry.closed = incident.state.spans.back().ended;
      if (incident.state.finished() && incident.state.withdrawn)
        entry.withdrawn = incident.state.withdrawn->body.outcome;
      auto list = incident::clocks(incident.state, incident.procedure, incident.now);
      if (!list.empty()) {
        entry.since = list.back().began;
        entry.standard = list.back().standard;
        if (entry.due && entry.due->step != list.back().step) entry.clock_of = sop::name(list.back().step);
        entry.gross = list.back().gross;
        entry.paused = list.back().paused;
        entry.net = list.back().net;
        if (entry.due) entry.deadline = list.back().deadline;
        entry.late = entry.due && list.back().late();
      }
      entry.clocks = std::move(list);
    } catch (const Error& error) {
      entry.damaged = error.message();
    }
    result.push_back(std::move(entry));
  }
  add_damaged(context, closed, result);
  for (const std::string& id : seen) {
    if (wanted == FinishedIncidents::none || store::find_incident(*context.directory, id)) continue;
    if (auto lost = gone(context, record::ChainName::incident(id))) damaged(id, std::move(*lost));
  }
  std::stable_sort(result.begin(), result.end(), [](const InboxEntry& left, const InboxEntry& right) {
    if (left.late != right.late) return left.late;
    return left.since.value_or(Instant{}) < right.since.value_or(Instant{});
  });
  return result;
}

}  // namespace jaga::workflow
