#include "workflow/issue.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "inventory/settings.hpp"
#include "store/append.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kPapers = "papers";

void of_incidents(const Office& office, std::vector<IssuedPaper>& out) {
  for (const store::IncidentListing& listing : store::list_incidents(*office.directory))
    for (const record::Note& note :
         store::read_notes(*office.directory, listing.id, office.settings->repo).notes) {
      if (!incident::is(note, record::NoteKind::paper)) continue;
      if (auto paper = incident::issued_paper(note.body))
        out.push_back({listing.id, std::move(*paper), note.by.person, note.at,
                       note.chain.directory() + "/notes/" + note.id + ".yaml"});
    }
}

void of_office(const Office& office, std::vector<IssuedPaper>& out) {
  for (const std::string& id : store::list_paper_chains(*office.directory)) {
    const record::ChainName name = record::ChainName::papers(id);
    for (const record::Record& one :
         store::read_chain(*office.directory, name, office.settings->repo).records)
      if (auto paper = incident::issued_paper(one.body))
        out.push_back({"", std::move(*paper), one.envelope.by.person, one.envelope.at,
                       name.directory() + "/" + record::file_name(one.envelope)});
  }
}

std::string issue_in_office(const Context& context, const Actor& actor, const incident::IssuedPaper& paper) {
  const record::ChainName chain = record::ChainName::papers(context.installation);
  Context fresh = context;
  const record::Record written = store::append(
      *context.directory, chain,
      [&](const record::Chain& current) {
        load_register(fresh);
        require_register(fresh);
        store::RecordDraft draft;
        draft.kind = record::name(record::Kind::paper);
        draft.at = context.now();
        draft.by = {actor.person, role_of_notes(fresh, actor)};
        draft.key = actor.key;
        draft.register_head = fresh.registered->head;
        draft.registered = fresh.register_chain;
        draft.body = to_node(paper);
        // One paper does not rest on another: what was copied and went on twice goes on as one.
        draft.merge = current.forked();
        return draft;
      },
      writing(context, actor));
  return chain.directory() + "/" + record::file_name(written.envelope);
}

}  // namespace

std::vector<IssuedPaper> issued_papers(const Office& office) {
  std::vector<IssuedPaper> out;
  of_incidents(office, out);
  of_office(office, out);
  std::stable_sort(out.begin(), out.end(),
                   [](const IssuedPaper& a, const IssuedPaper& b) { return a.at < b.at; });
  return out;
}

std::vector<IssuedPaper> numbered_twice(const std::vector<IssuedPaper>& issued) {
  std::map<std::string, int> count;
  for (const IssuedPaper& one : issued) ++count[one.paper.number];
  std::vector<IssuedPaper> out;
  for (const IssuedPaper& one : issued)
    if (!one.paper.number.empty() && count[one.paper.number] > 1) out.push_back(one);
  return out;
}

void require_new_number(const Office& office, const std::string& number) {
  if (number.empty()) return;
  for (const IssuedPaper& one : issued_papers(office)) {
    if (one.paper.number != number) continue;
    const Message::Arguments what{
        {"number", number}, {"kind", printable(one.paper.kind)}, {"incident", one.incident}};
    throw Error{ExitCode::not_permitted,
                one.incident.empty()
                    ? msg("the number '{number}' was already given to '{kind}'", what)
                    : msg("the number '{number}' was already given to '{kind}' of {incident}", what),
                msg("give another number, or print it without --issue")};
  }
}

void require_issuer(const ActingContext& context) {
  require_role(acting_person(context));
}

std::string issue_paper(const ActingContext& context, const MadePaper& paper, const PaperWish& wish,
                        const std::string& format, const std::string& bytes) {
  const Actor actor = acting_person(context);
  require_role(actor);
  const store::Lock lock = context.directory->lock(kPapers);
  require_new_number(context, wish.number);
  incident::IssuedPaper issued{wish.kind, wish.number, format, sha256(bytes), {}, paper.round};
  if (paper.incident.empty()) return issue_in_office(context, actor, issued);
  issued.head = load_incident(context, paper.incident).state.head;
  const record::Note note =
      write_note(context, paper.incident, actor, record::NoteKind::paper, to_node(issued));
  return note.chain.directory() + "/notes/" + note.id + ".yaml";
}

}  // namespace jaga::workflow
