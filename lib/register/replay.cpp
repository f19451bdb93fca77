#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "base/error.hpp"
#include "record/kind.hpp"
#include "record/record.hpp"
#include "register/body.hpp"
#include "register/merge.hpp"
#include "register/rules.hpp"

namespace jaga::registry {
namespace {

[[noreturn]] void refuse(const record::Record& record, const Message& why) {
  throw Error{ExitCode::data, msg("the register's record '{file}' breaks a rule: {why}",
                                  {{"file", record::file_name(record.envelope)}})
                                  .with("why", why)};
}

void demand(const record::Record& record, const Wrong& wrong) {
  if (!wrong.empty()) refuse(record, wrong.what);
}

class Replayer {
 public:
  explicit Replayer(const SopBytes& sops) : sops_(sops) {}

  Register genesis(const record::Record& record) {
    const auto source = source_of(record);
    if (record.envelope.kind != record::name(record::Kind::genesis))
      refuse(record, msg("it does not start with its first record (genesis)"));
    yaml::Fields fields(record.body, source);
    Register state;
    state.organisation = fields.text("organisation");
    auto first = read_person(fields.map("person"), source);
    state.sop = fields.digest("sop");
    fields.finish();
    demand(record, wrong_genesis(first));
    const auto id = first.id;
    state.people.emplace(id, std::move(first));
    demand(record, wrong_writer(state, record));
    demand(record, wrong_state(state));
    return state;
  }

  void step(Register& state, const record::Record& record) {
    demand(record, wrong_writer(state, record));
    const auto source = source_of(record);
    const auto& by = record.envelope.by;
    const Procedure sop = [&]() -> const sop::Sop& { return procedure(state.sop, record); };
    const Earlier earlier = [&] {
      std::vector<const sop::Sop*> procedures;
      for (const Digest& one : state.earlier_sops) procedures.push_back(&procedure(one, record));
      return procedures;
    };
    yaml::Fields fields(record.body, source);
    if (record.envelope.kind == record::name(record::Kind::person)) {
      auto body = read_person_body(record.body, source);
      const auto at = record.envelope.at;
      demand(record, wrong_person(state, by, body.entry, at, body.seal, sop, earlier));
      for (auto& taking : taken(state, body.entry, at)) {
        taking.seal = *body.seal;
        taking.record = record.digest;
        state.takings.push_back(std::move(taking));
      }
      state.people[body.entry.id] = std::move(body.entry);
    } else if (record.envelope.kind == record::name(record::Kind::host)) {
      const auto pins = read_pins(fields.list("hosts"), source);
      fields.finish();
      demand(record, wrong_pins(by, pins, sop));
      for (const auto& pin : pins) state.pins[pin.host] = pin;
    } else if (record.envelope.kind == record::name(record::Kind::adopt)) {
      const auto digest = fields.digest("sop");
      fields.finish();
      demand(record, wrong_adoption(by, sop(), procedure(digest, record)));
      state.earlier_sops.push_back(state.sop);
      state.sop = digest;
    } else if (record.envelope.kind == record::name(record::Kind::resolve)) {
      auto body = read_resolve(record.body, source);
      demand(record, wrong_resolve(by, body.expected));
      state.resolved.insert(state.resolved.end(), body.expected.begin(), body.expected.end());
    } else {
      refuse(record, msg("unknown kind '{kind}'", {{"kind", record.envelope.kind}}));
    }
    demand(record, wrong_state(state));
  }

  Register merge(const std::vector<const Register*>& heads, const Fork& fork, const record::Record& record) {
    if (record.envelope.kind != record::name(record::Kind::merge))
      refuse(record, msg("it refers to several records but is not a merge"));
    const auto believed = fork.believed(heads);
    for (const auto* head : believed.empty() ? heads : believed) {
      if (auto wrong = wrong_writer(*head, record); !wrong.empty()) refuse(record, wrong.what);
    }
    const auto& by = record.envelope.by;
    if (by.role != sop::kAdmin) {
      const auto* role = procedure(heads.front()->sop, record).find_role(by.role);
      if (!fork.only_pins || role == nullptr || !role->pins_hosts)
        refuse(record, msg("only an admin may merge this fork"));
    }
    auto state = apply_merge(heads, believed, record.body, source_of(record));
    demand(record, wrong_state(state));
    return state;
  }

 private:
  static yaml::Source source_of(const record::Record& record) {
    return {record::file_name(record.envelope), ExitCode::data};
  }

  static Wrong wrong_writer(const Register& state, const record::Record& record) {
    const auto& envelope = record.envelope;
    if (auto wrong = wrong_actor(state, envelope.by, envelope.at); !wrong.empty()) return wrong;
    if (state.find_person(envelope.by.person)->holds(envelope.key)) return {};
    return msg("'{key}' is not a current key of '{person}'",
               {{"key", envelope.key}, {"person", envelope.by.person}});
  }

  const sop::Sop& procedure(const Digest& digest, const record::Record& record) {
    const auto known = parsed_.find(digest);
    if (known != parsed_.end()) return *known->second;
    const auto* bytes = sops_ ? sops_(digest) : nullptr;
    if (bytes == nullptr || sha256(*bytes) != digest) {
      refuse(record, msg("its procedure is missing: '{digest}'", {{"digest", digest.text()}}));
    }
    return *parsed_.emplace(digest, sop::parse_once(*bytes, digest, digest.text())).first->second;
  }

