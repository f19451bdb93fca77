#include <algorithm>
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

// They stand on paper, and a name of two lines would look like another official's there. What an older entry
// holds already stays.
void require_lines(const Person* old, const Person& entry) {
  const auto check = [&](const char* what, const std::string& text, bool kept) {
    if (kept || is_line(text)) return;
    throw Error{ExitCode::usage, msg("'{name}' must be a single line of plain text: '{value}'",
                                     {{"name", what}, {"value", printable(text)}})};
  };
  check("name", entry.name, old != nullptr && old->name == entry.name);
  check("nip", entry.nip, old != nullptr && old->nip == entry.nip);
  check("rank", entry.rank, false);
  check("position", entry.position, false);
  for (const auto& delegation : entry.delegations)
    check("letter", delegation.letter,
          old != nullptr && std::any_of(old->delegations.begin(), old->delegations.end(),
                                        [&](const Delegation& one) { return same(one, delegation); }));
}

// What our own reader would refuse must never be signed: the register could not be read any more.
yaml::Node readable(yaml::Node body) {
  try {
    (void)read_person_body(body, {"person", ExitCode::data});
  } catch (const Error& error) {
    throw Error{ExitCode::usage, error.message(), error.hint()};
  }
  return body;
}

}  // namespace

yaml::Node genesis_body(const std::string& organisation, const Person& first, const Digest& sop) {
  if (organisation.empty()) throw Error{ExitCode::usage, msg("the organisation has no name")};
  require_lines(nullptr, first);
  permit(wrong_genesis(first));
  auto body = yaml::Node::map();
  body.set("organisation", organisation);
  body.set("person", to_node(first));
  body.set("sop", sop.text());
  return body;
}

yaml::Node person_body(const Register& state, const record::By& by, const Person& entry, Instant at,
                       const sop::Sop& sop, const std::optional<Digest>& seal, const Earlier& earlier) {
  require_lines(state.find_person(entry.id), entry);
  permit(wrong_actor(state, by, at));
  permit(wrong_person(
      state, by, entry, at, seal, [&]() -> const sop::Sop& { return sop; }, earlier));
  auto next = state;
  next.people[entry.id] = entry;
  permit(wrong_state(next));
  return readable(to_node(PersonBody{entry, takes_away(state, entry, at) ? seal : std::nullopt}));
}

yaml::Node resolve_body(const Register& state, const record::By& by, const std::string& found,
                        std::vector<Resolved> expected, const std::string& reason, Instant at) {
  const std::string said(trim(reason));
  if (found.empty() || said.empty()) {
    throw Error{ExitCode::usage, msg("accepting missing or replaced files requires a reason"),
                msg("give a reason: --resolve REASON")};
  }
  permit(wrong_actor(state, by, at));
  permit(wrong_resolve(by, expected));
  return to_node(ResolveBody{found, std::move(expected), said});
}

yaml::Node host_body(const Register& state, const record::By& by, const std::vector<Pin>& pins, Instant at,
                     const sop::Sop& sop) {
  permit(wrong_actor(state, by, at));
  permit(wrong_pins(by, pins, [&]() -> const sop::Sop& { return sop; }));
  auto body = yaml::Node::map();
  body.set("hosts", to_node(pins));
  return body;
}

yaml::Node adopt_body(const Register& state, const record::By& by, const Digest& sop, const sop::Sop& old_sop,
                      const sop::Sop& new_sop, Instant at) {
  permit(wrong_actor(state, by, at));
  permit(wrong_adoption(by, old_sop, new_sop));
  auto body = yaml::Node::map();
  body.set("sop", sop.text());
  return body;
}

}  // namespace jaga::registry
