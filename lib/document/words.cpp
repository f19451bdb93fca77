#include "document/words.hpp"

#include <algorithm>

namespace jaga::document {
namespace {

const std::vector<Message>& words() {
  static const std::vector<Message> kWords = {
      // round::State
      msg("ok"), msg("warning"), msg("critical"), msg("unknown"),
      // incident::RepairOutcome, RepairMode
      msg("done"), msg("failed"), msg("given-up"), msg("run"), msg("hand"), msg("vendor"),
      // incident::WithdrawalOutcome, and an incident that went its whole way
      msg("recovered"), msg("false-alarm"), msg("duplicate"), msg("risk-accepted"), msg("handed-over"),
      msg("archived"),
      // incident::PartDisposition
      msg("stored"), msg("returned"), msg("destroyed"), msg("none"),
      // incident::CommandEnding
      msg("exit"), msg("signal"), msg("not-sent"), msg("rebooted")};
  return kWords;
}

}  // namespace

std::string word(std::string_view value, Language language) {
  const auto found = std::ranges::find(words(), value, &Message::id);
  return found == words().end() ? std::string(value) : found->render(language);
}

}  // namespace jaga::document
