// The records of incidents that nobody was told of yet, for jaga notify.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

struct Event {
  std::shared_ptr<const Incident> incident;  // as it stands now
  std::size_t index = 0;                     // in its chain
  std::optional<incident::Due> due{};        // what it made due; only of the newest record
  bool mine = false;                         // ... and that waits for the person that was asked about
  Message violation{};                       // not empty: it breaks a rule and moved nothing

  const record::Record& record() const { return incident->chain.records[index]; }
  record::FileName file() const;
};
struct Unreadable {
  std::string incident;
  Message why;
};
struct News {
  std::vector<Event> events;  // by time; those of one incident in their order
  std::vector<Unreadable> unreadable;
};

using KnownRecord = std::function<bool(std::string_view incident, const record::FileName& file)>;
// By file names; only incidents with a record that is not known are read, and with all their signatures
// verified. Throws Error{interrupted}.
News news(const Context& context, const KnownRecord& known,
          const std::optional<incident::Person>& person = {});

}  // namespace jaga::workflow
