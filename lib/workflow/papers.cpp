#include "workflow/papers.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "base/text.hpp"
#include "document/paper.hpp"
#include "document/round_report.hpp"
#include "document/template.hpp"
#include "fault/catalogue.hpp"
#include "incident/evidence.hpp"
#include "incident/incident.hpp"
#include "incident/note.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "inventory/vendors.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/damage_report.hpp"
#include "workflow/incidents.hpp"
#include "workflow/lookup.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/pdf.hpp"
#include "workflow/report.hpp"
#include "workflow/views.hpp"

namespace jaga::workflow {
namespace {

constexpr std::size_t kMostEmblem = std::size_t{1} << 20U;
constexpr std::size_t kMostPhotos = 40;

bool is_png(std::string_view bytes) {
  return bytes.starts_with("\x89PNG\r\n\x1a\n");
}
bool is_jpeg(std::string_view bytes) {
  return bytes.starts_with("\xff\xd8\xff");
}
// Whether each `key` ("href=", "url(") of it refers to a part of itself or to data within it.
bool refers_within(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    std::string_view rest = trim(text.substr(at + key.size()));
    if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'')) rest.remove_prefix(1);
    if (!rest.starts_with('#') && !rest.starts_with("data:")) return false;
  }
  return true;
}
// It is shown as an image, which runs nothing; what would refer to other files is refused all the same.
bool is_svg(std::string_view bytes) {
  const std::string_view text = trim(bytes);
  return refers_within(text, "href=") && refers_within(text, "url(") &&
         (text.starts_with("<svg") || text.starts_with("<?xml")) &&
         text.find("<svg") != std::string_view::npos && text.find("<!") == std::string_view::npos &&
         text.find("<script") == std::string_view::npos && text.find("<image") == std::string_view::npos &&
         text.find("@import") == std::string_view::npos;
}

std::string data_uri(const std::string& type, std::string_view bytes) {
  return "data:" + type + ";base64," + base64_encode(bytes);
}

std::string emblem(const Office& office) {
  const std::string& file = office.settings->emblem;
  if (file.empty()) return {};
  std::optional<std::string> bytes;
  bytes = office.directory->read(file, kMostEmblem);
  if (!bytes)
    throw Error{ExitCode::config, msg("the coat of arms '{file}' is missing", {{"file", file}}),
                msg("see 'emblem' in jaga.yaml")};
  if (is_png(*bytes)) return data_uri("image/png", *bytes);
  if (is_jpeg(*bytes)) return data_uri("image/jpeg", *bytes);
  if (is_svg(*bytes)) return data_uri("image/svg+xml", *bytes);
  throw Error{ExitCode::config, msg("'{file}' is not a PNG, JPEG or plain SVG image", {{"file", file}}),
              msg("see 'emblem' in jaga.yaml; an SVG must not contain comments, scripts, images or "
                  "references to other files")};
}

// The header of sop.yaml names the office that issued the procedure, which a built-in one is not written for.
document::Office office_of(const Office& office, Language language) {
  const inventory::Settings& settings = *office.settings;
  const sop::Header& header = office.sop->header;
  document::Office out;
  out.calendar = {language, office.sop->calendar.utc_offset};
  out.agency = agency_of(header, settings);
  out.letterhead.lines = letterhead_of(header, settings);
  if (!settings.address.empty()) out.letterhead.contact.push_back(settings.address);
  for (const std::string& line : settings.contact) out.letterhead.contact.push_back(line);
  out.letterhead.emblem = emblem(office);
  out.address = settings.address;
  out.city = settings.city;
  out.paper.folio = settings.paper == inventory::Settings::PaperSize::f4;
  out.paper.classification = settings.classification;
  return out;
}

