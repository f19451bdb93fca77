#include "workflow/incidents.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/debug.hpp"
#include "base/text.hpp"
#include "incident/clocks.hpp"
#include "incident/note.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "record/kind.hpp"
#include "store/append.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/doubt.hpp"
#include "workflow/memory.hpp"

namespace jaga::workflow {
namespace {

registry::SopBytes sop_bytes(const Office& office, std::map<Digest, std::string>& kept) {
  return [&office, &kept](const Digest& digest) -> const std::string* {
    if (const auto known = kept.find(digest); known != kept.end()) return &known->second;
    auto bytes = store::read_evidence(*office.directory, record::ChainName::registry(), digest);
    if (!bytes) return nullptr;
    return &kept.emplace(digest, std::move(*bytes)).first->second;
  };
}

// What was written, and by whom it says.
struct Signed {
  std::string file;  // below the working directory, FILE.sig beside it
  std::string_view bytes;
  std::string_view key;  // fingerprint
};

// Whether FILE.sig of each is that of its key over its bytes; one that cannot be read throws.
std::vector<bool> signed_each(const Office& office, const std::vector<Signed>& files) {
  std::vector<std::string> signatures;
  for (const Signed& one : files)
    signatures.push_back(store::read_signature(*office.directory, one.file).value_or(""));
  std::vector<sign::Check> checks;
  for (std::size_t n = 0; n < files.size(); ++n) checks.push_back({files[n].bytes, signatures[n]});
  sign::verify_each(checks, sign::kRecordNamespace);
  std::vector<bool> result;
  for (std::size_t n = 0; n < files.size(); ++n)
    result.push_back(checks[n].signer && checks[n].signer->fingerprint() == files[n].key);
  return result;
}

std::vector<Signed> records_of(const record::Chain& chain) {
  std::vector<Signed> files;
  for (const record::Record& record : chain.records)
    files.push_back({chain.name.directory() + "/" + record::file_name(record.envelope), record.bytes,
                     record.envelope.key});
  return files;
}

Error bad_signature(const std::string& incident, const std::string& file) {
  return Error(ExitCode::data, msg("the signature of '{file}' is invalid", {{"file", file}}),
               msg("see all findings with 'jaga audit {id}'", {{"id", incident}}));
}

// A note that a record names and that is not here, nor accepted as lost; empty: none.
Message lost_note(const Office& office, const Incident& incident) {
  std::set<Digest> here;
  for (const record::Note& note : incident.notes) here.insert(note.digest);
  bool all = false;  // notes that are not believed are there, too
  for (const record::Record& record : incident.chain.records) {
    const std::string file = record::file_name(record.envelope);
    for (const Digest& named : record.envelope.notes) {
      if (!here.contains(named) && !all) {
        for (const record::Note& note :
             store::read_notes(*office.directory, incident.id, office.settings->repo).notes)
          here.insert(note.digest);
        all = true;
      }
      if (!here.contains(named) && !is_resolved(office, incident.chain.name.directory() + "/" + file, named))
        return msg("'{chain}': {what}", {{"chain", file}})
            .with("what",
                  msg("the note '{digest}' to which it refers is missing", {{"digest", named.text()}}));
    }
  }
  return {};
}

// A measurement of a time to come would be the newest one for as long, whatever is measured until then. What
// was decided on stays.
bool lies_ahead(const record::Chain& chain, const record::Note& note, Instant now) {
  if (note.at <= now || !incident::is(note, record::NoteKind::measure)) return false;
  return std::none_of(chain.records.begin(), chain.records.end(), [&](const record::Record& record) {
    return record.body.text_at("measure") == note.digest.text();
  });
}

// The repo that all of the register's records name, where it is one and the same; else empty.
std::string repo_of_register(const Office& office) {
  const std::string directory = record::ChainName::registry().directory();
  std::string repo;
  for (const store::Item& item : office.directory->list(directory)) {
    if (item.kind != store::Item::Kind::file || !record::parse_file_name(item.name)) continue;
    try {
      const std::string path = directory + "/" + item.name;
      const record::Record record = record::parse_record(office.directory->require(path), path);
      if (!repo.empty() && record.envelope.repo != repo) return {};
      repo = record.envelope.repo;
    } catch (const Error&) {
      return {};
    }
  }
  return repo;
}

}  // namespace

record::Chain read_incident(const Office& office, const std::string& id) {
  return store::read_chain(*office.directory, record::ChainName::incident(id), office.settings->repo);
}

store::Writing writing(const Context& context, const Actor& actor) {
  store::Writing result;
  result.repo = context.settings->repo;
  result.random = context.random;
  result.stop = context.stop;
  const auto signer = actor.signer;
  result.sign = [signer, stop = context.stop](std::string_view bytes) {
    return signer->sign(bytes, sign::kRecordNamespace, stop);
  };
  const auto looked = std::make_shared<std::map<std::string, store::SealMark>>();
  result.look = [&context, looked](const record::Chain& current) {
    require_seen(context, current);
    if (context.registered) remember(context, *context.register_chain);
    *looked = require_sealed(context, current);
  };
  result.written = [&context, looked](const record::Chain& before, const record::Record& last) {
    remember(context, before, last, *looked);
  };
  return result;
}

void load_register(Context& context) {
  if (context.registered && store::stands(*context.directory, *context.register_chain)) return;
  context.register_loss = {};
  auto chain = std::make_shared<record::Chain>(
      store::read_chain(*context.directory, record::ChainName::registry(), context.settings->repo));
  context.register_chain.reset();
  context.register_states.reset();
  context.registered.reset();
  if (chain->records.empty() && chain->breaks.empty()) return;
  // Its records say who may do what: one that nobody signed is damage like a torn one.
  const std::vector<bool> good = signed_each(context, records_of(*chain));
  for (std::size_t n = 0; n < good.size(); ++n)
    if (!good[n])
      chain->breaks.push_back(
          {record::file_name(chain->records[n].envelope), msg("its signature is missing or invalid")});
  context.register_chain = chain;
  if (!chain->breaks.empty()) {
    const std::string repo = repo_of_register(context);
    if (!repo.empty() && repo != context.settings->repo)
      throw Error(ExitCode::config,
                  msg("'{file}' has the repo '{repo}', but the register belongs to '{other}'",
                      {{"file", std::string(store::kMarkFile)},
                       {"repo", printable(context.settings->repo)},
                       {"other", repo}}),
                  msg("restore the line: repo: \"{other}\"", {{"other", repo}}));
  }
  if (!chain->sound()) return;
  std::map<Digest, std::string> kept;
  std::vector<registry::Broken> broken;
  auto states = std::make_shared<std::vector<registry::Register>>(
      registry::replay_believed(*chain, sop_bytes(context, kept), broken));
  // A well signed record of somebody who may not write it is damage too, and audit judges the rest.
  for (const registry::Broken& one : broken)
    chain->breaks.push_back({record::file_name(chain->find(one.record)->envelope), one.why});
  if (!broken.empty()) return;
  debug("record", "register: {} records, {} states", chain->records.size(), states->size());
  if (!states->empty()) context.registered = std::make_shared<registry::Register>(states->back());
  context.register_states = std::move(states);
  context.seals = std::make_shared<Seals>();
  // Verified before deciding or writing, not here: an admin must be able to accept a loss.
  context.register_loss = loss(context, *chain);
}

const registry::Register* register_at(const Office& office, const Digest& head) {
  if (!office.register_states) return nullptr;
  for (const registry::Register& state : *office.register_states)
    if (state.head == head) return &state;
  return nullptr;
}

sop::Sop adopted_procedure(const Office& office, const Digest& digest) {
  if (office.sop && office.sop_digest == digest) return *office.sop;
  const auto bytes = store::read_evidence(*office.directory, record::ChainName::registry(), digest);
  if (!bytes)
    throw Error(ExitCode::data,
                msg("the adopted procedure is missing: '{digest}'", {{"digest", digest.text()}}),
                msg("it belongs in register/evidence; see all findings with 'jaga audit'"));
  return *sop::parse_once(*bytes, digest, "register/evidence/sha256-" + digest.hex());
}

std::optional<incident::Due> Incident::due() const {
  return incident::due(state, procedure, now, registered.get());
}

const registry::Delegation* Incident::delegation_of(const record::Envelope& envelope) const {
  if (register_states)
    for (const registry::Register& then : *register_states)
      if (then.head == envelope.register_head)
        return then.delegation_of(envelope.by.person, envelope.by.role, envelope.at);
  return nullptr;
}

Incident judge_incident(const Context& context, const std::string& id, record::Chain chain,
                        const std::function<bool(const record::Note&)>& known) {
  if (!chain.breaks.empty()) {
    const record::Break& first = chain.breaks.front();
    throw Error(ExitCode::data,
                msg("incident '{id}' is damaged: {what}", {{"id", id}}).with("what", first.text()),
                msg("see all findings with 'jaga audit {id}'", {{"id", id}}));
  }
  if (chain.records.empty())
    throw Error(ExitCode::no_input, msg("unknown incident '{id}'", {{"id", printable(id)}}),
                msg("see 'jaga status'"));
  Incident incident;
  incident.id = id;
  incident.now = context.now();
  require_register(context);
  const registry::Register* opened = register_at(context, chain.records.front().envelope.register_head);
  if (opened == nullptr)
    throw Error(
        ExitCode::data,
        msg("incident '{id}' was written with a version of the register that is missing here", {{"id", id}}),
        msg("see all findings with 'jaga audit {id}'", {{"id", id}}));
  incident.registered = context.registered;
  incident.register_states = context.register_states;
  incident.procedure = adopted_procedure(context, opened->sop);
  incident.notes = store::read_notes(*context.directory, id, context.settings->repo).notes;
  const std::string directory = chain.name.directory();
  // Nothing rests on a measurement or an import that is not believed.
  std::erase_if(incident.notes, [&](const record::Note& note) {
    if (known && !known(note)) return true;
    if (lies_ahead(chain, note, incident.now)) return true;
    return !doubt(context, note.by, note.key, note.at, note.register_head,
                  directory + "/notes/" + note.id + ".yaml", note.digest)
                .empty();
  });
  incident.state = incident::replay(
      chain, incident.notes, incident.procedure,
      [&context](const Digest& head) { return register_at(context, head); },
      [&](const record::Record& record) {
        const record::Envelope& e = record.envelope;
        return doubt(context, e.by, e.key, e.at, e.register_head, directory + "/" + record::file_name(e),
                     record.digest);
      });
  incident.chain = std::move(chain);
  if (debugging()) {
    const auto next = incident.due();
    debug("record", "incident {}: {} records, {} notes, due: {}", id, incident.chain.records.size(),
          incident.notes.size(), next ? sop::name(next->step) : "nothing");
  }
  return incident;
}

void require_signatures(const Office& office, const Incident& incident) {
  const std::string directory = record::ChainName::incident(incident.id).directory() + "/";
  const auto refuse = [&](const Message& what) {
    return Error(ExitCode::data, what, msg("see all findings with 'jaga audit {id}'", {{"id", incident.id}}));
  };
  const auto note_file = [](const record::Note& note) { return "notes/" + note.id + ".yaml"; };
  std::vector<Signed> files = records_of(incident.chain);
  for (const record::Note& note : incident.notes)
    files.push_back({directory + note_file(note), note.bytes, note.key});
  const std::vector<bool> good = signed_each(office, files);
  for (std::size_t n = 0; n < files.size(); ++n)
    if (!good[n]) throw bad_signature(incident.id, files[n].file.substr(directory.size()));
  if (const Message lost = lost_note(office, incident); !lost.empty()) throw refuse(lost);
  for (const record::Note& note : incident.notes) {
    const registry::Register* then = register_at(office, note.register_head);
    const registry::Person* owner = then == nullptr ? nullptr : then->owner(note.key);
    if (owner == nullptr || owner->id != note.by.person || !owner->holds(note.key))
      throw refuse(msg("'{file}' is signed with a key that was not a current key of '{person}'",
                       {{"file", note_file(note)}, {"person", note.by.person}}));
  }
}

void require_head_signed(const Office& office, const Incident& incident) {
  std::vector<Signed> files;
  for (Signed& one : records_of(incident.chain)) {
    const bool head = std::any_of(
        incident.chain.heads.begin(), incident.chain.heads.end(),
        [&](const Digest& digest) { return incident.chain.find(digest)->bytes.data() == one.bytes.data(); });
    if (head) files.push_back(std::move(one));
  }
  const std::vector<bool> good = signed_each(office, files);
  for (std::size_t n = 0; n < files.size(); ++n)
    if (!good[n]) throw bad_signature(incident.id, std::string(store::last_of(files[n].file)));
}

Incident load_incident(const Context& context, const std::string& id) {
  Incident incident = judge_incident(context, id, read_incident(context, id));
  require_signatures(context, incident);
  require_seen(context, incident.chain);
  remember(context, *context.register_chain);
  remember(context, incident.chain);
  return incident;
}

std::optional<Error> problem_of(const Context& context, const std::string& id) {
  try {
    (void)load_incident(context, id);
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
}

incident::Decision decide_now(const Office& office, const Actor& actor, const Incident& incident,
                              const std::function<incident::Body(const Incident&)>& body,
                              std::optional<Instant> occurred) {
  require_register(office);
  incident::require_unforked(incident.state);
  require_signatures(office, incident);
  incident::Person person{actor.person, actor.roles, actor.key};
  if (const auto* entry = office.registered->find_person(actor.person))
    person.roles = office.registered->roles_of(*entry, incident.now);
  incident::Decision decision =
      incident::decide(incident.state, incident.notes, incident.procedure, office.registered.get(), person,
                       body(incident), incident.now, occurred);
  debug("decision", "{} on {}: {} may, as {}", incident::kind_of(decision.body), incident.id,
        decision.by.person, decision.by.role);
  return decision;
}

Written write_record(const Context& context, const std::string& id, const Actor& actor,
                     const std::function<incident::Body(const Incident&)>& body,
                     std::optional<Instant> occurred, const Attach& evidence) {
  // The register is read again for every try: a key or role may have been taken away meanwhile.
  Context fresh = context;
  const auto name = record::ChainName::incident(id);
  const record::Record written = store::append(
      *context.directory, name,
      [&](const record::Chain& current) {
        load_register(fresh);
        require_register(fresh);
        const Incident incident = judge_incident(fresh, id, current);
        const incident::Decision decision = decide_now(fresh, actor, incident, body, occurred);
        store::RecordDraft draft;
        draft.kind = incident::kind_of(decision.body);
        draft.at = incident.now;
        draft.occurred = occurred;
        draft.by = decision.by;
        draft.key = actor.key;
        draft.register_head = fresh.registered->head;
        draft.registered = fresh.register_chain;
        draft.body = incident::to_node(decision.body);
        if (evidence) draft.evidence = evidence(decision.body);
        return draft;
      },
      writing(context, actor));
  return {id, written, name.directory() + "/" + record::file_name(written.envelope)};
}

std::string role_of_notes(const Office& office, const Actor& actor) {
  for (const sop::Row& row : adopted_procedure(office, office.registered->sop).steps)
    for (const std::string& role : row.roles)
      if (std::find(actor.roles.begin(), actor.roles.end(), role) != actor.roles.end()) return role;
  return actor.roles.front();
}

void require_role(const Actor& actor) {
  if (!actor.roles.empty()) return;
  throw Error(
      ExitCode::not_permitted, msg("'{person}' has no role", {{"person", actor.person}}),
      msg("an admin assigns one: jaga person change {person} --role ROLE", {{"person", actor.person}}));
}

record::Note write_note(const Context& context, const std::string& id, const Actor& actor,
                        record::NoteKind kind, yaml::Node body, std::vector<Digest> cites,
                        std::optional<Instant> occurred, const std::string& role) {
  if (!store::find_incident(*context.directory, id))
    throw Error(ExitCode::no_input, msg("unknown incident '{id}'", {{"id", printable(id)}}),
                msg("see 'jaga status'"));
  require_role(actor);
  // A remark is not a step: it may be about the very file that is missing.
  if (Message lost = look_at(context, read_incident(context, id)); !lost.empty() && context.notice)
    context.notice(msg("'{chain}': {what}", {{"chain", id}}).with("what", std::move(lost)));
  store::NoteDraft draft;
  draft.kind = record::name(kind);
  draft.at = context.now();
  draft.occurred = occurred;
  draft.by = {actor.person, role.empty() ? role_of_notes(context, actor) : role};
  draft.key = actor.key;
  draft.register_head = context.registered->head;
  draft.cites = std::move(cites);
  draft.body = std::move(body);
  return store::publish_note(*context.directory, id, draft, writing(context, actor));
}

const registry::Delegation* delegation_of(const Office& office, const record::Envelope& envelope) {
  const registry::Register* then = register_at(office, envelope.register_head);
  return then == nullptr ? nullptr : then->delegation_of(envelope.by.person, envelope.by.role, envelope.at);
}

}  // namespace jaga::workflow
