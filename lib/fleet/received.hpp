// What the office knows of the batches that came: the last number of each worker that is part of a round, and
// what was refused (fleet/received.yaml in the state folder of an installation).
//
// A round is announced before it is written and confirmed after that. After a crash between the two it is
// seen from the file whether it was written.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "store/folder.hpp"

namespace jaga::fleet {

// One thread at a time. `folder` must live as long.
class Received {
 public:
  // `exists`: whether a round lies at this path. Throws Error{data} for a file that is damaged: to begin anew
  // would accept again what was accepted.
  Received(const store::Folder& folder, const std::function<bool(const std::string& path)>& exists);

  std::int64_t last(const std::string& worker) const;
  // The round at `path` will hold the batches of these workers up to these numbers. Durable.
  void announce(const std::string& path, const std::map<std::string, std::int64_t>& numbers);
  // It does. Durable.
  void confirm();

  // A message of the site that was refused, for one of a few reasons ("signature"). Written with the next of
  // the others.
  struct Refused {
    std::int64_t count = 0;
    Instant last{};
    bool operator==(const Refused&) const = default;
  };
  void refuse(const std::string& site, const std::string& reason, Instant now);
  const std::map<std::pair<std::string, std::string>, Refused>& refused() const { return refused_; }
  void save() const;

 private:
  const store::Folder& folder_;
  std::map<std::string, std::int64_t> numbers_;
  std::string announced_;  // the path; empty: none
  std::map<std::string, std::int64_t> announced_numbers_;
  std::map<std::pair<std::string, std::string>, Refused> refused_;
};

}  // namespace jaga::fleet
