#include "workflow/request.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "base/text.hpp"
#include "inventory/settings.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "store/signed.hpp"
#include "workflow/memory.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kRecordFile = "record.yaml";
constexpr std::string_view kSignatureFile = "record.yaml.sig";
constexpr std::string_view kPreviewFile = "preview.txt";
constexpr std::string_view kOnFile = "decided-on.yaml";
constexpr std::string_view kReadmeFile = "README.txt";

std::vector<Digest> unnamed_notes(const Incident& incident) {
  std::set<Digest> notes;
  for (const record::Note& note : incident.notes) notes.insert(note.digest);
  for (const record::Record& record : incident.chain.records)
    for (const Digest& named : record.envelope.notes) notes.erase(named);
  return {notes.begin(), notes.end()};
}

// Whether the record is published and its import not noted yet: the one may have been lost after the other.
bool only_note_missing(const Context& context, const record::Record& record) {
  const record::ChainName& chain = record.envelope.chain;
  if (chain.kind != record::ChainName::Kind::incident || !store::find_incident(*context.directory, chain.id))
    return false;
  if (store::read_chain(*context.directory, chain, context.settings->repo).find(record.digest) == nullptr)
    return false;
  const auto notes = store::read_notes(*context.directory, chain.id, context.settings->repo).notes;
  return std::none_of(notes.begin(), notes.end(), [&](const record::Note& note) {
    return note.kind == incident::kImportNote && !note.cites.empty() && note.cites.front() == record.digest;
  });
}

}  // namespace

Requested request(const Context& context, const Prepared& prepared, const std::string& folder,
                  const std::string& preview) {
  const Incident& incident = prepared.incident;
  incident::require_unforked(incident.state);
  const record::Record& head = *incident.chain.head();
  record::Envelope envelope;
  envelope.repo = head.envelope.repo;
  envelope.chain = head.envelope.chain;
  envelope.seq = head.envelope.seq + 1;
  envelope.id = random_id(context.random);
  envelope.prev = {head.digest};
  envelope.notes = unnamed_notes(incident);
  envelope.register_head = context.registered->head;
  envelope.kind = incident::kind_of(prepared.decision.body);
  envelope.at = incident.now;
  envelope.occurred = prepared.wish.occurred;
  envelope.by = prepared.decision.by;
  envelope.key = prepared.actor.key;
  const record::Record record = record::make_record(envelope, incident::to_node(prepared.decision.body));

  if (mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST)
    throw Error(ExitCode::cant_create, msg("cannot make '{folder}': {reason}",
                                           {{"folder", printable(folder)},
                                            {"reason", system_error(errno, msg("{reason}")).what()}}));
  const store::Folder out(folder);
  if (!out.list("").empty())
    throw Error(ExitCode::cant_create, msg("'{folder}' is not empty", {{"folder", printable(folder)}}),
                msg("name an empty folder for the request"));
  Requested result;
  result.folder = folder;
  result.record_file = kRecordFile;
  result.command_line = "ssh-keygen -Y sign -n jaga-record -f ~/.ssh/id_ed25519 " + std::string(kRecordFile);
  out.create(kRecordFile, record.bytes);
  out.create(kPreviewFile, preview);
  if (const auto on = incident::decided_on(prepared.decision.body))
    if (const record::Record* decided = incident.chain.find(*on)) out.create(kOnFile, decided->bytes);
  out.create(
      kReadmeFile,
      std::string(translate(
          "Read preview.txt. Its words bind nothing: what you sign is record.yaml, and what it "
          "decides on is decided-on.yaml. If that is what you decide, run this line in this folder, with "
          "your own key:",
          context.language)) +
          "\n\n    " + result.command_line + "\n\n" +
          msg("It must be the key {key}; no other one is taken.", {{"key", envelope.key}})
              .render(context.language) +
          "\n" +
          std::string(translate("Then send the folder back. If it is not, sign nothing and say why.",
                                context.language)) +
          "\n");
  return result;
}

