#include "document/paper_parts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "incident/clocks.hpp"
#include "register/tell.hpp"

namespace jaga::document {
namespace {

const incident::Result* find(const std::vector<incident::Result>& results, const incident::Result& one) {
  const auto found = std::find_if(results.begin(), results.end(), [&](const incident::Result& other) {
    return other.host == one.host && other.check == one.check;
  });
  return found == results.end() ? nullptr : &*found;
}

}  // namespace

Official official(const registry::Register* registered, const sop::Sop& procedure, const std::string& person,
                  const std::string& role, Instant at, Language language) {
  Official out;
  const std::string title = procedure.role_title(role, language);
  const registry::Person* known =
      registered == nullptr || person.empty() ? nullptr : registered->find_person(person);
  if (known == nullptr) {
    out.name = person;
    out.position = {title};
    return out;
  }
  out.name = known->name.empty() ? known->id : known->name;
  out.nip = known->nip;
  out.rank = known->rank;
  if (registered->delegation_of(person, role, at) != nullptr) {
    out.position = {msg("on behalf of the {role}", {{"role", title}}).render(language)};
    const std::string own = !known->position.empty() ? known->position
                            : known->roles.empty()   ? std::string()
                                                     : procedure.role_title(known->roles.front(), language);
    if (!own.empty()) out.position.push_back(own);
    return out;
  }
  out.position = {known->position.empty() ? title : known->position};
  return out;
}

Signer signer_of(const Official& official, std::string label) {
  return {std::move(label), official.position, official.name, official.rank, official.nip};
}

std::string step_title(sop::Step step, Language language) {
  const auto text = [&](const Message& message) { return message.render(language); };
  switch (step) {
    case sop::Step::monitor:
      return text(msg("monitoring"));
    case sop::Step::analyze:
      return text(msg("analysis"));
    case sop::Step::approve:
      return text(msg("approval"));
    case sop::Step::repair:
      return text(msg("repair work"));
    case sop::Step::verify:
      return text(msg("inspection"));
    case sop::Step::accept:
      return text(msg("acceptance"));
    case sop::Step::archive:
      return text(msg("storing the evidence"));
  }
  return {};
}

PaperWriter::PaperWriter(const IncidentPaper& paper, std::string title)
    : of(paper), state(paper.incident.state), calendar(paper.office.calendar) {
  out.title = std::move(title);
  out.language = calendar.language;
  out.paper = of.office.paper;
  out.made = format_seconds(of.printed);
}

std::string PaperWriter::number_line() const {
  return text(msg("Number: {number}", {{"number", of.number.empty() ? std::string(34, '.') : of.number}}));
}

std::string PaperWriter::place_and_date(Instant at) const {
  return (of.office.city.empty() ? std::string(20, '.') : of.office.city) + ", " + calendar.date(at);
}

void PaperWriter::head(std::vector<std::string> titles) {
  out.begin("letterhead");
  out.add(of.office.letterhead);
  out.begin("title");
  out.add(PaperTitle{std::move(titles), number_line()});
}

void PaperWriter::binding() {
  out.begin("binding");
  const record::Record* head = of.incident.chain.head();
  std::string file;
  if (head != nullptr) file = head->envelope.chain.directory() + "/" + record::file_name(head->envelope);
  out.add(Paragraph{
      text(msg("Incident {incident}, records up to {seq}, digest of the last record {digest}. Check it with: "
               "jaga audit {incident}; the digest is that of sha256sum {file}. Decisions are signed with SSH "
               "keys of the office's own register; these are not certified electronic signatures.",
               {{"incident", state.id},
                {"seq", std::to_string(state.seq)},
                {"digest", state.head.text()},
                {"file", file}})),
      Paragraph::Style::small});
}

std::string PaperWriter::fault_name() const {
  const std::string type = of.fault.in(calendar.language);
  const std::string& object = state.analysis ? state.analysis->body.object : std::string();
  return (type.empty() ? state.monitor.fault_key : type) + (object.empty() ? "" : " (" + object + ")");
}

std::string PaperWriter::fault_text() const {
  const std::string host = state.analysis ? state.analysis->body.root : state.monitor.host;
  return text(msg("{fault} on {host}", {{"fault", fault_name()}, {"host", host}}));
}

std::string PaperWriter::step_name(sop::Step step) const {
  return step_title(step, calendar.language);
}

std::string PaperWriter::result_state(round::State of_result) const {
  if (of_result == round::State::ok) return text(msg("works"));
  if (of_result == round::State::warning) return text(msg("warning state"));
  if (of_result == round::State::critical) return text(msg("fails"));
  return text(msg("not known"));
}

std::vector<std::pair<std::string, std::string>> PaperWriter::device_rows(bool with_address) const {
  return {{text(msg("Device")), of.device.host.empty() ? state.monitor.host : of.device.host},
          {text(msg("Address on the network")), with_address ? of.device.address : std::string()},
          {text(msg("Location")), of.device.place},
          {text(msg("Make and model")), of.device.model},
          {text(msg("Serial number")), of.device.serial},
          {text(msg("Warranty")), of.device.warranty}};
}

void PaperWriter::add_measurements() {
  Table table{
      {text(msg("No")), text(msg("Check")), text(msg("Before the repair")), text(msg("After the repair"))},
      {}};
  table.widths = {6, 24, 35, 35};
  const auto cell = [&](const incident::Result* result) {
    if (result == nullptr) return text(msg("not measured"));
    return result_state(result->state) +
           (result->text.empty() ? "" : ": " + result->text.in(calendar.language));
  };
  const auto measured = incident::measured(state, of.incident.notes);
  const std::vector<incident::Result>& before = measured ? measured->before : state.monitor.results;
  for (const incident::Result& result : before)
    table.rows.push_back({std::to_string(table.rows.size() + 1), result.host + " " + result.check,
                          cell(&result), measured ? cell(find(measured->after, result)) : std::string()});
  if (measured)
    for (const incident::Result& result : measured->after)
      if (find(before, result) == nullptr)
        table.rows.push_back(
            {std::to_string(table.rows.size() + 1), result.host + " " + result.check, "-", cell(&result)});
  if (table.rows.empty())
    say(msg("Nothing could be measured; the result was checked by people."));
  else
    out.add(std::move(table));
}

Table PaperWriter::steps() const {
  Table table{{text(msg("No")), text(msg("Activity")), text(msg("Started")), text(msg("Ended")),
               text(msg("Working time")), text(msg("Standard")), text(msg("Remark"))},
              {}};
  table.widths = {6, 18, 14, 14, 14, 12, 22};
  for (const incident::Clock& clock : incident::clocks(state, of.incident.procedure, of.incident.now)) {
    std::vector<std::string> remarks;
    if (clock.pass > 1) remarks.push_back(text(msg("attempt {n}", {{"n", std::to_string(clock.pass)}})));
    if (clock.superseded) remarks.push_back(text(msg("replaced by another analysis")));
    if (clock.paused.count() > 0)
      remarks.push_back(text(msg("waited for the vendor: {time}", {{"time", calendar.span(clock.paused)}})));
    if (clock.late()) remarks.push_back(text(msg("over the time standard")));
    const sop::Row& row = of.incident.procedure.row(clock.step);
    table.rows.push_back({std::to_string(row.no), step_name(clock.step), calendar.brief(clock.began),
                          clock.ended ? calendar.brief(*clock.ended) : "-", calendar.span(clock.net),
                          clock.standard ? calendar.span(*clock.standard) : "-", join(remarks, "; ")});
  }
  return table;
}

void PaperWriter::add_parts() {
  Table table{{text(msg("No")), text(msg("Serial number, old")), text(msg("Serial number, new")),
               text(msg("Replaced on"))},
              {}};
  table.widths = {6, 32, 32, 30};
  for (const incident::Run& run : state.runs) {
    if (!run.end) continue;
    for (const incident::Part& part : run.end->parts)
      table.rows.push_back({std::to_string(table.rows.size() + 1), part.removed.empty() ? "-" : part.removed,
                            part.installed.empty() ? "-" : part.installed,
                            calendar.date(run.ended->occurred.value_or(run.ended->at))});
  }
  if (table.rows.empty())
    say(msg("No part was replaced."));
  else
    out.add(std::move(table));
}

void PaperWriter::sign_minutes(const Official& first, const Official& second, bool second_has_nip,
                               Instant at) {
  out.begin("signature");
  const Official head = state.verified ? of_decided(state.verified->made, state.verified->body.paper)
                                       : of_step(sop::Step::verify);
  Signer other = signer_of(second, text(msg("SECOND PARTY")));
  other.has_nip = second_has_nip;
  out.add(
      Signatures{text(msg("These minutes were drawn up truthfully in {count} copies, to be used as required.",
                          {{"count", "2 (" + calendar.spelled(2) + ")"}})),
                 place_and_date(at),
                 {{signer_of(first, text(msg("FIRST PARTY"))), std::move(other)},
                  {signer_of(head, text(msg("Acknowledged by")))}}});
}

std::string PaperWriter::plan_sentence() const {
  if (!state.analysis) return {};
  const plan::Frozen& plan = state.analysis->plan;
  std::vector<std::string> hosts;
  for (const plan::Target& target : plan.targets) hosts.push_back(target.host);
  if (hosts.empty()) hosts.push_back(state.analysis->body.root);
  // What people are to do is the one parameter of a plan for them.
  std::string what = plan.title.in(calendar.language);
  for (const auto& [name, value] : plan.parameters)
    if (!plan.runs() && name == "task") what += ": " + value;
  const Message::Arguments said = {{"plan", what}, {"hosts", join(hosts, ", ")}};
  switch (plan.run) {
    case plan::Run::vendor:
      return text(msg("{plan} on {hosts}", said));
    case plan::Run::manual:
      return text(msg("{plan} on {hosts}, carried out by staff", said));
    default:
      return text(msg("{plan} on {hosts}, {count} commands by jaga",
                      {{"plan", said[0].second},
                       {"hosts", said[1].second},
                       {"count", calendar.number(static_cast<std::int64_t>(plan.commands.size()))}}));
  }
}

std::string PaperWriter::run_sentence(const incident::Run& run) const {
  const Official by = of_made(run.made);
  switch (run.body.mode) {
    case incident::RepairMode::vendor:
      return text(msg("Repair by the vendor {vendor}, called in by {person}",
                      {{"vendor", run.body.vendor.value_or("")}, {"person", by.name}}));
    case incident::RepairMode::hand:
      return text(msg("Repair by {person}", {{"person", by.name}}));
    case incident::RepairMode::run:
      break;
  }
  const std::string plan = state.analysis ? state.analysis->plan.title.in(calendar.language) : std::string();
  return run.body.rollback
             ? text(msg("Rollback of the plan, by {person}", {{"person", by.name}}))
             : text(msg("{plan}, carried out by {person}", {{"plan", plan}, {"person", by.name}}));
}

std::string PaperWriter::name_of(const std::string& person) const {
  return registry::name_of(of.registered, person);
}

Official PaperWriter::of_made(const incident::Made& made) const {
  return official(of.registered, of.incident.procedure, made.by.person, made.by.role, made.at,
                  calendar.language);
}

Official PaperWriter::of_decided(const incident::Made& made,
                                 const std::optional<incident::Paper>& paper) const {
  if (!paper) return of_made(made);
  return official(of.registered, of.incident.procedure, paper->decided_by, paper->role, made.at,
                  calendar.language);
}

std::vector<Signer> PaperWriter::signers(const incident::Made& made,
                                         const std::optional<incident::Paper>& paper,
                                         const std::optional<incident::Made>& first) const {
  std::vector<Signer> both;
  if (first) both.push_back(signer_of(of_made(*first)));
  both.push_back(signer_of(of_decided(made, paper)));
  return both;
}

Official PaperWriter::of_step(sop::Step step) const {
  return official(of.registered, of.incident.procedure, "", of.incident.procedure.row(step).roles.front(),
                  of.printed, calendar.language);
}

const incident::Run* PaperWriter::last_run() const {
  const incident::Run* last = nullptr;
  for (const incident::Run& run : state.runs)
    if (!run.left_behind && !run.body.rollback) last = &run;
  return last;
}

}  // namespace jaga::document
