#include "workflow/lookup.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "fault/key.hpp"
#include "inventory/inventory.hpp"
#include "record/kind.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "store/names.hpp"
#include "workflow/doubt.hpp"
#include "workflow/inbox.hpp"
#include "workflow/incidents.hpp"
#include "workflow/memory.hpp"

namespace jaga::workflow {
namespace {

// An incident of that id, its beginning or that host, which was seen here and is gone.
void require_not_gone(const Office& office, const std::string& text) {
  if (!office.memory || text.empty()) return;
  for (const record::ChainName& chain : office.memory->chains()) {
    if (chain.kind != record::ChainName::Kind::incident) continue;
    if (!chain.id.starts_with(text) && host_of(chain.id) != text) continue;
    if (store::find_incident(*office.directory, chain.id)) continue;
    if (const auto lost = gone(office, chain))
      throw Error(ExitCode::data, msg("incident '{id}': {what}", {{"id", chain.id}}).with("what", *lost),
                  msg("see all findings with 'jaga audit'"));
  }
}

bool is_finished(const Context& context, const std::string& incident) {
  try {
    return load_incident(context, incident).state.finished();
  } catch (const Error&) {
    return false;  // damaged: reported by those who read it
  }
}

}  // namespace

std::string host_of(const std::string& incident) {
  return std::string(store::subject_of(incident));
}

namespace {

// Several incidents, distinguished by fault and next step: "ID (disk-full /var, approve)".
Message told_apart(const Context& context, const std::vector<std::string>& ids) {
  std::vector<Message> out;
  const std::vector<InboxEntry> all = inbox(context, FinishedIncidents::all);
  for (const std::string& id : ids) {
    const auto one =
        std::find_if(all.begin(), all.end(), [&](const InboxEntry& each) { return each.id == id; });
    std::vector<Message> about;
    if (one != all.end() && !one->fault_key.empty()) {
      const fault::Key fault = fault::parse_key(one->fault_key);
      about.push_back(literal(fault.type + (fault.object.empty() ? "" : " " + printable(fault.object))));
      if (one->due) about.push_back(sop::word(one->due->step));
    }
    out.push_back(about.empty() ? literal(id)
                                : msg("{id} ({about})", {{"id", id}}).with("about", joined(about)));
  }
  return joined(out);
}

std::string find(const Context& context, const std::string& text, bool to_go_on) {
  // Nobody's words need all the incidents read where they are the whole name of one.
  if (store::find_incident(*context.directory, text)) return text;
  // By the names of directories; only what may be meant is looked into.
  const std::vector<std::string> ids = store::incident_ids(*context.directory);
  std::vector<std::string> found;
  for (const std::string& id : ids)
    if (!text.empty() && id.starts_with(text) && store::find_incident(*context.directory, id))
      found.push_back(id);
  std::vector<std::string> ended;
  const bool by_host = found.empty();
  if (by_host) {
    for (const std::string& id : ids) {
      if (host_of(id) != text) continue;
      const auto listing = store::find_incident(*context.directory, id);
      if (!listing) continue;
      const std::string& kind = listing->steps.back().kind;
      // Whether a withdrawal is the first or the second of two, only its record says.
      const bool in_question = kind == record::name(record::Kind::withdraw) ||
                               (kind == record::name(record::Kind::archive) && !archived(context, *listing));
      const bool open = in_question ? !is_finished(context, id) : kind != record::name(record::Kind::archive);
      (open ? found : ended).push_back(id);
    }
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1)
    throw Error(ExitCode::usage,
                msg("'{text}' matches several incidents: {ids}", {{"text", printable(text)}})
                    .with("ids", told_apart(context, found)),
                by_host ? msg("give the id of one of them") : msg("give more digits of the id"));
  require_not_gone(context, text);
  const Message how = msg("when 'jaga monitor' finds failures, 'jaga analyze' opens an incident");
  if (!ended.empty())
    throw Error(
        ExitCode::no_input, msg("no open incident of '{host}'", {{"host", text}}),
        to_go_on ? how : msg("give the id of a finished incident: {ids}", {{"ids", join(ended, ", ")}}));
  if (context.inventory && context.inventory->find(text) != nullptr)
    throw Error(ExitCode::no_input, msg("no open incident of '{host}'", {{"host", text}}),
                to_go_on ? how : msg("see 'jaga status'"));
  std::vector<std::string> names;
  for (const std::string& id : ids) {
    names.push_back(id);
    names.push_back(host_of(id));
  }
  const std::string near = nearest(text, names);
  throw Error(ExitCode::no_input, msg("unknown incident '{text}'", {{"text", printable(text)}}),
              near.empty() ? msg("see 'jaga status'") : msg("did you mean '{near}'?", {{"near", near}}));
}

}  // namespace

std::string find_incident(const Context& context, const std::string& text) {
  return find(context, text, false);
}

std::string find_open_incident(const Context& context, const std::string& text) {
  return find(context, text, true);
}

std::string find_host(const Office& office, const std::string& text) {
  if (!store::incident_ids(*office.directory, [&](std::string_view id) {
         return store::subject_of(id) == text;
       }).empty())
    return text;
  return office.inventory->at(text).name;
}

}  // namespace jaga::workflow
