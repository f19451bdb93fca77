// Sentences of earlier versions that are in rounds and records: nothing makes them any more, the catalogue
// keeps their translations. No source includes this file; tests/lint/catalogue reads it.
#pragma once

#include <vector>

#include "base/message.hpp"

namespace jaga {

inline std::vector<Message> kept_sentences() {
  return {
      sentence("cannot leave the mark of the run on '{host}': {why}"),
      sentence("it is not among what the host has"),
      sentence("no folder there accepts them unchanged"),
      sentence("the collector ended before this section"),
      sentence("the program or file for this was not found"),
      sentence("this run was already executed on '{host}': its mark exists there"),
  };
}

}  // namespace jaga
