// The procedure in the columns of its form (PermenPAN-RB 35/2012), and the form for who reports damage.
#include "base/text.hpp"
#include "document/paper_parts.hpp"

namespace jaga::document {

Document procedure_paper(const ProcedurePaper& of) {
  const Calendar& calendar = of.office.calendar;
  const sop::Header& header = of.procedure.header;
  const auto text = [&](const Message& message) { return message.render(calendar.language); };
  const auto heading = [&](const Message& message) { return Heading{text(message)}; };
  const std::string dots(40, '.');
  Document out{text(msg("SOP {number}", {{"number", header.number}}))};
  out.language = calendar.language;
  out.paper = of.office.paper;
  out.made = format_seconds(of.printed);
  out.begin("header");
  std::vector<std::string> names;
  for (const std::string& line : {header.government, header.agency, header.section})
    if (!line.empty()) names.push_back(line);
  Letterhead letterhead = of.office.letterhead;
  if (!names.empty()) letterhead.lines = names;
  out.add(std::move(letterhead));
  out.add(PaperTitle{{text(msg("STANDARD OPERATING PROCEDURE")), header.title}, ""});
  out.add(Pairs{{{text(msg("Number of the SOP")), header.number},
                 {text(msg("Created on")), calendar.date_of(header.made)},
                 {text(msg("Revised on")), header.revised.empty() ? "-" : calendar.date_of(header.revised)},
                 {text(msg("In force since")), calendar.date_of(header.effective)},
                 {text(msg("Authorised by")), header.approved_by_office},
                 {text(msg("Title of the SOP")), header.title}}});
  const auto list = [&](const char* part, const Message& title, const std::vector<std::string>& items) {
    out.begin(part);
    out.add(heading(title));
    if (items.empty())
      out.add(Paragraph{"-"});
    else
      out.add(List{items, true});
  };
  std::vector<std::string> law;
  for (const sop::LegalBasis& one : of.procedure.legal_basis) {
    std::string line = one.text;
    if (!one.reading.empty()) line += "\n" + text(msg("to be read as: {text}", {{"text", one.reading}}));
    if (!one.replaced_by.empty())
      line += "\n" + text(msg("now in force instead: {text}", {{"text", one.replaced_by}}));
    if (!one.amended_by.empty())
      line += "\n" + text(msg("amended by: {text}", {{"text", join(one.amended_by, "; ")}}));
    law.push_back(std::move(line));
  }
  list("basis", msg("Legal basis"), law);
  list("qualifications", msg("Qualifications of those who carry it out"), of.procedure.qualifications);
  list("related", msg("Related procedures"), of.procedure.related);
  list("equipment", msg("Equipment"), of.procedure.equipment);
  out.begin("warning");
  out.add(heading(msg("Warning")));
  out.add(Paragraph{of.procedure.warning.empty() ? "-" : of.procedure.warning});
  out.begin("recording");
  out.add(heading(msg("Recording and data collection")));
  out.add(Paragraph{of.procedure.recording.empty() ? "-" : of.procedure.recording});

  out.begin("steps");
  out.add(heading(msg("Activities")));
  Table table{{text(msg("No")), text(msg("Activity")), text(msg("Actor")), text(msg("Requirements")),
               text(msg("Time")), text(msg("Output")), text(msg("Remark"))},
              {}};
  table.widths = {6, 23, 15, 16, 10, 15, 15};
  for (const sop::Row& row : of.procedure.steps) {
    std::vector<std::string> remarks;
    if (row.no_goes)
      remarks.push_back(text(msg("if rejected: back to {n}",
                                 {{"n", std::to_string(of.procedure.row(row.no_goes->by_default).no)}})));
    for (const sop::Step other : row.not_by)
      remarks.push_back(text(msg("not by the person who carried out step {n}",
                                 {{"n", std::to_string(of.procedure.row(other).no)}})));
    for (const std::string& role : row.countersign)
      remarks.push_back(text(
          msg("second signature by: {role}", {{"role", of.procedure.role_title(role, calendar.language)}})));
    table.rows.push_back(
        {std::to_string(row.no), row.source, of.procedure.role_titles(row.roles, calendar.language),
         row.at_hand, row.standard ? calendar.span(*row.standard) : "-", row.output, join(remarks, "; ")});
  }
  out.add(std::move(table));
  out.begin("chart");
  out.add(flow_chart(of.procedure, calendar.language));
  out.begin("signature");
  Official head{header.approved_by_name, "", header.approved_by_nip, {header.approved_by_office}};
  const std::string place = (of.office.city.empty() ? std::string(20, '.') : of.office.city) + ", " +
                            calendar.date_of(header.effective);
  out.add(Signatures{"", place, {{signer_of(head)}}});
  return out;
}

Document damage_paper(const Office& office, Instant printed, const std::string& number,
                      const IncidentPaper* of) {
  const Calendar& calendar = office.calendar;
  const auto text = [&](const Message& message) { return message.render(calendar.language); };
  const std::string dots(60, '.');
  Document out{text(msg("Damage report form"))};
  out.language = calendar.language;
  out.paper = office.paper;
  out.made = format_seconds(printed);
  out.begin("letterhead");
  out.add(office.letterhead);
  out.begin("title");
  out.add(PaperTitle{
      {text(msg("REPORT OF DAMAGE TO A DEVICE"))},
      text(msg("Registration number: {number}", {{"number", !number.empty() ? number
                                                            : of != nullptr ? of->incident.state.id
                                                                            : std::string(34, '.')}}))});
  out.begin("device");
  const incident::State* state = of != nullptr ? &of->incident.state : nullptr;
  const auto or_dots = [&](const std::string& value) { return value.empty() ? dots : value; };
  const Device device = of != nullptr ? of->device : Device{};
  out.add(Pairs{{{text(msg("Device")),
                  or_dots(state != nullptr && device.host.empty() ? state->monitor.host : device.host)},
                 {text(msg("Make and model")), or_dots(device.model)},
                 {text(msg("Inventory number")), dots},
                 {text(msg("Serial number")), or_dots(device.serial)},
                 {text(msg("Location")), or_dots(device.place)}}});
  out.begin("finding");
  out.add(Heading{text(msg("Finding"))});
  out.add(
      Pairs{{{text(msg("Reported by")), dots},
             {text(msg("Time of the report")),
              state != nullptr ? calendar.moment(state->opened.occurred.value_or(state->opened.at)) : dots},
             {text(msg("Finding")), state != nullptr && !state->monitor.summary.empty()
                                        ? state->monitor.summary_in(calendar.language)
                                        : dots + "\n" + dots + "\n" + dots}}});
  std::optional<std::size_t> degree;
  if (state != nullptr && state->monitor.severity)
    degree = *state->monitor.severity == fault::Severity::critical ? 2 : 0;
  out.add(Choice{text(msg("Degree of damage:")),
                 {text(msg("light")), text(msg("moderate")), text(msg("severe"))},
                 degree});
  out.begin("plan");
  out.add(Heading{text(msg("Plan of action"))});
  const bool planned = state != nullptr && state->analysis;
  out.add(Pairs{
      {{text(msg("Plan")), planned ? state->analysis->plan.title.in(calendar.language) : dots + "\n" + dots},
       {text(msg("Planned date")), dots}}});
  out.begin("signature");
  Official officer;
  if (of != nullptr)
    officer = official(of->registered, of->incident.procedure, state->opened.by.person, state->opened.by.role,
                       state->opened.at, calendar.language);
  Signer first;
  first.label = text(msg("Reported by"));
  first.has_nip = false;
  const std::string place = (office.city.empty() ? std::string(20, '.') : office.city) + ", " +
                            (of != nullptr ? calendar.date(printed) : std::string(24, '.'));
  out.add(Signatures{"", place, {{std::move(first), signer_of(officer, text(msg("Received by")))}}});
  return out;
}

}  // namespace jaga::document
