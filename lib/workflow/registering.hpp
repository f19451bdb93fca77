// Writing the register: who may do what. Each command is one record; store::append and registry's rules judge
// it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "register/register.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

// Begins the register: the first person (always an admin), their key, the sop.yaml that lies here. Throws
// not_permitted where it has begun already. The record's digest is what goes into the paper file.
record::Record begin_register(const ActingContext& context, const registry::Person& first,
                              const sign::FoundKey& key);

// The entry as it shall be, new or changed. What takes a key or a role away is sealed first, and the record
// names the seal.
record::Record write_person(const ActingContext& context, const registry::Person& entry);
record::Record write_pins(const Context& context, const Actor& actor, const std::vector<registry::Pin>& pins);

// What `jaga adopt` would change: where sop.yaml permits what the adopted one had fixed, it refuses.
struct Adoption {
  Digest digest;
  std::vector<std::string> changes;  // lines of sop.yaml, "- old" and "+ new"
  std::vector<Message> loosened;     // not empty: it may not be adopted
  bool nothing_to_do = false;
};
Adoption preview_adoption(const Office& office);
record::Record adopt(const ActingContext& context);

// Accepts with open eyes that something is not what was seen or sealed (a rollback, a loss): audit then says
// that it could not check it, instead of naming it. Admin only.
record::Record resolve(const ActingContext& context, const std::string& found,
                       const std::vector<registry::Resolved>& expected, const std::string& reason);

// Closes a fork; all heads are named. Throws not_permitted where there is none.
record::Record merge_register(const ActingContext& context, const std::string& reason);
Written merge_incident(const ActingContext& context, const std::string& incident, const std::string& reason);

}  // namespace jaga::workflow
