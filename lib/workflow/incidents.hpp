// Reading an incident with all that judges it, and writing its next record.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "incident/incident.hpp"
#include "record/kind.hpp"
#include "record/record.hpp"
#include "store/append.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// Reads register/ into the context (register_chain, register_states, registered); leaves them null where
// there is none. A register that is damaged or forked is left to acting_person() to refuse: `registered` is
// then the state before the fork, or null. Where the directory still holds what the context has, nothing is
// done.
void load_register(Context& context);

// The register's state at a head; nullptr: no such head.
const registry::Register* register_at(const Office& office, const Digest& head);
// The adopted procedure of that digest (register/evidence). Throws Error{data} where its bytes are missing.
sop::Sop adopted_procedure(const Office& office, const Digest& digest);

struct Incident {
  std::string id;
  record::Chain chain;
  std::vector<record::Note> notes;
  sop::Sop procedure;  // adopted when it opened
  incident::State state;
  Instant now;                                           // when this was read
  std::shared_ptr<const registry::Register> registered;  // as it stood then

  std::shared_ptr<const std::vector<registry::Register>> register_states;  // after each of its records

  std::optional<incident::Due> due() const;  // incident::due(), then
  // By which letter who wrote a record held their role then; nullptr: it was their own.
  const registry::Delegation* delegation_of(const record::Envelope& envelope) const;
};
// By which letter the writer of a record held their role; nullptr: it was their own.
const registry::Delegation* delegation_of(const Office& office, const record::Envelope& envelope);
// What is there of an incident, by its exact id; without judging it.
record::Chain read_incident(const Office& office, const std::string& id);
// By its exact id. Throws Error{no_input}; Error{data} for a damaged chain, naming the first break, and for a
// record or note that is not signed by whom it names; for a chain of which this account saw more before. What
// it sees now is remembered.
Incident load_incident(const Context& context, const std::string& id);
void require_signatures(const Office& office, const Incident& incident);  // that last part alone
// Why load_incident() cannot load it; nullopt: it can.
std::optional<Error> problem_of(const Context& context, const std::string& id);
// Of its newest record alone, which rests on all the others.
void require_head_signed(const Office& office, const Incident& incident);
// Of a chain in hand, without looking at signatures; else the same errors. `known`: only these of its notes.
Incident judge_incident(const Context& context, const std::string& id, record::Chain chain,
                        const std::function<bool(const record::Note&)>& known = {});

// The record that `actor` would write now, or the refusal. `body` is asked for once the chain is known to be
// neither forked nor forged. Throws what incident::decide throws.
incident::Decision decide_now(const Office& office, const Actor& actor, const Incident& incident,
                              const std::function<incident::Body(const Incident&)>& body,
                              std::optional<Instant> occurred = {});

// What the store needs to write as that actor.
store::Writing writing(const Context& context, const Actor& actor);

// A record that is written.
struct Written {
  std::string incident;
  record::Record record;
  std::string path;  // below the working directory
};
using Attach = std::function<std::vector<store::Attached>(const incident::Body&)>;
// decide()s over the chain as it stands when it is written, signs as `actor`, appends. `body` is asked for
// anew for each try, and once it may be written `evidence` for what it names: neither is there where it is
// refused. Throws what decide and append throw.
Written write_record(const Context& context, const std::string& id, const Actor& actor,
                     const std::function<incident::Body(const Incident&)>& body,
                     std::optional<Instant> occurred = {}, const Attach& evidence = {});

// The role under which a person remarks and issues: the first that they hold in the order of the procedure's
// steps. Precondition: they hold one.
std::string role_of_notes(const Office& office, const Actor& actor);
// Throws Error{not_permitted} where they hold none.
void require_role(const Actor& actor);

// A note of an incident by `actor`. Made under
// `role`, or where that is empty the first that they hold in the order of the procedure's steps: who is staff
// and admin remarks as staff.
record::Note write_note(const Context& context, const std::string& id, const Actor& actor,
                        record::NoteKind kind, yaml::Node body, std::vector<Digest> cites = {},
                        std::optional<Instant> occurred = {}, const std::string& role = {});

}  // namespace jaga::workflow
