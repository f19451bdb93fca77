#include "incident/note.hpp"

#include <doctest/doctest.h>

#include "record/kind.hpp"

namespace jaga::incident {
namespace {

record::Note note_of(record::NoteKind kind, yaml::Node body) {
  record::Note note;
  note.kind = record::name(kind);
  note.body = std::move(body);
  return note;
}

}  // namespace

TEST_CASE("an attached file reads back, and lies apart where it is not ordinary") {
  AttachedFile file{.digest = sha256("scan"),
                    .name = "letter.pdf",
                    .size = 3,
                    .evidence_class = "personal",
                    .text = "the letter",
                    .signed_copy = "repair"};
  const auto back = attached_file(note_of(record::NoteKind::evidence, to_node(file)));
  REQUIRE(back);
  CHECK(back->digest == file.digest);
  CHECK(back->name == "letter.pdf");
  CHECK(back->text == "the letter");
  CHECK(back->signed_copy == "repair");
  // Earlier versions did not say of which document.
  CHECK(attached_file(note_of(record::NoteKind::evidence, yaml::Node::map().set("signed_copy", true)))
            ->signed_copy == "");
  CHECK(back->is_private());
  for (const char* is_public : {"", "ordinary"}) {
    file.evidence_class = is_public;
    CHECK_FALSE(file.is_private());
  }
  // A class that this version does not know is not shown to everybody.
  file.evidence_class = "secret";
  CHECK(file.is_private());
  CHECK_FALSE(attached_file(note_of(record::NoteKind::note, to_node(file))));
}

TEST_CASE("what an evidence note does not say is not set") {
  const auto file = attached_file(note_of(record::NoteKind::evidence, yaml::Node::map()));
  REQUIRE(file);
  CHECK_FALSE(file->digest);
  CHECK_FALSE(file->signed_copy);
  CHECK_FALSE(file->is_private());
}

TEST_CASE("an issued paper reads back, and one without a kind or a digest is none") {
  const IssuedPaper paper{"repair", "800/1", "pdf", sha256("paper"), sha256("head"), {}};
  const auto back = issued_paper(to_node(paper));
  REQUIRE(back);
  CHECK(back->kind == "repair");
  CHECK(back->number == "800/1");
  CHECK(back->format == "pdf");
  CHECK(back->digest == paper.digest);
  CHECK(back->head == paper.head);
  CHECK_FALSE(back->round);
  CHECK_FALSE(issued_paper(yaml::Node::map().set("kind", "repair")));
  CHECK_FALSE(issued_paper(yaml::Node::map().set("digest", sha256("x").text())));
}

TEST_CASE("a redaction is of its digest alone, and a loss is none") {
  const RemovedEvidence removed{sha256("a"), "personal data"};
  const record::Note redaction = note_of(record::NoteKind::redact, to_node(removed));
  const record::Note loss = note_of(record::NoteKind::lost, to_node(removed));
  CHECK(redacts(redaction, sha256("a")));
  CHECK_FALSE(redacts(redaction, sha256("b")));
  CHECK_FALSE(redacts(loss, sha256("a")));
  CHECK(removed_evidence(loss, record::NoteKind::lost)->reason == "personal data");
  CHECK_FALSE(removed_evidence(loss, record::NoteKind::redact));
}

TEST_CASE("an import is of the first record that it cites") {
  record::Note note = note_of(record::NoteKind::import, yaml::Node::map());
  CHECK_FALSE(is_import_of(note, sha256("a")));
  note.cites = {sha256("a"), sha256("b")};
  CHECK(is_import_of(note, sha256("a")));
  CHECK_FALSE(is_import_of(note, sha256("b")));
}

TEST_CASE("a finding reads back, and one of a later version as far as it goes") {
  const Finding finding{.standing = Standing::flapping,
                        .measured = *parse_instant("2026-11-24T03:15:22.123Z"),
                        .round = sha256("round"),
                        .fault = "disk-full",
                        .results = {{"web01", "disk:/var", round::State::critical, "98 %"}},
                        .symptoms = {"db01 tcp:5432"}};
  yaml::Node body = to_node(finding, "the fault is flapping");
  CHECK(body.text_at("text") == "the fault is flapping");
  CHECK(said(note_of(record::NoteKind::finding, body)).in(Language::indonesian) == "the fault is flapping");
  const yaml::Node worded = to_node(finding, sentence("the fault is flapping"));
  CHECK(said(note_of(record::NoteKind::finding, worded)) == "the fault is flapping");
  CHECK(said(note_of(record::NoteKind::finding, worded)).in(Language::indonesian) == "gangguan ini berubah-ubah (flapping)");
  const auto back = finding_of(note_of(record::NoteKind::finding, body));
  REQUIRE(back);
  CHECK(back->standing == finding.standing);
  CHECK(back->measured == finding.measured);
  CHECK(back->round == finding.round);
  CHECK(back->fault == finding.fault);
  CHECK(back->results == finding.results);
  CHECK(back->symptoms == finding.symptoms);
  const auto later =
      finding_of(note_of(record::NoteKind::finding, yaml::Node::map().set("standing", "astonishing")));
  REQUIRE(later);
  CHECK_FALSE(later->standing);
  CHECK(later->results.empty());
  CHECK_FALSE(finding_of(note_of(record::NoteKind::note, std::move(body))));
}

}  // namespace jaga::incident
