// jaga report KIND
#include "workflow/report.hpp"

#include <array>
#include <charconv>
#include <memory>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "document/json.hpp"
#include "document/round_report.hpp"
#include "inventory/settings.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/rounds.hpp"
#include "workflow/availability.hpp"
#include "workflow/board.hpp"
#include "workflow/issue.hpp"
#include "workflow/papers.hpp"
#include "workflow/pdf.hpp"

namespace jaga::cmd {
namespace {

struct ReportArguments {
  std::optional<std::string> id, period, round, out, number;
  std::string language;  // empty: not given
  bool builtin = false, issue = false;
};

struct AvailabilityOptions {
  std::vector<std::string> hosts;
  std::optional<std::string> since, out;
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEndings = {{{".txt", "text"},
                                                                                    {".md", "md"},
                                                                                    {".html", "html"},
                                                                                    {".pdf", "pdf"},
                                                                                    {".csv", "csv"},
                                                                                    {".json", "json"}}};
constexpr const char* kFormats = "text|json|md|html|pdf|csv";

bool to_file(const ReportArguments& options) {
  return options.out && *options.out != "-";
}

// What it is written as: as --format says, else as the ending of the file.
std::string format_of(Session& session, const ReportArguments& options) {
  if (options.out && options.out->empty())
    throw Error{ExitCode::usage,
                msg("invalid value for {option}: '{value}'", {{"option", "-o"}, {"value", ""}}),
                msg("give the name of a file, or '-' for standard output")};
  if (session.prints_values()) return "json";
  const std::string chosen(session.globals().chosen_format());
  if (chosen != "text" || !to_file(options)) return chosen;
  for (const auto& [ending, format] : kEndings)
    if (options.out->ends_with(ending)) return std::string(format);
  throw Error{ExitCode::usage, msg("unknown report format: '{file}'", {{"file", printable(*options.out)}}),
              msg("use one of the extensions .txt, .md, .html, .pdf, .csv and .json")};
}

// The time that stands on it: reproducible builds set SOURCE_DATE_EPOCH (seconds).
Instant printed_at(const Session& session) {
  const std::string text = session.surroundings().variable("SOURCE_DATE_EPOCH");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool good = !text.empty() && error == std::errc{} && end == text.data() + text.size() &&
                    seconds >= 0 && seconds < 253'402'300'800;
  return good ? Instant{std::chrono::seconds{seconds}} : session.now();
}

// Everything is shown as of that time, so that the same files give the same bytes.
workflow::ActingContext at_printing(Session& session) {
  workflow::ActingContext context = session.acting();
  context.now = [printed = printed_at(session)] { return printed; };
  return context;
}

void put(Session& session, const std::string& out, const std::string& bytes) {
  workflow::write_report(session.absolute(out), bytes);
  session.recorded(out);
  session.ui().print(out);
}

ExitCode give(Session& session, const ReportArguments& options, const std::string& bytes) {
  if (to_file(options))
    put(session, *options.out, bytes);
  else
    session.ui().raw(bytes);
  return ExitCode::ok;
}

// Without WeasyPrint the HTML is there all the same, beside where the PDF would be.
std::string pdf_of(Session& session, const ReportArguments& options, const std::string& html) {
  try {
    return workflow::to_pdf(html, session.surroundings().stop);
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted || !to_file(options)) throw;
    std::string beside = *options.out;
    if (beside.ends_with(".pdf")) beside.resize(beside.size() - 4);
    put(session, beside + ".html", html);
    throw;
  }
}

std::string bytes_of(Session& session, const ReportArguments& options, const workflow::MadePaper& paper) {
  const std::string format = format_of(session, options);
  const document::Document& document = paper.document;
  if (format == "text") return document::to_text(document, to_file(options) ? 0 : session.ui().columns());
  if (format == "json") return document::json_line(document::json_of(paper.values)) + "\n";
  if (format == "md") return document::to_markdown(document);
  if (format == "csv") return document::to_csv(document);
  const std::string html = document::to_html(document);
  return format == "pdf" ? pdf_of(session, options, html) : html;
}

ExitCode print(Session& session, const std::string& kind, const ReportArguments& options) {
  (void)format_of(session, options);  // refuses before anything is read
  workflow::PaperWish wish;
  wish.kind = kind;
  wish.id = options.id;
  wish.period = options.period;
  wish.language = session.office().settings->language;
  if (!options.language.empty()) (void)parse_language(options.language, wish.language);
  wish.number = options.number.value_or("");
  if (!is_line(wish.number))
    throw Error{ExitCode::usage, msg("{option} must be a single line: '{text}'",
                                     {{"option", "--number"}, {"text", printable(wish.number)}})};
  wish.printed = printed_at(session);
  wish.builtin = options.builtin;
  if (options.round) wish.round_bytes = session.read_input(*options.round, store::kMostRound);
  const workflow::MadePaper paper = workflow::make_paper(session.acting(), wish);
  if (options.issue) {
    workflow::require_issuer(session.acting());
    workflow::require_new_number(session.office(), wish.number);
  }
  const std::string bytes = bytes_of(session, options, paper);
  (void)give(session, options, bytes);
  if (options.issue) {
    const std::string file =
        workflow::issue_paper(session.acting(), paper, wish, format_of(session, options), bytes);
    session.recorded(file);
    session.ui().say(msg("issued: {file}", {{"file", file}}));
  }
  return ExitCode::ok;
}

// A look at the newest round is in the person's language; a paper is in the office's.
ExitCode of_round(Session& session, const ReportArguments& options) {
  const std::string format = format_of(session, options);
  if ((format != "text" && format != "md") || !options.language.empty() || options.number || options.issue)
    return print(session, "round", options);
  std::optional<std::string> bytes;
  if (options.round) bytes = session.read_input(*options.round, store::kMostRound);
  const document::Document document =
      workflow::report_round(at_printing(session), bytes, session.utc_offset());
  return give(session, options,
              format == "md" ? document::to_markdown(document)
                             : document::to_text(document, to_file(options) ? 0 : session.ui().columns()));
}

Message summary_of(std::string_view kind) {
  if (kind == "approval") return msg("step 3: decision sheet for the section head");
  if (kind == "vendor") return msg("step 4: letter that calls in the vendor");
  if (kind == "repair") return msg("steps 4 and 5: minutes of the repair or of a replaced part");
  if (kind == "verification") return msg("steps 5 and 6: report that the server works again");
  if (kind == "handover") return msg("step 7: storage of the old part");
  if (kind == "incident") return msg("the whole file of an incident");
  if (kind == "monthly") return msg("routine report on types of damage in a month (row 7 of the form)");
  if (kind == "yearly") return msg("the routine report for a year");
  if (kind == "sop") return msg("the SOP in the layout of its form");
  if (kind == "damage") return msg("damage report form; blank, or filled in from an incident");
  return msg("results of a round and the causes of failures");
}

// Whether the document came back signed on paper, and which step waits for that.
std::string copy_text(Session& session, const workflow::Printable& paper) {
  if (paper.copied) return session.ui().text(msg("signed copy attached"));
  std::vector<std::string> out;
  for (const sop::SignedCopy& copy : paper.wanted) {
    out.push_back(session.ui().text((copy.required ? msg("signed copy missing, required before '{step}'")
                                                   : msg("signed copy missing, wanted before '{step}'"))
                                        .with("step", sop::word(copy.step))));
  }
  return out.empty() ? session.ui().text(msg("no signed copy")) : join(out, "; ");
}

Json json_of(const workflow::Printable& paper, const std::vector<std::string>& lacking, bool of_incident) {
  Json out =
      Json{{"kind", paper.kind}, {"printable", !paper.kind.empty() && lacking.empty()}, {"missing", lacking}};
  if (!of_incident) return out;
  out["signed_copy"] = paper.copied;
  Json wanted = Json::array();
  for (const sop::SignedCopy& copy : paper.wanted)
    wanted.push_back(Json{{"step", std::string(sop::name(copy.step))}, {"required", copy.required}});
  out["signed_copy_missing"] = std::move(wanted);
  return out;
}

ExitCode list(Session& session, const ReportArguments& options) {
  Table table;
  for (const workflow::Printable& one : workflow::printable_papers(session.context(), options.id)) {
    std::vector<std::string> lacking;
    for (const Message& what : one.missing) lacking.push_back(session.ui().text(what));
    if (session.prints_values()) {
      const Json entry = json_of(one, lacking, options.id.has_value());
      if (one.kind.empty())
        session.ui().json(entry);  // a copy of any document is not one of the kinds
      else
        session.ui().row(entry);
      continue;
    }
    std::vector<std::string> row = {
        one.kind, one.kind.empty() ? session.ui().text(msg("any of these documents"))
                  : lacking.empty()
                      ? session.ui().text(summary_of(one.kind))
                      : session.ui().text(msg("missing: {what}", {{"what", join(lacking, "; ")}}))};
    if (options.id) row.push_back(copy_text(session, one));
    table.row(std::move(row), lacking.empty() ? Colour::none : Colour::dim);
  }
  if (session.prints_values()) return ExitCode::ok;
  table.print(session.ui());
  if (!options.id) {
    for (const std::string_view kind : workflow::paper_kinds())
      if (workflow::is_of_incident(kind))
        session.ui().print(std::string(kind) + " INCIDENT  " + session.ui().text(summary_of(kind)));
    for (const Message& what : workflow::unknown_of_office(session.office())) session.ui().say(what);
  }
  if (!options.id)
    for (const workflow::IssuedPaper& one :
         workflow::numbered_twice(workflow::issued_papers(session.office())))
      session.ui().say(
          msg("duplicate number '{number}': '{kind}', {file}", {{"number", printable(one.paper.number)},
                                                                {"kind", printable(one.paper.kind)},
                                                                {"file", one.file}}));
  for (const Error& error : workflow::faulty_templates(session.office())) session.ui().say(error.message());
  return ExitCode::ok;
}

// A look, in the person's language.
ExitCode availability(Session& session, const AvailabilityOptions& options) {
  ReportArguments how;
  how.out = options.out;
  (void)format_of(session, how);  // refuses before anything is read
  const workflow::ActingContext context = at_printing(session);
  const auto span = parse_duration(options.since.value_or("30d"));
  const Instant since = span ? context.now() - *span : session.time_ago(*options.since);
  const document::AvailabilityReport report =
      workflow::availability_of(context, options.hosts, since, session.locale().language);
  workflow::MadePaper paper{document::availability_report(report), document::values(report), "", {}};
  return give(session, how, bytes_of(session, how, paper));
}

// The page on the wall.
ExitCode board(Session& session, const ReportArguments& options) {
  const std::string format = format_of(session, options);
  if (format == "pdf" || format == "csv")
    throw Error{ExitCode::usage, msg("the board is an HTML file"), msg("use the extension .html")};
  Language language = session.office().settings->language;
  if (!options.language.empty()) (void)parse_language(options.language, language);
  const document::Board board = workflow::board_of(at_printing(session), language);
  if (format == "html") return give(session, options, document::board_html(board));
  return give(session, options,
              bytes_of(session, options, {document::board_document(board), document::values(board), "", {}}));
}

// The office's register of numbers: every paper that was issued, by time.
ExitCode issued(Session& session) {
  Table table;
  for (const workflow::IssuedPaper& one : workflow::issued_papers(session.office())) {
    if (session.prints_values()) {
      session.ui().row(Json{{"at", format_instant(one.at)},
                            {"number", one.paper.number},
                            {"kind", one.paper.kind},
                            {"incident", one.incident},
                            {"by", one.person},
                            {"format", one.paper.format},
                            {"digest", one.paper.digest.text()},
                            {"file", one.file}});
      continue;
    }
    table.row({session.local(one.at), one.paper.number.empty() ? "-" : one.paper.number, one.paper.kind,
               one.incident.empty() ? "-" : one.incident, one.person, one.paper.digest.hex().substr(0, 12)});
  }
  if (session.prints_values()) return ExitCode::ok;
  if (table.empty())
    session.ui().say(msg("no documents were issued"));
  else
    table.print(session.ui());
  return ExitCode::ok;
}

}  // namespace

void setup_report(Setup& setup) {
  for (const std::string_view kind : workflow::paper_kinds()) {
    auto options = std::make_shared<ReportArguments>();
    const std::string name(kind);
    Setup& sub = setup.sub(name, summary_of(kind));
    if (kind == "round")
      sub.argument("ROUND|-", options->round, msg("a round file; default: the latest"));
    else if (kind == "damage")
      sub.argument("ID", options->id, msg("the incident; default: a blank form"));
    else if (kind == "monthly")
      sub.argument("MONTH", options->period, msg("as 2026-11; default: the current month"));
    else if (kind == "yearly")
      sub.argument("YEAR", options->period, msg("as 2026; default: the current year"));
    else if (kind != "sop")
      sub.argument("ID", options->id, msg("the incident")).must();
    sub.option("-o", "FILE", options->out,
               msg("write to this file; its extension selects txt, md, html, pdf, csv or json"))
        .option("--number", "TEXT", options->number, msg("the office's number for the document"))
        .choice("--document-lang", "id|en", options->language,
                msg("language of the document; default: as in jaga.yaml"))
        .flag("--builtin", options->builtin, msg("use the built-in texts, not the office's templates"))
        .flag("--issue", options->issue, msg("sign that the document was issued, with its number"));
    sub.formats(kFormats).paged();
    if (kind == "round")
      sub.run([options](Session& session) { return of_round(session, *options); });
    else
      sub.run([options, name](Session& session) { return print(session, name, *options); });
  }
  auto available = std::make_shared<AvailabilityOptions>();
  setup.sub("availability", msg("availability of the hosts in percent"))
      .arguments("HOST|@GROUP", available->hosts, msg("only these hosts; default: all"))
      .option("--since", "TIME", available->since,
              msg("first day of the report: a date, or 30d for 30 days ago (the default)"))
      .option("-o", "FILE", available->out,
              msg("write to this file; its extension selects txt, md, html, pdf, csv or json"))
      .formats(kFormats)
      .paged()
      .run([available](Session& session) { return availability(session, *available); });
  auto wall = std::make_shared<ReportArguments>();
  setup
      .sub("board",
           msg("dashboard, one HTML page: failures, open incidents, availability, topology, this month"))
      .option("-o", "FILE", wall->out, msg("write to this file; its extension selects html, txt, md or json"))
      .choice("--document-lang", "id|en", wall->language,
              msg("language of the document; default: as in jaga.yaml"))
      .formats("text|json|md|html")
      .paged()
      .run([wall](Session& session) { return board(session, *wall); });
  auto options = std::make_shared<ReportArguments>();
  Setup& listing = setup.sub("list", msg("list the documents and what is still missing for each"));
  listing.argument("ID", options->id, msg("an incident"));
  listing.paged().rows("kind,printable,missing", "signed_copy,signed_copy_missing");
  listing.run([options](Session& session) { return list(session, *options); });
  setup.sub("issued", msg("list the issued documents with their numbers"))
      .paged()
      .rows("at,number,kind,incident,by", "format,digest,file")
      .run([](Session& session) { return issued(session); });
}

}  // namespace jaga::cmd
