#include "document/damage_report.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "document/availability_report.hpp"
#include "document/paper_parts.hpp"
#include "document/words.hpp"

namespace jaga::document {
namespace {

using statistics::Damage;
using statistics::Tally;
using std::chrono::milliseconds;

class Writing {
 public:
  explicit Writing(const DamageReport& of)
      : of_(of), damage_(of.damage), calendar_(of.office.calendar), language_(of.office.calendar.language) {}

  Document document() {
    begin();
    introduction();
    summary();
    if (of_.yearly) months();
    types();
    devices();
    steps();
    vendors();
    parts();
    decisions();
    open();
    conclusions();
    definitions();
    signature();
    return std::move(out_);
  }

 private:
  std::string text(const Message& message) const { return message.render(language_); }
  std::string number(std::int64_t value) const { return calendar_.number(value); }
  std::string time(const std::optional<milliseconds>& span) const {
    return span ? calendar_.span(*span) : "-";
  }
  std::string percent(std::int64_t part, std::int64_t whole) const {
    return whole == 0 ? "-" : percent_text(statistics::permille(part, whole), language_);
  }
  void heading(const Message& message, int level = 1) { out_.add(Heading{text(message), level}); }
  void say(const Message& message) { out_.add(Paragraph{text(message)}); }
  std::string name_of(const std::string& type) {
    const auto known = names_.find(type);
    if (known != names_.end()) return known->second;
    std::string name = of_.title_of ? of_.title_of(type).in(language_) : std::string();
    if (name.empty()) name = type;
    return names_.emplace(type, std::move(name)).first->second;
  }
  std::string period_text() const { return of_.yearly ? of_.period : calendar_.month(damage_.period.from); }

  void begin() {
    out_.title = text(msg("Report on types of damage, {period}", {{"period", period_text()}}));
    out_.language = language_;
    out_.paper = of_.office.paper;
    out_.made = format_seconds(of_.printed);
    out_.begin("letterhead");
    out_.add(of_.office.letterhead);
    out_.begin("title");
    out_.add(PaperTitle{
        {text(msg("REPORT")), text(msg("ON")), text(msg("TYPES OF DAMAGE")),
         of_.yearly ? text(msg("YEAR {year}", {{"year", of_.period}}))
                    : text(msg("MONTH OF {month}", {{"month", uppercased(period_text())}}))},
        text(msg("Number: {number}", {{"number", of_.number.empty() ? std::string(34, '.') : of_.number}}))});
    out_.data = Table{{"part", "item", "figure", "value"}, {}};
  }

  static std::string uppercased(std::string text) {
    for (char& c : text)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
  }

  // One figure of the CSV.
  void datum(const std::string& part, const std::string& item, const std::string& figure,
             std::int64_t value) {
    out_.data->rows.push_back({part, item, figure, std::to_string(value)});
  }
  void datum(const std::string& part, const std::string& item, const std::string& figure,
             const std::optional<milliseconds>& span) {
    if (span) datum(part, item, figure, whole_minutes(*span));
  }

  void introduction() {
    out_.begin("introduction");
    heading(msg("A. Basis and data"));
    out_.add(List{of_.basis, true});
    say(
        msg("This report counts what {office} recorded with jaga from {from} up to and including {until}. "
            "Part {part} defines each figure.",
            {{"office", of_.office.agency},
             {"from", calendar_.date(damage_.period.from)},
             {"until", calendar_.date(std::max(damage_.end - milliseconds{1}, damage_.period.from))},
             {"part", "K"}}));
    if (damage_.end < damage_.period.until)
      say(msg("The period is not over: the figures are those of {time}.",
              {{"time", calendar_.moment(damage_.end)}}));
    if (!of_.not_counted.empty()) {
      say(msg(
          "The following incidents cannot be judged and are not counted; 'jaga audit' names what is wrong:"));
      List list;
      for (const NotCounted& one : of_.not_counted) list.items.push_back(one.id + ": " + text(one.why));
      out_.add(std::move(list));
    }
    if (of_.remarks.empty()) return;
    say(msg("The availability of devices is incomplete; 'jaga audit' checks the files:"));
    List list;
    for (const Message& one : of_.remarks) list.items.push_back(text(one));
    out_.add(std::move(list));
  }

