// jaga evidence add|list
#include "workflow/evidence.hpp"

#include <algorithm>
#include <memory>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "document/json.hpp"
#include "incident/evidence.hpp"
#include "incident/note.hpp"
#include "inventory/settings.hpp"
#include "record/kind.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "sop/sop.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/incidents.hpp"
#include "workflow/lookup.hpp"

namespace jaga::cmd {
namespace {

struct EvidenceArguments {
  std::string incident;
  std::vector<std::string> files;
  std::string kind = "ordinary";
  std::optional<std::string> text;
  std::string digest;
  std::string signed_copy;  // of which document; empty: it is none
  bool yes = false, bags = false;
};

std::optional<std::string> copy_of(const EvidenceArguments& options) {
  return options.signed_copy.empty() ? std::nullopt : std::optional(options.signed_copy);
}

ExitCode add(Session& session, const EvidenceArguments& options) {
  const workflow::ActingContext& context = session.acting();
  const std::string id = workflow::find_incident(context, options.incident);
  const workflow::Actor actor = workflow::acting_person(context);
  const record::ChainName chain = record::ChainName::incident(id);
  const bool is_private = options.kind != "ordinary";
  for (const std::string& file : options.files) {
    session.stop_here();
    const std::string bytes = session.read_document(file, store::kMostEvidence);
    if (bytes.empty() && file == "-")
      throw Error{ExitCode::usage, msg("standard input is empty: nothing was attached")};
    const Digest digest = store::add_evidence(*context.directory, chain, bytes, is_private);
    // As any text that a person has not typed: a file may be named after what is in it.
    std::string name = mask_secrets(sanitized(file == "-" ? "-" : file.substr(file.rfind('/') + 1)));
    std::replace(name.begin(), name.end(), '\n', ' ');
    const incident::AttachedFile attached{.digest = digest,
                                          .name = name,
                                          .size = static_cast<std::int64_t>(bytes.size()),
                                          .evidence_class = options.kind,
                                          .text = sanitized(options.text.value_or("")),
                                          .signed_copy = copy_of(options)};
    const record::Note written =
        workflow::write_note(context, id, actor, record::NoteKind::evidence, to_node(attached));
    const std::string path = store::evidence_path(chain, digest, is_private);
    session.recorded(path);
    if (session.prints_values()) {
      session.ui().json(Json{
          {"incident", id},
          {"evidence", path},
          {"digest", digest.text()},
          {"note", written.id},
      });
    } else {
      session.ui().print(path);
    }
  }
  return ExitCode::ok;
}

std::optional<std::string> signed_copy_of(const record::Note& note) {
  const auto file = incident::attached_file(note);
  return file ? file->signed_copy : std::nullopt;
}

std::string shown_text(Session& session, const record::Note& note) {
  const std::string text = note.body.text_at("text");
  const std::optional<std::string> copy = signed_copy_of(note);
  if (!copy) return text;
  std::string shown = session.ui().text(
      copy->empty() ? msg("signed copy") : msg("signed copy of '{paper}'", {{"paper", printable(*copy)}}));
  return text.empty() ? shown : shown + ": " + text;
}

ExitCode list(Session& session, const EvidenceArguments& options) {
  const workflow::Context& context = session.context();
  const std::string id = workflow::find_incident(context, options.incident);
  const record::ChainName chain = record::ChainName::incident(id);
  const store::Notes notes = store::read_notes(*context.directory, id, context.settings->repo);
  Table table;
  for (const store::Attachment& attachment : store::list_evidence(*context.directory, chain)) {
    // One row per name and person that attached it.
    std::vector<const record::Note*> attached;
    for (const record::Note& one : notes.notes)
      if (incident::is(one, record::NoteKind::evidence) &&
          one.body.text_at("digest") == attachment.digest.text())
        attached.push_back(&one);
    if (attached.empty()) attached.push_back(nullptr);
    const std::string path = store::evidence_path(chain, attachment.digest, attachment.is_private);
    for (const record::Note* note : attached) {
      const bool known = note != nullptr;
      if (session.prints_values()) {
        session.ui().row(Json{
            {"digest", attachment.digest.text()},
            {"path", path},
            {"name", known ? note->body.text_at("name") : ""},
            {"class", known ? note->body.text_at("class") : "ordinary"},
            {"by", known ? note->by.person : ""},
            {"text", known ? note->body.text_at("text") : ""},
            {"signed_copy", known ? signed_copy_of(*note).value_or("") : ""},
        });
        continue;
      }
      table.row({attachment.digest.hex().substr(0, 12), known ? note->body.text_at("class") : "",
                 known ? note->by.person : "", known ? note->body.text_at("name") : "",
                 known ? shown_text(session, *note)
                       : std::string(translate("part of a record", session.ui().language()))});
    }
  }
  for (const record::Note& note : notes.notes) {
    const auto digest = incident::is(note, record::NoteKind::redact)
                            ? parse_digest(note.body.text_at("digest"))
                            : std::nullopt;
    if (!digest) continue;
    if (session.prints_values()) {
      session.ui().row(Json{
          {"digest", digest->text()},
          {"redacted", true},
          {"by", note.by.person},
          {"text", note.body.text_at("reason")},
      });
      continue;
    }
    table.row({digest->hex().substr(0, 12), std::string(translate("redacted", session.ui().language())),
               note.by.person, "", note.body.text_at("reason")});
  }
  if (!session.prints_values()) {
    if (table.empty())
      session.ui().say(msg("no evidence"));
    else
      table.print(session.ui());
  }
  return ExitCode::ok;
}

// Bags are copies, too. Without a terminal and without --bags they are listed and kept.
void redact_bags(Session& session, const std::string& id, const Digest& digest, bool wanted) {
  const workflow::Context& context = session.context();
  std::vector<std::string> names;
  for (const workflow::HoldingBag& bag : workflow::bags_holding(context, id, digest)) {
    if (bag.packed)
      session.ui().say(msg("not inspected: {path}", {{"path", "archive/" + bag.name}}));
    else
      names.push_back(bag.name);
  }
  if (names.empty()) return;
  for (const std::string& name : names)
    session.ui().say(msg("this bag still contains it: {path}", {{"path", "archive/" + name}}));
  if (!wanted && session.can_ask()) wanted = session.confirm(msg("Remove it from these bags, too?"), false);
  if (!wanted) {
    session.ui().hint(msg("remove it there, too: jaga evidence redact --bags {id} {digest}",
                          {{"id", id}, {"digest", digest.hex().substr(0, 12)}}));
    return;
  }
  for (const std::string& name : names) {
    workflow::redact_bag(context, id, digest, name);
    session.ui().say(msg("removed from {path}; the bag was repacked", {{"path", "archive/" + name}}));
  }
}

ExitCode redact(Session& session, const EvidenceArguments& options) {
  const workflow::ActingContext& context = session.acting();
  const std::string id = workflow::find_incident(context, options.incident);
  const Digest digest = workflow::find_evidence(context, id, options.digest);
  if (!session.confirm(msg("Permanently remove the content of {digest}?", {{"digest", digest.text()}}),
                       options.yes)) {
    session.ui().say(msg("nothing was removed"));
    return ExitCode::warning;
  }
  const workflow::Redacted done = workflow::redact(context, id, digest, options.text.value_or(""));
  session.recorded(done.note);
  if (session.prints_values()) {
    session.ui().json(Json{
        {"incident", id},
        {"digest", digest.text()},
        {"note", done.note},
        {"removed", done.was_there},
    });
  } else {
    session.ui().print(done.note);
  }
  if (!done.was_there) session.ui().say(msg("its content was not in this copy"));
  redact_bags(session, id, digest, options.bags);
  session.ui().hint(msg("other clones, bags elsewhere and git's history may still contain it"));
  return ExitCode::ok;
}

// The documents that can come back signed, as choice() takes them.
std::string papers() {
  std::vector<std::string> names;
  for (const sop::CopyKind& kind : sop::kCopies) names.emplace_back(kind.paper);
  return join(names, "|");
}

}  // namespace

void setup_evidence(Setup& setup) {
  auto options = std::make_shared<EvidenceArguments>();
  Setup& adding = setup.sub("add", msg("attach files to an incident"));
  adding.argument("INCIDENT", options->incident, msg("the incident"))
      .arguments_needed("FILE", options->files, msg("file to attach; - means standard input"))
      .choice("--class", "ordinary|personal|restricted", options->kind,
              msg("class of the file; personal and restricted are kept out of git"))
      .choice("--signed-copy", papers(), options->signed_copy,
              msg("the file is this document, signed on paper; a step may require it"))
      .option("-m", "TEXT", options->text, msg("what the file shows"));
  adding.run([options](Session& session) { return add(session, *options); });
  Setup& listing = setup.sub("list", msg("list the evidence of an incident"));
  listing.argument("INCIDENT", options->incident, msg("the incident"));
  listing.paged().rows("digest,class,by,name,text", "path,signed_copy,redacted");
  listing.run([options](Session& session) { return list(session, *options); });
  Setup& redacting = setup.sub("redact", msg("remove the content of evidence, keep its digest"));
  redacting.argument("INCIDENT", options->incident, msg("the incident"))
      .argument("DIGEST", options->digest, msg("the file, by its digest or the beginning of its digest"))
      .option("-m", "TEXT", options->text, msg("the reason"))
      .flag("--bags", options->bags, msg("remove it from the bags in archive/, too"))
      .flag("--yes", options->yes, msg("do not ask for confirmation"));
  redacting.run([options](Session& session) { return redact(session, *options); });
}

}  // namespace jaga::cmd