Written import_request(const Context& context, const std::string& folder) {
  const Actor importer = who_acts(context);
  const store::Folder in(folder);
  const std::string bytes = in.require(kRecordFile);
  const auto signature = in.read(kSignatureFile);
  if (!signature)
    throw Error(
        ExitCode::not_permitted,
        msg("'{file}' is missing: nobody has signed the request", {{"file", std::string(kSignatureFile)}}),
        msg("run the line in {file} there", {{"file", std::string(kReadmeFile)}}));
  const auto key = sign::verify(bytes, *signature, sign::kRecordNamespace);
  if (!key)
    throw Error(ExitCode::not_permitted, msg("the signature of the request is not good"),
                msg("sign it again: remove {file}, then run the line in {readme}",
                    {{"file", std::string(kSignatureFile)}, {"readme", std::string(kReadmeFile)}}));
  const auto done = [&](const record::Record& record) -> Written {
    const record::ChainName& chain = record.envelope.chain;
    write_note(to_the_end(context), chain.id, importer, std::string(incident::kImportNote), yaml::Node::map(),
               {record.digest});
    return {chain.id, record, chain.directory() + "/" + record::file_name(record.envelope)};
  };
  if (const record::Record record = record::parse_record(bytes, std::string(kRecordFile));
      only_note_missing(context, record))
    return done(record);
  Context fresh = context;
  record::Chain followed;
  std::map<std::string, std::uint32_t> sealed;
  const record::Record written = store::publish_signed(
      *context.directory, context.settings->repo, bytes, *signature,
      [&](const record::Chain& chain, const record::Record& record) {
        const record::Envelope& envelope = record.envelope;
        if (envelope.chain.kind != record::ChainName::Kind::incident)
          throw Error(ExitCode::data, msg("the record is not one of an incident"));
        if (key->fingerprint() != envelope.key)
          throw Error(ExitCode::not_permitted, msg("the request was signed with another key than it names"),
                      msg("remove {file} and sign with the key that it names: {key}",
                          {{"file", std::string(kSignatureFile)}, {"key", envelope.key}}));
        load_register(fresh);
        require_adopted(fresh);
        const registry::State& registered = *fresh.registered;
        const registry::Person* person = registered.owner(envelope.key);
        const bool current = person != nullptr && !person->left && person->id == envelope.by.person &&
                             person->holds(envelope.key);
        if (!current)
          throw Error(ExitCode::not_permitted,
                      msg("the key of the request is not a current key of '{person}'",
                          {{"person", envelope.by.person}}),
                      msg("see 'jaga person list'"));
        // The register that the record names must not lie before the one that its chain has named.
        const registry::State* named = register_at(fresh, envelope.register_head);
        const registry::State* before = register_at(fresh, chain.records.back().envelope.register_head);
        if (named == nullptr || (before != nullptr && named->seq < before->seq))
          throw Error(ExitCode::not_permitted,
                      msg("the request names a head of the register that there is not"),
                      msg("make a new request"));
        const Incident incident = judge_incident(fresh, envelope.chain.id, chain);
        require_signatures(fresh, incident);
        require_seen(fresh, chain);
        sealed = require_sealed(fresh, chain);
        followed = chain;
        auto body = incident::from_node(envelope.kind, record.body, std::string(kRecordFile));
        if (!body || !incident::is_decision(*body))
          throw Error(ExitCode::data, msg("the record is not a decision"));
        // Whoever signed it could not read in it what it is.
        if (incident::summary_in(*body) == nullptr)
          throw Error(ExitCode::not_permitted,
                      msg("the request does not say what it is about: it has no summary"),
                      msg("make a new request"));
        const incident::Decision decision =
            incident::decide(incident.state, incident.notes, incident.procedure, &registered,
                             {person->id, registered.roles_of(*person, incident.now), envelope.key},
                             std::move(*body), incident.now, envelope.occurred.has_value());
        if (decision.by != envelope.by)
          throw Error(ExitCode::not_permitted,
                      msg("'{person}' may not decide this as '{role}'",
                          {{"person", envelope.by.person}, {"role", envelope.by.role}}));
        // What replay() will believe: judged at the time that the record names.
        if (envelope.at > incident.now)
          throw Error(ExitCode::not_permitted,
                      msg("the request is of a later time than this machine's clock"), msg("set the clock"));
        if (context.stop.stop_requested())
          throw Error(ExitCode::interrupted, msg("interrupted; nothing was recorded"));
      });
  remember(context, followed, written, sealed);
  return done(written);
}

}  // namespace jaga::workflow
