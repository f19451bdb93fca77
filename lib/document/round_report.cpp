#include "document/round_report.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "document/words.hpp"

namespace jaga::document {
namespace {

using round::Result;
using round::State;

std::string check_of(const std::string& check, const std::string& object) {
  return object.empty() ? check : check + ":" + object;
}

// The states of the last rounds, the newest last: what is well is the quietest.
std::string chart(const std::string& history) {
  std::string out;
  for (const char letter : history)
    out += letter == 'o' ? '.' : letter == 'w' ? '!' : letter == 'c' ? '#' : '?';
  return out;
}

class Writing {
 public:
  Writing(const RoundReport& of, Language language) : of_(of), language_(language) {}

  Document document() {
    out_.title = text(msg("Report of a monitoring round"));
    head();
    verdicts(text(msg("Causes")), of_.diagnosis.faults,
             text(counted(of_.diagnosis.results, msg("No fault found in 1 result."),
                          msg("No fault found in {count} results."))));
    if (!of_.diagnosis.soft.empty()) verdicts(text(msg("Not confirmed yet")), of_.diagnosis.soft, "");
    if (!of_.recovered.empty()) {
      out_.add(Heading{text(msg("Recovered"))});
      out_.add(List{of_.recovered});
    }
    what_fails();
    not_measured();
    hosts();
    return std::move(out_);
  }

 private:
  std::string text(const Message& message) const { return message.render(language_); }
  std::string time(Instant at) const { return local_time(at, of_.utc_offset); }
  std::string since(Instant at) const {
    const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(of_.round.at - at);
    return time(at) + (span.count() > 0 ? " (" + brief_duration(span) + ")" : std::string());
  }
  std::string state(State of) const { return word(round::name(of), language_); }

  void head() {
    std::map<State, std::size_t> counts;
    std::set<std::string> measured;
    for (const Result& result : of_.round.results) {
      ++counts[result.state];
      measured.insert(result.host);
    }
    std::vector<std::string> states;
    for (const State one : {State::ok, State::warning, State::critical, State::unknown})
      states.push_back(std::to_string(counts[one]) + " " + state(one));
    const round::Self& self = of_.round.self;
    std::string network = self.route ? "" : text(msg("no route"));
    if (!self.gateway.empty()) {
      network = self.gateway;
      if (self.gateway_reachable)
        network +=
            *self.gateway_reachable ? ", " + text(msg("answers")) : ", " + text(msg("does not answer"));
    }
    Pairs pairs;
    pairs.rows = {
        {text(msg("organisation")), of_.organisation},
        {text(msg("round")), of_.path},
        {text(msg("measured at")), time(of_.round.at)},
        {text(msg("measured by (installation id)")), of_.round.installation},
        {text(msg("every")), of_.round.schedule},
        {text(msg("hosts")), std::to_string(measured.size())},
        {text(msg("results")), join(states, ", ")},
        {text(msg("gateway")), network},
        {text(msg("dropped by this machine")), self.own_drops > 0 ? std::to_string(self.own_drops) : ""},
        {text(msg("remark")), self.note}};
    out_.add(std::move(pairs));
  }

