#include <algorithm>
#include <map>

#include "incident/check.hpp"
#include "incident/note.hpp"
#include "record/kind.hpp"

namespace jaga::incident {
namespace {

using sop::Step;

Made made_by(const record::Record& record, const registry::Register* registered) {
  const record::Envelope& envelope = record.envelope;
  Made made{record.digest, envelope.seq, envelope.by, envelope.key, envelope.at, envelope.occurred};
  if (registered != nullptr)
    if (const auto* delegation = registered->delegation_of(made.by.person, made.by.role, made.at))
      made.letter = delegation->letter;
  return made;
}

// Whether the signer was who the record says, with the role it says, under the register that it names.
Message stranger(const State& state, const record::Envelope& envelope, const registry::Register* registered) {
  const Run* run = state.open_run();
  if (record::is_of_run(envelope.kind) && run != nullptr && run->body.run_key &&
      fingerprint_of(*run->body.run_key) == envelope.key)
    return {};
  if (registered == nullptr) return msg("it was written with a version of the register that is missing here");
  const registry::Person* owner = registered->owner(envelope.key);
  if (owner == nullptr) return msg("its key was not registered");
  if (owner->id != envelope.by.person)
    return msg("its key belongs to '{owner}', not to '{person}'",
               {{"owner", owner->id}, {"person", envelope.by.person}});
  if (!owner->holds(envelope.key)) return msg("its key was no longer current");
  const auto roles = registered->roles_of(*owner, envelope.at);
  if (std::find(roles.begin(), roles.end(), envelope.by.role) == roles.end())
    return msg("'{person}' did not hold the role '{role}'",
               {{"person", envelope.by.person}, {"role", envelope.by.role}});
  return {};
}

class Replay {
 public:
  Replay(const record::Chain& chain, std::span<const record::Note> notes, const sop::Sop& procedure,
         const RegisterAt& register_at, const Doubt& doubt)
      : chain_(chain), notes_(notes), procedure_(procedure), register_at_(register_at), doubt_(doubt) {}

  void open(State& state, const record::Record& record) {
    const Body body = parsed(record);
    state.utc_offset = procedure_.calendar.utc_offset;
    state.monitor = std::get<Monitor>(body);
    state.subjects.open(state.monitor);
    state.head = record.digest;
    state.seq = record.envelope.seq;
    const auto* registered = register_at_(record.envelope.register_head);
    state.opened = made_by(record, registered);
    Message wrong = not_believed(state, record, registered);
    const auto roles = roles_for(state, procedure_, body, record.envelope.at);
    if (wrong.empty() && std::find(roles.begin(), roles.end(), record.envelope.by.role) == roles.end())
      wrong = msg("'{person}' has no role for step '{step}'", {{"person", record.envelope.by.person}})
                  .with("step", sop::word(Step::monitor));
    if (!wrong.empty()) violated(state, record, std::move(wrong));
    // Measuring ends with the round that confirmed it; from there on it waits for its analysis.
    const Instant began = record.envelope.occurred.value_or(record.envelope.at);
    const Instant known = std::clamp(state.monitor.confirmed.value_or(record.envelope.at),
                                     std::min(began, record.envelope.at), record.envelope.at);
    state.spans.push_back({Step::monitor, 1, std::min(began, known), known});
    state.spans.push_back({Step::analyze, 1, known, {}});
  }

  void step(State& state, const record::Record& record) {
    state.head = record.digest;
    state.seq = record.envelope.seq;
    state.unknown.clear();
    Message wrong;
    try {
      const std::optional<Body> body = body_of(record);
      if (!body) {
        wrong = msg("this version of jaga does not know its kind");
        state.unknown = record.envelope.kind;
      } else {
        const auto* registered = register_at_(record.envelope.register_head);
        wrong = not_believed(state, record, registered);
        if (wrong.empty()) {
          const Question question{state,
                                  notes_,
                                  procedure_,
                                  registered,
                                  record.envelope.by,
                                  record.envelope.key,
                                  record.envelope.at,
                                  record.envelope.occurred.has_value()};
          if (auto refusal = check(question, *body)) wrong = std::move(refusal->what);
        }
        if (wrong.empty()) {
          state.spans = spans_at(state, procedure_, record.envelope.at);
          apply(state, procedure_, *body, made_by(record, registered));
          track(state, *body, arrived(record));
        }
      }
    } catch (const Error& error) {
      wrong = error.message();
      if (wrong.id == msg("a newer version of jaga wrote this record: {what}").id)
        state.unknown = record.envelope.kind;
    }
    if (!wrong.empty()) violated(state, record, std::move(wrong));
  }

