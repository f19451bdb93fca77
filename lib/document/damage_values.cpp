#include "document/availability_report.hpp"
#include "document/damage_report.hpp"
#include "document/paper_parts.hpp"

namespace jaga::document {
namespace {

using statistics::Damage;
using statistics::Tally;
using yaml::Node;

// KEY_ms and the text of KEY; neither where there is none, "-" as the text.
void set_time(Node& node, const std::string& key, const std::optional<std::chrono::milliseconds>& span,
              const Calendar& calendar) {
  node.set(key, span ? calendar.span(*span) : std::string("-"));
  if (span) node.set(key + "_ms", static_cast<std::int64_t>(span->count()));
}

Node tally_node(const Tally& one, const Calendar& calendar) {
  Node node = Node::map();
  node.set("name", one.name).set("faults", one.faults).set("relapses", one.relapses);
  node.set("repairs", one.repair.count);
  set_time(node, "mean_repair", one.repair.value(), calendar);
  set_time(node, "mean_repair_work", one.repair_work.value(), calendar);
  return node;
}

template <typename List>
std::int64_t count_of(const List& list) {
  return static_cast<std::int64_t>(list.size());
}

Node summary_node(const Damage& damage, const Calendar& calendar) {
  Node node = Node::map();
  node.set("faults", damage.faults()).set("relapses", damage.relapses());
  node.set("repairs", damage.repair().count);
  set_time(node, "mean_repair", damage.repair().value(), calendar);
  set_time(node, "mean_repair_work", damage.repair_work().value(), calendar);
  node.set("passes", damage.passes()).set("late", damage.late()).set("rejections", damage.rejected());
  node.set("emergencies", count_of(damage.emergencies)).set("paper", count_of(damage.paper));
  node.set("parts", count_of(damage.parts)).set("visits", damage.visits()).set("planned", damage.planned);
  node.set("closed_without_repair", damage.closed_without_repair()).set("archived", damage.archived);
  node.set("open", count_of(damage.open));
  return node;
}

}  // namespace

Node values(const DamageReport& of) {
  const Damage& damage = of.damage;
  const Calendar& calendar = of.office.calendar;
  const auto title = [&](const std::string& type) {
    const std::string known = of.title_of ? of.title_of(type).in(calendar.language) : std::string();
    return known.empty() ? type : known;
  };
  Node out = Node::map();
  out.set("office", Node::map()
                        .set("agency", of.office.agency)
                        .set("city", of.office.city)
                        .set("date", calendar.date(of.printed)));
  out.set("number", of.number).set("period", of.period);
  out.set("period_text", of.yearly ? of.period : calendar.month(damage.period.from));
  out.set("from", format_instant(damage.period.from)).set("until", format_instant(damage.end));
  out.set("complete", damage.end == damage.period.until);
  out.set("summary", summary_node(damage, calendar)).set("previous", summary_node(of.previous, calendar));
  Node months = Node::list();
  for (const Damage& month : of.months)
    months.add(summary_node(month, calendar)
                   .set("month", statistics::month_text(month.period.from, calendar.utc_offset)));
  out.set("months", std::move(months));
  Node types = Node::list();
  std::int64_t sum = 0;
  for (const Tally& type : damage.types) {
    sum += type.faults;
    Node node = tally_node(type, calendar);
    node.set("title", title(type.name));
    node.set("share_permille", statistics::permille(type.faults, damage.faults()));
    node.set("cumulative_permille", statistics::permille(sum, damage.faults()));
    types.add(std::move(node));
  }
  out.set("types", std::move(types));
  Node devices = Node::list();
  for (const Tally& device : devices_of(of)) {
    Node node = tally_node(device, calendar);
    const auto available = of.available.find(device.name);
    const bool measured = available != of.available.end();
    node.set("available", availability_text(measured ? std::optional(available->second) : std::nullopt,
                                            calendar.language));
    if (measured) node.set("available_hundredths", available->second);
    devices.add(std::move(node));
  }
  out.set("devices", std::move(devices));
  Node steps = Node::list();
  for (const statistics::StepFigures& step : damage.steps) {
    Node node = Node::map();
    node.set("step", sop::name(step.step)).set("title", step_title(step.step, calendar.language));
    node.set("passes", step.passes).set("in_time", step.timed - step.late).set("late", step.late);
    set_time(node, "standard", step.standard, calendar);
    set_time(node, "median", step.median, calendar);
    set_time(node, "p90", step.p90, calendar);
    steps.add(std::move(node));
  }
  out.set("steps", std::move(steps));
  Node vendors = Node::list();
  for (const statistics::VendorFigures& vendor : damage.vendors) {
    Node node = Node::map();
    node.set("vendor", vendor.vendor).set("visits", vendor.visits.count);
    set_time(node, "mean_wait", vendor.visits.value(), calendar);
    node.set("incomplete", vendor.incomplete).set("waiting", vendor.waiting);
    vendors.add(std::move(node));
  }
  out.set("vendors", std::move(vendors));
  Node parts = Node::list();
  for (const auto& part : damage.parts)
    parts.add(Node::map()
                  .set("at", format_instant(part.fact.at))
                  .set("host", part.host)
                  .set("removed", part.fact.removed)
                  .set("installed", part.fact.installed)
                  .set("incident", part.id));
  out.set("parts", std::move(parts));
  Node rejections = Node::map();
  for (std::size_t at = 0; at < damage.rejections.size(); ++at)
    rejections.set(std::string(incident::name(static_cast<incident::RejectedStep>(at))),
                   damage.rejections[at]);
  out.set("rejections", std::move(rejections));
  Node withdrawn = Node::list();
  for (const auto& [outcome, count] : damage.withdrawn)
    withdrawn.add(Node::map().set("outcome", incident::name(outcome)).set("count", count));
  out.set("withdrawn", std::move(withdrawn));
  Node emergencies = Node::list();
  for (const auto& one : damage.emergencies)
    emergencies.add(Node::map()
                        .set("at", format_instant(one.fact.at))
                        .set("host", one.host)
                        .set("person", one.fact.person)
                        .set("reason", one.fact.reason)
                        .set("decision", !one.fact.ratified   ? "pending"
                                         : *one.fact.ratified ? "ratified"
                                                              : "rejected")
                        .set("incident", one.id));
  out.set("emergencies", std::move(emergencies));
  Node paper = Node::list();
  for (const auto& one : damage.paper)
    paper.add(Node::map()
                  .set("at", format_instant(one.fact.at))
                  .set("kind", one.fact.kind)
                  .set("decided_by", one.fact.decided_by)
                  .set("incident", one.id));
  out.set("paper", std::move(paper));
  Node open = Node::list();
  for (const statistics::OpenIncident& one : damage.open)
    open.add(Node::map()
                 .set("incident", one.id)
                 .set("host", one.host)
                 .set("type", one.type)
                 .set("opened", format_instant(one.opened))
                 .set("step", sop::name(one.step))
                 .set("late", one.late));
  out.set("open", std::move(open));
  Node not_counted = Node::list();
  for (const NotCounted& one : of.not_counted)
    not_counted.add(Node::map().set("incident", one.id).set("why", one.why.render(calendar.language)));
  out.set("not_counted", std::move(not_counted));
  Node remarks = Node::list();
  for (const Message& one : of.remarks) remarks.add(Node::text(one.render(calendar.language)));
  out.set("remarks", std::move(remarks));
  return out;
}

}  // namespace jaga::document
