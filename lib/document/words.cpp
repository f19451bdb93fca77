#include "document/words.hpp"

#include <algorithm>

#include "base/duration.hpp"

namespace jaga::document {
namespace {

const std::vector<Message>& words() {
  static const std::vector<Message> kWords = {
      // round::State
      msg("ok"), msg("warning"), msg("critical"), msg("unknown"),
      // incident::RepairOutcome, RepairMode
      msg("done"), msg("failed"), msg("given-up"), msg("run"), msg("vendor"),
      // incident::WithdrawalOutcome, and an incident that went its whole way
      msg("recovered"), msg("false-alarm"), msg("duplicate"), msg("risk-accepted"), msg("handed-over"),
      msg("archived"),
      // incident::PartDisposition
      msg("stored"), msg("returned"), msg("destroyed"), msg("none"),
      // incident::CommandEnding
      msg("exit"), msg("signal"), msg("not-sent"), msg("rebooted"),
      // record::Kind; the steps as sop::word names them
      msg("monitor"), msg("analyze"), msg("approve"), msg("repair"), msg("repair-start"),
      msg("command-start"), msg("command-end"), msg("repair-end"), msg("verify"), msg("accept"),
      msg("archive"), msg("reject"), msg("withdraw"), msg("merge"), msg("genesis"), msg("person"),
      msg("host"), msg("adopt"), msg("resolve"), msg("seal"), msg("paper"),
      // record::NoteKind
      msg("note"), msg("evidence"), msg("measure"), msg("finding"), msg("import"), msg("redact"),
      msg("lost")};
  return kWords;
}

}  // namespace

std::string word(std::string_view value, Language language) {
  if (value == "hand") return msg("manual").render(language);  // of RepairMode
  const auto found = std::ranges::find(words(), value, &Message::id);
  return found == words().end() ? std::string(value) : found->render(language);
}

std::string summary_text(const round::Result& result, Instant now, Language language) {
  std::string text = result.summary.in(language);
  if (!result.measured || *result.measured >= now) return text;
  return msg("{result} (measured {age} ago)", {{"result", text}, {"age", span_text(now - *result.measured)}})
      .render(language);
}

}  // namespace jaga::document