 private:
  // A decision that was signed elsewhere took effect when it was imported, not when it was asked for. A note
  // that came after the next record moves nothing any more: what may be done hangs on how long it has waited.
  Instant arrived(const record::Record& record) const {
    std::optional<Instant> imported;
    for (const record::Note& note : notes_) {
      if (!is_import_of(note, record.digest) || !in_time(record, note)) continue;
      if (!imported || note.at < *imported) imported = note.at;
    }
    return std::max(record.envelope.at, imported.value_or(record.envelope.at));
  }
  bool in_time(const record::Record& record, const record::Note& note) const {
    bool last = true;
    for (const record::Record& next : chain_.records) {
      const auto& before = next.envelope.prev;
      if (std::find(before.begin(), before.end(), record.digest) == before.end()) continue;
      const auto& named = next.envelope.notes;
      if (std::find(named.begin(), named.end(), note.digest) != named.end()) return true;
      last = false;
    }
    return last;
  }
  // An unknown key in a body is not damage: only a newer version writes one.
  static std::optional<Body> body_of(const record::Record& record) {
    try {
      return from_node(record.envelope.kind, record.body, record::file_name(record.envelope));
    } catch (const yaml::UnknownKey& error) {
      throw Error(error.code(),
                  msg("a newer version of jaga wrote this record: {what}").with("what", error.message()),
                  msg("install the version that wrote it, or a newer one"));
    }
  }
  Body parsed(const record::Record& record) {
    auto body = body_of(record);
    if (!body || !std::holds_alternative<Monitor>(*body))
      throw Error(ExitCode::data,
                  msg("the first record of an incident must be of kind 'monitor', not '{kind}'",
                      {{"kind", record.envelope.kind}}));
    return *body;
  }
  Message not_believed(const State& state, const record::Record& record,
                       const registry::Register* registered) const {
    Message wrong = stranger(state, record.envelope, registered);
    return wrong.empty() && doubt_ ? doubt_(record) : wrong;
  }
  static void violated(State& state, const record::Record& record, Message what) {
    state.violations.push_back({record.digest, record.envelope.seq, record.envelope.kind, std::move(what)});
  }
  void track(State& state, const Body& body, Instant at) {
    const auto next = due_step(state, procedure_, at);
    Span& current = state.spans.back();
    const bool anew = current.step == Step::approve && std::holds_alternative<Analyze>(body);
    if (next && !current.ended && current.step == next->step && !anew) return;
    current.superseded = anew && next && next->step == current.step;
    if (!current.ended) current.ended = std::max(at, current.began);
    if (!next) return;
    const auto same = std::count_if(state.spans.begin(), state.spans.end(),
                                    [&](const Span& span) { return span.step == next->step; });
    state.spans.push_back({next->step, static_cast<int>(same) + 1, at, {}});
  }

