// jaga log [INCIDENT]
#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "document/log_view.hpp"
#include "fault/key.hpp"
#include "inventory/settings.hpp"
#include "os/stop.hpp"
#include "parse.hpp"
#include "person_change.hpp"
#include "register/tell.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/history.hpp"
#include "workflow/incidents.hpp"
#include "workflow/lookup.hpp"
#include "workflow/memory.hpp"
#include "workflow/office_rules.hpp"

namespace jaga::cmd {
namespace {

struct LogArguments {
  std::optional<std::string> incident, since, until, host, fault, step, person;
  bool registry = false, follow = false;
};

// By time across chains; within a chain in its own order, which takes precedence.
bool by_time(const record::Record& a, const record::Record& b) {
  if (a.envelope.chain == b.envelope.chain) return a.envelope.seq < b.envelope.seq;
  return a.envelope.at < b.envelope.at;
}

struct Wish {
  std::optional<Instant> since, until;
  std::optional<std::string> incident;  // its id
  std::optional<std::string> host;      // as it is known
};

record::Chain read(const workflow::Office& office, const record::ChainName& name) {
  return store::read_chain(*office.directory, name, office.settings->repo);
}

// Records that this account has seen and that are missing now are reported beside the remaining ones.
void tell_lost(Session& session, const record::Chain& chain) {
  Message lost = workflow::look_at(session.context(), chain);
  if (lost.empty()) return;
  const bool of_incident = chain.name.kind == record::ChainName::Kind::incident;
  session.ui().say(msg("'{chain}': {what}", {{"chain", of_incident ? chain.name.id : chain.name.text()}})
                       .with("what", lost));
}

// The fault types of the incident: from its fault key and from its analyses.
bool about(const record::Chain& chain, const std::string& fault) {
  return std::any_of(chain.records.begin(), chain.records.end(), [&](const record::Record& record) {
    if (record.body.text_at("fault") == fault) return true;
    const std::string key = record.body.text_at("fault_key");
    return !key.empty() && fault::parse_key(key).type == fault;
  });
}

// A type that a rule has, or had when an incident was opened.
void require_known_type(const workflow::Office& office, const std::string& type) {
  if (workflow::office_rule(office, type)) return;
  for (const store::IncidentListing& listing : store::list_incidents(*office.directory))
    if (about(read(office, record::ChainName::incident(listing.id)), type)) return;
  throw workflow::no_such_type(office, type);
}

// A filter that cannot match anything is a mistake.
void check(Session& session, const LogArguments& options) {
  if (options.person && session.office().registered) (void)find_person(session, *options.person);
  if (options.fault) require_known_type(session.office(), *options.fault);
  if (options.step) document::require_step(*options.step, document::kLoggedKinds);
}

bool wanted(const record::Envelope& envelope, const LogArguments& options, const Wish& wish) {
  return (!options.step || document::is_of_step(envelope.kind, *options.step)) &&
         (!options.person || envelope.by.person == *options.person) &&
         (!wish.since || envelope.at >= *wish.since) && (!wish.until || envelope.at < *wish.until);
}

// The change of a register record is shown relative to the record before it.
using Told = std::map<Digest, std::vector<Message>>;
Told told(Session& session, const record::Chain& chain) {
  if (session.prints_values() || chain.name.kind != record::ChainName::Kind::registry) return {};
  return registry::told(chain, [&](Instant at) { return session.local(at); });
}

// `due`: the next step after the newest record of the incident; shown only with --follow.
void show(Session& session, const record::Record& record, const Told& told, Table& table,
          const incident::Due* due = nullptr) {
  document::LogEntry entry{record};
  if (record.envelope.chain.kind == record::ChainName::Kind::incident)
    entry.letter = workflow::delegation_of(session.office(), record.envelope);
  const auto changed = told.find(record.digest);
  if (changed != told.end()) entry.changes = &changed->second;
  entry.due = due;
  if (session.prints_values())
    session.ui().row(document::log_json(entry));
  else
    table.row(document::log_row(entry, session.locale()));
}

// What is lost of a chain that is not read, as the names of its files tell.
void tell_lost(Session& session, const store::Memory::Glance& glance, const store::IncidentListing& listing) {
  const workflow::Context& context = session.context();
  if (!context.memory || glance.holds(record::ChainName::incident(listing.id), listing.steps)) return;
  if (Message lost = workflow::loss(context, listing); !lost.empty())
    session.ui().say(msg("'{chain}': {what}", {{"chain", listing.id}}).with("what", std::move(lost)));
}

std::vector<record::ChainName> chains(Session& session, const LogArguments& options, const Wish& wish) {
  const workflow::Context& context = session.context();
  std::vector<record::ChainName> result;
  if (wish.incident) {
    result.push_back(record::ChainName::incident(*wish.incident));
  } else {
    const store::Memory::Glance glance = context.memory ? context.memory->glance() : store::Memory::Glance();
    for (const store::IncidentListing& listing : store::list_incidents(*context.directory)) {
      if (wish.host && workflow::host_of(listing.id) != *wish.host) continue;
      if (wish.since && workflow::is_all_before(context, listing, *wish.since))
        tell_lost(session, glance, listing);
      else
        result.push_back(record::ChainName::incident(listing.id));
    }
  }
  if (options.registry) result.push_back(record::ChainName::registry());
  return result;
}

std::optional<incident::Due> due_now(const workflow::Context& context, const std::string& id) {
  try {
    const workflow::Incident incident = workflow::load_incident(context, id);
    if (incident.state.forked) return {};
    return incident.due();
  } catch (const Error&) {
    return {};  // damaged or not trustworthy: nobody should act on it
  }
}

// The number of the record in a file.
std::string mark(const record::FileName& name) {
  return std::to_string(name.seq) + "-" + name.kind + "." + name.short_id;
}

// File names alone show whether anything is new, so polling reads no files.
class Follower {
 public:
  Follower(Session& session, const LogArguments& options, const Wish& wish)
      : session_(session), options_(options), wish_(wish) {}

