#include "workflow/registering.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "inventory/settings.hpp"
#include "record/kind.hpp"
#include "register/merge.hpp"
#include "store/append.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/seal.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kResolve = record::name(record::Kind::resolve);

// The body under the first of the actor's roles that may write it, admin before the others.
using MakeBody =
    std::function<yaml::Node(const registry::Register& state, const record::By& by, Instant now)>;

record::Record write(const Context& context, const Actor& actor, const std::string& kind,
                     const MakeBody& make, const std::vector<store::Attached>& evidence = {}) {
  Context fresh = context;
  store::Writing how = writing(context, actor);
  if (kind == kResolve) how.look = {};  // it is about what is gone
  return store::append(
      *context.directory, record::ChainName::registry(),
      [&](const record::Chain&) {
        load_register(fresh);
        require_register(fresh);
        const registry::Register& state = *fresh.registered;
        const Instant now = context.now();
        std::vector<std::string> roles;
        if (const registry::Person* person = state.find_person(actor.person))
          roles = state.roles_of(*person, now);
        std::stable_partition(roles.begin(), roles.end(),
                              [](const std::string& role) { return role == sop::kAdmin; });
        if (roles.empty())
          throw Error(ExitCode::not_permitted, msg("'{person}' has no role", {{"person", actor.person}}),
                      msg("an admin assigns one: jaga person change {person} --role ROLE",
                          {{"person", actor.person}}));
        store::RecordDraft draft;
        draft.kind = kind;
        draft.at = now;
        draft.key = actor.key;
        draft.evidence = evidence;
        std::optional<Error> first;
        for (const std::string& role : roles) {
          try {
            draft.by = {actor.person, role};
            draft.body = make(state, draft.by, now);
            return draft;
          } catch (const Error& error) {
            if (error.code() != ExitCode::not_permitted) throw;
            if (!first) first = error;
          }
        }
        throw *first;
      },
      how);
}

}  // namespace

record::Record begin_register(const ActingContext& context, const registry::Person& first,
                              const sign::FoundKey& key) {
  if (context.register_chain)
    throw Error(ExitCode::not_permitted, msg("the register has already been started"),
                msg("see 'jaga person list'"));
  const std::string bytes = context.directory->require("sop.yaml");
  sop::parse(bytes, "sop.yaml");
  const Digest digest = sha256(bytes);
  Actor actor;
  actor.person = first.id;
  actor.key = key.key.fingerprint();
  actor.signer = sign::signer_for(key, context.keys);
  return store::append(
      *context.directory, record::ChainName::registry(),
      [&](const record::Chain& chain) {
        if (!chain.records.empty())
          throw Error(ExitCode::not_permitted, msg("the register has already been started"),
                      msg("see 'jaga person list'"));
        store::RecordDraft draft;
        draft.kind = record::name(record::Kind::genesis);
        draft.at = context.now();
        draft.by = {first.id, std::string(sop::kAdmin)};
        draft.key = actor.key;
        draft.body = registry::genesis_body(context.settings->organisation, first, digest);
        draft.evidence = {{bytes}};
        return draft;
      },
      writing(context, actor));
}

record::Record write_person(const ActingContext& context, const registry::Person& entry) {
  // Who may not write the record shall not seal for it either.
  std::optional<Digest> sealed;
  return write(context, acting_person(context), "person",
               [&](const registry::Register& state, const record::By& by, Instant now) {
                 const sop::Sop procedure = adopted_procedure(context, state.sop);
                 std::vector<sop::Sop> before;
                 const registry::Earlier earlier = [&] {
                   if (before.empty())
                     for (const Digest& digest : state.earlier_sops)
                       before.push_back(adopted_procedure(context, digest));
                   std::vector<const sop::Sop*> out;
                   for (const sop::Sop& one : before) out.push_back(&one);
                   return out;
                 };
                 if (!sealed && registry::takes_away(state, entry, now)) {
                   (void)registry::person_body(state, by, entry, now, procedure, Digest{}, earlier);
                   sealed = seal(context, true)->record.digest;
                 }
                 return registry::person_body(state, by, entry, now, procedure, sealed, earlier);
               });
}

record::Record write_pins(const Context& context, const Actor& actor,
                          const std::vector<registry::Pin>& pins) {
  return write(context, actor, "host",
               [&](const registry::Register& state, const record::By& by, Instant now) {
                 return registry::host_body(state, by, pins, now, adopted_procedure(context, state.sop));
               });
}

Adoption preview_adoption(const Office& office) {
  require_register(office);
  Adoption adoption;
  adoption.digest = office.sop_digest;
  adoption.nothing_to_do = office.registered->sop == office.sop_digest;
  if (adoption.nothing_to_do) return adoption;
  adoption.loosened = sop::loosened(adopted_procedure(office, office.registered->sop), *office.sop);
  if (const auto adopted =
          store::read_evidence(*office.directory, record::ChainName::registry(), office.registered->sop))
    adoption.changes = changed_lines(*adopted, office.directory->require("sop.yaml"));
  return adoption;
}