// The procedure, then the law as it is today.
std::vector<std::string> basis_of(const sop::Sop& procedure, Language language) {
  std::vector<std::string> out;
  out.push_back(
      msg("SOP {number}, {title}", {{"number", procedure.header.number}, {"title", procedure.header.title}})
          .render(language));
  for (const sop::LegalBasis& one : procedure.legal_basis) {
    std::string line = !one.replaced_by.empty() ? one.replaced_by
                       : one.reading.empty()    ? one.text
                                                : one.reading;
    if (!one.amended_by.empty())
      line += msg(", last amended by {law}", {{"law", one.amended_by.back()}}).render(language);
    out.push_back(std::move(line));
  }
  return out;
}

document::Device device_of(const Office& office, const std::string& name,
                           const document::Calendar& calendar) {
  document::Device out;
  out.host = name;
  const inventory::Host* host = office.inventory ? office.inventory->find(name) : nullptr;
  if (host == nullptr) return out;
  out.address = host->address;
  std::vector<std::string> place;
  for (const std::string& part : {host->place.site, host->place.rack})
    if (!part.empty()) place.push_back(part);
  out.place = join(place, ", ");
  out.model = host->hardware.model;
  out.serial = host->hardware.serial;
  std::vector<std::string> warranty;
  if (!host->hardware.warranty_vendor.empty()) warranty.push_back(host->hardware.warranty_vendor);
  if (!host->hardware.warranty_until.empty())
    warranty.push_back(msg("until {date}", {{"date", calendar.date_of(host->hardware.warranty_until)}})
                           .render(calendar.language));
  out.warranty = join(warranty, ", ");
  return out;
}

std::optional<document::Vendor> vendor_of(const Office& office, const incident::State& state) {
  const auto bytes = office.directory->read("vendors.yaml");
  const std::vector<inventory::Vendor> vendors =
      bytes ? inventory::parse_vendors(*bytes, "vendors.yaml") : std::vector<inventory::Vendor>{};
  std::string wanted;
  for (const incident::Run& run : state.runs)
    if (run.body.vendor) wanted = *run.body.vendor;
  if (wanted.empty() && state.analysis)
    for (const auto& [name, value] : state.analysis->plan.parameters)
      if (name == "vendor") wanted = value;
  const inventory::Host* host = office.inventory ? office.inventory->find(state.monitor.host) : nullptr;
  if (wanted.empty() && host != nullptr) wanted = host->hardware.warranty_vendor;
  if (wanted.empty()) return std::nullopt;
  for (const inventory::Vendor& one : vendors)
    if (one.name == wanted)
      return document::Vendor{one.name, one.address, one.contract, one.warranty, one.telephone};
  document::Vendor unknown;
  unknown.name = wanted;
  return unknown;
}

// What evidence without a file name is: what a command printed, a work order, a decision on paper.
std::string name_in(const Incident& incident, const incident::Named& one, Language language) {
  for (const incident::Run& run : incident.state.runs) {
    for (const incident::CommandRun& command : run.commands)
      if (command.end && (command.end->out == one.digest || command.end->err == one.digest))
        return msg("output of command {n} on {host}",
                   {{"n", std::to_string(command.start.n)}, {"host", command.start.target}})
            .render(language);
    if (run.end && run.end->letter == one.digest)
      return msg("work order of {vendor}", {{"vendor", run.body.vendor.value_or("")}}).render(language);
  }
  for (const record::Record& record : incident.chain.records)
    if (record::file_name(record.envelope) == one.file && record.body.find("paper") != nullptr)
      return msg("decision on paper, record {n}", {{"n", std::to_string(record.envelope.seq)}})
          .render(language);
  return one.file;
}

