#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "register/body.hpp"
#include "register/rules.hpp"

namespace jaga::registry {
namespace {

void permit(const Wrong& wrong) {
  if (!wrong.empty()) throw Error{ExitCode::not_permitted, wrong.what, wrong.hint};
}

}  // namespace

yaml::Node genesis_body(const std::string& organisation, const Person& first, const Digest& sop) {
  if (organisation.empty()) throw Error{ExitCode::usage, msg("the organisation has no name")};
  permit(wrong_genesis(first));
  auto body = yaml::Node::map();
  body.set("organisation", organisation);
  body.set("person", to_node(first));
  body.set("sop", sop.text());
  return body;
}

yaml::Node person_body(const State& state, const record::By& by, const Person& entry, Instant at,
                       const sop::Sop& sop, const std::optional<Digest>& seal) {
  permit(wrong_actor(state, by, at));
  permit(wrong_person(state, by, entry, at, seal, [&]() -> const sop::Sop& { return sop; }));
  auto next = state;
  next.people[entry.id] = entry;
  permit(wrong_state(next));
  return to_node(PersonBody{entry, takes_away(state, entry, at) ? seal : std::nullopt});
}

yaml::Node resolve_body(const State& state, const record::By& by, const std::string& found,
                        std::vector<Resolved> expected, const std::string& reason, Instant at) {
  const std::string said(trim(reason));
  if (found.empty() || said.empty()) {
    throw Error{ExitCode::usage, msg("a resolution needs a reason"), msg("say why: --resolve REASON")};
  }
  permit(wrong_actor(state, by, at));
  permit(wrong_resolve(by, expected));
  return to_node(ResolveBody{found, std::move(expected), said});
}

yaml::Node host_body(const State& state, const record::By& by, const std::vector<Pin>& pins, Instant at,
                     const sop::Sop& sop) {
  permit(wrong_actor(state, by, at));
  permit(wrong_pins(by, pins, [&]() -> const sop::Sop& { return sop; }));
  auto body = yaml::Node::map();
  body.set("hosts", to_node(pins));
  return body;
}

yaml::Node adopt_body(const State& state, const record::By& by, const Digest& sop, const sop::Sop& old_sop,
                      const sop::Sop& new_sop, Instant at) {
  permit(wrong_actor(state, by, at));
  permit(wrong_adoption(by, old_sop, new_sop));
  auto body = yaml::Node::map();
  body.set("sop", sop.text());
  return body;
}

}  // namespace jaga::registry