  void compared(Table& table, const Message& what, const std::string& figure, std::int64_t now,
                std::int64_t before) {
    const std::int64_t change = now - before;
    table.rows.push_back({text(what), number(now), number(before), (change > 0 ? "+" : "") + number(change)});
    datum("summary", of_.period, figure, now);
    datum("summary", "previous", figure, before);
  }
  void compared(Table& table, const Message& what, const std::string& figure,
                const std::optional<milliseconds>& now, const std::optional<milliseconds>& before) {
    std::string change = "-";
    if (now && before)
      change = (*now == *before  ? ""
                : *now > *before ? "+"
                                 : "-") +
               calendar_.span(*now > *before ? *now - *before : *before - *now);
    table.rows.push_back({text(what), time(now), time(before), std::move(change)});
    datum("summary", of_.period, figure + "_minutes", now);
    datum("summary", "previous", figure + "_minutes", before);
  }

  void summary() {
    out_.begin("summary");
    heading(msg("B. Summary"));
    const Damage& was = of_.previous;
    Table table{
        {text(msg("Figure")), text(msg("This period")), text(msg("The period before")), text(msg("Change"))},
        {}};
    table.widths = {43, 19, 19, 19};
    compared(table, msg("Faults"), "faults", damage_.faults(), was.faults());
    compared(table, msg("Relapses"), "relapses", damage_.relapses(), was.relapses());
    compared(table, msg("Completed repairs"), "repairs", damage_.repair().count, was.repair().count);
    compared(table, msg("Mean time to repair"), "mean_repair", damage_.repair().value(),
             was.repair().value());
    compared(table, msg("Mean time to repair, working hours"), "mean_repair_work",
             damage_.repair_work().value(), was.repair_work().value());
    compared(table, msg("Steps with a time standard"), "passes", damage_.passes(), was.passes());
    compared(table, msg("Steps over the time standard"), "late", damage_.late(), was.late());
    compared(table, msg("Rejections"), "rejections", damage_.rejected(), was.rejected());
    compared(table, msg("Emergency repairs"), "emergencies", size(damage_.emergencies),
             size(was.emergencies));
    compared(table, msg("Decisions on paper"), "paper", size(damage_.paper), size(was.paper));
    compared(table, msg("Replaced parts"), "parts", size(damage_.parts), size(was.parts));
    compared(table, msg("Visits of vendors"), "visits", damage_.visits(), was.visits());
    compared(table, msg("Planned works"), "planned", damage_.planned, was.planned);
    compared(table, msg("Closed without repair"), "closed_without_repair", damage_.closed_without_repair(),
             was.closed_without_repair());
    compared(table, msg("Archived incidents"), "archived", damage_.archived, was.archived);
    compared(table, msg("Open incidents at the end"), "open", size(damage_.open), size(was.open));
    out_.add(std::move(table));
  }
  template <typename List>
  static std::int64_t size(const List& list) {
    return static_cast<std::int64_t>(list.size());
  }

