// The bodies of an incident's notes, typed (jaga-record(5), "Notes"). Notes move nothing, so what another
// version wrote is read as far as it goes: what is missing, or is something else, is not set.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "incident/body.hpp"
#include "record/kind.hpp"
#include "record/record.hpp"
#include "yaml/node.hpp"

namespace jaga::incident {

bool is(const record::Note& note, record::NoteKind kind);
// What the note says, empty if it says nothing; of a finding with its message.
Sentence said(const record::Note& note);

// Of kind `note`.
struct Remark {
  std::string text;
};
yaml::Node to_node(const Remark& remark);

// Of kind `evidence`: a file that was attached.
struct AttachedFile {
  std::optional<Digest> digest{};
  std::string name{};
  std::int64_t size = 0;
  std::string evidence_class{};  // "ordinary", "personal", "restricted"; of other versions perhaps another
  std::string text{};
  // Of which document that was signed on paper; empty: it does not say of which, as earlier versions did.
  std::optional<std::string> signed_copy{};
  // It lies in evidence/private/, which may be outside this copy.
  bool is_private() const;
};
yaml::Node to_node(const AttachedFile& file);
// nullopt: a note of another kind.
std::optional<AttachedFile> attached_file(const record::Note& note);

// Of kind `redact`, that the bytes of evidence were taken away, or `lost`, that they were not there when the
// incident was archived. The digest stays.
struct RemovedEvidence {
  std::optional<Digest> digest{};
  std::string reason{};
};
yaml::Node to_node(const RemovedEvidence& removed);
// nullopt: a note of another kind than `kind`, which is redact or lost.
std::optional<RemovedEvidence> removed_evidence(const record::Note& note, record::NoteKind kind);
// Of kind `paper`, and of the records of that kind in the office's chain of papers: that a paper was given
// out.
struct IssuedPaper {
  std::string kind{};             // of `jaga report`
  std::string number{};           // may be empty
  std::string format{};           // "html", "pdf" ...
  Digest digest{};                // of what was printed
  std::optional<Digest> head{};   // of the incident's chain that it shows
  std::optional<Digest> round{};  // of the file of the round that it reports
};
yaml::Node to_node(const IssuedPaper& paper);
// nullopt: the body has no kind or digest.
std::optional<IssuedPaper> issued_paper(const yaml::Node& body);

// Whether the note says that this evidence was redacted.
bool redacts(const record::Note& note, const Digest& evidence);

// Of kind `measure` (`jaga monitor --incident`): the probes that had failed, again. Verify rests on it, so it
// is read as strictly as a record.
struct Measure {
  std::optional<Digest> round{};
  std::vector<Result> results{};
  bool operator==(const Measure&) const = default;
};
yaml::Node to_node(const Measure& measure);
Measure measure_from_node(const yaml::Node& node, const std::string& file);

// Of kind `import`, by `jaga import`: it cites the one record that was signed elsewhere, and its time is when
// that took effect. It moves nothing; spans end by it.
bool is_import_of(const record::Note& note, const Digest& record);

// How the fault of an incident stands by one round.
enum class Standing {
  failing,
  flapping,   // it comes and goes; its present state proves nothing
  recovered,  // OK, although no repair was done
  repaired    // OK since the repair
};
template <>
inline constexpr std::array<std::string_view, 4> kSpellings<Standing> = {"failing", "flapping", "recovered",
                                                                         "repaired"};

// Of kind `finding`: what a later round finds about an incident that is open already.
struct Finding {
  std::optional<Standing> standing = Standing::failing;  // nullopt: one that this version does not know
  Instant measured{};                                    // the round's time
  std::optional<Digest> round{};
  std::string fault{};  // its type; empty where it is well
  std::vector<Result> results{};
  std::vector<std::string> symptoms{};  // "web01 tcp:80"
};
// `text`: the finding as a sentence.
yaml::Node to_node(const Finding& finding, const Sentence& text);
// nullopt: a note of another kind.
std::optional<Finding> finding_of(const record::Note& note);

}  // namespace jaga::incident
