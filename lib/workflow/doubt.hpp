// What the register says since of who wrote: a key that was in other hands by then, a key or a role that was
// taken away. So nobody signs into the past.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "incident/incident.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// What seals cover, with all that they rest on; read when first asked for.
class Seals {
 public:
  // Whether `seal` names the file with that digest. False where the seal is not there.
  bool covers(const Context& context, const Digest& seal, const std::string& file, const Digest& digest);

 private:
  void read(const Context& context);
  struct One {
    std::map<std::string, Digest> files;
    std::vector<Digest> rests_on;
  };
  bool read_ = false;
  std::map<Digest, One> seals_;
  std::map<Digest, std::map<std::string, Digest>> covered_;
};

// Of a record or note that is well signed by who might then: why it is not believed all the same; empty: it
// is. `file` is its path below the working directory.
Message doubt(const Context& context, const record::By& by, const std::string& key, Instant at,
              const Digest& register_head, const std::string& file, const Digest& digest);

}  // namespace jaga::workflow