  const SopBytes& sops_;
  std::map<Digest, std::shared_ptr<const sop::Sop>> parsed_;
};

// `broken` null: the first record that breaks a rule is thrown.
std::vector<Register> replay_until(const record::Chain& chain, const std::optional<Digest>& upto,
                                   const SopBytes& sops, std::vector<Broken>* broken) {
  Replayer replayer(sops);
  std::vector<Register> states;
  std::map<Digest, std::size_t> at;
  for (const auto& record : chain.records) {
    std::vector<const Register*> heads;
    for (const auto& prev : record.envelope.prev) {
      const auto found = at.find(prev);
      if (found != at.end()) heads.push_back(&states[found->second]);
    }
    const bool is_first = record.envelope.seq == 1;
    const bool orphan = !is_first && (heads.empty() || heads.size() != record.envelope.prev.size());
    if (orphan && broken != nullptr) continue;
    if (orphan) refuse(record, msg("it refers to a record that does not exist"));
    Register state;
    try {
      if (is_first) {
        state = replayer.genesis(record);
      } else if (heads.size() == 1 && record.envelope.kind != record::name(record::Kind::merge)) {
        state = *heads.front();
        replayer.step(state, record);
      } else {
        const auto fork = look_at_fork(chain, record.envelope.prev, heads);
        state = replayer.merge(heads, fork, record);
        for (const auto& digest : fork.void_records) {
          if (const auto found = at.find(digest); found != at.end()) states[found->second].is_void = true;
        }
      }
    } catch (const Error& error) {
      if (broken == nullptr) throw;
      broken->push_back({record.digest, error.message()});
      continue;
    }
    state.head = record.digest;
    state.seq = record.envelope.seq;
    at.emplace(record.digest, states.size());
    states.push_back(std::move(state));
    if (upto && record.digest == *upto) break;
  }
  return states;
}

}  // namespace

bool Person::holds(std::string_view fingerprint) const {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const Key& key) { return key.fingerprint == fingerprint && key.current(); });
}

const Person* Register::find_person(std::string_view id) const {
  const auto found = people.find(std::string(id));
  return found == people.end() ? nullptr : &found->second;
}

const Person* Register::owner(std::string_view fingerprint) const {
  for (const auto& entry : people) {
    for (const auto& key : entry.second.keys) {
      if (key.fingerprint == fingerprint) return &entry.second;
    }
  }
  return nullptr;
}

std::vector<std::string> Register::roles_of(const Person& person, Instant at) const {
  if (person.left) return {};
  auto roles = person.roles;
  for (const auto& delegation : person.delegations) {
    const bool held = std::find(roles.begin(), roles.end(), delegation.role) != roles.end();
    if (!held && delegation.from <= at && at < delegation.until) roles.push_back(delegation.role);
  }
  return roles;
}

const Delegation* Register::delegation_of(std::string_view id, std::string_view role, Instant at) const {
  const Person* person = find_person(id);
  if (person == nullptr || person->left ||
      std::find(person->roles.begin(), person->roles.end(), role) != person->roles.end())
    return nullptr;
  for (const auto& delegation : person->delegations)
    if (delegation.role == role && delegation.from <= at && at < delegation.until) return &delegation;
  return nullptr;
}

std::set<std::string> holders(const Register& state, const std::vector<std::string>& roles, Instant at) {
  std::set<std::string> out;
  for (const auto& [id, person] : state.people) {
    if (std::none_of(person.keys.begin(), person.keys.end(), [](const Key& key) { return key.current(); }))
      continue;
    const auto theirs = state.roles_of(person, at);
    if (std::any_of(theirs.begin(), theirs.end(), [&](const std::string& role) {
          return std::find(roles.begin(), roles.end(), role) != roles.end();
        }))
      out.insert(id);
  }
  return out;
}

std::vector<sop::Step> vacant(const Register& state, const sop::Sop& procedure, Instant at) {
  std::vector<sop::Step> out;
  for (const sop::Step step : sop::kSteps) {
    const sop::Row& row = procedure.row(step);
    if (holders(state, row.roles, at).empty() ||
        (!row.countersign.empty() && holders(state, row.countersign, at).empty()))
      out.push_back(step);
  }
  return out;
}

std::vector<Alone> alone(const Register& state, const sop::Sop& procedure, Instant at) {
  std::vector<Alone> out;
  for (const sop::Step step : sop::kSteps) {
    const sop::Row& row = procedure.row(step);
    const auto deciders = holders(state, row.roles, at);
    if (deciders.size() != 1) continue;
    for (const sop::Step work : row.not_by) {
      if (work == sop::Step::analyze && !procedure.policies.confirm_system) continue;  // a machine may do it
      if (holders(state, procedure.row(work).roles, at) == deciders)
        out.push_back({*deciders.begin(), work, step});
    }
  }
  return out;
}

Register replay(const record::Chain& chain, std::optional<Digest> upto, const SopBytes& sops) {
  if (!upto) {
    const auto* head = chain.head();
    if (head == nullptr) {
      throw chain.records.empty() ? Error{ExitCode::not_permitted, msg("the register is empty"),
                                          msg("start the register with 'jaga person add ID --role ROLE'")}
                                  : Error{ExitCode::not_permitted, msg("the register is forked"),
                                          msg("close the fork with 'jaga merge register -m REASON'")};
    }
    upto = head->digest;
  }
  auto states = replay_until(chain, upto, sops, nullptr);
  if (states.empty() || states.back().head != *upto) {
    throw Error{ExitCode::data, msg("the register has no record '{digest}'", {{"digest", upto->text()}})};
  }
  return std::move(states.back());
}

std::vector<Register> replay_all(const record::Chain& chain, const SopBytes& sops) {
  return replay_until(chain, std::nullopt, sops, nullptr);
}

std::vector<Register> replay_believed(const record::Chain& chain, const SopBytes& sops,
                                      std::vector<Broken>& broken) {
  return replay_until(chain, std::nullopt, sops, &broken);
}

}  // namespace jaga::registry
