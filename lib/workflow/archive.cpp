#include "workflow/archive.hpp"

#include <algorithm>
#include <embedded/check_script.hpp>
#include <map>

#include "bag/bag.hpp"
#include "base/date.hpp"
#include "base/text.hpp"
#include "base/zone.hpp"
#include "incident/evidence.hpp"
#include "incident/note.hpp"
#include "inventory/settings.hpp"
#include "record/kind.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/damage_report.hpp"
#include "workflow/papers.hpp"
#include "workflow/pdf.hpp"

namespace jaga::workflow {
namespace {

using record::NoteKind;

constexpr std::string_view kVerify = R"(How to check this bag without jaga:

  sha256sum -c manifest-sha256.txt        no file has changed
  sha256sum -c tagmanifest-sha256.txt     nor has the list of files
  cd data && sh ../check.sh part          chains, signatures, notes, evidence

The last needs awk and ssh-keygen. data/register states who might sign what.
data/documents contains the documents of the incident as printed at that time; the records are what counts.

Cara memeriksa berkas arsip ini tanpa jaga:

  sha256sum -c manifest-sha256.txt        tidak ada berkas yang berubah
  sha256sum -c tagmanifest-sha256.txt     daftar berkasnya pun tidak
  cd data && sh ../check.sh part          rantai, tanda tangan, catatan, bukti

Perintah terakhir memerlukan awk dan ssh-keygen. data/register memuat siapa yang boleh menandatangani apa.
data/documents memuat dokumen insiden seperti dicetak pada saat itu; yang menentukan adalah rekamannya.
)";

// What is not there, or not what its name says.
struct Missing {
  incident::Named named;
  bool changed = false;
};

// The installation whose seals name the file, which is where it was written; empty: none has sealed it yet.
std::string installation_of(const store::Folder& folder, const std::string& path) {
  for (const store::Item& chain : folder.list("seals")) {
    if (chain.kind != store::Item::Kind::directory) continue;
    for (const store::Item& item : folder.list("seals/" + chain.name)) {
      if (item.kind != store::Item::Kind::file || !item.name.ends_with(".yaml")) continue;
      const auto bytes = folder.read("seals/" + chain.name + "/" + item.name);
      if (bytes && bytes->find("\"" + path + "\"") != std::string::npos) return chain.name;
    }
  }
  return {};
}

std::vector<Missing> missing_evidence(const Incident& incident, const std::vector<bag::Item>& payload) {
  std::map<std::string, const bag::Item*> by_path;
  for (const bag::Item& item : payload) by_path.emplace(item.path, &item);
  std::vector<Missing> out;
  for (const incident::Named& named : incident::named_evidence(incident.chain, incident.notes)) {
    bool there = false;
    bool good = false;
    for (const bool is_private : {false, true}) {
      const auto found = by_path.find(store::evidence_path(incident.chain.name, named.digest, is_private));
      if (found == by_path.end()) continue;
      there = true;
      good = good || sha256(found->second->bytes) == named.digest;
    }
    const bool known = std::any_of(out.begin(), out.end(),
                                   [&](const Missing& one) { return one.named.digest == named.digest; });
    if (!good && !known) out.push_back({named, there});
  }
  return out;
}

// The digests that `without` names, of what is missing. Throws for what is not named, and for what is not
// missing.
std::vector<Digest> left_out(const Office& office, const Incident& incident,
                             const std::vector<Missing>& missing, const std::vector<std::string>& without) {
  std::vector<Digest> out = incident::lost_evidence(incident.notes, incident.procedure);
  std::erase_if(out, [&](const Digest& digest) {
    return std::none_of(missing.begin(), missing.end(),
                        [&](const Missing& one) { return one.named.digest == digest; });
  });
  for (const std::string& text : without) {
    const std::string wanted = text.starts_with("sha256:") ? text.substr(7) : text;
    std::size_t found = 0;
    for (const Missing& one : missing) {
      if (wanted.empty() || !one.named.digest.hex().starts_with(wanted)) continue;
      ++found;
      if (std::find(out.begin(), out.end(), one.named.digest) == out.end()) out.push_back(one.named.digest);
    }
    if (found == 0)
      throw Error{ExitCode::usage, msg("the evidence '{text}' is not missing", {{"text", printable(text)}}),
                  msg("see 'jaga evidence list {id}'", {{"id", incident.id}})};
  }
  for (const Missing& one : missing) {
    if (std::find(out.begin(), out.end(), one.named.digest) != out.end()) continue;
    const incident::Named& named = one.named;
    const std::string where =
        installation_of(*office.directory, incident.chain.name.directory() + "/" + named.file);
    const std::string what = named.digest.hex().substr(0, 12) + (named.name.empty() ? "" : " " + named.name);
    Message::Arguments arguments{
        {"what", printable(what)}, {"person", named.person}, {"installation", where}};
    throw Error{
        ExitCode::data,
        (one.changed && where.empty()
             ? msg("the evidence '{what}' differs from what {person} added, {time}", std::move(arguments))
         : one.changed ? msg("the evidence '{what}' differs from what {person} added, {time}, in the "
                             "installation {installation}",
                             std::move(arguments))
         : where.empty()
             ? msg("the evidence '{what}' is missing here; {person} added it, {time}", std::move(arguments))
             : msg("the evidence '{what}' is missing here; {person} added it, {time}, in the installation "
                   "{installation}",
                   std::move(arguments)))
            .with("time", zoned_time(named.at, incident.state.utc_offset)),
        msg("copy the file from there; if it is lost: --without {digest} -m REASON",
            {{"digest", named.digest.hex().substr(0, 12)}})};
  }
  return out;
}

void collect(const store::Folder& folder, const std::string& directory, std::vector<bag::Item>& out) {
  for (const store::Item& item : folder.list(directory)) {
    const std::string path = directory + "/" + item.name;
    if (item.name.starts_with('.') || !bag::is_safe_path(path)) continue;
    if (item.kind == store::Item::Kind::directory)
      collect(folder, path, out);
    else if (item.kind == store::Item::Kind::file)
      out.push_back({path, folder.require(path, store::kMostEvidence)});
  }
}

// Its answer; empty, and a notice, where it fails.
template <typename Action>
auto tried(const Runtime& run, const Action& action) -> decltype(action()) {
  try {
    return action();
  } catch (const Error& error) {
    if (run.notice) {
      run.notice(error.message());
      if (!error.hint().empty()) run.notice(error.hint());
    }
    return {};
  }
}

// Row 7 means the physical evidence too: a part that somebody replaced is not nowhere.
const incident::Part* replaced_part(const incident::State& state) {
  for (const incident::Run& run : state.runs)
    if (run.end && !run.end->parts.empty()) return &run.end->parts.front();
  return nullptr;
}

void require_part_told(const incident::State& state, const ArchiveOptions& options) {
  const incident::Part* part = replaced_part(state);
  if (options.part != incident::PartDisposition::none || part == nullptr) return;
  throw Error{ExitCode::usage,
              msg("part {removed} was replaced with {installed}",
                  {{"removed", part->removed}, {"installed", part->installed}}),
              msg("state what happened to the old part: --part-stored PLACE, --part-returned TO or "
                  "--part-destroyed")};
}

incident::Archive body_of(const ArchiveOptions& options, const std::string& bag, const Digest& manifest,
                          const std::vector<Digest>& without = {}) {
  incident::Archive body;
  body.part = options.part;
  body.where = options.where;
  body.received_by = options.received_by;
  body.sanitised = options.sanitised;
  body.bag = bag;
  body.manifest = manifest;
  body.without = without;
  if (!without.empty()) body.reason = options.reason;
  return body;
}

// A renderer takes long for what is larger; the HTML can be printed from a browser.
constexpr std::ptrdiff_t kMostPrintedLines = 3000;

// What the papers that can be printed say, beside the records that they are made of.
void add_documents(const Context& context, const Incident& loaded, const incident::Decision& decision,
                   const ArchiveOptions& options, std::vector<bag::Item>& payload) {
  incident::Decided<incident::Archive> archived;
  archived.made.by = decision.by;
  archived.made.at = loaded.now;
  archived.body = std::get<incident::Archive>(decision.body);
  std::vector<std::string> htmls;
  std::vector<std::string> names;
  for (PrintedPaper& paper : print_all(context, loaded, archived)) {
    if (std::count(paper.html.begin(), paper.html.end(), '\n') <= kMostPrintedLines) {
      htmls.push_back(paper.html);
      names.push_back("documents/" + paper.kind + ".pdf");
    }
    payload.push_back({"documents/" + paper.kind + ".html", std::move(paper.html)});
  }
  if (!options.pdf) return;
  try {
    std::vector<std::string> pdfs = to_pdfs(htmls, context.stop);
    for (std::size_t n = 0; n < pdfs.size(); ++n)
      if (!pdfs[n].empty()) payload.push_back({names[n], std::move(pdfs[n])});
  } catch (const Error& error) {
    if (error.code() != ExitCode::unavailable) throw;
    if (context.notice)
      context.notice(msg("the documents in the bag are HTML only: WeasyPrint is not installed"));
  }
}

// Refuses before anything is written.
incident::Decision decided(const Office& office, const Actor& actor, const Incident& loaded,
                           const ArchiveOptions& options) {
  incident::Decision decision =
      incident::decide(loaded.state, loaded.notes, loaded.procedure, office.registered.get(),
                       {actor.person, actor.roles, actor.key}, body_of(options, loaded.id, {}), loaded.now);
  require_part_told(loaded.state, options);
  return decision;
}

}  // namespace

