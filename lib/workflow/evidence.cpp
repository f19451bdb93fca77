#include "workflow/evidence.hpp"

#include <algorithm>
#include <set>

#include "bag/bag.hpp"
#include "base/text.hpp"
#include "incident/evidence.hpp"
#include "incident/note.hpp"
#include "inventory/settings.hpp"
#include "record/kind.hpp"
#include "sop/role_titles.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"

namespace jaga::workflow {
namespace {

std::string note_path(const std::string& incident, const record::Note& note) {
  return record::ChainName::incident(incident).directory() + "/notes/" + note.id + ".yaml";
}

}  // namespace

Digest find_evidence(const Office& office, const std::string& incident, const std::string& text) {
  constexpr std::string_view kScheme = "sha256:";
  const std::string wanted = text.starts_with(kScheme) ? text.substr(kScheme.size()) : text;
  std::set<Digest> all;
  for (const auto& attachment :
       store::list_evidence(*office.directory, record::ChainName::incident(incident)))
    all.insert(attachment.digest);
  for (const auto& note : store::read_notes(*office.directory, incident, office.settings->repo).notes)
    if (const auto digest = parse_digest(note.body.text_at("digest"))) all.insert(*digest);
  std::vector<Digest> found;
  for (const Digest& digest : all)
    if (!wanted.empty() && digest.hex().starts_with(wanted)) found.push_back(digest);
  if (found.size() == 1) return found.front();
  if (found.empty())
    throw Error(
        ExitCode::no_input,
        msg("'{incident}' has no evidence '{text}'", {{"incident", incident}, {"text", printable(text)}}),
        msg("see 'jaga evidence list {incident}'", {{"incident", incident}}));
  std::vector<std::string> names;
  for (const Digest& digest : found) names.push_back(digest.hex().substr(0, 12));
  throw Error(ExitCode::usage,
              msg("'{text}' matches several pieces of evidence: {list}",
                  {{"text", printable(text)}, {"list", join(names, ", ")}}),
              msg("give more digits of the digest"));
}

Redacted redact(const ActingContext& context, const std::string& id, const Digest& evidence,
                const std::string& reason) {
  require_adopted(context);
  const Actor actor = acting_person(context);
  const Incident incident = load_incident(context, id);
  const auto chain = record::ChainName::incident(id);
  const auto known =
      std::find_if(incident.notes.begin(), incident.notes.end(),
                   [&](const record::Note& note) { return incident::redacts(note, evidence); });
  if (known != incident.notes.end()) {
    const bool was_there = store::remove_evidence(*context.directory, chain, evidence);
    if (!was_there && bags_holding(context, id, evidence).empty())
      throw Error(ExitCode::not_permitted,
                  msg("'{digest}' is already redacted", {{"digest", evidence.hex().substr(0, 12)}}),
                  msg("by '{person}'; see 'jaga evidence list {incident}'",
                      {{"person", known->by.person}, {"incident", id}}));
    return {note_path(id, *known), was_there};
  }
  if (trim(reason).empty())
    throw Error(ExitCode::usage, msg("a redaction requires a reason"), msg("give it with -m"));
  record::By by{actor.person, actor.roles.empty() ? std::string{} : actor.roles.front()};
  for (const std::string& role : actor.roles)
    if (incident.procedure.may(role, sop::Step::accept)) by.role = role;
  if (Message no = incident::redaction_refused(incident.chain, incident.notes, incident.procedure, evidence,
                                               by, actor.key);
      !no.empty())
    throw Error(
        ExitCode::not_permitted, std::move(no),
        sop::with_role_titles(msg("another person with one of these roles must do it: {roles}",
                                  {{"roles", join(incident.procedure.row(sop::Step::accept).roles, ", ")}}),
                              incident.procedure));
  const record::Note note =
      write_note(context, id, actor, record::NoteKind::redact,
                 to_node(incident::RemovedEvidence{evidence, sanitized(trim(reason))}), {}, {}, by.role);
  return {note_path(id, note), store::remove_evidence(*context.directory, chain, evidence)};
}

namespace {

constexpr std::string_view kPacked = ".tar.zst";

// Copies what is missing below `directory`.
void complete(const store::Folder& from, const store::Folder& to, const std::string& directory) {
  for (const store::Item& item : from.list(directory)) {
    const std::string path = directory + "/" + item.name;
    if (item.name.starts_with('.')) continue;
    if (item.kind == store::Item::Kind::directory)
      complete(from, to, path);
    else if (item.kind == store::Item::Kind::file && !to.exists(path))
      to.publish(path, from.require(path, store::kMostEvidence));
  }
}

}  // namespace

std::vector<HoldingBag> bags_holding(const Office& office, const std::string& incident,
                                     const Digest& evidence) {
  const auto chain = record::ChainName::incident(incident);
  std::vector<HoldingBag> out;
  const std::vector<store::Item> items = office.directory->list("archive");
  for (const store::Item& item : items) {
    if (!item.name.starts_with(incident + "-")) continue;
    if (item.kind == store::Item::Kind::directory) {
      const store::Folder data(office.directory->absolute("archive/" + item.name + "/data"));
      const std::vector<store::Attachment> held = store::list_evidence(data, chain);
      if (std::any_of(held.begin(), held.end(),
                      [&](const store::Attachment& one) { return one.digest == evidence; }))
        out.push_back({item.name, false});
    } else if (item.kind == store::Item::Kind::file && item.name.ends_with(kPacked)) {
      const std::string unpacked = item.name.substr(0, item.name.size() - kPacked.size());
      if (std::none_of(items.begin(), items.end(),
                       [&](const store::Item& other) { return other.name == unpacked; }))
        out.push_back({item.name, true});
    }
  }
  return out;
}

void redact_bag(const Context& context, const std::string& incident, const Digest& evidence,
                const std::string& bag) {
  const store::Folder& office = *context.directory;
  const store::Folder data(office.absolute("archive/" + bag + "/data"));
  const auto chain = record::ChainName::incident(incident);
  for (const record::Note& note : store::read_notes(office, incident, context.settings->repo).notes) {
    if (!incident::redacts(note, evidence)) continue;
    const std::string path = note_path(incident, note);
    for (const std::string& file : {path + ".sig", path})
      if (!data.exists(file)) data.publish(file, office.require(file));
    data.sync_directory(std::string(store::parent_of(path)));
  }
  complete(office, data, "register");
  data.sync_directory("register");
  (void)store::remove_evidence(data, chain, evidence);
  (void)office.remove("archive/" + bag + std::string(kPacked));
  (void)bag::pack(office.absolute("archive/" + bag), context.now());
}

}  // namespace jaga::workflow