  void verdicts(const std::string& title, const std::vector<fault::Fault>& faults, const std::string& none) {
    out_.add(Heading{title});
    if (faults.empty()) out_.add(Paragraph{none});
    std::size_t number = 0;
    for (const fault::Fault& fault : faults) {
      out_.add(Heading{std::to_string(++number) + ". " + (fault.host.empty() ? "" : fault.host + ": ") +
                           fault.title.in(language_) + (fault.object.empty() ? "" : " (" + fault.object + ")"),
                       2});
      std::vector<std::string> others;
      for (const fault::Candidate& one : fault.candidates) others.push_back(one.type);
      Pairs pairs;
      pairs.rows = {{text(msg("type")), fault.type},
                    {text(msg("severity")), word(fault::name(fault.severity), language_)},
                    {text(msg("since")), fault.evidence.empty() ? "" : since(fault.evidence.front().since)},
                    {text(msg("could also be")), join(others, ", ")},
                    {text(msg("to confirm")), fault.next_command.in(language_)},
                    {text(msg("remedy")), fault.remedy.in(language_)},
                    {text(msg("plan")), fault.plan},
                    {text(msg("spare part")), fault.part.in(language_)},
                    {text(msg("maintenance window")), fault.window}};
      out_.add(std::move(pairs));
      List lines;
      for (const Result& result : fault.evidence)
        lines.items.push_back("+ " + (result.host.empty() ? "" : result.host + " ") +
                              check_of(result.check, result.object) + ": " +
                              summary_text(result, of_.round.at, language_));
      for (const fault::Symptom& symptom : fault.symptoms) {
        const std::string what = symptom.host + " " + check_of(symptom.check, symptom.object);
        lines.items.push_back("~ " + (symptom.unreachable
                                          ? text(msg("{what}, unreachable because of it", {{"what", what}}))
                                          : what));
      }
      for (const Sentence& against : fault.speaks_against)
        lines.items.push_back("- " + against.in(language_));
      out_.add(std::move(lines));
    }
    if (!faults.empty())
      out_.add(Paragraph{text(msg("+ evidence, ~ consequence, - contradicting evidence"))});
  }

  void what_fails() {
    Table table;
    table.heads = {text(msg("host")),  text(msg("check")),       text(msg("state")),
                   text(msg("since")), text(msg("last rounds")), text(msg("what"))};
    for (const Result& result : of_.round.results) {
      if (result.state == State::ok) continue;
      table.rows.push_back({result.host, check_of(result.check, result.object),
                            state(result.state) + (result.hard ? "" : " " + text(msg("(not confirmed)"))),
                            since(result.since), chart(result.history),
                            summary_text(result, of_.round.at, language_)});
    }
    out_.add(Heading{text(msg("Failures"))});
    if (table.rows.empty()) {
      out_.add(Paragraph{text(msg("Nothing."))});
      return;
    }
    out_.add(std::move(table));
    out_.add(Paragraph{text(msg("last rounds, the newest last: . ok, ! warning, # critical, ? unknown"))});
  }

  void not_measured() {
    Table table;
    table.heads = {text(msg("host")), text(msg("the reason"))};
    std::set<std::string> known;
    for (const Result& result : of_.round.results) known.insert(result.host);
    for (const round::Skipped& one : of_.round.skipped) {
      known.insert(one.host);
      table.rows.push_back({one.host, one.why});
    }
    for (const inventory::Host& host : of_.inventory.hosts)
      if (!known.contains(host.name))
        table.rows.push_back({host.name, text(msg("not measured in this round"))});
    if (table.rows.empty()) return;
    out_.add(Heading{text(msg("Not measured"))});
    out_.add(std::move(table));
  }

  void hosts() {
    struct Row {
      State worst = State::ok;
      std::size_t all = 0, failing = 0;
    };
    std::map<std::string, Row> rows;
    for (const Result& result : of_.round.results) {
      Row& row = rows[result.host];
      ++row.all;
      if (result.state != State::ok) ++row.failing;
      if (round::badness(result.state) > round::badness(row.worst)) row.worst = result.state;
    }
    Table table;
    table.heads = {text(msg("host")), text(msg("state")), text(msg("results")), text(msg("not ok"))};
    for (const auto& [name, row] : rows) {
      const bool gone = of_.inventory.find(name) == nullptr;
      table.rows.push_back({name + (gone ? " " + text(msg("(not in the inventory)")) : ""), state(row.worst),
                            std::to_string(row.all), std::to_string(row.failing)});
    }
    if (table.rows.empty()) return;
    out_.add(Heading{text(msg("Hosts"))});
    out_.add(std::move(table));
  }

  const RoundReport& of_;
  Language language_;
  Document out_;
};

}  // namespace

Document round_report(const RoundReport& of, Language language) {
  return Writing(of, language).document();
}

}  // namespace jaga::document