  // Marks the existing records as seen.
  void begin() {
    for (const auto& [name, files] : names()) seen_[name] = files;
  }
  void look() {
    std::vector<record::Record> fresh;
    Told changed;
    for (auto& [name, files] : names()) {
      auto& known = seen_[name];
      if (files == known) continue;
      if (!std::exchange(opened_, true)) session_.open(Needs::directory);  // the register may have grown
      const record::ChainName chain_name = *record::parse_chain_name(name);
      const record::Chain chain = read(session_.context(), chain_name);
      tell_lost(session_, chain);
      const bool of_incident = chain_name.kind == record::ChainName::Kind::incident;
      changed.merge(told(session_, chain));
      std::set<std::string> read_now;
      for (const record::Record& record : chain.records) {
        const std::string file = mark(*record::parse_file_name(record::file_name(record.envelope)));
        read_now.insert(file);
        if (known.contains(file)) continue;
        if (of_incident && options_.fault && !about(chain, *options_.fault)) continue;
        if (wanted(record.envelope, options_, wish_)) fresh.push_back(record);
      }
      // An unreadable file is not read again until something changes.
      known = std::move(files);
      known.insert(read_now.begin(), read_now.end());
    }
    opened_ = false;
    std::stable_sort(fresh.begin(), fresh.end(), by_time);
    Table table;
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      const record::ChainName& name = fresh[i].envelope.chain;
      const bool newest =
          std::none_of(fresh.begin() + static_cast<std::ptrdiff_t>(i) + 1, fresh.end(),
                       [&](const record::Record& later) { return later.envelope.chain == name; });
      std::optional<incident::Due> due;
      if (newest && session_.prints_values() && name.kind == record::ChainName::Kind::incident)
        due = due_now(session_.context(), name.id);
      show(session_, fresh[i], changed, table, due ? &*due : nullptr);
    }
    if (!session_.prints_values()) table.print(session_.ui());
  }

