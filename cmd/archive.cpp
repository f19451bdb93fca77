// jaga archive INCIDENT
#include "workflow/archive.hpp"

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "document/repair_view.hpp"
#include "document/words.hpp"
#include "incident/values.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "workflow/lookup.hpp"

namespace jaga::cmd {
namespace {

using incident::PartDisposition;

struct ArchiveArguments {
  std::string incident;
  std::optional<std::string> out, stored, returned, received_by, sanitised, reason;
  std::vector<std::string> without;
  bool destroyed = false, none = false, yes = false, no_pdf = false;
};

// What follows the word for `value` in `text`, in either language; nullopt: it begins with another word.
std::optional<std::string> after_word(const std::string& text, PartDisposition value) {
  for (const Language language : {Language::english, Language::indonesian}) {
    const std::string word = document::word(incident::name(value), language);
    if (lower(text.substr(0, word.size())) != word) continue;
    const std::string rest = text.substr(word.size());
    if (rest.empty() || rest.starts_with(' ')) return std::string(trim(rest));
  }
  return std::nullopt;
}

// What happened to the part, as typed: "none", "destroyed", "stored PLACE", "returned TO", or the same in
// Indonesian.
bool take_part(const std::string& text, ArchiveArguments& options) {
  if (after_word(text, PartDisposition::none) == "")
    options.none = true;
  else if (after_word(text, PartDisposition::destroyed) == "")
    options.destroyed = true;
  else if (const auto place = after_word(text, PartDisposition::stored); place && !place->empty())
    options.stored = *place;
  else if (const auto to = after_word(text, PartDisposition::returned); to && !to->empty())
    options.returned = *to;
  else
    return false;
  return true;
}

void show(Session& session, const workflow::Incident& incident, const workflow::ArchiveOptions& wish) {
  const document::ArchiveReport report{incident.state,          wish.part,
                                       wish.where.value_or(""), wish.received_by,
                                       wish.sanitised,          wish.out.empty() ? "archive/" : wish.out};
  for (const std::string& line : document::archive_lines(report, session.locale())) session.ui().words(line);
}

ExitCode archive(Session& session, const ArchiveArguments& given) {
  const workflow::ActingContext& context = session.acting();
  const std::string id = workflow::find_open_incident(context, given.incident);
  const bool asks = !given.yes && !session.prints_values() && session.can_ask();
  ArchiveArguments options = given;
  if (!options.stored && !options.returned && !options.destroyed && !options.none) {
    const bool replaced = workflow::require_archivable(context, id);
    while (asks) {
      const std::string answer = session.ask(
          replaced ? msg("What happened to the replaced part: stored PLACE, returned TO, or destroyed?")
                   : msg("What happened to the replaced part: none (nothing was replaced), stored PLACE, "
                         "returned TO, or destroyed?"));
      if (answer.empty()) {
        session.ui().say(msg("nothing was recorded"));
        return ExitCode::warning;
      }
      if (take_part(answer, options) && !(replaced && options.none)) break;
      options.none = false;
      session.ui().say(replaced ? msg("type one of: stored PLACE, returned TO, destroyed")
                                : msg("type one of: none, stored PLACE, returned TO, destroyed"));
    }
  }
  const int said = static_cast<int>(options.stored.has_value()) +
                   static_cast<int>(options.returned.has_value()) + static_cast<int>(options.destroyed) +
                   static_cast<int>(options.none);
  if (said > 1) {
    throw Error{ExitCode::usage, msg("conflicting options for the replaced part"),
                msg("give only one of --part-stored PLACE, --part-returned TO, --part-destroyed, --no-part")};
  }
  if (said != 1) {
    throw Error{ExitCode::usage, msg("missing option: what happened to the replaced part"),
                msg("give one of --part-stored PLACE, --part-returned TO, --part-destroyed, --no-part")};
  }
  workflow::ArchiveOptions wish;
  wish.part = options.stored      ? PartDisposition::stored
              : options.returned  ? PartDisposition::returned
              : options.destroyed ? PartDisposition::destroyed
                                  : PartDisposition::none;
  wish.where = options.stored ? options.stored : options.returned;
  wish.received_by = options.received_by;
  wish.sanitised = options.sanitised;
  wish.without = options.without;
  wish.reason = options.reason.value_or("");
  wish.pdf = !options.no_pdf;
  if (options.out) wish.out = session.absolute(*options.out);
  if (asks) {
    show(session, workflow::check_archive(context, id, wish), wish);
    if (!session.confirm(msg("Archive the incident? This is its last record and cannot be changed later."),
                         false)) {
      session.ui().say(msg("nothing was recorded"));
      return ExitCode::warning;
    }
  }
  const workflow::Archived archived = workflow::archive(context, id, wish);
  session.recorded(archived.written.path);
  Ui& ui = session.ui();
  if (session.prints_values()) {
    ui.json(Json{
        {"incident", id},
        {"record", archived.written.path},
        {"bag", archived.bag},
        {"manifest", archived.manifest.text()},
        {"packed", archived.packed},
        {"seal", archived.sealed ? archived.sealed->record.digest.text() : std::string{}},
        {"report", archived.report},
    });
  } else {
    ui.print(archived.bag);
    ui.print(msg("manifest {digest}", {{"digest", archived.manifest.text()}}));
    if (!archived.packed.empty()) ui.print(archived.packed);
    if (archived.sealed) ui.print(msg("seal {digest}", {{"digest", archived.sealed->record.digest.text()}}));
    if (!archived.report.empty()) ui.print(archived.report);
  }
  ui.hint(
      msg("check the bag in its folder with 'sha256sum -c manifest-sha256.txt', or with: jaga audit {bag}",
          {{"bag", shell_word(archived.bag)}}));
  return ExitCode::ok;
}

}  // namespace

void setup_archive(Setup& setup) {
  auto options = std::make_shared<ArchiveArguments>();
  setup.argument("INCIDENT", options->incident, msg("an id, its beginning, or a host with one open incident"))
      .option("--part-stored", "PLACE", options->stored, msg("the replaced part is stored in this place"))
      .option("--part-returned", "TO", options->returned,
              msg("the replaced part was returned to this recipient"))
      .flag("--part-destroyed", options->destroyed, msg("the replaced part was destroyed"))
      .flag("--no-part", options->none, msg("no part was replaced"))
      .option("--received-by", "TEXT", options->received_by, msg("who received the part"))
      .option("--sanitised", "TEXT", options->sanitised, msg("how the data on the part was erased"))
      .list("--without", "DIGEST", options->without, msg("archive without this missing evidence"))
      .option("-m", "TEXT", options->reason, msg("with --without: the reason"))
      .option("--out", "DIR", options->out, msg("folder for the bag; default: archive/"))
      .flag("--no-pdf", options->no_pdf, msg("put the documents into the bag as HTML only"))
      .flag("--yes", options->yes, msg("do not ask for confirmation"));
  setup.run([options](Session& session) { return archive(session, *options); });
}

}  // namespace jaga::cmd
