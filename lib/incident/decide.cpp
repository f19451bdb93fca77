#include <algorithm>

#include "base/text.hpp"
#include "base/zone.hpp"
#include "incident/check.hpp"
#include "yaml/write.hpp"

namespace jaga::incident {

void require_unforked(const State& state) {
  if (!state.forked) return;
  throw Error(ExitCode::not_permitted,
              msg("incident '{id}' is forked: two clones have continued it", {{"id", state.id}}),
              msg("close the fork with 'jaga merge {id} -m REASON'", {{"id", state.id}}));
}

namespace {

struct Tidy {
  static void tidy(std::string& text) { text = std::string(trim(text)); }
  static void tidy(std::optional<std::string>& text) {
    if (text) tidy(*text);
  }
  static void need_reason(std::string& reason, Message missing) {
    tidy(reason);
    if (reason.empty()) throw Error(ExitCode::usage, std::move(missing), msg("give it with -m"));
  }

  // A name, number or place is printed in lists and on paper, where a line break looks like another entry.
  static void line(const char* name, const std::optional<std::string>& text) {
    if (!text || is_line(*text)) return;
    throw Error(ExitCode::usage, msg("'{name}' must be a single line of plain text: '{value}'",
                                     {{"name", name}, {"value", printable(*text)}}));
  }

  static void need_reason_of(const std::optional<std::string>& reason) {
    if (!reason || reason->empty())
      throw Error(ExitCode::usage, msg("archiving without evidence requires a reason"),
                  msg("give it with -m"));
  }