void add_evidence(const Context& context, const Incident& incident, bool with_photos,
                  document::IncidentPaper& out) {
  const record::ChainName chain = record::ChainName::incident(incident.id);
  std::map<std::string, std::string> texts;  // the remark on it, by the note's file
  for (const record::Note& note : incident.notes)
    texts["notes/" + note.id + ".yaml"] = note.body.text_at("text");
  for (const incident::Named& one : incident::named_evidence(incident.chain, incident.notes)) {
    document::Attachment attachment;
    attachment.digest = one.digest;
    attachment.name = one.name.empty() ? name_in(incident, one, out.office.calendar.language) : one.name;
    attachment.person = one.person;
    attachment.at = one.at;
    if (const auto said = texts.find(one.file); said != texts.end()) attachment.text = said->second;
    const auto bytes = store::read_evidence(*context.directory, chain, one.digest);
    if (bytes) attachment.size = bytes->size();
    // Personal and restricted pictures are listed, never shown.
    if (with_photos && bytes && !one.is_private && (is_png(*bytes) || is_jpeg(*bytes))) {
      const auto photo =
          out.photos.size() < kMostPhotos ? scaled_photo(*bytes, context.stop) : std::optional<std::string>{};
      if (photo)
        out.photos.push_back({attachment.name + (attachment.text.empty() ? "" : ": " + attachment.text),
                              data_uri("image/jpeg", *photo)});
      else
        out.not_shown.push_back(attachment.name);
    }
    out.evidence.push_back(std::move(attachment));
  }
}

document::IncidentPaper values_of(const Context& context, const Incident& incident, const PaperWish& wish) {
  document::IncidentPaper out{office_of(context, wish.language), view_of(context, incident)};
  out.registered = context.registered.get();
  out.number = wish.number;
  out.printed = wish.printed;
  const incident::State& state = incident.state;
  if (state.analysis)
    if (const auto rule = office_rule(context, state.analysis->body.fault)) {
      out.fault = rule->title;
      out.if_left = rule->if_left;
    }
  out.device = device_of(context, state.analysis ? state.analysis->body.root : state.monitor.host,
                         out.office.calendar);
  out.vendor = vendor_of(context, state);
  out.basis = basis_of(incident.procedure, wish.language);
  const record::ChainName chain = record::ChainName::incident(incident.id);
  out.output = [&context, chain](const Digest& digest) {
    return store::read_evidence(*context.directory, chain, digest);
  };
  return out;
}

Error wants_incident(const std::string& kind) {
  return Error{ExitCode::usage,
               msg("missing argument: ID, the incident for 'jaga report {kind}'", {{"kind", kind}}),
               msg("see 'jaga status --all'")};
}

}  // namespace

bool is_of_another(const sop::Header& header, const inventory::Settings& settings) {
  return settings.organisation != "-" && !header.agency.empty() && header.agency != settings.organisation;
}

std::string agency_of(const sop::Header& header, const inventory::Settings& settings) {
  return header.agency.empty() || is_of_another(header, settings) ? settings.organisation : header.agency;
}

std::vector<std::string> letterhead_of(const sop::Header& header, const inventory::Settings& settings) {
  if (!settings.letterhead.empty()) return settings.letterhead;
  std::vector<std::string> lines;
  if (!header.government.empty() && !is_of_another(header, settings)) lines.push_back(header.government);
  lines.push_back(agency_of(header, settings));
  return lines;
}

const std::vector<std::string_view>& paper_kinds() {
  static const std::vector<std::string_view> kinds = {"round",        "approval", "vendor",   "repair",
                                                      "verification", "handover", "incident", "monthly",
                                                      "yearly",       "sop",      "damage"};
  return kinds;
}