  void months() {
    out_.begin("months");
    heading(msg("By month"), 2);
    Table table{{text(msg("Month")), text(msg("Faults")), text(msg("Relapses")),
                 text(msg("Completed repairs")), text(msg("Mean time to repair")),
                 text(msg("Steps over the time standard")), text(msg("Open incidents at the end"))},
                {}};
    table.widths = {18, 11, 12, 15, 18, 14, 12};
    for (const Damage& month : of_.months) {
      const bool begun = month.end > month.period.from;
      const std::string name = calendar_.month(month.period.from);
      if (!begun) {
        table.rows.push_back({name, "-", "-", "-", "-", "-", "-"});
        continue;
      }
      table.rows.push_back({name, number(month.faults()), number(month.relapses()),
                            number(month.repair().count), time(month.repair().value()), number(month.late()),
                            number(size(month.open))});
      const std::string item = statistics::month_text(month.period.from, calendar_.utc_offset);
      datum("month", item, "faults", month.faults());
      datum("month", item, "relapses", month.relapses());
      datum("month", item, "repairs", month.repair().count);
      datum("month", item, "mean_repair_minutes", month.repair().value());
      datum("month", item, "late", month.late());
      datum("month", item, "open", size(month.open));
    }
    out_.add(std::move(table));
  }

  void tally(const std::string& part, const Tally& one) {
    datum(part, one.name, "faults", one.faults);
    datum(part, one.name, "relapses", one.relapses);
    datum(part, one.name, "repairs", one.repair.count);
    datum(part, one.name, "mean_repair_minutes", one.repair.value());
    datum(part, one.name, "mean_repair_work_minutes", one.repair_work.value());
  }

  void types() {
    out_.begin("types");
    heading(msg("C. Types of damage"));
    if (damage_.types.empty()) return say(msg("No fault began or was repaired in this period."));
    Table table{{text(msg("No")), text(msg("Type of damage")), text(msg("Faults")), text(msg("Share")),
                 text(msg("Cumulative")), text(msg("Completed repairs")), text(msg("Mean time to repair")),
                 text(msg("Relapses"))},
                {}};
    table.widths = {6, 26, 10, 10, 13, 12, 13, 10};
    std::int64_t sum = 0;
    const std::int64_t all = damage_.faults();
    for (const Tally& type : damage_.types) {
      sum += type.faults;
      table.rows.push_back({std::to_string(table.rows.size() + 1), name_of(type.name), number(type.faults),
                            percent(type.faults, all), percent(sum, all), number(type.repair.count),
                            time(type.repair.value()), number(type.relapses)});
      tally("type", type);
      datum("type", type.name, "share_permille", statistics::permille(type.faults, all));
      datum("type", type.name, "cumulative_permille", statistics::permille(sum, all));
    }
    out_.add(std::move(table));
    Figure chart = pareto(
        damage_.types, all, [&](const std::string& type) { return name_of(type); }, calendar_);
    if (!chart.svg.empty()) out_.add(std::move(chart));
  }

  void devices() {
    out_.begin("devices");
    heading(msg("D. Devices"));
    const std::vector<Tally> devices = devices_of(of_);
    if (devices.empty()) return say(msg("No device had a fault in this period."));
    Table table{{text(msg("No")), text(msg("Device")), text(msg("Available")), text(msg("Faults")),
                 text(msg("Relapses")), text(msg("Completed repairs")), text(msg("Mean time to repair"))},
                {}};
    table.widths = {6, 30, 13, 11, 12, 13, 15};
    for (const Tally& device : devices) {
      const auto available = of_.available.find(device.name);
      const bool measured = available != of_.available.end();
      table.rows.push_back(
          {std::to_string(table.rows.size() + 1), device.name,
           availability_text(measured ? std::optional(available->second) : std::nullopt, language_),
           number(device.faults), number(device.relapses), number(device.repair.count),
           time(device.repair.value())});
      tally("device", device);
      if (measured) datum("device", device.name, "available_hundredths", available->second);
    }
    out_.add(std::move(table));
  }

