#include "missing_incident.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "parse.hpp"
#include "session.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/inbox.hpp"

namespace jaga::cmd {
namespace {

constexpr std::size_t kMostListed = 5;

// Whether the command decides or does a step: then only those are meant that wait for the person.
bool is_step(const std::string& command) {
  return command == "reject" || sop::parse_step(command).has_value();
}

bool fits(const workflow::InboxEntry& entry, const std::string& command) {
  if (!entry.due || entry.forked) return false;
  if (!is_step(command)) return true;
  if (command == "reject")
    return entry.due->withdrawal || entry.due->emergency || entry.due->step == sop::Step::approve ||
           entry.due->step == sop::Step::verify || entry.due->step == sop::Step::accept;
  return !entry.due->withdrawal && sop::name(entry.due->step) == command;
}

Message listed(const std::vector<const workflow::InboxEntry*>& found, Language language, bool of_step) {
  std::vector<std::string> words;
  for (const workflow::InboxEntry* entry : found) {
    const std::string fault = entry->fault_text(language);
    words.push_back(entry->id + (fault.empty() ? "" : " (" + fault + ")"));
  }
  const Message::Arguments list = {{"incidents", join(words, "; ")}};
  return of_step ? msg("waiting for you: {incidents}", list) : msg("open incidents: {incidents}", list);
}

Message how_to_list(const std::string& command, std::size_t count) {
  const std::string number = std::to_string(count);
  if (!is_step(command))
    return msg("{count} incidents are open; list them with 'jaga status'", {{"count", number}});
  if (command == "reject")
    return msg("{count} incidents wait for you; list them with 'jaga status --mine'", {{"count", number}});
  return msg("{count} incidents wait for you; list them with 'jaga status --mine --step {step}'",
             {{"count", number}, {"step", command}});
}

Message candidates(Session& session, const std::string& command) {
  workflow::ActingContext& context = session.acting();
  const std::optional<workflow::Actor> actor = workflow::reading_person(context);
  std::optional<incident::Person> person;
  if (actor) person = incident::Person{actor->person, actor->roles, actor->key};
  const std::vector<workflow::InboxEntry> all =
      workflow::inbox(context, workflow::FinishedIncidents::none, person);
  std::vector<const workflow::InboxEntry*> found;
  for (const workflow::InboxEntry& entry : all)
    if (fits(entry, command) && (!is_step(command) || !person || entry.mine)) found.push_back(&entry);
  if (found.empty())
    return is_step(command) ? msg("no incident waits for you at this step; see 'jaga status'")
                            : msg("no incident is open; see 'jaga status --all'");
  if (found.size() > kMostListed) return how_to_list(command, found.size());
  return listed(found, session.ui().language(), is_step(command));
}

}  // namespace

Error missing_incident(Session& session, const Command& command, const Setup& chosen,
                       const Parameter& missing) {
  const Error plain = missing_argument(missing, chosen);
  if (!missing.value.starts_with("INCIDENT")) return plain;
  try {
    session.open(command.needs);
    return Error{plain.code(), plain.message(), candidates(session, std::string(command.name))};
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    return plain;
  }
}

}  // namespace jaga::cmd
