// Rows 3 and 5 to 6 of the form: what an official decides on, and the box that they tick.
#include "base/text.hpp"
#include "document/paper_parts.hpp"

namespace jaga::document {
namespace {

const incident::Decided<incident::Reject>* last_no(const incident::State& state,
                                                   incident::RejectedStep step) {
  for (auto no = state.rejections.rbegin(); no != state.rejections.rend(); ++no)
    if (no->body.step == step) return &*no;
  return nullptr;
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

// What was done before it was approved, where nothing else was approved; nullptr: nothing.
const incident::Run* emergency_run(const incident::State& state) {
  if (state.approval) return nullptr;
  for (auto run = state.runs.rbegin(); run != state.runs.rend(); ++run)
    if (run->body.emergency) return &*run;
  return nullptr;
}

// The reason that the record of a decision gives; empty: none.
std::string reason_of(const PaperWriter& w, const incident::Made& made) {
  for (const record::Record& record : w.of.incident.chain.records)
    if (record.digest == made.record) return record.body.text_at("reason");
  return {};
}

}  // namespace

void write_approval(PaperWriter& w) {
  w.head({w.text(msg("APPROVAL SHEET")), w.text(msg("FOR THE REPAIR OR REPLACEMENT OF A DEVICE"))});
  w.out.begin("basis");
  w.heading(msg("Basis"));
  w.out.add(List{w.of.basis, true});

  w.out.begin("proposal");
  w.heading(msg("Proposal"));
  Pairs pairs{w.device_rows()};
  const incident::Analyze* analysis = w.state.analysis ? &w.state.analysis->body : nullptr;
  pairs.rows.emplace_back(w.text(msg("Fault")), w.fault_text());
  pairs.rows.emplace_back(w.text(msg("Reported")),
                          w.calendar.moment(w.state.opened.occurred.value_or(w.state.opened.at)));
  if (analysis != nullptr) {
    pairs.rows.emplace_back(w.text(msg("Cause")),
                            join(texts_in(analysis->evidence, w.calendar.language), "\n"));
    pairs.rows.emplace_back(w.text(msg("Also affected")), join(analysis->symptoms, ", "));
    pairs.rows.emplace_back(w.text(msg("Plan")), w.plan_sentence());
    pairs.rows.emplace_back(w.text(msg("Spare part")),
                            analysis->part ? analysis->part_in(w.calendar.language) : w.text(msg("none")));
    pairs.rows.emplace_back(w.text(msg("Proposed by")), w.of_made(w.state.analysis->made).name);
    pairs.rows.emplace_back(w.text(msg("Reason given")), analysis->reason.value_or(""));
  }
  pairs.rows.emplace_back(
      w.text(msg("Risk if not carried out")),
      w.of.if_left.empty() ? w.text(msg("the fault stays as it is")) : w.of.if_left.in(w.calendar.language));
  const incident::Approval* approval = w.state.approval ? &*w.state.approval : nullptr;
  const incident::Run* urgent = emergency_run(w.state);
  const auto* no =
      approval == nullptr && urgent == nullptr ? last_no(w.state, incident::RejectedStep::approve) : nullptr;
  if (urgent != nullptr)
    pairs.rows.emplace_back(
        w.text(msg("Carried out beforehand")),
        w.text(msg("as an emergency on {time}: {reason}",
                   {{"time", w.calendar.moment(urgent->made.occurred.value_or(urgent->made.at))},
                    {"reason", *urgent->body.emergency}})));
  else if (no == nullptr)
    pairs.rows.emplace_back(
        w.text(msg("Valid until")),
        w.calendar.moment(approval != nullptr ? approval->body.until
                                              : w.of.incident.procedure.approval_ends(w.of.incident.now)));
  w.out.add(std::move(pairs));

  w.out.begin("decision");
  w.heading(msg("Decision"));
  const incident::Made* settled = urgent != nullptr && urgent->ratified ? &*urgent->ratified : nullptr;
  Choice choice{"", {w.text(msg("Approved")), w.text(msg("Not approved"))}, {}};
  if (approval != nullptr || (settled != nullptr && !urgent->rejected)) choice.chosen = 0;
  if (no != nullptr || (settled != nullptr && urgent->rejected)) choice.chosen = 1;
  w.out.add(std::move(choice));
  const std::string dots(90, '.');
  const std::string reason = approval != nullptr  ? approval->body.reason.value_or("-")
                             : no != nullptr      ? no->body.reason
                             : settled != nullptr ? or_dash(reason_of(w, *settled))
                                                  : dots;
  w.out.add(
      Pairs{{{w.text(msg("Reason or remark")), reason},
             {w.text(msg("Correction")), no != nullptr ? no->body.correction.value_or("") : std::string()},
             {w.text(msg("Decided on")),
              approval != nullptr  ? w.calendar.moment(approval->made.occurred.value_or(approval->made.at))
              : no != nullptr      ? w.calendar.moment(no->made.occurred.value_or(no->made.at))
              : settled != nullptr ? w.calendar.moment(settled->occurred.value_or(settled->at))
                                   : std::string()}}});
  w.out.begin("signature");
  const std::vector<Signer> who =
      approval != nullptr  ? w.signers(approval->made, approval->body.paper, approval->first)
      : no != nullptr      ? w.signers(no->made, no->body.paper, {})
      : settled != nullptr ? w.signers(*settled, {}, {})
                           : std::vector<Signer>{signer_of(w.of_step(sop::Step::approve))};
  w.out.add(Signatures{"", w.place_and_date(), {who}});
  w.binding();
}

void write_verification(PaperWriter& w) {
  w.head({w.text(msg("REPORT")), w.text(msg("ON A SERVER THAT WORKS AGAIN"))});
  w.out.begin("fault");
  w.heading(msg("A. Fault"));
  Pairs fault{w.device_rows()};
  fault.rows.emplace_back(w.text(msg("Fault")), w.fault_text());
  fault.rows.emplace_back(w.text(msg("Reported")),
                          w.calendar.moment(w.state.opened.occurred.value_or(w.state.opened.at)));
  w.out.add(std::move(fault));

  w.out.begin("cause");
  w.heading(msg("B. Cause"));
  if (w.state.analysis && !w.state.analysis->body.evidence.empty())
    w.out.add(List{texts_in(w.state.analysis->body.evidence, w.calendar.language)});
  else
    w.say(msg("No cause was recorded."));

  w.out.begin("action");
  w.heading(msg("C. Action"));
  List actions{{}, true};
  for (const incident::Run& run : w.state.runs) {
    std::string line =
        w.run_sentence(run) + ", " + w.calendar.moment(run.made.occurred.value_or(run.made.at));
    if (run.body.emergency)
      line += "; " + w.text(msg("as an emergency, before it was approved: {reason}",
                                {{"reason", *run.body.emergency}}));
    if (run.end && run.end->outcome != incident::RepairOutcome::done)
      line += "; " + w.text(msg("without success"));
    if (run.end && run.end->reason) line += ": " + run.end->reason->in(w.calendar.language);
    actions.items.push_back(std::move(line));
  }
  w.out.add(std::move(actions));

  w.out.begin("result");
  w.heading(msg("D. Before and after"));
  w.add_measurements();

  w.out.begin("time");
  w.heading(msg("E. Time of each step against the standard"));
  w.out.add(w.steps());

  w.out.begin("parts");
  w.heading(msg("F. Spare parts"));
  w.add_parts();

  w.out.begin("proposals");
  w.heading(msg("G. Remarks and proposals"));
  const incident::Decided<incident::Verify>* verified = w.state.verified ? &*w.state.verified : nullptr;
  std::vector<std::string> remarks;
  if (verified != nullptr && verified->body.reason) remarks.push_back(*verified->body.reason);
  if (verified != nullptr && verified->body.override_why)
    remarks.push_back(w.text(
        msg("Verified although a check still failed: {reason}", {{"reason", *verified->body.override_why}})));
  if (remarks.empty())
    w.say(msg("None."));
  else
    w.out.add(List{std::move(remarks)});

  w.out.begin("signature");
  const std::vector<Signer> head = verified != nullptr
                                       ? w.signers(verified->made, verified->body.paper, verified->first)
                                       : std::vector<Signer>{signer_of(w.of_step(sop::Step::verify))};
  w.out.add(Signatures{"", w.place_and_date(), {head}});

  w.out.begin("receipt");
  w.heading(msg("Receipt"));
  const incident::Decided<incident::Accept>* accepted = w.state.accepted ? &*w.state.accepted : nullptr;
  const auto* no = accepted == nullptr ? last_no(w.state, incident::RejectedStep::accept) : nullptr;
  Choice choice{w.text(msg("Received and checked:")), {w.text(msg("yes")), w.text(msg("no"))}, {}};
  if (accepted != nullptr) choice.chosen = 0;
  if (no != nullptr) choice.chosen = 1;
  w.out.add(std::move(choice));
  w.out.add(Pairs{{{w.text(msg("Remark")), accepted != nullptr ? accepted->body.reason.value_or("-")
                                           : no != nullptr     ? no->body.reason
                                                               : std::string(90, '.')}}});
  const std::vector<Signer> division =
      accepted != nullptr ? w.signers(accepted->made, accepted->body.paper, accepted->first)
      : no != nullptr     ? w.signers(no->made, no->body.paper, {})
                          : std::vector<Signer>{signer_of(w.of_step(sop::Step::accept))};
  w.out.add(Signatures{"", "", {division}});
  w.binding();
}

}  // namespace jaga::document