  void steps() {
    out_.begin("steps");
    heading(msg("E. Time of the steps against the standard"));
    Table table{{text(msg("No")), text(msg("Activity")), text(msg("Standard")), text(msg("Attempts")),
                 text(msg("In time")), text(msg("Late")), text(msg("Median")), text(msg("90th percentile"))},
                {}};
    table.widths = {6, 24, 13, 10, 10, 9, 14, 14};
    for (const statistics::StepFigures& step : damage_.steps) {
      const sop::Row& row = of_.procedure.row(step.step);
      table.rows.push_back({std::to_string(row.no), step_title(step.step, language_), time(step.standard),
                            number(step.passes), step.standard ? number(step.timed - step.late) : "-",
                            step.standard ? number(step.late) : "-", time(step.median), time(step.p90)});
      const std::string item(sop::name(step.step));
      datum("step", item, "passes", step.passes);
      datum("step", item, "in_time", step.timed - step.late);
      datum("step", item, "late", step.late);
      datum("step", item, "standard_minutes", step.standard);
      datum("step", item, "median_minutes", step.median);
      datum("step", item, "p90_minutes", step.p90);
    }
    out_.add(std::move(table));
  }

  void vendors() {
    out_.begin("vendors");
    heading(msg("F. Waiting for vendors"));
    if (damage_.vendors.empty()) return say(msg("No vendor was called in."));
    Table table{
        {text(msg("Vendor")), text(msg("Visits")), text(msg("Mean wait, working hours")),
         text(msg("Total wait, working hours")), text(msg("Incomplete replies")), text(msg("Still waiting"))},
        {}};
    table.widths = {27, 11, 18, 18, 14, 12};
    for (const statistics::VendorFigures& vendor : damage_.vendors) {
      const std::optional<milliseconds> sum =
          vendor.visits.count > 0 ? std::optional(vendor.visits.sum) : std::nullopt;
      table.rows.push_back({vendor.vendor, number(vendor.visits.count), time(vendor.visits.value()),
                            time(sum), number(vendor.incomplete), number(vendor.waiting)});
      datum("vendor", vendor.vendor, "visits", vendor.visits.count);
      datum("vendor", vendor.vendor, "mean_wait_minutes", vendor.visits.value());
      datum("vendor", vendor.vendor, "total_wait_minutes", sum);
      datum("vendor", vendor.vendor, "incomplete", vendor.incomplete);
      datum("vendor", vendor.vendor, "waiting", vendor.waiting);
    }
    out_.add(std::move(table));
  }

  void parts() {
    out_.begin("parts");
    heading(msg("G. Replaced parts"));
    if (damage_.parts.empty()) return say(msg("No part was replaced."));
    Table table{{text(msg("Replaced on")), text(msg("Device")), text(msg("Serial number, old")),
                 text(msg("Serial number, new")), text(msg("Incident"))},
                {}};
    table.widths = {16, 17, 20, 20, 27};
    for (const auto& part : damage_.parts)
      table.rows.push_back({calendar_.brief(part.fact.at), part.host,
                            part.fact.removed.empty() ? "-" : part.fact.removed,
                            part.fact.installed.empty() ? "-" : part.fact.installed, part.id});
    out_.add(std::move(table));
  }