  void operator()(Analyze& body) const {
    tidy(body.part);
    if (body.part && body.part->empty()) body.part.reset();
    if (!body.part) body.part_title.reset();
    tidy(body.reason);
  }
  void operator()(Approve& body) const { tidy(body.reason); }
  void operator()(Verify& body) const {
    tidy(body.reason);
    tidy(body.override_why);
  }
  void operator()(Accept& body) const { tidy(body.reason); }
  void operator()(Reject& body) const {
    need_reason(body.reason, msg("a rejection requires a reason"));
    tidy(body.correction);
  }
  void operator()(RepairStart& body) const {
    tidy(body.emergency);
    tidy(body.vendor);
    line("vendor", body.vendor);
    tidy(body.reason);
  }
  void operator()(RepairEnd& body) const {
    for (Part& part : body.parts) {
      tidy(part.removed);
      tidy(part.installed);
      line("part", part.removed);
      line("part", part.installed);
    }
    tidy(body.technician);
    line("technician", body.technician);
    tidy(body.reply);
    if (!body.reason || body.reason->message() != nullptr) return;  // a run's own words
    std::string typed = body.reason->text();
    tidy(typed);
    body.reason = std::move(typed);
  }
  void operator()(Archive& body) const {
    tidy(body.where);
    tidy(body.received_by);
    tidy(body.sanitised);
    tidy(body.reason);
    if (!body.without.empty()) need_reason_of(body.reason);
    line("where", body.where);
    line("received_by", body.received_by);
    line("sanitised", body.sanitised);
  }
  void operator()(Withdraw& body) const {
    need_reason(body.reason, msg("a withdrawal requires a reason"));
    tidy(body.of);
    tidy(body.to);
    line("to", body.to);
  }
  void operator()(Merge& body) const { need_reason(body.reason, msg("a merge requires a reason")); }
  template <typename B>
  void operator()(B&) const {}
};

// What our own reader would refuse must never be signed: the chain could not be read any more.
void require_readable(const Body& body) {
  const std::string kind(kind_of(body));
  try {
    const yaml::Node node = to_node(body);
    (void)yaml::write_canonical(node);
    (void)from_node(kind, node, kind);
    if (const auto* analyze = std::get_if<Analyze>(&body))
      (void)plan::of_node(analyze->plan, {kind, ExitCode::data});
  } catch (const Error& error) {
    throw Error(ExitCode::usage, error.message(), error.hint());
  }
}

// People give times to the minute: what happened within the same one may have come after it.
bool before(Instant at, Instant than) {
  return at < std::chrono::floor<std::chrono::minutes>(than);
}
Instant effective(const Made& made) {
  return made.occurred.value_or(made.at);
}

// What is written now must have happened in an order that can be. Older records are read as they are.
void require_possible_times(const State& state, const Body& body, std::optional<Instant> occurred,
                            Instant now) {
  const auto local = [&](Instant at) { return zoned_time(at, state.utc_offset); };
  const auto refuse = [&](const char* option, Instant given, const Message& than, const Message& hint) {
    throw Error(ExitCode::usage,
                msg("{option} {time} is before {what}", {{"option", option}})
                    .with("time", local(given))
                    .with("what", than),
                hint);
  };
  const auto* end = std::get_if<RepairEnd>(&body);
  const Run* run = end == nullptr ? nullptr : state.find_run(end->run);
  if (run != nullptr) {
    const Instant called = effective(run->made);
    const Message than = run->body.mode == RepairMode::vendor
                             ? msg("the call to the vendor, {time}").with("time", local(called))
                             : msg("the start of the repair, {time}").with("time", local(called));
    if (end->arrived && before(*end->arrived, called)) refuse("--arrived", *end->arrived, than, {});
    if (end->left && before(*end->left, called)) refuse("--left", *end->left, than, {});
    if (end->arrived && end->left && *end->left < *end->arrived)
      throw Error(ExitCode::usage, msg("departure at {left} is before arrival at {arrived}")
                                       .with("left", local(*end->left))
                                       .with("arrived", local(*end->arrived)));
    if (occurred && before(*occurred, called)) refuse("--occurred", *occurred, than, {});
  }
  if (const auto* withdraw = std::get_if<Withdraw>(&body);
      withdraw != nullptr && withdraw->until && !withdraw->ratifies && *withdraw->until <= now)
    throw Error(ExitCode::usage, msg("--until {time} is in the past").with("time", local(*withdraw->until)),
                msg("the risk is accepted until this time; give a later one"));
  if (!occurred) return;
  // A request may have been edited before it was signed.
  if (*occurred > now)
    throw Error(ExitCode::usage, msg("{option} is in the future", {{"option", "--occurred"}}),
                msg("it is now {time}").with("time", local(now)));
  const Instant began = state.spans.empty() ? effective(state.opened) : state.spans.front().began;
  if (before(*occurred, began))
    refuse("--occurred", *occurred, msg("the start of the incident, {time}").with("time", local(began)),
           msg("report an earlier event with: jaga open HOST -m TEXT --occurred TIME"));
  const auto* start = std::get_if<RepairStart>(&body);
  if (start != nullptr && !start->emergency && state.approval &&
      start->basis == state.approval->made.record && before(*occurred, effective(state.approval->made)))
    throw Error(ExitCode::not_permitted,
                msg("the repair at {time} was before its approval at {approved}")
                    .with("time", local(*occurred))
                    .with("approved", local(effective(state.approval->made))),
                msg("record it as an emergency, to be ratified by others: jaga repair {id} --by-hand "
                    "--emergency --occurred TIME -m REASON",
                    {{"id", state.id}}));
  if (std::holds_alternative<Verify>(body) && state.finished_run() != nullptr &&
      before(*occurred, effective(*state.finished_run()->ended)))
    refuse("--occurred", *occurred,
           msg("the end of the repair, {time}").with("time", local(effective(*state.finished_run()->ended))),
           {});
  if (std::holds_alternative<Accept>(body) && state.verified &&
      before(*occurred, effective(state.verified->made)))
    refuse("--occurred", *occurred,
           msg("the verification of the repair, {time}").with("time", local(effective(state.verified->made))),
           {});
}

}  // namespace

Decision decide(const State& state, std::span<const record::Note> notes, const sop::Sop& procedure,
                const registry::Register* registered, const Person& person, Body body, Instant now,
                std::optional<Instant> occurred) {
  require_unforked(state);
  if (!state.unknown.empty())
    throw Error(ExitCode::not_permitted,
                msg("this version of jaga does not know the kind of the newest record of '{id}': '{kind}'",
                    {{"id", state.id}, {"kind", state.unknown}}),
                msg("install the version that wrote it, or a newer one"));
  std::visit(Tidy{}, body);
  if (is_decision(body) && summary_in(body) == nullptr)
    set_summary(body, expected_summary(state, notes, body));
  record::By by{person.id, ""};
  for (const auto& role : roles_for(state, procedure, body, now)) {
    if (std::find(person.roles.begin(), person.roles.end(), role) == person.roles.end()) continue;
    by.role = role;
    break;
  }
  // The records of a run are made under the role of its repair-start.
  if (const Run* run = state.open_run();
      run != nullptr && run->body.run_key && fingerprint_of(*run->body.run_key) == person.key)
    by = run->made.by;
  const Question question{state, notes, procedure, registered, by, person.key, now, occurred.has_value(),
                          true};
  if (auto refusal = check(question, body))
    throw Error(ExitCode::not_permitted, std::move(refusal->what), std::move(refusal->hint));
  require_possible_times(state, body, occurred, now);
  require_readable(body);
  return {by, std::move(body)};
}

}  // namespace jaga::incident
