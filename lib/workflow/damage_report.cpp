#include "workflow/damage_report.hpp"

#include <map>
#include <memory>

#include "base/date.hpp"
#include "base/debug.hpp"
#include "base/text.hpp"
#include "inventory/settings.hpp"
#include "register/register.hpp"
#include "register/tell.hpp"
#include "sop/sop.hpp"
#include "statistics/availability.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/doubt.hpp"
#include "workflow/incidents.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/summaries.hpp"

namespace jaga::workflow {
namespace {

// Whether its archive was recorded before `from`: its newest record alone tells.
bool archived_before(const Office& office, const store::IncidentListing& listing, Instant from) {
  if (!archived(office, listing)) return false;
  const record::FileName& last = listing.steps.back();
  const std::string file =
      record::ChainName::incident(listing.id).directory() + "/" + record::file_name(last);
  try {
    return record::parse_record(office.directory->require(file), file).envelope.at < from;
  } catch (const Error&) {
    return false;  // it is named among those that are not counted
  }
}

// The only person who holds one of the step's roles, else the role alone.
document::Official official_of(const Context& context, sop::Step step, Instant at, Language language) {
  const std::vector<std::string>& roles = context.sop->row(step).roles;
  std::string person;
  if (context.registered) {
    const auto held = registry::holders(*context.registered, {roles.front()}, at);
    if (held.size() == 1) person = *held.begin();
  }
  return document::official(context.registered.get(), *context.sop, person, roles.front(), at, language);
}

statistics::Period period_of(const PaperWish& wish, const std::string& text,
                             std::chrono::minutes utc_offset) {
  const bool yearly = wish.kind == "yearly";
  const auto period =
      yearly ? statistics::parse_year(text, utc_offset) : statistics::parse_month(text, utc_offset);
  if (!period)
    throw Error{ExitCode::usage,
                yearly ? msg("invalid year: '{text}'", {{"text", printable(text)}})
                       : msg("invalid month: '{text}'", {{"text", printable(text)}}),
                yearly ? msg("write it as 2026") : msg("write it as 2026-11")};
  if (period->from > wish.printed)
    throw Error{ExitCode::usage, msg("'{period}' has not begun yet", {{"period", text}}),
                msg("the current one is {period}",
                    {{"period", yearly ? statistics::year_text(wish.printed, utc_offset)
                                       : statistics::month_text(wish.printed, utc_offset)}})};
  return *period;
}

}  // namespace

CountedIncidents count_incidents(const Context& context, Instant from) {
  CountedIncidents out;
  const Instant now = context.now();
  for (const store::IncidentListing& listing : store::list_incidents(*context.directory)) {
    if (context.stop.stop_requested()) throw Error{ExitCode::interrupted, msg("interrupted")};
    if (archived_before(context, listing, from)) continue;
    try {
      const Incident incident = judge_incident(context, listing.id, read_incident(context, listing.id));
      require_head_signed(context, incident);
      out.facts.push_back(statistics::facts_of(incident.chain, incident.state, incident.procedure, now));
    } catch (const Error& error) {
      if (must_end(error)) throw;
      out.not_counted.push_back({listing.id, error.message()});
    }
  }
  debug("report", "{} incidents counted, {} not", out.facts.size(), out.not_counted.size());
  return out;
}

MadePaper damage_report(const Context& context, const PaperWish& wish, document::Office office,
                        std::vector<std::string> basis) {
  const bool yearly = wish.kind == "yearly";
  const std::chrono::minutes offset = office.calendar.utc_offset;
  const Language language = office.calendar.language;
  document::DamageReport report{std::move(office), *context.sop};
  report.yearly = yearly;
  report.period = wish.period ? *wish.period
                  : yearly    ? statistics::year_text(wish.printed, offset)
                              : statistics::month_text(wish.printed, offset);
  const statistics::Period period = period_of(wish, report.period, offset);
  const statistics::Period before =
      yearly ? statistics::year_before(period, offset) : statistics::month_before(period, offset);
  CountedIncidents counted = count_incidents(context, before.from);
  report.damage = statistics::damage_of(counted.facts, period, wish.printed, context.sop.get());
  report.previous = statistics::damage_of(counted.facts, before, wish.printed, context.sop.get());
  if (yearly)
    for (const statistics::Period& month : statistics::months_of(period, offset))
      report.months.push_back(statistics::damage_of(counted.facts, month, wish.printed, context.sop.get()));
  report.not_counted = std::move(counted.not_counted);
  Days days = read_days(context, iso_date(period.from, offset),
                        iso_date(period.until - std::chrono::milliseconds{1}, offset));
  for (const auto& [host, of_host] : days.hosts)
    if (const auto available = statistics::availability(statistics::sum_of(of_host)))
      report.available.emplace(host, *available);
  report.remarks = std::move(days.remarks);
  const auto titles = std::make_shared<std::map<std::string, Title>>();
  report.title_of = [&context, titles](const std::string& type) {
    const auto known = titles->find(type);
    if (known != titles->end()) return known->second;
    const auto rule = office_rule(context, type);
    return titles->emplace(type, rule ? rule->title : Title{}).first->second;
  };
  report.person_name = [&context](const std::string& id) {
    return registry::name_of(context.registered.get(), id);
  };
  report.basis = std::move(basis);
  report.by = official_of(context, sop::Step::approve, wish.printed, language);
  report.acknowledged = official_of(context, sop::Step::accept, wish.printed, language);
  report.number = wish.number;
  report.printed = wish.printed;
  return {document::damage_report(report), document::values(report), "", {}};
}

std::string refresh_month(const ActingContext& context) {
  PaperWish wish;
  wish.kind = "monthly";
  wish.language = context.settings->language;
  wish.printed = context.now();
  wish.period = statistics::month_text(wish.printed, context.sop->calendar.utc_offset);
  const MadePaper paper = make_paper(context, wish);
  context.directory->make_directory("reports");
  const std::string name = "reports/monthly-" + *wish.period;
  context.directory->replace(name + ".html", document::to_html(paper.document));
  context.directory->replace(name + ".csv", document::to_csv(paper.document));
  return name + ".html";
}

}  // namespace jaga::workflow
