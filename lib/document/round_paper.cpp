#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "document/paper_parts.hpp"
#include "document/round_report.hpp"
#include "document/words.hpp"

namespace jaga::document {
namespace {

using round::Result;
using round::State;

struct HostState {
  State worst = State::ok;
  std::int64_t all = 0;
  std::int64_t failing = 0;
};

std::map<std::string, HostState> by_host(const round::Round& round) {
  std::map<std::string, HostState> out;
  for (const Result& result : round.results) {
    HostState& host = out[result.host];
    ++host.all;
    if (result.state != State::ok) ++host.failing;
    if (round::badness(result.state) > round::badness(host.worst)) host.worst = result.state;
  }
  return out;
}

std::string state_text(State state, Language language) {
  switch (state) {
    case State::ok:
      return msg("works").render(language);
    case State::warning:
      return msg("warning state").render(language);
    case State::critical:
      return msg("fails").render(language);
    case State::unknown:
      break;
  }
  return msg("not known").render(language);
}

std::string check_text(const Result& result) {
  return result.object.empty() ? result.check : result.check + ":" + result.object;
}

}  // namespace

Document round_paper(const RoundPaper& of) {
  const RoundReport& report = of.report;
  const Calendar& calendar = of.office.calendar;
  const Language language = calendar.language;
  const auto text = [&](const Message& message) { return message.render(language); };
  const auto address = [&](const std::string& name) {
    const inventory::Host* host = report.inventory.find(name);
    return host == nullptr ? std::string("-") : host->address;
  };
  const std::string when = calendar.moment(report.round.at);
  Document out{text(msg("Monitoring report of {time}", {{"time", when}}))};
  out.language = language;
  out.paper = of.office.paper;
  out.made = format_seconds(of.printed);
  // What is inferred from an old result has its time as a file has it.
  const auto summary = [&](const Result& result) {
    return result.reason == round::Reason::stale
               ? text(msg("not measured since {time}", {{"time", calendar.moment(result.since)}}))
               : summary_text(result, report.round.at, language);
  };
  const auto heading = [&](const Message& message, int level = 1) { out.add(Heading{text(message), level}); };
  const auto say = [&](const Message& message) { out.add(Paragraph{text(message)}); };

  out.begin("letterhead");
  out.add(of.office.letterhead);
  out.begin("title");
  out.add(PaperTitle{
      {text(msg("REPORT")), text(msg("ON")), text(msg("THE MONITORING OF THE NETWORK AND THE SERVERS"))},
      text(msg("Number: {number}", {{"number", of.number.empty() ? std::string(34, '.') : of.number}}))});
  out.begin("introduction");
  heading(msg("A. Introduction"));
  heading(msg("1. General"), 2);
  say(msg("{office} monitors its network and its servers as step 1 of the SOP {number}.",
          {{"office", of.office.agency}, {"number", of.procedure.header.number}}));
  heading(msg("2. Purpose and aim"), 2);
  say(
      msg("This report lists the devices that do not work normally, so that the causes can be analysed and "
          "the repairs approved."));
  heading(msg("3. Scope"), 2);
  const auto hosts = by_host(report.round);
  say(msg("Devices: {hosts}; checks: {results}.",
          {{"hosts", calendar.number(static_cast<std::int64_t>(hosts.size()))},
           {"results", calendar.number(static_cast<std::int64_t>(report.round.results.size()))}}));
  heading(msg("4. Basis"), 2);
  out.add(List{of.basis, true});

  out.begin("activity");
  heading(msg("B. Activity"));
  out.add(Pairs{{{text(msg("Time of the measurement")),
                  calendar.full_date(report.round.at) + ", " + calendar.time(report.round.at)},
                 {text(msg("Measured by (installation id)")), report.round.installation},
                 {text(msg("Round")), report.path},
                 {text(msg("Program")), text(msg("jaga monitor"))},
                 {text(msg("Remark")), report.round.self.note}}});

  out.begin("result");
  heading(msg("C. Result"));
  Table table{{text(msg("No")), text(msg("Device")), text(msg("Address on the network")), text(msg("Result")),
               text(msg("Since")), text(msg("Remark"))},
              {}};
  table.widths = {6, 17, 17, 14, 16, 30};
  std::map<State, std::int64_t> counts;
  for (const Result& result : report.round.results) {
    ++counts[result.state];
    if (result.state == State::ok) continue;
    table.rows.push_back(
        {std::to_string(table.rows.size() + 1), result.host, address(result.host),
         state_text(result.state, language) + (result.hard ? "" : "\n" + text(msg("(not confirmed)"))),
         calendar.brief(result.since), check_text(result) + ": " + summary(result)});
  }
  if (table.rows.empty())
    say(msg("All measured devices work."));
  else
    out.add(std::move(table));
  say(
      msg("Of all checks, {ok} are OK, {warning} are in warning state, {critical} have failed and {unknown} "
          "could not be measured.",
          {{"ok", calendar.number(counts[State::ok])},
           {"warning", calendar.number(counts[State::warning])},
           {"critical", calendar.number(counts[State::critical])},
           {"unknown", calendar.number(counts[State::unknown])}}));

  out.begin("conclusions");
  heading(msg("D. Conclusions and proposals"));
  std::size_t number = 0;
  for (const fault::Fault& fault : report.diagnosis.faults) {
    out.add(Heading{std::to_string(++number) + ". " + (fault.host.empty() ? "" : fault.host + ": ") +
                        fault.title.in(language) + (fault.object.empty() ? "" : " (" + fault.object + ")"),
                    2});
    std::vector<std::string> evidence;
    for (const Result& result : fault.evidence)
      evidence.push_back((result.host.empty() ? "" : result.host + " ") + check_text(result) + ": " +
                         summary(result));
    std::vector<std::string> affected;
    for (const fault::Symptom& symptom : fault.symptoms)
      if (std::find(affected.begin(), affected.end(), symptom.host) == affected.end())
        affected.push_back(symptom.host);
    out.add(Pairs{{{text(msg("Measurements")), join(evidence, "\n")},
                   {text(msg("Also affected")), join(affected, ", ")},
                   {text(msg("Suggestion")), fault.remedy.in(language)},
                   {text(msg("Spare part")), fault.part.in(language)}}});
  }
  if (report.diagnosis.faults.empty()) say(msg("There is no fault to repair."));

  out.begin("closing");
  heading(msg("E. Closing"));
  say(msg("This report was drawn up to be used as required."));
  out.begin("signature");
  out.add(Signatures{
      "",
      (of.office.city.empty() ? std::string(20, '.') : of.office.city) + ", " + calendar.date(of.printed),
      {{signer_of(of.by)}}});

  out.begin("annex");
  out.add(PageBreak{});
  heading(msg("Annex: every device"));
  Table all{{text(msg("No")), text(msg("Device")), text(msg("Address on the network")), text(msg("Result")),
             text(msg("Number of checks")), text(msg("Not good"))},
            {}};
  all.widths = {7, 26, 25, 14, 16, 12};
  for (const auto& [name, host] : hosts)
    all.rows.push_back({std::to_string(all.rows.size() + 1), name, address(name),
                        state_text(host.worst, language), calendar.number(host.all),
                        calendar.number(host.failing)});
  out.add(std::move(all));
  std::vector<std::string> skipped;
  for (const round::Skipped& one : report.round.skipped) skipped.push_back(one.host);
  if (!skipped.empty()) say(msg("Not measured: {hosts}", {{"hosts", join(skipped, ", ")}}));
  return out;
}

yaml::Node values(const RoundPaper& of) {
  const RoundReport& report = of.report;
  const Language language = of.office.calendar.language;
  yaml::Node results = yaml::Node::list();
  for (const Result& result : report.round.results)
    if (result.state != State::ok)
      results.add(yaml::Node::map()
                      .set("host", result.host)
                      .set("check", check_text(result))
                      .set("state", round::name(result.state))
                      .set("since", of.office.calendar.moment(result.since))
                      .set("summary", summary_text(result, report.round.at, language)));
  yaml::Node faults = yaml::Node::list();
  for (const fault::Fault& fault : report.diagnosis.faults)
    faults.add(yaml::Node::map()
                   .set("host", fault.host)
                   .set("type", fault.type)
                   .set("title", fault.title.in(language))
                   .set("object", fault.object)
                   .set("remedy", fault.remedy.in(language)));
  return yaml::Node::map()
      .set("office", yaml::Node::map()
                         .set("agency", of.office.agency)
                         .set("city", of.office.city)
                         .set("date", of.office.calendar.date(of.printed)))
      .set("number", of.number)
      .set("round", report.path)
      .set("measured", of.office.calendar.moment(report.round.at))
      .set("hosts", static_cast<std::int64_t>(by_host(report.round).size()))
      .set("results", static_cast<std::int64_t>(report.round.results.size()))
      .set("not_good", std::move(results))
      .set("faults", std::move(faults));
}

}  // namespace jaga::document