bool is_of_incident(std::string_view kind) {
  const auto kinds = document::incident_papers();
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

namespace {

constexpr std::string_view kStyle = "templates/style.css";

std::optional<document::Template> template_of(const Office& office, std::string_view kind) {
  const std::string file = "templates/" + std::string(kind) + ".yaml";
  const auto bytes = office.directory->read(file);
  if (!bytes) return std::nullopt;
  return document::parse_template(*bytes, file, document::part_names(kind), document::specimen(kind));
}

std::string style_of(const Office& office) {
  const auto css = office.directory->read(kStyle);
  if (css) document::check_style(*css, kStyle);
  return css.value_or("");
}

MadePaper paper_of(const Context& context, const Incident& incident, const PaperWish& wish,
                   document::IncidentPaper values) {
  add_evidence(context, incident, wish.kind == "incident" || wish.kind == "repair", values);
  return {document::incident_paper(wish.kind, values), document::values(values), incident.id, {}};
}

MadePaper builtin_paper(const ActingContext& context, const PaperWish& wish) {
  if (wish.kind == "round")
    return round_paper(context, wish, office_of(context, wish.language),
                       basis_of(*context.sop, wish.language));
  if (wish.kind == "monthly" || wish.kind == "yearly")
    return damage_report(context, wish, office_of(context, wish.language),
                         basis_of(*context.sop, wish.language));
  if (wish.kind == "sop") {
    if (wish.id)
      throw Error{ExitCode::usage, msg("unexpected argument '{text}'", {{"text", printable(*wish.id)}})};
    const document::ProcedurePaper paper{office_of(context, wish.language), *context.sop, wish.printed};
    return {document::procedure_paper(paper), document::values(paper), "", {}};
  }
  if (wish.kind == "damage" && !wish.id) {
    const document::Office office = office_of(context, wish.language);
    return {document::damage_paper(office, wish.printed, wish.number, nullptr),
            yaml::Node::map().set("number", wish.number),
            "",
            {}};
  }
  if (!wish.id) throw wants_incident(wish.kind);
  const Incident incident = load_incident(context, find_incident(context, *wish.id));
  document::IncidentPaper values = values_of(context, incident, wish);
  if (wish.kind == "damage")
    return {document::damage_paper(values.office, wish.printed, wish.number, &values),
            document::values(values),
            incident.id,
            {}};
  const std::vector<Message> lacking = document::missing(wish.kind, values);
  if (!lacking.empty())
    throw Error{ExitCode::not_permitted,
                msg("'{incident}' cannot be printed as '{kind}' yet: missing {what}",
                    {{"incident", incident.id}, {"kind", wish.kind}})
                    .with("what", lacking.front()),
                msg("see 'jaga report list {incident}'", {{"incident", incident.id}})};
  return paper_of(context, incident, wish, std::move(values));
}

// With the office's wording and style.
MadePaper dressed(MadePaper paper, const std::optional<document::Template>& layout, std::string style) {
  if (layout) paper.document = document::with_template(*layout, paper.document, paper.values);
  paper.document.paper.style = std::move(style);
  return paper;
}

}  // namespace

MadePaper make_paper(const ActingContext& now, const PaperWish& wish) {
  // What is printed is as of the date that stands on it: the same date gives the same paper.
  ActingContext context = now;
  context.now = [printed = wish.printed] { return printed; };
  if (wish.builtin) return builtin_paper(context, wish);
  // Before anything is read: a template that is wrong is wrong for every incident.
  const std::optional<document::Template> layout = template_of(context, wish.kind);
  std::string style = style_of(context);
  return dressed(builtin_paper(context, wish), layout, std::move(style));
}

std::vector<PrintedPaper> print_all(const Context& context, const Incident& incident,
                                    const incident::Decided<incident::Archive>& archived) {
  std::vector<PrintedPaper> out;
  for (const std::string_view kind : document::incident_papers()) {
    Incident shown = incident;
    if (kind == "handover") {
      if (!incident.state.part_replaced()) continue;
      shown.state.archived = archived;
    }
    PaperWish wish;
    wish.kind = kind;
    wish.language = context.settings->language;
    wish.printed = incident.now;
    try {
      document::IncidentPaper values = values_of(context, shown, wish);
      if (!document::missing(kind, values).empty()) continue;
      MadePaper paper = paper_of(context, shown, wish, std::move(values));
      try {
        // Both are read before the paper is moved: where one is wrong, the paper is printed without it.
        const std::optional<document::Template> layout = template_of(context, kind);
        std::string style = style_of(context);
        paper = dressed(std::move(paper), layout, std::move(style));
      } catch (const Error& error) {
        if (error.code() != ExitCode::config) throw;
        if (context.notice) context.notice(error.message());
      }
      out.push_back({std::string(kind), document::to_html(paper.document)});
    } catch (const Error& error) {
      if (must_end(error)) throw;
      if (context.notice)
        context.notice(msg("'{kind}' is not printed: {what}", {{"kind", std::string(kind)}})
                           .with("what", error.message()));
    }
  }
  return out;
}

std::vector<Error> faulty_templates(const Office& office) {
  std::vector<Error> out;
  const auto keep = [&](const auto& read) {
    try {
      (void)read();
    } catch (const Error& error) {
      if (error.code() != ExitCode::config) throw;
      out.push_back(error);
    }
  };
  for (const std::string_view kind : paper_kinds()) keep([&] { return template_of(office, kind); });
  keep([&] { return style_of(office); });
  return out;
}

std::vector<Printable> printable_papers(const Context& context, const std::optional<std::string>& incident) {
  std::vector<Printable> out;
  for (const std::string_view kind : paper_kinds()) {
    if (is_of_incident(kind) == incident.has_value() || kind == "damage")
      out.push_back({std::string(kind), {}});
  }
  if (!incident) return out;
  const Incident loaded = load_incident(context, find_incident(context, *incident));
  PaperWish wish;
  wish.language = context.settings->language;
  wish.printed = context.now();
  const document::IncidentPaper values = values_of(context, loaded, wish);
  std::vector<sop::SignedCopy> wanted;
  for (const sop::Row& row : loaded.procedure.steps)
    for (sop::SignedCopy& copy :
         incident::missing_copies(loaded.state, loaded.notes, loaded.procedure, row.step, context.now()))
      wanted.push_back(std::move(copy));
  if (std::any_of(wanted.begin(), wanted.end(),
                  [](const sop::SignedCopy& copy) { return copy.paper.empty(); }))
    out.push_back({"", {}});
  for (Printable& one : out) {
    if (is_of_incident(one.kind)) one.missing = document::missing(one.kind, values);
    one.copied = !one.kind.empty() && incident::has_signed_copy(loaded.notes, one.kind, context.now());
    std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(one.wanted),
                 [&](const sop::SignedCopy& copy) { return copy.paper == one.kind; });
  }
  return out;
}