record::Record adopt(const ActingContext& context) {
  const Adoption adoption = preview_adoption(context);
  if (adoption.nothing_to_do)
    throw Error(ExitCode::not_permitted, msg("'{file}' is already adopted", {{"file", "sop.yaml"}}),
                msg("edit it first"));
  // The record names the bytes that were understood; others may lie there by now.
  const std::string bytes = context.directory->require("sop.yaml");
  if (sha256(bytes) != context.sop_digest)
    throw Error(ExitCode::busy, msg("'{file}' has changed in the meantime", {{"file", "sop.yaml"}}),
                msg("try again"));
  return write(context, acting_person(context), "adopt",
               [&](const registry::Register& state, const record::By& by, Instant now) {
                 return registry::adopt_body(state, by, context.sop_digest,
                                             adopted_procedure(context, state.sop), *context.sop, now);
               },
               {{bytes}});
}

record::Record resolve(const ActingContext& context, const std::string& found,
                       const std::vector<registry::Resolved>& expected, const std::string& reason) {
  return write(context, acting_person(context), std::string(kResolve),
               [&](const registry::Register& state, const record::By& by, Instant now) {
                 return registry::resolve_body(state, by, found, expected, reason, now);
               });
}

record::Record merge_register(const ActingContext& context, const std::string& reason) {
  const auto chain = context.register_chain;
  if (chain && !chain->breaks.empty()) throw store::damaged(*chain);
  if (!chain || !chain->forked())
    throw Error(ExitCode::not_permitted, msg("the register is not forked"), msg("nothing to merge"));
  std::map<Digest, std::string> kept;
  const registry::SopBytes sops = [&](const Digest& digest) -> const std::string* {
    if (const auto known = kept.find(digest); known != kept.end()) return &known->second;
    auto bytes = store::read_evidence(*context.directory, record::ChainName::registry(), digest);
    return bytes ? &kept.emplace(digest, std::move(*bytes)).first->second : nullptr;
  };
  // Nobody acts under a forked register but to merge it: who that is, each of its heads that is believed has
  // to say the same.
  ActingContext at_head = context;
  std::optional<Actor> actor;
  for (const Digest& head : registry::believed_heads(*chain, sops)) {
    auto one = std::make_shared<record::Chain>(*chain);
    one->heads = {head};
    at_head.register_chain = one;
    at_head.registered = std::make_shared<registry::Register>(registry::replay(*chain, head, sops));
    Actor here = acting_person(at_head);
    if (actor && (actor->person != here.person || actor->key != here.key))
      throw Error(ExitCode::not_permitted,
                  msg("the branches of the register disagree about the owner of this key"),
                  msg("select the acting person with --as PERSON"));
    actor = std::move(here);
  }
  return store::append(
      *context.directory, record::ChainName::registry(),
      [&](const record::Chain& current) {
        store::RecordDraft draft;
        draft.kind = record::name(record::Kind::merge);
        draft.at = context.now();
        draft.key = actor->key;
        draft.merge = true;
        const auto& roles = actor->roles;
        const bool admin = std::find(roles.begin(), roles.end(), sop::kAdmin) != roles.end();
        draft.by = {actor->person, admin || roles.empty() ? std::string(sop::kAdmin) : roles.front()};
        draft.body = registry::merge_body(current, draft.by, sops, draft.at, reason);
        return draft;
      },
      writing(context, *actor));
}

Written merge_incident(const ActingContext& context, const std::string& id, const std::string& reason) {
  if (trim(reason).empty())
    throw Error(ExitCode::usage, msg("a merge requires a reason"), msg("give it with -m"));
  const Actor actor = acting_person(context);
  const auto name = record::ChainName::incident(id);
  const record::Record written = store::append(
      *context.directory, name,
      [&](const record::Chain& current) {
        const Incident incident = judge_incident(context, id, current);
        if (!current.forked())
          throw Error(ExitCode::not_permitted, msg("incident '{id}' is not forked", {{"id", id}}),
                      msg("nothing to merge"));
        store::RecordDraft draft;
        draft.kind = record::name(record::Kind::merge);
        draft.at = incident.now;
        draft.key = actor.key;
        draft.merge = true;
        draft.register_head = context.registered->head;
        draft.body = incident::to_node(incident::Merge{reason});
        for (const std::string& role : actor.roles) {
          const bool of_procedure =
              role == sop::kAdmin || std::any_of(sop::kSteps.begin(), sop::kSteps.end(), [&](sop::Step step) {
                return incident.procedure.may(role, step);
              });
          if (!of_procedure) continue;
          draft.by = {actor.person, role};
          return draft;
        }
        throw Error(ExitCode::not_permitted,
                    msg("'{person}' has no role of the procedure", {{"person", actor.person}}));
      },
      writing(context, actor));
  return {id, written, name.directory() + "/" + record::file_name(written.envelope)};
}

}  // namespace jaga::workflow
