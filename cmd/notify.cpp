// jaga notify [NAME]...
#include <algorithm>
#include <memory>

#include "base/format.hpp"
#include "base/text.hpp"
#include "document/incident_lines.hpp"
#include "document/log_view.hpp"
#include "document/words.hpp"
#include "next.hpp"
#include "parse.hpp"
#include "people.hpp"
#include "person_change.hpp"
#include "process/environment.hpp"
#include "process/run.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/directory.hpp"
#include "store/told.hpp"
#include "workflow/lookup.hpp"
#include "workflow/news.hpp"

namespace jaga::cmd {
namespace {

struct NotifyArguments {
  std::vector<std::string> names;
  bool dry_run = false, forget = false, test = false;
};

// What a program is given.
struct Notice {
  std::string subject;
  std::string text;
  Json event;
};

constexpr std::size_t kMostSubject = 200;
constexpr std::size_t kMostText = 4000;  // bytes; what a variable of the environment can hold is far more
constexpr std::string_view kFormat = "jaga/event@1";

const Notification& find(const UserConfig& config, const std::string& name) {
  std::vector<std::string> names;
  for (const Notification& one : config.notify) {
    if (one.name == name) return one;
    names.push_back(one.name);
  }
  throw Error{
      ExitCode::usage,
      msg("'{name}' is not configured in '{file}'", {{"name", printable(name)}, {"file", config.file}}),
      msg("configured: {names}", {{"names", join(names, ", ")}})};
}

std::vector<const Notification*> chosen(const Session& session, const NotifyArguments& options) {
  const UserConfig& config = session.config();
  if (config.wrong_notify) throw *config.wrong_notify;
  if (config.notify.empty())
    throw Error{ExitCode::config, msg("no program is configured to be run for new records"),
                msg("name one under 'notify' in ~/.config/jaga/config.yaml; see jaga-notify(1)")};
  require_own_config(config);
  std::vector<const Notification*> out;
  if (options.names.empty())
    for (const Notification& one : config.notify) out.push_back(&one);
  for (const std::string& name : options.names) out.push_back(&find(config, name));
  return out;
}

Json begin_event(Session& session, const Notice& notice) {
  Json node;
  node["format"] = kFormat;
  node["directory"] = session.office().directory->path();
  node["subject"] = notice.subject;
  node["text"] = notice.text;
  return node;
}

Notice notice_of(Session& session, const Notification& to, const workflow::Event& event) {
  const document::Locale locale = session.locale();
  const record::Record& record = event.record();
  const workflow::Incident& incident = *event.incident;
  document::LogEntry entry{record, incident.delegation_of(record.envelope)};
  if (event.due) entry.due = &*event.due;
  const std::vector<std::string> row = document::log_row(entry, locale);
  const std::string about = document::subject_line(locale, incident.state);

  Notice notice;
  // The row is time, chain, number, kind, person and what it says.
  notice.subject = locale.text(event.mine ? msg("waits for you: {what} ({kind} by {person})",
                                                {{"what", about}, {"kind", row[3]}, {"person", row[4]}})
                                          : msg("{kind} by {person}: {what}",
                                                {{"what", about}, {"kind", row[3]}, {"person", row[4]}}));
  std::vector<std::string> lines = {about, incident.id};
  lines.push_back(formatted("{}  {}  {}", row[0], row[3], row[4]));
  if (!row[5].empty()) lines.push_back(row[5]);
  if (!event.violation.empty()) lines.push_back(locale.text(event.violation));
  if (event.due) lines.push_back(locale.text(next_step(session, incident.state, *event.due)));
  for (std::string& line : lines) line = printable_once(line);
  notice.subject = shortened(printable_once(notice.subject), kMostSubject);
  notice.text = shortened(join(lines, "\n"), kMostText);
  notice.event = begin_event(session, notice);
  notice.event["incident"] = incident.id;
  notice.event["host"] = incident.state.monitor.host;
  notice.event["fault_key"] = incident.state.monitor.fault_key;
  if (to.mine) notice.event["mine"] = event.mine;
  if (!event.violation.empty()) notice.event["violation"] = event.violation.render(Language::english);
  notice.event.update(document::log_json(entry));
  return notice;
}

// To try a program before anything has happened.
Notice sample(Session& session) {
  Notice notice;
  notice.subject = session.ui().text(msg("test message from jaga"));
  notice.text = session.ui().text(msg("this is a test of 'jaga notify' in {directory}; nothing has happened",
                                      {{"directory", printable(session.office().directory->path())}}));
  notice.event = begin_event(session, notice);
  notice.event["test"] = true;
  return notice;
}

// Why it failed; empty: it did what it was to do.
Message run(Session& session, const Notification& to, const Notice& notice) {
  const std::vector<process::Change> changes = {
      {"JAGA_DIR", session.office().directory->path()},
      {"JAGA_SUBJECT", notice.subject},
      {"JAGA_TEXT", notice.text},
  };
  const process::Command command{
      .argv = to.run,
      .input = notice.event.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n",
      .environment = process::environment_with(session.surroundings().environment, changes),
      .timeout = to.timeout,
      .most_output = std::size_t{16} << 10U,
      .directory = "/",
  };
  const process::Outcome outcome = process::run(command, session.surroundings().stop);
  session.stop_here();
  if (outcome.ok()) return {};
  const std::string program = printable(to.run.front());
  const std::string said = shortened(printable(split(trim(outcome.err), '\n').front()), kMostSubject);
  switch (outcome.end) {
    case process::Outcome::End::not_started:
      return msg("cannot run '{program}': {reason}", {{"program", program}, {"reason", outcome.reason}});
    case process::Outcome::End::timed_out:
      return msg("'{program}' took longer than {time}",
                 {{"program", program}, {"time", format_duration(to.timeout)}});
    case process::Outcome::End::signalled:
      return msg("'{program}' was ended by signal {signal}",
                 {{"program", program}, {"signal", std::to_string(outcome.code)}});
    default:
      break;
  }
  const Message::Arguments how{{"program", program}, {"code", std::to_string(outcome.code)}, {"said", said}};
  return said.empty() ? msg("'{program}' exited with {code}", how)
                      : msg("'{program}' exited with {code}: {said}", how);
}

bool wanted(const Notification& to, const workflow::Event& event) {
  if (to.mine && !event.mine) return false;
  const std::string& kind = event.record().envelope.kind;
  if (to.kinds.empty()) return !kind.starts_with("command-");
  return std::ranges::any_of(to.kinds,
                             [&](const std::string& step) { return document::is_of_step(kind, step); });
}

void print(Session& session, const Notification& to, const workflow::Event& event, const Notice& notice) {
  if (session.prints_values()) {
    session.ui().json(Json{{"name", to.name}, {"event", notice.event}});
    return;
  }
  session.ui().print(formatted("{}: {}: {}", to.name, event.incident->id, notice.subject));
}

incident::Person this_person(Session& session) {
  if (session.globals().person) (void)find_person(session, *session.globals().person);
  if (std::optional<incident::Person> reader = reader_of(session)) return *std::move(reader);
  throw Error{ExitCode::not_permitted, msg("cannot tell which steps are yours"),
              msg("name yourself with --as PERSON, or 'person' in ~/.config/jaga/config.yaml")};
}

// Of everything that is there.
std::size_t take_as_told(Session& session, store::Told& told) {
  std::size_t records = 0;
  for (const store::IncidentListing& listing : store::list_incidents(*session.office().directory)) {
    for (const record::FileName& file : listing.steps) {
      if (!told.has(listing.id, file)) ++records;
      told.add(listing.id, file);
    }
  }
  told.save();
  return records;
}

store::Told told_before(Session& session, const Notification& to) {
  try {
    return store::Told(session.state().folder(), to.name);
  } catch (const Error& error) {
    if (error.code() != ExitCode::busy) throw;
    throw Error{ExitCode::busy, msg("another 'jaga notify' is running"), msg("try again")};
  }
}

// What it ended with; each error is shown.
ExitCode notify(Session& session, const Notification& to, const NotifyArguments& options) {
  Ui& ui = session.ui();
  store::Told told = told_before(session, to);
  if (options.forget || !told.began()) {
    if (options.dry_run && !told.began()) {
      ui.say(
          msg("'{name}' has not run yet: its first run tells it nothing, later ones what was recorded since",
              {{"name", to.name}}));
      return ExitCode::ok;
    }
    const std::size_t records = take_as_told(session, told);
    const Message::Arguments name{{"name", to.name}};
    ui.say(
        records == 0
            ? msg("'{name}' is told of new records from now on", name)
            : counted(records, msg("'{name}' is told of new records from now on, not of the 1 so far", name),
                      msg("'{name}' is told of new records from now on, not of the {count} so far", name)));
    return ExitCode::ok;
  }
  const auto known = [&](std::string_view incident, const record::FileName& file) {
    return told.has(incident, file);
  };
  const workflow::News news =
      workflow::news(session.context(), known, to.mine ? std::optional(this_person(session)) : std::nullopt);
  ExitCode result = ExitCode::ok;
  for (const workflow::Unreadable& one : news.unreadable) {
    result = ExitCode::data;
    ui.complain(msg("'{chain}': {what}", {{"chain", one.incident}}).with("what", one.why));
  }
  std::size_t done = 0;
  for (const workflow::Event& event : news.events) {
    session.stop_here();
    if (!wanted(to, event)) {
      told.add(event.incident->id, event.file());
      continue;
    }
    const Notice message = notice_of(session, to, event);
    if (!options.dry_run) {
      if (const Message why = run(session, to, message); !why.empty()) {
        result = ExitCode::unavailable;
        ui.complain(msg("'{name}' was not told of '{incident}': {why}",
                        {{"name", to.name}, {"incident", event.incident->id}})
                        .with("why", why));
        break;  // in their order, and not each of them until its time is over
      }
      told.add_now(event.incident->id, event.file());
    }
    ++done;
    print(session, to, event, message);
  }
  if (!options.dry_run) told.save();
  if (done == 0 && result != ExitCode::unavailable) ui.say(msg("'{name}': nothing new", {{"name", to.name}}));
  return result;
}

ExitCode test(Session& session, const std::vector<const Notification*>& to) {
  const Notice message = sample(session);
  bool failed = false;
  for (const Notification* one : to) {
    const Message why = run(session, *one, message);
    if (why.empty()) {
      if (session.prints_values())
        session.ui().json(Json{{"name", one->name}, {"event", message.event}});
      else
        session.ui().print(msg("'{name}' took the test message", {{"name", one->name}}));
      continue;
    }
    failed = true;
    session.ui().complain(msg("'{name}': {why}", {{"name", one->name}}).with("why", why));
  }
  return failed ? ExitCode::unavailable : ExitCode::ok;
}

ExitCode notify(Session& session, const NotifyArguments& options) {
  if (options.forget && options.dry_run) throw not_together("--forget", "--dry-run");
  if (options.test && (options.forget || options.dry_run))
    throw not_together("--test", options.forget ? "--forget" : "--dry-run");
  const std::vector<const Notification*> to = chosen(session, options);
  if (options.test) return test(session, to);
  ExitCode first = ExitCode::ok;
  bool failed = false;
  for (const Notification* one : to) {
    ExitCode result = ExitCode::ok;
    try {
      result = notify(session, *one, options);
    } catch (const Error& error) {  // the others are told all the same
      if (must_end(error)) throw;
      result = error.code();
      session.ui().complain(msg("'{name}': {why}", {{"name", one->name}}).with("why", error.message()));
      if (!error.hint().empty()) session.ui().hint(error.hint());
    }
    failed = failed || result == ExitCode::unavailable;
    if (first == ExitCode::ok) first = result;
  }
  if (failed) session.ui().hint(msg("the next 'jaga notify' tells it again"));
  return first;
}

}  // namespace

void setup_notify(Setup& setup) {
  auto options = std::make_shared<NotifyArguments>();
  setup.arguments("NAME", options->names, msg("only these of the configured programs"))
      .flag("-n,--dry-run", options->dry_run, msg("print what would be told, and run nothing"))
      .flag("--test", options->test, msg("run the programs with a test message"))
      .flag("--forget", options->forget, msg("skip all records that are there now"));
  setup.run([options](Session& session) { return notify(session, *options); });
}

}  // namespace jaga::cmd