  const record::Chain& chain_;
  std::span<const record::Note> notes_;
  const sop::Sop& procedure_;
  const RegisterAt& register_at_;
  const Doubt& doubt_;
};

// Who forks an incident and merges it again must not give life to an approval that somebody has revoked.
void keep_revoked(State& result, const State& branch) {
  if (result.phase != Step::repair || !result.approval || !branch.approval) return;
  if (branch.approval->made.record != result.approval->made.record || !branch.approval->revoked) return;
  result.approval->revoked = branch.approval->revoked;
  if (branch.after_run) result.after_run = branch.after_run;
}

// The step that was due at the fork is due again, but what the branches ran they ran: their runs count.
State joined(const State& fork, const std::vector<const State*>& branches) {
  State result = fork;
  for (const State* branch : branches) {
    result.subjects.join(branch->subjects);
    for (const Run& run : branch->runs) {
      const auto known = std::find_if(result.runs.begin(), result.runs.end(),
                                      [&](const Run& one) { return one.made.record == run.made.record; });
      if (known != result.runs.end()) {
        const bool went_on = run.commands.size() > known->commands.size() || (run.end && !known->end) ||
                             (run.continued && !known->continued);
        if (!went_on) continue;
        const auto ratified = known->ratified;
        *known = run;
        known->ratified = ratified;
        known->left_behind = true;
        continue;
      }
      Run kept = run;
      // It can no longer be continued: the other branch knew nothing of it.
      kept.left_behind = true;
      result.runs.push_back(std::move(kept));
      if (result.approval && run.body.basis == result.approval->made.record && !run.body.resumes)
        ++result.approval->used;
    }
    keep_revoked(result, *branch);
    // The person who decides again must know that it was rejected before, and why.
    for (const Decided<Reject>& no : branch->rejections) {
      const auto same = [&](const Decided<Reject>& known) { return known.made.record == no.made.record; };
      if (std::none_of(result.rejections.begin(), result.rejections.end(), same))
        result.rejections.push_back(no);
    }
    std::stable_sort(result.rejections.begin(), result.rejections.end(),
                     [](const auto& left, const auto& right) { return left.made.seq < right.made.seq; });
    for (const Violation& violation : branch->violations) {
      const auto same = [&](const Violation& known) { return known.record == violation.record; };
      if (std::none_of(result.violations.begin(), result.violations.end(), same))
        result.violations.push_back(violation);
    }
  }
  if (result.open_run() == nullptr) result.after_run.reset();
  return result;
}

}  // namespace

State replay(const record::Chain& chain, std::span<const record::Note> notes, const sop::Sop& procedure,
             const RegisterAt& register_at, const Doubt& doubt) {
  if (chain.records.empty())
    throw Error(ExitCode::data, msg("incident '{id}' has no records", {{"id", chain.name.id}}));
  Replay replay(chain, notes, procedure, register_at, doubt);
  State state;
  state.id = chain.name.id;
  replay.open(state, chain.records.front());

  const bool plain = chain.heads.size() <= 1 && std::all_of(chain.records.begin(), chain.records.end(),
                                                            [](const record::Record& record) {
                                                              return record.envelope.prev.size() == 1;
                                                            });
  if (plain) {
    for (std::size_t i = 1; i < chain.records.size(); ++i) replay.step(state, chain.records[i]);
    return state;
  }

  std::map<Digest, State> states;
  states.emplace(chain.records.front().digest, state);
  const auto join = [&](const std::vector<Digest>& heads) -> std::optional<State> {
    const record::Record* fork = record::common(chain, heads);
    if (fork == nullptr || !states.contains(fork->digest)) return std::nullopt;
    std::vector<const State*> branches;
    for (const Digest& head : heads)
      if (const auto found = states.find(head); found != states.end()) branches.push_back(&found->second);
    return joined(states.at(fork->digest), branches);
  };
  for (std::size_t i = 1; i < chain.records.size(); ++i) {
    const record::Record& record = chain.records[i];
    std::optional<State> before;
    if (record.envelope.prev.size() > 1) {
      before = join(record.envelope.prev);
    } else if (const auto found = states.find(record.envelope.prev.front()); found != states.end()) {
      before = found->second;
    }
    if (!before) continue;  // a gap: the chain's breaks name it
    replay.step(*before, record);
    states.emplace(record.digest, std::move(*before));
  }
  if (chain.heads.size() == 1 && states.contains(chain.heads.front())) return states.at(chain.heads.front());
  if (auto open = join(chain.heads)) {
    open->forked = true;
    return *open;
  }
  return state;
}

}  // namespace jaga::incident
