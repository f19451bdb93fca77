#include "workflow/report.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "document/round_report.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "register/register.hpp"
#include "sop/sop.hpp"
#include "store/folder.hpp"
#include "store/rounds.hpp"
#include "workflow/analyze.hpp"
#include "workflow/rounds.hpp"

namespace jaga::workflow {

namespace {

// A round and what is made of it; `report` refers to the others.
struct Reported {
  round::Round round;
  Analyzed analyzed;
  std::optional<Digest> digest{};  // of the file of the round
  document::RoundReport report(const Office& office, std::chrono::minutes utc_offset) const {
    document::RoundReport out{round, analyzed.diagnosis, *office.inventory};
    out.organisation = office.settings->organisation;
    out.path = analyzed.round;
    out.utc_offset = utc_offset;
    for (const Recovered& one : analyzed.recovered)
      out.recovered.push_back(one.host + ": " + one.summary + " (" + one.incident + ")");
    return out;
  }
};

Reported reported(const ActingContext& context, const std::optional<std::string>& bytes) {
  AnalyzeOptions options;
  options.round = bytes;
  options.dry_run = true;
  Reported out{{}, analyze(context, options)};
  if (bytes) {
    out.round = whole_round(context, *bytes, "round");
    out.digest = sha256(*bytes);
  } else if (const auto name = store::parse_round_path(out.analyzed.round)) {
    StoredRound stored = load_round(context, *name);
    out.round = std::move(stored.round);
    out.digest = stored.digest;
  }
  return out;
}

}  // namespace

document::Document report_round(const ActingContext& context, const std::optional<std::string>& bytes,
                                std::chrono::minutes utc_offset) {
  const Reported of = reported(context, bytes);
  return document::round_report(of.report(context, utc_offset), context.language);
}

MadePaper round_paper(const ActingContext& context, const PaperWish& wish, const document::Office& office,
                      std::vector<std::string> basis) {
  const Reported of = reported(context, wish.round_bytes);
  const document::RoundReport report = of.report(context, office.calendar.utc_offset);
  document::RoundPaper paper{report, office, *context.sop, std::move(basis)};
  paper.by = document::official(context.registered.get(), *context.sop, "",
                                context.sop->row(sop::Step::monitor).roles.front(), wish.printed,
                                office.calendar.language);
  paper.number = wish.number;
  paper.printed = wish.printed;
  return {document::round_paper(paper), document::values(paper), "", of.digest};
}

void write_report(const std::string& path, std::string_view bytes) {
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == 0 ? "/" : path.substr(0, slash);
  try {
    store::Folder(directory).replace(path.substr(slash + 1), bytes);
  } catch (const Error& error) {
    if (error.code() != ExitCode::no_input || !error.hint().empty()) throw;
    throw Error{error.code(), error.message(),
                msg("create the directory first: mkdir -p '{folder}'", {{"folder", printable(directory)}})};
  }
}

}  // namespace jaga::workflow
