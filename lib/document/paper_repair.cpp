// Rows 4, 5 and 7 of the form: the letter to a vendor, the minutes of a repair, the minutes of the fate of
// the old part.
#include "base/text.hpp"
#include "document/paper_parts.hpp"

namespace jaga::document {
namespace {

const std::string kDots(40, '.');

const incident::Run* vendor_run(const incident::State& state) {
  const incident::Run* found = nullptr;
  for (const incident::Run& run : state.runs)
    if (run.body.mode == incident::RepairMode::vendor) found = &run;
  return found;
}

Instant began(const incident::Run& run) {
  if (run.end && run.end->arrived) return *run.end->arrived;
  return run.made.occurred.value_or(run.made.at);
}

// When work ended, for who was there: a vendor's technician leaves before it is recorded.
Instant ended(const incident::Run& run) {
  if (run.end && run.end->left) return *run.end->left;
  return run.ended ? run.ended->occurred.value_or(run.ended->at) : began(run);
}

// "Pada hari ini, Senin tanggal ..., kami masing-masing:" and the two of them.
void parties(PaperWriter& w, Instant at, const Official& first, const std::string& first_address,
             const Official& second, bool second_has_nip, const std::string& second_address) {
  w.out.begin("parties");
  w.say(msg("On this day, {date}, we the undersigned:", {{"date", w.calendar.in_words(at)}}));
  const auto party = [&](const Official& one, bool has_nip, const std::string& address,
                         const Message& label) {
    Pairs rows{{{w.text(msg("Name")), one.name.empty() ? kDots : one.name}}};
    if (has_nip) rows.rows.emplace_back("NIP", one.nip.empty() ? kDots : one.nip);
    rows.rows.emplace_back(w.text(msg("Rank")), one.rank);
    rows.rows.emplace_back(w.text(msg("Position")), one.position.empty() ? kDots : join(one.position, ", "));
    rows.rows.emplace_back(w.text(msg("Address")), address.empty() ? kDots : address);
    w.out.add(std::move(rows));
    w.say(label);
  };
  party(first, true, first_address, msg("hereinafter the FIRST PARTY;"));
  party(second, second_has_nip, second_address, msg("hereinafter the SECOND PARTY."));
}

Official technician(const PaperWriter& w, const incident::Run& run) {
  Official out;
  out.name = run.end ? run.end->technician.value_or("") : std::string();
  out.position = {w.text(msg("Technician of {vendor}", {{"vendor", run.body.vendor.value_or("")}}))};
  return out;
}

Official of_the_device(const PaperWriter& w) {
  Official out;
  out.position = {w.text(msg("User of the device"))};
  return out;
}

}  // namespace

void write_vendor(PaperWriter& w) {
  const incident::Run* run = vendor_run(w.state);
  w.out.begin("letterhead");
  w.out.add(w.of.office.letterhead);
  w.out.begin("date");
  w.out.add(Paragraph{w.place_and_date(), Paragraph::Style::right});
  w.out.begin("reference");
  const std::string vendor = w.of.vendor                          ? w.of.vendor->name
                             : run != nullptr && run->body.vendor ? *run->body.vendor
                             : !w.of.device.warranty.empty()      ? w.of.device.warranty
                                                                  : std::string();
  w.out.add(Pairs{
      {{w.text(msg("No.")), w.of.number.empty() ? kDots : w.of.number},
       {w.text(msg("Nature")), w.of.office.paper.classification.empty() ? w.text(msg("Ordinary"))
                                                                        : w.of.office.paper.classification},
       {w.text(msg("Enclosures")), "-"},
       {w.text(msg("Subject")), w.text(msg("Request to repair a device"))}}});
  w.out.begin("recipient");
  w.out.add(Paragraph{w.text(msg("To")) + " " + (vendor.empty() ? kDots : vendor) + "\n" +
                      (w.of.vendor && !w.of.vendor->address.empty() ? w.of.vendor->address
                                                                    : w.text(msg("at their address")))});
  w.out.begin("opening");
  if (w.of.vendor && !w.of.vendor->contract.empty())
    w.say(msg("Under the contract {contract} we ask for the repair of the following device of {office}:",
              {{"contract", w.of.vendor->contract}, {"office", w.of.office.agency}}));
  else if (!w.of.device.warranty.empty())
    w.say(msg("Under the warranty ({warranty}) we ask for the repair of the following device of {office}:",
              {{"warranty", w.of.device.warranty}, {"office", w.of.office.agency}}));
  else
    w.say(
        msg("We ask for the repair of the following device of {office}:", {{"office", w.of.office.agency}}));
  w.out.begin("device");
  // Where it is on our network is nothing that leaves the office.
  Pairs device{w.device_rows(false)};
  if (w.of.vendor) device.rows.emplace_back(w.text(msg("Terms of the warranty")), w.of.vendor->warranty);
  w.out.add(std::move(device));
  w.out.begin("symptom");
  w.out.add(
      Pairs{{{w.text(msg("Fault")), w.fault_text()},
             {w.text(msg("Since")), w.calendar.moment(w.state.opened.occurred.value_or(w.state.opened.at))},
             {w.text(msg("Measured")),
              w.state.analysis ? join(texts_in(w.state.analysis->body.evidence, w.calendar.language), "\n")
                               : w.state.monitor.summary_in(w.calendar.language)},
             {w.text(msg("Part concerned")),
              w.state.analysis ? w.state.analysis->body.part_in(w.calendar.language) : std::string()}}});
  w.out.begin("request");
  std::string asked = run != nullptr ? run->body.reason.value_or("") : std::string();
  if (asked.empty() && w.state.analysis)
    for (const auto& [name, value] : w.state.analysis->plan.parameters)
      if (name == "task") asked = value;
  w.say(msg("We ask you to do the following: {request}.", {{"request", asked.empty() ? kDots : asked}}));
  w.say(
      msg("Please send a technician by {time} with this letter, and leave a work order with the name of the "
          "technician, the times of arrival and departure and the serial numbers of the parts removed and "
          "installed.",
          {{"time", w.state.approval ? w.calendar.moment(w.state.approval->body.until) : kDots}}));
  const Official head = w.state.approval ? w.of_decided(w.state.approval->made, w.state.approval->body.paper)
                                         : w.of_step(sop::Step::approve);
  w.out.begin("signature");
  w.out.add(
      Signatures{w.text(msg("Thank you for your attention and cooperation.")), "", {{signer_of(head)}}});
  w.out.begin("copies");
  w.say(msg("Copies:"));
  w.out.add(List{{w.of_step(sop::Step::accept).position.front(), w.text(msg("File"))}, true});
  w.binding();
}

void write_repair(PaperWriter& w) {
  // The vendor who came is the other party, also where staff finished the work afterwards.
  const incident::Run* visit = vendor_run(w.state);
  const incident::Run* run = visit != nullptr && visit->end && !visit->left_behind ? visit : w.last_run();
  w.head({w.text(msg("MINUTES")),
          w.state.part_replaced() ? w.text(msg("OF THE REPLACEMENT OF A PART")) : w.text(msg("OF A REPAIR"))});
  const Instant at = run != nullptr && run->ended ? ended(*run) : w.of.printed;
  const bool by_vendor = run != nullptr && run->body.mode == incident::RepairMode::vendor;
  const Official first = run != nullptr ? w.of_made(run->made) : w.of_step(sop::Step::repair);
  const Official second = by_vendor ? technician(w, *run) : of_the_device(w);
  const std::string vendor_address = w.of.vendor ? w.of.vendor->address : std::string();
  parties(w, at, first, w.of.office.address, second, !by_vendor,
          by_vendor ? vendor_address : w.of.office.address);
  w.out.begin("work");
  const Message::Arguments office = {{"office", w.of.office.agency}};
  const bool in_emergency = run != nullptr && run->body.emergency && !w.state.approval;
  if (in_emergency && run->ratified && !run->rejected)
    w.say(
        msg("The two parties have carried out and witnessed the following work on a device of {office} as an "
            "emergency, which was ratified afterwards:",
            office));
  else if (in_emergency)
    w.say(
        msg("The two parties have carried out and witnessed the following work on a device of {office} as an "
            "emergency, which is not ratified yet:",
            office));
  else
    w.say(
        msg("The two parties have carried out and witnessed the following approved work on a device of "
            "{office}:",
            office));
  Table table{{w.text(msg("No")), w.text(msg("Device")), w.text(msg("Serial number, old")),
               w.text(msg("Serial number, new")), w.text(msg("Damage")), w.text(msg("Action")),
               w.text(msg("From")), w.text(msg("Until")), w.text(msg("Result"))},
              {}};
  table.widths = {6, 12, 11, 11, 13, 14, 12, 12, 9};
  const std::string& device = w.of.device.host.empty() ? w.state.monitor.host : w.of.device.host;
  for (const incident::Run& one : w.state.runs) {
    const incident::Part part =
        one.end && !one.end->parts.empty() ? one.end->parts.front() : incident::Part{};
    const std::string result = !one.end ? w.text(msg("not finished"))
                               : one.end->outcome == incident::RepairOutcome::done
                                   ? w.text(msg("done"))
                                   : w.text(msg("without success"));
    table.rows.push_back({std::to_string(table.rows.size() + 1),
                          device + (w.of.device.serial.empty() ? "" : "\n" + w.of.device.serial),
                          part.removed.empty() ? "-" : part.removed,
                          part.installed.empty() ? "-" : part.installed, w.fault_name(), w.run_sentence(one),
                          w.calendar.brief(began(one)), one.ended ? w.calendar.brief(ended(one)) : "-",
                          result});
    if (one.end)
      for (std::size_t more = 1; more < one.end->parts.size(); ++more)
        table.rows.push_back(
            {"", "", one.end->parts[more].removed, one.end->parts[more].installed, "", "", "", "", ""});
  }
  w.out.add(std::move(table));
  if (run != nullptr && run->end && run->end->reply)
    w.out.add(Pairs{{{w.text(msg("Reported by the vendor")), *run->end->reply}}});
  w.out.begin("statement");
  const auto measured = incident::measured(w.state, w.of.incident.notes);
  if (measured && measured->good() && !measured->before.empty())
    w.say(msg("Measured on {time}, the device works again:", {{"time", w.calendar.moment(measured->at)}}));
  else if (!w.state.monitor.results.empty() || (measured && !measured->after.empty()))
    w.say(msg("The state of the device before and after the work:"));
  w.add_measurements();
  w.sign_minutes(first, second, !by_vendor, at);
  if (!w.of.photos.empty() || !w.of.not_shown.empty() || (run != nullptr && run->end && run->end->letter)) {
    w.out.begin("annex");
    w.out.add(PageBreak{});
    w.heading(msg("Annex: photos and work order"));
    if (run != nullptr && run->end && run->end->letter)
      w.say(msg("The work order of the vendor is kept as {digest}.", {{"digest", run->end->letter->text()}}));
    for (const Photo& photo : w.of.photos) w.out.add(Figure{"", photo.image, photo.name, {photo.name}});
    if (!w.of.not_shown.empty())
      w.say(msg("Pictures kept but not shown here: {names}", {{"names", join(w.of.not_shown, ", ")}}));
  }
  w.binding();
}

void write_handover(PaperWriter& w) {
  const incident::Archive* archive = w.state.archived ? &w.state.archived->body : nullptr;
  const incident::Run* vendor = vendor_run(w.state);
  const bool returned = archive != nullptr && archive->part == incident::PartDisposition::returned;
  w.head(returned
             ? std::vector<std::string>{w.text(msg("MINUTES")), w.text(msg("OF THE HANDOVER OF A PART"))}
             : std::vector<std::string>{w.text(msg("PROOF OF STORAGE")), w.text(msg("OF A REPLACED PART"))});
  const Instant at =
      w.state.archived ? w.state.archived->made.occurred.value_or(w.state.archived->made.at) : w.of.printed;
  const Official first = w.state.archived ? w.of_made(w.state.archived->made) : w.of_step(sop::Step::archive);
  Official second;
  second.name = archive != nullptr ? archive->received_by.value_or("") : std::string();
  second.position = {returned && archive->where      ? *archive->where
                     : vendor != nullptr && returned ? vendor->body.vendor.value_or("")
                                                     : w.text(msg("Recipient and keeper of the part"))};
  parties(w, at, first, w.of.office.address, second, !returned,
          returned && w.of.vendor ? w.of.vendor->address
          : returned              ? std::string()
                                  : w.of.office.address);
  w.out.begin("items");
  w.say(
      msg("The FIRST PARTY handed over and the SECOND PARTY received the following parts that were "
          "replaced:"));
  Table items{{w.text(msg("No")), w.text(msg("Name")), w.text(msg("Make and model")),
               w.text(msg("Serial number")), w.text(msg("Number")), w.text(msg("Condition"))},
              {}};
  items.widths = {6, 24, 22, 22, 11, 15};
  const std::string name = w.state.analysis && w.state.analysis->body.part ? w.state.analysis->body.part_in(w.calendar.language)
                                                                           : w.text(msg("spare part"));
  for (const incident::Run& run : w.state.runs) {
    if (!run.end) continue;
    for (const incident::Part& part : run.end->parts)
      items.rows.push_back({std::to_string(items.rows.size() + 1), name, w.of.device.model,
                            part.removed.empty() ? "-" : part.removed, "1", w.text(msg("damaged"))});
  }
  if (items.rows.empty())
    w.say(msg("No part was replaced."));
  else
    w.out.add(std::move(items));
  w.out.begin("storage");
  const std::string what = archive == nullptr ? kDots
                           : archive->part == incident::PartDisposition::stored
                               ? w.text(msg("kept at: {place}", {{"place", archive->where.value_or("")}}))
                           : archive->part == incident::PartDisposition::returned
                               ? w.text(msg("returned to: {whom}", {{"whom", archive->where.value_or("")}}))
                           : archive->part == incident::PartDisposition::destroyed
                               ? w.text(msg("destroyed"))
                               : w.text(msg("no part was replaced"));
  w.out.add(
      Pairs{{{w.text(msg("The old part is")), what},
             {w.text(msg("Data on it was removed by")),
              archive != nullptr ? archive->sanitised.value_or("-") : kDots},
             {w.text(msg("Received by")), archive != nullptr ? archive->received_by.value_or(kDots) : kDots},
             {w.text(msg("Witness")), kDots},
             {w.text(msg("Taken from device")),
              w.of.device.host.empty() ? w.state.monitor.host : w.of.device.host}}});
  w.sign_minutes(first, second, !returned, at);
  w.binding();
}

}  // namespace jaga::document
