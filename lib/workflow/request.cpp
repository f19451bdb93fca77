#include "workflow/request.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "base/errno_text.hpp"
#include "base/text.hpp"
#include "incident/note.hpp"
#include "incident/parts.hpp"
#include "inventory/settings.hpp"
#include "record/kind.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "store/signed.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/memory.hpp"
#include "workflow/request_folder.hpp"
#include "workflow/views.hpp"

namespace jaga::workflow {
namespace {

std::vector<Digest> unnamed_notes(const Incident& incident) {
  std::set<Digest> notes;
  for (const record::Note& note : incident.notes) notes.insert(note.digest);
  for (const record::Record& record : incident.chain.records)
    for (const Digest& named : record.envelope.notes) notes.erase(named);
  return {notes.begin(), notes.end()};
}

// Whether the record is published and its import not noted yet: the one may have been lost after the other.
bool only_note_missing(const Office& office, const record::Record& record) {
  const record::ChainName& chain = record.envelope.chain;
  if (chain.kind != record::ChainName::Kind::incident || !store::find_incident(*office.directory, chain.id))
    return false;
  if (store::read_chain(*office.directory, chain, office.settings->repo).find(record.digest) == nullptr)
    return false;
  const auto notes = store::read_notes(*office.directory, chain.id, office.settings->repo).notes;
  return std::none_of(notes.begin(), notes.end(),
                      [&](const record::Note& note) { return incident::is_import_of(note, record.digest); });
}

// Every later audit would miss a note that the record names and that is not here.
void require_notes(const Office& office, const record::Envelope& envelope) {
  if (envelope.notes.empty()) return;
  std::set<Digest> here;
  for (const record::Note& note :
       store::read_notes(*office.directory, envelope.chain.id, office.settings->repo).notes)
    here.insert(note.digest);
  for (const Digest& named : envelope.notes)
    if (!here.contains(named))
      throw Error(
          ExitCode::data,
          msg("the request refers to a note that is missing here: '{digest}'", {{"digest", named.text()}}),
          msg("first copy the notes from the clone where the request was made, or make a new request"));
}

}  // namespace

Requested request(const Context& context, const Prepared& prepared, const std::string& folder) {
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
  envelope.occurred = prepared.options.occurred;
  envelope.by = prepared.decision.by;
  envelope.key = prepared.actor.key;
  const record::Record record = record::make_record(envelope, incident::to_node(prepared.decision.body));

  if (const int error = mkdir(folder.c_str(), 0777) == 0 ? 0 : errno; error != 0 && error != EEXIST)
    throw Error(ExitCode::cant_create,
                msg("cannot create '{folder}': {reason}", {{"folder", printable(folder)}})
                    .with("reason", errno_text(error)));
  const store::Folder out(folder);
  if (!out.list("").empty())
    throw Error(ExitCode::cant_create, msg("'{folder}' is not empty", {{"folder", printable(folder)}}),
                msg("give an empty folder for the request"));
  const incident::Body& body = prepared.decision.body;
  Files files = incident_files(context, incident.chain, incident.notes, incident.state, body);
  files.emplace(kRecordFile, record.bytes);
  const std::string written_by = version_line(context.version, context.language);
  files.emplace(kPreviewFile, preview_text(context, prepared, context.language) + written_by);
  files.emplace(kReadmeFile, readme(context.language, envelope.key) + written_by);
  if (const auto on = incident::decided_on(body))
    if (const record::Record* decided = incident.chain.find(*on)) files.emplace(kOnFile, decided->bytes);
  // By rename: a memory stick knows no hard links.
  for (const auto& [path, bytes] : files) out.replace(path, bytes);
  return {folder, std::string(kRecordFile), signing_line()};
}

namespace {

// What lies beside record.yaml is what its signer was shown: none of it may be of another decision. A file
// that did not come back is not missed. Another version may have worded preview.txt and README.txt otherwise:
// they are taken only where the importing person answers for them.
void require_shown(const Context& context, const store::Folder& in, const record::Record& record,
                   const record::Chain& chain, const incident::Decision& decision, OtherVersion others) {
  const auto refuse = [](std::string_view file) {
    return Error(ExitCode::data,
                 msg("'{file}' does not belong to this request: the signer was shown something else",
                     {{"file", printable(file)}}),
                 msg("ask the signer what they have read, and make a new request"));
  };
  const auto compare = [&](std::string_view file, const std::string& wanted) {
    const auto bytes = in.read(file, store::kMostEvidence);
    if (bytes && *bytes != wanted) throw refuse(file);
  };
  const auto compare_text = [&](std::string_view file, const auto& text_in) {
    const auto bytes = in.read(file, store::kMostEvidence);
    if (!bytes) return;
    bool by_this_version = false;
    for (const Language language : {Language::english, Language::indonesian}) {
      const std::string line = version_line(context.version, language);
      if (*bytes == text_in(language) + line) return;
      by_this_version = by_this_version || bytes->ends_with(line);
    }
    if (by_this_version) throw refuse(file);
    if (others == OtherVersion::refused)
      throw Error(ExitCode::not_permitted,
                  msg("'{file}' was not written by jaga {version}, so it cannot be compared with the record",
                      {{"file", printable(file)}, {"version", context.version}}),
                  msg("ask the signer whether 'summary' in {record} is what they decided; if so, use --yes",
                      {{"record", std::string(kRecordFile)}}));
  };
  const record::Envelope& envelope = record.envelope;
  // The incident as it was to be seen when the request was made: then, and without the notes that came later.
  std::set<Digest> known(envelope.notes.begin(), envelope.notes.end());
  for (const record::Record& one : chain.records)
    known.insert(one.envelope.notes.begin(), one.envelope.notes.end());
  Context then = context;
  then.now = [&] { return envelope.at; };
  Incident incident = judge_incident(then, envelope.chain.id, chain,
                                     [&](const record::Note& note) { return known.contains(note.digest); });
  const auto on = incident::decided_on(decision.body);
  const record::Record* decided = on ? chain.find(*on) : nullptr;
  compare(kOnFile, decided != nullptr ? decided->bytes : std::string());
  compare_text(kReadmeFile, [&](Language language) { return readme(language, envelope.key); });
  const Files files = incident_files(context, chain, incident.notes, incident.state, decision.body);
  for (const auto& [path, bytes] : files) compare(path, bytes);
  for (const char* part : {"", "/notes", "/evidence"}) {
    const std::string folder = std::string(kIncidentFolder) + part;
    for (const store::Item& item : in.list(folder)) {
      const bool ours =
          item.name.ends_with(".yaml") || item.name.ends_with(".sig") || item.name.starts_with("sha256-");
      if (ours && !files.contains(folder + "/" + item.name)) throw refuse(folder + "/" + item.name);
    }
  }
  if (!in.exists(kPreviewFile)) return;
  const Prepared prepared = prepared_of(then, std::move(incident), decision);
  compare_text(kPreviewFile, [&](Language language) { return preview_text(context, prepared, language); });
}

}  // namespace

Written import_request(const ActingContext& context, const std::string& folder, OtherVersion others) {
  const Actor importer = acting_person(context);
  const store::Folder in(folder);
  const std::string bytes = in.require(kRecordFile);
  const auto signature = in.read(kSignatureFile);
  if (!signature)
    throw Error(
        ExitCode::not_permitted,
        msg("'{file}' is missing: the request is not signed yet", {{"file", std::string(kSignatureFile)}}),
        msg("run the command in {file} there", {{"file", std::string(kReadmeFile)}}));
  const auto key = sign::verify(bytes, *signature, sign::kRecordNamespace);
  if (!key)
    throw Error(ExitCode::not_permitted, msg("the signature of the request is invalid"),
                msg("sign it again: remove {file}, then run the command in {readme}",
                    {{"file", std::string(kSignatureFile)}, {"readme", std::string(kReadmeFile)}}));
  const auto done = [&](const record::Record& record) -> Written {
    const record::ChainName& chain = record.envelope.chain;
    write_note(to_the_end(context), chain.id, importer, record::NoteKind::import, yaml::Node::map(),
               {record.digest});
    return {chain.id, record, chain.directory() + "/" + record::file_name(record.envelope)};
  };
  if (const record::Record record = record::parse_record(bytes, std::string(kRecordFile));
      only_note_missing(context, record))
    return done(record);
  Context fresh = context;
  record::Chain followed;
  std::map<std::string, store::SealMark> sealed;
  const record::Record written = store::publish_signed(
      *context.directory, context.settings->repo, bytes, *signature,
      [&](const record::Chain& chain, const record::Record& record) {
        const record::Envelope& envelope = record.envelope;
        if (envelope.chain.kind != record::ChainName::Kind::incident)
          throw Error(ExitCode::data, msg("the record does not belong to an incident"));
        if (key->fingerprint() != envelope.key)
          throw Error(ExitCode::not_permitted,
                      msg("the request was signed with a key other than the one it names"),
                      msg("remove {file} and sign with the named key: {key}",
                          {{"file", std::string(kSignatureFile)}, {"key", envelope.key}}));
        load_register(fresh);
        require_adopted(fresh);
        const registry::Register& registered = *fresh.registered;
        const registry::Person* person = registered.owner(envelope.key);
        const bool current = person != nullptr && !person->left && person->id == envelope.by.person &&
                             person->holds(envelope.key);
        if (!current)
          throw Error(ExitCode::not_permitted,
                      msg("the key of the request is not a current key of '{person}'",
                          {{"person", envelope.by.person}}),
                      msg("see 'jaga person list'"));
        // The register that the record names must not lie before the one that its chain has named.
        const registry::Register* named = register_at(fresh, envelope.register_head);
        const registry::Register* before = register_at(fresh, chain.records.back().envelope.register_head);
        if (named == nullptr || (before != nullptr && named->seq < before->seq))
          throw Error(ExitCode::not_permitted,
                      msg("the request was written with a version of the register that is missing here"),
                      msg("make a new request"));
        const Incident incident = judge_incident(fresh, envelope.chain.id, chain);
        require_signatures(fresh, incident);
        require_seen(fresh, chain);
        sealed = require_sealed(fresh, chain);
        followed = chain;
        auto body = incident::from_node(envelope.kind, record.body, std::string(kRecordFile));
        if (!body || !incident::is_decision(*body))
          throw Error(ExitCode::data, msg("the record is not a decision"));
        // The signer could not read in it what it is.
        if (incident::summary_in(*body) == nullptr)
          throw Error(ExitCode::not_permitted,
                      msg("the request does not state what is decided: it has no summary"),
                      msg("make a new request"));
        if (const incident::Paper* paper = incident::paper_in(*body))
          throw Error(ExitCode::not_permitted,
                      msg("it enters a paper decision of '{person}', which is not allowed in a request",
                          {{"person", paper->decided_by}}),
                      msg("make a new request"));
        require_notes(fresh, envelope);
        const incident::Decision decision =
            incident::decide(incident.state, incident.notes, incident.procedure, &registered,
                             {person->id, registered.roles_of(*person, incident.now), envelope.key},
                             std::move(*body), incident.now, envelope.occurred);
        if (decision.by != envelope.by)
          throw Error(ExitCode::not_permitted,
                      msg("'{person}' may not decide this as '{role}'",
                          {{"person", envelope.by.person}, {"role", envelope.by.role}}));
        // What replay() will believe: judged at the time that the record names.
        if (envelope.at > incident.now)
          throw Error(ExitCode::not_permitted,
                      msg("the time of the request is ahead of this machine's clock"), msg("set the clock"));
        require_shown(fresh, in, record, chain, decision, others);
        if (context.stop.stop_requested())
          throw Error(ExitCode::interrupted, msg("interrupted; nothing was recorded"));
      });
  remember(context, followed, written, sealed);
  return done(written);
}

}  // namespace jaga::workflow