std::vector<Message> unknown_of_office(const Office& office) {
  std::vector<Message> out;
  const inventory::Settings& settings = *office.settings;
  for (const auto& [key, value] : {std::pair{"city", settings.city}, std::pair{"address", settings.address},
                                   std::pair{"emblem", settings.emblem}})
    if (value.empty()) out.push_back(msg("jaga.yaml has no '{key}'", {{"key", key}}));
  if (const sop::Header& header = office.sop->header; is_of_another(header, settings)) {
    if (settings.letterhead.empty()) out.push_back(msg("jaga.yaml has no '{key}'", {{"key", "letterhead"}}));
    out.push_back(msg(
        "the header of sop.yaml is that of '{agency}', not of '{organisation}'; edit it, then: jaga adopt",
        {{"agency", header.agency}, {"organisation", settings.organisation}}));
  }
  if (office.registered)
    for (const auto& [id, person] : office.registered->people) {
      if (person.left || person.machine) continue;
      std::vector<std::string> options;
      if (person.name.empty()) options.emplace_back("--name");
      if (person.nip.empty()) options.emplace_back("--nip");
      if (person.rank.empty()) options.emplace_back("--rank");
      if (!options.empty())
        out.push_back(
            msg("data of '{person}' for documents is incomplete: jaga person change {person} {options}",
                {{"person", id}, {"options", join(options, " ")}}));
    }
  return out;
}

}  // namespace jaga::workflow