bool require_archivable(const ActingContext& context, const std::string& incident) {
  ArchiveOptions destroyed;
  destroyed.part = incident::PartDisposition::destroyed;  // fits whatever was replaced
  return replaced_part(check_archive(context, incident, destroyed).state) != nullptr;
}

Incident check_archive(const ActingContext& context, const std::string& incident,
                       const ArchiveOptions& options) {
  const Actor actor = acting_person(context);
  Incident loaded = load_incident(context, incident);
  (void)decided(context, actor, loaded, options);
  return loaded;
}

Archived archive(const ActingContext& context, const std::string& incident, const ArchiveOptions& options) {
  const Actor actor = acting_person(context);
  Incident loaded = load_incident(context, incident);
  const incident::Decision decision = decided(context, actor, loaded, options);

  bag::Contents contents;
  const store::Folder& folder = *context.directory;
  const std::string directory = record::ChainName::incident(incident).directory();
  collect(folder, directory, contents.payload);
  const auto missing = missing_evidence(loaded, contents.payload);
  std::vector<Digest> without = left_out(context, loaded, missing, options.without);
  std::string reason = options.reason;
  if (!without.empty()) {
    // Said by a note, which the bag holds, too.
    const auto known = incident::lost_evidence(loaded.notes, loaded.procedure);
    if (trim(reason).empty())
      for (const record::Note& note : loaded.notes)
        if (const auto lost = incident::removed_evidence(note, NoteKind::lost)) reason = lost->reason;
    if (trim(reason).empty())
      throw Error{ExitCode::usage, msg("archiving without evidence requires a reason"),
                  msg("give it with -m")};
    const std::string role = decision.by.role;
    for (const Digest& digest : without)
      if (std::find(known.begin(), known.end(), digest) == known.end())
        write_note(context, incident, actor, NoteKind::lost,
                   to_node(incident::RemovedEvidence{digest, sanitized(trim(reason))}), {}, {}, role);
    loaded = load_incident(context, incident);
    contents.payload.clear();
    collect(folder, directory, contents.payload);
    // A file with its name but another content is not the evidence.
    std::erase_if(contents.payload, [&](const bag::Item& item) {
      return std::any_of(without.begin(), without.end(), [&](const Digest& digest) {
        return item.path == store::evidence_path(loaded.chain.name, digest, false) ||
               item.path == store::evidence_path(loaded.chain.name, digest, true);
      });
    });
  } else if (!trim(reason).empty()) {
    throw Error{ExitCode::usage, msg("{option} requires {with}", {{"option", "-m"}, {"with", "--without"}})};
  }
  for (const char* file : {"jaga.yaml", "sop.yaml"}) {
    if (auto bytes = folder.read(file)) contents.payload.push_back({file, std::move(*bytes)});
  }
  collect(folder, "register", contents.payload);
  collect(folder, "seals", contents.payload);
  add_documents(context, loaded, decision, options, contents.payload);
  contents.tags.push_back({"VERIFY.txt", std::string(kVerify)});
  contents.tags.push_back({"check.sh", std::string(embedded::check_script)});
  contents.info = {{"Source-Organization", context.settings->organisation},
                   {"External-Identifier", incident},
                   {"Bagging-Date", iso_date(loaded.now, std::chrono::minutes{0})},
                   {"Bag-Software-Agent", "jaga " + context.version}};

  std::string parent = options.out;
  if (parent.empty()) {
    folder.make_directory("archive");
    parent = folder.absolute("archive");
  }
  // A bag whose record was never written (a crash, a busy chain) stays beside the one that counts.
  const std::string name = incident + "-" + random_suffix(context.random, 4);
  const auto signer = actor.signer;
  Archived done;
  done.manifest = bag::write(parent, name, contents, [signer, stop = context.stop](std::string_view bytes) {
    return signer->sign(bytes, sign::kBagNamespace, stop);
  });
  done.bag = parent + "/" + name;
  done.packed = tried(context, [&] { return bag::pack(done.bag, loaded.now); });
  done.written = write_record(context, incident, actor, [&](const Incident& now) {
    // The bag holds everything before this record, so nothing may have come meanwhile.
    if (now.state.head != loaded.state.head || now.notes.size() != loaded.notes.size())
      throw Error{ExitCode::busy, msg("'{id}' changed while the bag was created", {{"id", incident}}),
                  msg("archive it again; the bag '{bag}' is not used", {{"bag", name}})};
    incident::Archive body = body_of(options, name, done.manifest, without);
    if (!without.empty()) body.reason = reason;
    return body;
  });
  done.sealed = tried(context, [&] { return seal(to_the_end(context)); });
  done.report = tried(context, [&] { return refresh_month(to_the_end(context)); });
  return done;
}

}  // namespace jaga::workflow