  void decisions() {
    using incident::RejectedStep;
    out_.begin("decisions");
    heading(msg("H. Rejections, emergencies and decisions on paper"));
    Pairs counts;
    for (const RejectedStep step :
         {RejectedStep::approve, RejectedStep::verify, RejectedStep::accept, RejectedStep::withdraw}) {
      const std::int64_t count = damage_.rejections[static_cast<std::size_t>(step)];
      datum("rejection", std::string(incident::name(step)), "count", count);
      const auto of_procedure = incident::step_of(step);
      counts.rows.emplace_back(
          of_procedure ? text(msg("Rejected in step {number}, {step}",
                                  {{"number", std::to_string(of_.procedure.row(*of_procedure).no)},
                                   {"step", step_title(*of_procedure, language_)}}))
                       : text(msg("Rejected withdrawals")),
          number(count));
    }
    for (const auto& [outcome, count] : damage_.withdrawn) {
      datum("withdrawn", std::string(incident::name(outcome)), "count", count);
      counts.rows.emplace_back(text(msg("Closed without repair: {outcome}",
                                        {{"outcome", word(incident::name(outcome), language_)}})),
                               number(count));
    }
    out_.add(std::move(counts));
    if (!damage_.emergencies.empty()) {
      heading(msg("Emergency repairs"), 2);
      Table table{{text(msg("Time")), text(msg("Device")), text(msg("Reason")), text(msg("Decision")),
                   text(msg("Incident"))},
                  {}};
      table.widths = {16, 15, 27, 16, 26};
      for (const auto& one : damage_.emergencies)
        table.rows.push_back({calendar_.brief(one.fact.at), one.host, one.fact.reason,
                              !one.fact.ratified   ? text(msg("pending"))
                              : *one.fact.ratified ? text(msg("ratified"))
                                                   : text(msg("rejected")),
                              one.id});
      out_.add(std::move(table));
    }
    if (damage_.paper.empty()) return;
    heading(msg("Decisions on paper"), 2);
    Table table{{text(msg("Time")), text(msg("Decision")), text(msg("Decided by")), text(msg("Incident"))},
                {}};
    table.widths = {18, 20, 27, 35};
    for (const auto& one : damage_.paper) {
      const auto step = sop::parse_step(one.fact.kind);
      table.rows.push_back({calendar_.brief(one.fact.at),
                            step                        ? step_title(*step, language_)
                            : one.fact.kind == "reject" ? text(msg("rejection"))
                                                        : text(msg("closing without repair")),
                            of_.person_name ? of_.person_name(one.fact.decided_by) : one.fact.decided_by,
                            one.id});
    }
    out_.add(std::move(table));
  }

  void open() {
    out_.begin("open");
    heading(msg("I. Open incidents at the end of the period"));
    if (damage_.open.empty()) return say(msg("No incident was open."));
    Table table{{text(msg("No")), text(msg("Device")), text(msg("Type of damage")), text(msg("Since")),
                 text(msg("Step that is due")), text(msg("Remark")), text(msg("Incident"))},
                {}};
    table.widths = {6, 14, 21, 15, 14, 11, 19};
    for (const statistics::OpenIncident& one : damage_.open)
      table.rows.push_back({std::to_string(table.rows.size() + 1), one.host, name_of(one.type),
                            calendar_.brief(one.opened), step_title(one.step, language_),
                            one.late ? text(msg("time standard used up")) : "", one.id});
    out_.add(std::move(table));
  }

  void conclusions() {
    out_.begin("conclusions");
    heading(msg("J. Conclusions"));
    List list;
    const std::int64_t all = damage_.faults();
    if (all == 0) {
      list.items.push_back(text(msg("No fault began in this period.")));
    } else {
      const Tally& first = damage_.types.front();
      list.items.push_back(
          text(msg("The most frequent type of damage is '{type}': {count} of {all} faults ({share}).",
                   {{"type", name_of(first.name)},
                    {"count", number(first.faults)},
                    {"all", number(all)},
                    {"share", percent(first.faults, all)}})));
      std::vector<std::string> main;
      std::int64_t sum = 0;
      for (const Tally& type : damage_.types) {
        if (statistics::permille(sum, all) >= kParetoMark) break;
        sum += type.faults;
        main.push_back(name_of(type.name));
      }
      if (main.size() > 1)
        list.items.push_back(text(msg("These types make up {share} of all faults: {types}.",
                                      {{"share", percent(sum, all)}, {"types", join(main, ", ")}})));
      if (const std::int64_t again = damage_.relapses(); again > 0)
        list.items.push_back(text(msg("{count} faults ({share}) came back after their incident was closed.",
                                      {{"count", number(again)}, {"share", percent(again, all)}})));
    }
    if (damage_.passes() > 0)
      list.items.push_back(text(msg("{late} of {all} steps with a standard took longer than it ({share}).",
                                    {{"late", number(damage_.late())},
                                     {"all", number(damage_.passes())},
                                     {"share", percent(damage_.late(), damage_.passes())}})));
    std::int64_t pending = 0;
    for (const auto& one : damage_.emergencies)
      if (!one.fact.ratified) ++pending;
    if (pending > 0)
      list.items.push_back(text(msg("{count} emergency repairs still have to be ratified or rejected.",
                                    {{"count", number(pending)}})));
    out_.add(std::move(list));
  }