 private:
  std::map<std::string, std::set<std::string>> names() const {
    std::map<std::string, std::set<std::string>> result;
    const store::Folder& directory = *session_.office().directory;
    for (const store::IncidentListing& listing : store::list_incidents(directory)) {
      if (wish_.incident && listing.id != *wish_.incident) continue;
      if (options_.host && workflow::host_of(listing.id) != *options_.host) continue;
      auto& files = result[record::ChainName::incident(listing.id).text()];
      for (const record::FileName& step : listing.steps) files.insert(mark(step));
    }
    if (options_.registry) {
      auto& files = result[record::ChainName::registry().text()];
      for (const record::Record& record : read(session_.context(), record::ChainName::registry()).records)
        files.insert(mark(*record::parse_file_name(record::file_name(record.envelope))));
    }
    return result;
  }

  Session& session_;
  const LogArguments& options_;
  const Wish& wish_;
  bool opened_ = false;
  std::map<std::string, std::set<std::string>> seen_;
};

[[noreturn]] void follow(Session& session, Follower& follower) {
  session.ui().out().release();
  session.ui().end_rows();  // the names of columns do not wait for the first record
  for (;;) {
    const auto began = std::chrono::steady_clock::now();
    follower.look();
    session.ui().out().check();
    // One second, or longer if polling is slow, so that it takes at most a twentieth of the time.
    const auto rest = std::max<std::chrono::steady_clock::duration>(
        std::chrono::seconds{1}, 20 * (std::chrono::steady_clock::now() - began));
    os::sleep_for(session.surroundings().stop, rest);
    session.stop_here();
  }
}

ExitCode log(Session& session, const LogArguments& options) {
  const workflow::Context& context = session.context();
  Ui& ui = session.ui();
  Wish wish;
  if (options.since) wish.since = session.time_ago(*options.since);
  if (options.until) wish.until = session.time_ago_until(*options.until);
  if (options.follow && options.until) throw not_together("--follow", "--until");
  if (options.host) wish.host = workflow::find_host(context, *options.host);
  check(session, options);
  if (options.incident) wish.incident = workflow::find_incident(context, *options.incident);
  Follower follower(session, options, wish);
  if (options.follow) follower.begin();
  if (options.follow && !options.since) follow(session, follower);
  std::vector<record::Record> records;
  Told changed;
  std::size_t broken = 0;
  if (context.register_chain) tell_lost(session, *context.register_chain);
  for (const record::ChainName& name : chains(session, options, wish)) {
    session.stop_here();
    record::Chain chain = read(context, name);
    if (!chain.breaks.empty()) ++broken;
    if (name.kind == record::ChainName::Kind::incident) tell_lost(session, chain);
    const bool of_incident = name.kind == record::ChainName::Kind::incident;
    if (of_incident && options.fault && !about(chain, *options.fault)) continue;
    changed.merge(told(session, chain));
    for (record::Record& record : chain.records)
      if (wanted(record.envelope, options, wish)) records.push_back(std::move(record));
  }
  std::stable_sort(records.begin(), records.end(), by_time);
  Table table;
  for (const record::Record& record : records) show(session, record, changed, table);
  if (!session.prints_values()) table.print(ui);
  if (broken > 0) {
    ui.complain(counted(broken, msg("1 chain is damaged; see 'jaga audit'"),
                        msg("{count} chains are damaged; see 'jaga audit'")));
  }
  if (options.follow) follow(session, follower);
  return ExitCode::ok;
}

}  // namespace

void setup_log(Setup& setup) {
  auto options = std::make_shared<LogArguments>();
  setup.argument("INCIDENT", options->incident, msg("only this incident"))
      .option("--since", "TIME", options->since, msg("records since this time"))
      .option("--until", "TIME", options->until, msg("records before this time"))
      .option("--host", "HOST", options->host, msg("incidents of this host"))
      .option("--fault", "TYPE", options->fault, msg("incidents of this fault: disk-full, service-down ..."))
      .option("--step", "KIND", options->step, msg("records of this kind: approve, command-end ..."))
      .option("--person", "PERSON", options->person, msg("records signed by this person"))
      .flag("--register", options->registry, msg("include the records of the register"))
      .flag("--follow", options->follow, msg("keep running and print each new record"));
  setup.paged().rows("at,chain,seq,kind,person,role", "occurred,digest,delegated_by,due,roles,only,body");
  setup.run([options](Session& session) { return log(session, *options); });
}

}  // namespace jaga::cmd
