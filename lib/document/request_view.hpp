// A decision that was requested elsewhere, as `jaga sign` shows it before it asks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "document/locale.hpp"
#include "incident/incident.hpp"
#include "record/chain.hpp"

namespace jaga::document {

// Read from the folder of a request alone.
struct Unsigned {
  record::Record record;  // record.yaml
  incident::Body body;    // its; a decision with a summary that the records beside it give
  Digest digest;          // decision_digest(): what approve and its like print, and --expect is compared with
  record::Chain chain;    // the incident up to it, whole and well signed
  std::optional<incident::Analyze> analysis;  // of the plan that is decided on
  std::optional<plan::Frozen> plan;
  std::vector<incident::Result> before;  // of what comes after a repair
  std::vector<incident::Result> after;
  std::vector<Message> unchecked;  // what cannot be told from the folder
  bool is_signed = false;          // by the key that it names
};

// `now`: the times in the record are compared with it.
std::vector<std::string> request_lines(const Unsigned& request, const Locale& locale, Instant now);

}  // namespace jaga::document
