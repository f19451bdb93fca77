#include "workflow/issue.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "incident/note.hpp"
#include "inventory/settings.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"

namespace jaga::workflow {

std::vector<IssuedPaper> issued_papers(const Context& context) {
  std::vector<IssuedPaper> out;
  for (const store::IncidentListing& listing : store::list_incidents(*context.directory))
    for (const record::Note& note :
         store::read_notes(*context.directory, listing.id, context.settings->repo).notes) {
      const auto digest = incident::is(note, record::NoteKind::paper)
                              ? parse_digest(note.body.text_at("digest"))
                              : std::nullopt;
      if (digest)
        out.push_back({listing.id, note.body.text_at("kind"), note.body.text_at("number"), *digest,
                       note.by.person, note.at});
    }
  std::stable_sort(out.begin(), out.end(),
                   [](const IssuedPaper& a, const IssuedPaper& b) { return a.at < b.at; });
  return out;
}

std::vector<IssuedPaper> numbered_twice(const std::vector<IssuedPaper>& issued) {
  std::map<std::string, int> count;
  for (const IssuedPaper& one : issued) ++count[one.number];
  std::vector<IssuedPaper> out;
  for (const IssuedPaper& one : issued)
    if (!one.number.empty() && count[one.number] > 1) out.push_back(one);
  return out;
}

void require_new_number(const Context& context, const std::string& number) {
  if (number.empty()) return;
  for (const IssuedPaper& one : issued_papers(context))
    if (one.number == number)
      throw Error{ExitCode::not_permitted,
                  msg("the number '{number}' was given to '{kind}' of {incident} already",
                      {{"number", number}, {"kind", one.kind}, {"incident", one.incident}}),
                  msg("give another number, or print it without --issue")};
}

std::string issue_paper(const Context& context, const std::string& incident, const std::string& kind,
                        const std::string& number, const std::string& format, const std::string& bytes) {
  const Actor actor = acting_person(context);
  require_new_number(context, number);
  const Incident shown = load_incident(context, incident);
  yaml::Node body = yaml::Node::map();
  body.set("kind", kind).set("number", number).set("format", format);
  body.set("digest", sha256(bytes).text()).set("head", shown.state.head.text());
  const record::Note note = write_note(context, incident, actor, record::NoteKind::paper, std::move(body));
  return record::ChainName::incident(incident).directory() + "/notes/" + note.id + ".yaml";
}

}  // namespace jaga::workflow
