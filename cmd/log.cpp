// jaga log [INCIDENT]
#include <algorithm>
#include <cstdio>
#include <memory>

#include "base/text.hpp"
#include "inventory/settings.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/incidents.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  std::optional<std::string> incident, since, until, host, step, person;
  bool registry = false;
};

std::string text_of(const yaml::Node& body, std::string_view key) {
  const yaml::Node* node = body.find(key);
  return node != nullptr && node->is_scalar() ? node->value() : std::string{};
}

// What the record says, in a few words, from whichever of these its kind has.
std::string gist(const record::Record& record) {
  std::vector<std::string> parts;
  for (const char* key : {"fault_key", "fault", "root", "object", "summary", "step", "back", "mode", "target",
                          "n", "exit", "outcome", "part", "bag", "id", "vendor", "override", "reason"}) {
    const std::string text = text_of(record.body, key);
    if (!text.empty() && std::find(parts.begin(), parts.end(), text) == parts.end()) parts.push_back(text);
  }
  return join(parts, " ");
}

ExitCode log(Session& session, const Options& options) {
  const workflow::Context& context = session.context();
  Ui& ui = session.ui();
  const std::optional<Instant> since = session.time(options.since);
  const std::optional<Instant> until = session.time(options.until);
  if (options.host) workflow::require_host(context, *options.host);
  std::vector<record::ChainName> chains;
  if (options.incident) {
    chains.push_back(record::ChainName::incident(workflow::find_incident(context, *options.incident)));
  } else {
    for (const store::IncidentListing& listing : store::list_incidents(*context.directory)) {
      if (!options.host || workflow::host_of(listing.id) == *options.host)
        chains.push_back(record::ChainName::incident(listing.id));
    }
  }
  if (options.registry) chains.push_back(record::ChainName::registry());
  std::vector<record::Record> records;
  std::size_t broken = 0;
  for (const record::ChainName& name : chains) {
    session.stop_here();
    record::Chain chain = store::read_chain(*context.directory, name, context.settings->repo);
    if (!chain.breaks.empty()) ++broken;
    for (record::Record& record : chain.records) {
      const record::Envelope& envelope = record.envelope;
      if (options.step && envelope.kind != *options.step) continue;
      if (options.person && envelope.by.person != *options.person) continue;
      if (since && envelope.at < *since) continue;
      if (until && envelope.at >= *until) continue;
      records.push_back(std::move(record));
    }
  }
  // Across chains by time; within one by its own order, which alone counts.
  std::stable_sort(records.begin(), records.end(), [](const record::Record& a, const record::Record& b) {
    if (a.envelope.chain == b.envelope.chain) return a.envelope.seq < b.envelope.seq;
    return a.envelope.at < b.envelope.at;
  });
  Table table;
  for (const record::Record& record : records) {
    const record::Envelope& envelope = record.envelope;
    if (session.json()) {
      yaml::Node node = yaml::Node::map();
      node.set("chain", envelope.chain.text()).set("seq", static_cast<std::int64_t>(envelope.seq));
      node.set("kind", envelope.kind).set("at", format_instant(envelope.at));
      if (envelope.occurred) node.set("occurred", format_instant(*envelope.occurred));
      node.set("person", envelope.by.person)
          .set("role", envelope.by.role)
          .set("digest", record.digest.text());
      node.set("body", record.body);
      ui.json(node);
      continue;
    }
    char seq[8];
    std::snprintf(seq, sizeof seq, "%04u", envelope.seq);
    const bool incident = envelope.chain.kind == record::ChainName::Kind::incident;
    table.row({session.local(envelope.occurred.value_or(envelope.at)),
               incident ? envelope.chain.id : "register", seq, envelope.kind, envelope.by.person,
               gist(record)});
  }
  if (!session.json()) table.print(ui);
  if (broken > 0) {
    ui.say(msg("{count} chains are damaged; see 'jaga audit'", {{"count", std::to_string(broken)}}));
  }
  return ExitCode::ok;
}

}  // namespace

void setup_log(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup.argument("INCIDENT", options->incident, msg("this incident alone"))
      .option("--since", "TIME", options->since, msg("records from then on"))
      .option("--until", "TIME", options->until, msg("records before then"))
      .option("--host", "HOST", options->host, msg("incidents of this host"))
      .option("--step", "KIND", options->step, msg("records of this kind: approve, command-end ..."))
      .option("--person", "PERSON", options->person, msg("records by this person"))
      .flag("--register", options->registry, msg("the register's records too"));
  setup.run([options](Session& session) { return log(session, *options); });
}

}  // namespace jaga::cmd
