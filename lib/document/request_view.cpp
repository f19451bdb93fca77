#include "document/request_view.hpp"

#include "base/format.hpp"
#include "base/text.hpp"
#include "document/incident_lines.hpp"
#include "document/plan_view.hpp"
#include "document/words.hpp"
#include "incident/parts.hpp"

namespace jaga::document {
namespace {

using Texts = std::vector<std::string>;

void add(Texts& out, const Texts& lines, const std::string& indent = "") {
  for (const std::string& line : lines) out.push_back(indent + line);
}

// What came before: who did which step, and what they said.
Texts course(const Locale& locale, const record::Chain& chain) {
  Texts out;
  for (const record::Record& record : chain.records) {
    const record::Envelope& e = record.envelope;
    if (e.kind == "command-start" || e.kind == "command-end") continue;
    const std::string said = gist(locale, record);
    out.push_back(formatted("  {:04} ", e.seq) + e.kind + " " + e.by.person + " " + format_instant(e.at) +
                  (said.empty() ? "" : ": " + said));
  }
  return out;
}

// What the signer decides, in words.
Message decision_of(const incident::Body& body) {
  if (const auto* reject = std::get_if<incident::Reject>(&body))
    return msg("decision: reject {what}").with("what", rejected_subject(reject->step));
  if (std::holds_alternative<incident::Approve>(body)) return msg("decision: approve the plan");
  if (std::holds_alternative<incident::Verify>(body)) return msg("decision: verify that the repair worked");
  if (std::holds_alternative<incident::Accept>(body)) return msg("decision: accept the report of the repair");
  return msg("decision: close the incident without repair");
}

// The decision's own terms.
void terms(const Locale& locale, const incident::Body& body, Texts& out) {
  const auto reason = [&](const std::optional<std::string>& text) {
    if (text) out.push_back(locale.text(msg("reason: {reason}", {{"reason", *text}})));
  };
  if (const auto* approve = std::get_if<incident::Approve>(&body)) {
    out.push_back(
        locale.text(msg("approved until {until}, runs: {runs}", {{"until", format_instant(approve->until)},
                                                                 {"runs", std::to_string(approve->runs)}})));
    reason(approve->reason);
  } else if (const auto* verify = std::get_if<incident::Verify>(&body)) {
    if (verify->override_why)
      out.push_back(
          locale.text(msg("although a check still failed: {reason}", {{"reason", *verify->override_why}})));
    reason(verify->reason);
  } else if (const auto* accept = std::get_if<incident::Accept>(&body)) {
    reason(accept->reason);
  } else if (const auto* reject = std::get_if<incident::Reject>(&body)) {
    out.push_back(locale.text(msg("{what} is rejected; back to {back}")
                                  .with("what", rejected_subject(reject->step))
                                  .with("back", sop::word(reject->back))));
    reason(reject->reason);
    if (reject->correction)
      out.push_back(locale.text(msg("correction: {text}", {{"text", *reject->correction}})));
  } else if (const auto* withdraw = std::get_if<incident::Withdraw>(&body)) {
    out.push_back(
        locale.text(msg("closed without repair: {outcome}", {{"outcome", end_text(locale, *withdraw)}})));
    reason(withdraw->reason);
    out.push_back(locale.text(
        withdraw->seconds
            ? msg("this is the second signature and ends the incident")
            : msg("this is the first signature; the signature of another person ends the incident")));
  }
  if (const auto ratified = incident::ratifies_in(body))
    out.push_back(locale.text(
        msg("this ratifies the action or decision of record {digest}", {{"digest", ratified->text()}})));
  if (const auto first = incident::seconds_in(body);
      first && !std::holds_alternative<incident::Withdraw>(body))
    out.push_back(locale.text(
        msg("this is the second of two signatures; the first is {digest}", {{"digest", first->text()}})));
}

// What the record says beside the decision.
void envelope_lines(const Unsigned& request, const Locale& locale, Instant now, Texts& out) {
  const record::Envelope& envelope = request.record.envelope;
  if (envelope.occurred)
    out.push_back(locale.text(msg("decided {time}", {{"time", format_instant(*envelope.occurred)}})));
  out.push_back(locale.text(msg("recorded {time}", {{"time", format_instant(envelope.at)}})));
  record::Chain with_it = request.chain;
  with_it.records.push_back(request.record);
  for (const Message& remark : record::clock_remarks(with_it, now)) out.push_back(locale.text(remark));
  if (!envelope.notes.empty())
    out.push_back(locale.text(counted(envelope.notes.size(), msg("it also refers to 1 note of the incident"),
                                      msg("it also refers to {count} notes of the incident"))));
  out.push_back(
      locale.text(msg("signed as {person}, role {role}, with the key {key}",
                      {{"person", envelope.by.person}, {"role", envelope.by.role}, {"key", envelope.key}})));
}

}  // namespace

std::vector<std::string> request_lines(const Unsigned& request, const Locale& locale, Instant now) {
  const record::Envelope& envelope = request.record.envelope;
  const incident::Summary& summary = *incident::summary_in(request.body);
  Texts out{envelope.chain.id, summary.fault, locale.text(decision_of(request.body))};
  if (request.analysis) add(out, cause_lines(locale, *request.analysis));
  if (request.plan) add(out, plan_lines(locale, *request.plan));
  if (summary.plan) {
    Texts hosts;
    for (const incident::Summary::Host& host : summary.plan->hosts)
      hosts.push_back(host.host + (host.address.empty() ? "" : " (" + host.address + ")"));
    if (!hosts.empty()) out.push_back(locale.text(msg("hosts: {hosts}", {{"hosts", join(hosts, ", ")}})));
  }
  out.push_back(locale.text(msg("records so far:")));
  add(out, course(locale, request.chain));
  if (summary.repair) {
    out.push_back(locale.text(msg("repair ({mode}): {outcome}",
                                  {{"mode", word(name(summary.repair->mode), locale.language)},
                                   {"outcome", word(name(summary.repair->outcome), locale.language)}})));
    out.push_back(locale.text(msg("before:")));
    add(out, result_lines(locale, request.before), "  ");
    out.push_back(locale.text(msg("after:")));
    add(out, result_lines(locale, request.after), "  ");
  }
  terms(locale, request.body, out);
  envelope_lines(request, locale, now, out);
  out.push_back(locale.text(msg("digest {digest}", {{"digest", request.digest.text()}})));
  for (const Message& what : request.unchecked)
    out.push_back(locale.text(msg("not checked: {what}").with("what", what)));
  return out;
}

}  // namespace jaga::document
