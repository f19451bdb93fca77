#include "document/repair_view.hpp"

#include "document/incident_lines.hpp"

namespace jaga::document {
namespace {

using Texts = std::vector<std::string>;

void part_lines(const RepairReport& report, const Locale& locale, Texts& out) {
  for (const incident::Part& part : report.parts)
    out.push_back(locale.text(msg("part {removed} was replaced with {installed}",
                                  {{"removed", part.removed}, {"installed", part.installed}})));
  if (!report.parts.empty()) return;
  out.push_back(locale.text(report.kind == RepairReport::Kind::vendor_reply ? msg("part: unknown")
                                                                            : msg("no part was replaced")));
  if (report.state.analysis && report.state.analysis->body.part)
    out.push_back("  " + locale.text(msg("the analysis names this part: {part}",
                                         {{"part", report.state.analysis->body.part_in(locale.language)}})));
}

void reply_lines(const RepairReport& report, const Locale& locale, Texts& out) {
  const auto time = [&](const std::optional<Instant>& at) {
    return at ? locale.time(*at) : locale.text(msg("unknown"));
  };
  out.push_back(
      locale.text(msg("technician: {name}",
                      {{"name", report.technician ? *report.technician : locale.text(msg("unknown"))}})));
  out.push_back(locale.text(msg("arrived {arrived}, left {left}",
                                {{"arrived", time(report.arrived)}, {"left", time(report.left)}})));
  out.push_back(locale.text(report.letter ? msg("work order: {bytes} bytes, sha256:{digest}",
                                                {{"bytes", std::to_string(report.letter->size)},
                                                 {"digest", report.letter->digest.hex()}})
                                          : msg("work order: none")));
  if (!report.is_complete)
    out.push_back(
        locale.text(msg("some values are unknown: the wait for the vendor counts as working time, and "
                        "nothing can be added later")));
}

}  // namespace

std::vector<std::string> repair_lines(const RepairReport& report, const Locale& locale) {
  const incident::State& state = report.state;
  Texts out{state.id, subject_line(locale, state)};
  if (state.analysis)
    out.push_back(locale.text(msg(
        "plan {name}: {title}",
        {{"name", state.analysis->plan.name}, {"title", state.analysis->plan.title.in(locale.language)}})));
  const std::string when = locale.time(report.when);
  switch (report.kind) {
    case RepairReport::Kind::give_up:
      out.push_back(locale.text(msg("the repair is given up; back to analyze")));
      break;
    case RepairReport::Kind::vendor_reply:
      out.push_back(locale.text(msg("repaired by the vendor")));
      reply_lines(report, locale, out);
      part_lines(report, locale, out);
      break;
    case RepairReport::Kind::vendor_called:
      out.push_back(
          locale.text(msg("the vendor {vendor} is called in, {time}: the time of the repair is paused until "
                          "the vendor leaves",
                          {{"vendor", report.vendor}, {"time", when}})));
      break;
    case RepairReport::Kind::by_hand:
      out.push_back(locale.text(msg("repaired manually, {time}", {{"time", when}})));
      part_lines(report, locale, out);
      break;
  }
  if (report.emergency)
    out.push_back(
        locale.text(msg("before approval, as an emergency: {reason}", {{"reason", *report.emergency}})));
  else if (!report.remark.empty())
    out.push_back(locale.text(msg("remark: {text}", {{"text", report.remark}})));
  out.push_back(locale.text(msg("as {person}", {{"person", report.person}})));
  return out;
}

std::vector<std::string> archive_lines(const ArchiveReport& report, const Locale& locale) {
  std::vector<Message> lines;
  for (const incident::Run& run : report.state.runs) {
    if (!run.end) continue;
    for (const incident::Part& part : run.end->parts)
      lines.push_back(msg("part {removed} was replaced with {installed}",
                          {{"removed", part.removed}, {"installed", part.installed}}));
  }
  switch (report.part) {
    case incident::PartDisposition::stored:
      lines.push_back(msg("the replaced part is stored: {place}", {{"place", report.where}}));
      break;
    case incident::PartDisposition::returned:
      lines.push_back(msg("the replaced part was returned to: {whom}", {{"whom", report.where}}));
      break;
    case incident::PartDisposition::destroyed:
      lines.push_back(msg("the replaced part was destroyed"));
      break;
    case incident::PartDisposition::none:
      lines.push_back(msg("no part was replaced"));
      break;
  }
  if (report.received_by) lines.push_back(msg("received by: {person}", {{"person", *report.received_by}}));
  if (report.sanitised) lines.push_back(msg("the data on the part: {text}", {{"text", *report.sanitised}}));
  lines.push_back(msg("folder for the bag: {folder}", {{"folder", report.folder}}));
  Texts out{report.state.id, subject_line(locale, report.state)};
  for (const Message& line : lines) out.push_back(locale.text(line));
  return out;
}

}  // namespace jaga::document