  void definitions() {
    out_.begin("definitions");
    heading(msg("K. Definitions"));
    const Message list[] = {
        msg("Fault: an incident that began in the period and is a fault of its own: not planned work, and "
            "not "
            "closed as a duplicate or a false alarm. Its type and device are those of the newest analysis."),
        msg("Share and cumulative share: of all faults of the period, the most frequent type first."),
        msg("Available: the share of the measured time in which no check of the device was in confirmed "
            "critical state, rounded down to two decimals; '-' if it was not measured. Maintenance windows, "
            "and time in which its state was not known, are left out. Devices without a fault are listed if "
            "it is less than 100 %."),
        msg("Completed repair: a repair that ended in the period and passed its inspection (step {step}), "
            "whenever the fault began.",
            {{"step", std::to_string(of_.procedure.row(sop::Step::verify).no)}}),
        msg("Mean time to repair: the mean, over the completed repairs, of the time from the beginning of "
            "the "
            "fault to the end of the repair, day and night. In working hours: the same, counted in the "
            "working "
            "hours of the office, or around the clock where the severity requires it; waiting for a vendor "
            "is "
            "included."),
        msg("Relapse: a fault whose incident names the closed incident of the same fault that it reopens."),
        msg("Attempt: each time a step had to be done. It is counted in the period in which it ended; a step "
            "that is repeated after a rejection counts again. A plan that another analysis replaced is not "
            "counted."),
        msg("Late: an attempt whose working time exceeds the time standard of the form. Waiting for a vendor "
            "does not count if the reply is complete: technician, arrival, departure, work order and parts."),
        msg("Median and 90th percentile: by nearest rank, of the working times of the attempts."),
        msg("Wait for a vendor: working hours from the request to the departure of the technician, of visits "
            "that ended in the period."),
        msg("Rejections, emergencies, decisions on paper and replaced parts: those of the period, whenever "
            "the fault began. A date that was stated for them counts, not the date of its entry."),
        msg("Open at the end: an incident, planned work included, that had begun and was not finished at the "
            "end of "
            "the period, with the step that was due then, and whether its standard had been used up."),
        msg("The period before: the month or year before this one, counted in the same way.")};
    List out;
    for (const Message& one : list) out.items.push_back(text(one));
    out_.add(std::move(out));
  }

  void signature() {
    out_.begin("signature");
    const std::string place = (of_.office.city.empty() ? std::string(20, '.') : of_.office.city) + ", " +
                              calendar_.date(of_.printed);
    out_.add(Signatures{text(msg("This report was drawn up to be used as required.")),
                        place,
                        {{signer_of(of_.acknowledged, text(msg("Acknowledged by"))), signer_of(of_.by)}}});
  }

  const DamageReport& of_;
  const Damage& damage_;
  const Calendar& calendar_;
  Language language_;
  Document out_;
  std::map<std::string, std::string> names_;
};

}  // namespace

std::vector<Tally> devices_of(const DamageReport& of) {
  std::vector<Tally> out = of.damage.devices;
  constexpr std::int64_t kAlways = 10'000;
  std::vector<std::pair<std::int64_t, std::string>> others;
  for (const auto& entry : of.available) {
    const bool listed = std::any_of(of.damage.devices.begin(), of.damage.devices.end(),
                                    [&](const Tally& one) { return one.name == entry.first; });
    if (!listed && entry.second < kAlways) others.emplace_back(entry.second, entry.first);
  }
  std::sort(others.begin(), others.end());
  for (auto& one : others) out.push_back({std::move(one.second)});
  return out;
}

Document damage_report(const DamageReport& of) {
  return Writing(of).document();
}

}  // namespace jaga::document
