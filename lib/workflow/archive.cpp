#include "workflow/archive.hpp"

#include <embedded/check_script.hpp>

#include "bag/bag.hpp"
#include "base/text.hpp"
#include "inventory/settings.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kVerify = R"(How to check this bag without jaga:

  sha256sum -c manifest-sha256.txt        every file is what it was
  sha256sum -c tagmanifest-sha256.txt     and so is the list
  cd data && sh ../check.sh part          chains, signatures, notes, evidence

The last needs awk and ssh-keygen. Who might sign what stands in data/register.
)";

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
auto tried(const Context& context, const Action& action) -> decltype(action()) {
  try {
    return action();
  } catch (const Error& error) {
    if (context.notice) {
      context.notice(error.message());
      if (!error.hint().empty()) context.notice(error.hint());
    }
    return {};
  }
}

// Row 7 means the physical evidence too: a part that somebody replaced is not nowhere.
void require_part_told(const incident::State& state, const ArchiveWish& wish) {
  if (wish.part != "none") return;
  for (const incident::Run& run : state.runs) {
    if (!run.end || run.end->parts.empty()) continue;
    const incident::Part& part = run.end->parts.front();
    throw Error{ExitCode::usage,
                msg("part {removed} was replaced by {installed}",
                    {{"removed", part.removed}, {"installed", part.installed}}),
                msg("say what became of it: --part-stored PLACE, --part-returned TO or --part-destroyed")};
  }
}

incident::Archive body_of(const ArchiveWish& wish, const std::string& bag, const Digest& manifest) {
  incident::Archive body;
  body.part = wish.part;
  body.where = wish.where;
  body.received_by = wish.received_by;
  body.sanitised = wish.sanitised;
  body.bag = bag;
  body.manifest = manifest;
  return body;
}

}  // namespace

Archived archive(const Context& context, const std::string& incident, const ArchiveWish& wish) {
  const Actor actor = who_acts(context);
  const Incident loaded = load_incident(context, incident);
  // Refuses before anything is written.
  (void)incident::decide(loaded.state, loaded.notes, loaded.procedure, context.registered.get(),
                         {actor.person, actor.roles, actor.key}, body_of(wish, incident, {}), loaded.now);
  require_part_told(loaded.state, wish);

  bag::Contents contents;
  const store::Folder& folder = *context.directory;
  for (const char* file : {"jaga.yaml", "sop.yaml"}) {
    if (auto bytes = folder.read(file)) contents.payload.push_back({file, std::move(*bytes)});
  }
  collect(folder, "register", contents.payload);
  collect(folder, record::ChainName::incident(incident).directory(), contents.payload);
  collect(folder, "seals", contents.payload);
  contents.tags.push_back({"VERIFY.txt", std::string(kVerify)});
  contents.tags.push_back({"check.sh", std::string(embedded::check_script)});
  contents.info = {{"Source-Organization", context.settings->organisation},
                   {"External-Identifier", incident},
                   {"Bagging-Date", format_instant(loaded.now).substr(0, 10)},
                   {"Bag-Software-Agent", "jaga " + context.version}};

  std::string parent = wish.out;
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
      throw Error{ExitCode::busy, msg("'{id}' has gone on while the bag was made", {{"id", incident}}),
                  msg("archive it again; the bag '{bag}' stays unused", {{"bag", name}})};
    return body_of(wish, name, done.manifest);
  });
  done.sealed = tried(context, [&] { return seal(to_the_end(context)); });
  return done;
}

}  // namespace jaga::workflow
