// What the office knows of the batches that came: which of each worker are part of a round, and what was
// refused (fleet/received.yaml in the state folder of an installation).
//
// A worker's batches come in the order of their numbers, but rounds take them in another one: of what came
// together, a late answer may become a round before an earlier number does, and a crash may come between. So
// beside the highest number that is part of a round, those below it that came and are not yet are known.
//
// A round is announced before it is written and confirmed after that. After a crash between the two it is
// seen from the file whether it was written.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "store/folder.hpp"
#include "yaml/fields.hpp"

namespace jaga::fleet {

// One thread at a time. `folder` must live as long.
class Received {
 public:
  // `exists`: whether a round lies at this path. Throws Error{data} for a file that is damaged: to begin anew
  // would accept again what was accepted.
  Received(const store::Folder& folder, const std::function<bool(const std::string& path)>& exists);

  // By worker.
  using Numbers = std::map<std::string, std::set<std::int64_t>>;
  // The highest number that is part of a round; 0: none is.
  std::int64_t last(const std::string& worker) const;
  // Whether a batch is part of a round.
  bool has(const std::string& worker, std::int64_t number) const;
  // The round at `path` will hold the batches `held`; `waiting` came, too, and are part of no round yet. An
  // empty path: no round is needed for them. Durable.
  void announce(const std::string& path, const Numbers& held, const Numbers& waiting);
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
  struct Known {
    std::int64_t last = 0;        // the highest that is part of a round
    std::set<std::int64_t> open;  // lower ones that are not
  };
  static yaml::Node to_node(const std::map<std::string, Known>& known);
  static std::map<std::string, Known> known_of(const std::vector<yaml::Node>& list,
                                               const yaml::Source& source);

  std::map<std::string, Known> known_;
  std::string announced_;                         // the path; empty: none
  std::map<std::string, Known> announced_known_;  // what then is known of these workers
  std::map<std::pair<std::string, std::string>, Refused> refused_;
};

}  // namespace jaga::fleet
