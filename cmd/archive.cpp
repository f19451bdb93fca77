// jaga archive INCIDENT
#include "workflow/archive.hpp"

#include <memory>

#include "base/text.hpp"
#include "session.hpp"
#include "setups.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  std::string incident;
  std::optional<std::string> out, stored, returned, received_by, sanitised, reason;
  std::vector<std::string> without;
  bool destroyed = false, none = false;
};

ExitCode archive(Session& session, const Options& options) {
  const workflow::Context& context = session.context();
  const std::string id = workflow::find_incident(context, options.incident);
  const int said = static_cast<int>(options.stored.has_value()) +
                   static_cast<int>(options.returned.has_value()) + static_cast<int>(options.destroyed) +
                   static_cast<int>(options.none);
  if (said > 1) {
    throw Error{ExitCode::usage, msg("what became of the replaced part is said twice"),
                msg("say only one of --part-stored PLACE, --part-returned TO, --part-destroyed, --no-part")};
  }
  if (said != 1) {
    throw Error{ExitCode::usage, msg("what became of the replaced part is not said"),
                msg("say one of --part-stored PLACE, --part-returned TO, --part-destroyed, --no-part")};
  }
  workflow::ArchiveWish wish;
  wish.part = options.stored      ? "stored"
              : options.returned  ? "returned"
              : options.destroyed ? "destroyed"
                                  : "none";
  wish.where = options.stored ? options.stored : options.returned;
  wish.received_by = options.received_by;
  wish.sanitised = options.sanitised;
  wish.without = options.without;
  wish.reason = options.reason.value_or("");
  if (options.out) wish.out = session.absolute(*options.out);
  const workflow::Archived archived = workflow::archive(context, id, wish);
  session.recorded(archived.written.path);
  Ui& ui = session.ui();
  if (session.json()) {
    ui.json(yaml::Node::map()
                .set("incident", id)
                .set("record", archived.written.path)
                .set("bag", archived.bag)
                .set("manifest", archived.manifest.text())
                .set("packed", archived.packed)
                .set("seal", archived.sealed ? archived.sealed->record.digest.text() : std::string{}));
  } else {
    ui.print(archived.bag);
    ui.print(msg("manifest {digest}", {{"digest", archived.manifest.text()}}));
    if (!archived.packed.empty()) ui.print(archived.packed);
    if (archived.sealed) ui.print(msg("seal {digest}", {{"digest", archived.sealed->record.digest.text()}}));
  }
  ui.hint(msg("check it in its folder with 'sha256sum -c manifest-sha256.txt', or with: jaga audit {bag}",
              {{"bag", shell_word(archived.bag)}}));
  return ExitCode::ok;
}

}  // namespace

void setup_archive(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup.argument("INCIDENT", options->incident, msg("an id, its beginning, or a host with one open incident"))
      .option("--part-stored", "PLACE", options->stored, msg("the replaced part is kept there"))
      .option("--part-returned", "TO", options->returned, msg("it went back to them"))
      .flag("--part-destroyed", options->destroyed, msg("it was destroyed"))
      .flag("--no-part", options->none, msg("no part was replaced"))
      .option("--received-by", "TEXT", options->received_by, msg("who received the part"))
      .option("--sanitised", "TEXT", options->sanitised, msg("how the data on it was removed"))
      .list("--without", "DIGEST", options->without,
            msg("archive it without this evidence, which is not there"))
      .option("-m", "TEXT", options->reason, msg("with --without: why"))
      .option("--out", "DIR", options->out, msg("where the bag goes; default: archive/"));
  setup.run([options](Session& session) { return archive(session, *options); });
}

}  // namespace jaga::cmd
