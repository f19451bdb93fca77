#include "sop/sop.hpp"

#include <algorithm>
#include <embedded/sop_form.hpp>
#include <embedded/sop_small_team.hpp>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/text.hpp"

namespace jaga::sop {
namespace {

constexpr std::array<std::string_view, 7> kStepNames = {"monitor", "analyze", "approve", "repair",
                                                        "verify",  "accept",  "archive"};

bool holds(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// Whether a second signature that one of `from` had to give is needed no more, or may be given by others.
bool weaker(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  return !from.empty() && (to.empty() || std::any_of(to.begin(), to.end(), [&](const std::string& role) {
                             return !holds(from, role);
                           }));
}

}  // namespace

Message word(Step step) {
  switch (step) {
    case Step::monitor:
      return msg("monitor");
    case Step::analyze:
      return msg("analyze");
    case Step::approve:
      return msg("approve");
    case Step::repair:
      return msg("repair");
    case Step::verify:
      return msg("verify");
    case Step::accept:
      return msg("accept");
    case Step::archive:
      return msg("archive");
  }
  return {};
}

std::string_view name(Step step) {
  return kStepNames.at(static_cast<std::size_t>(step));
}

std::optional<Step> parse_step(std::string_view text) {
  const auto found = std::find(kStepNames.begin(), kStepNames.end(), text);
  if (found == kStepNames.end()) return std::nullopt;
  return kSteps.at(static_cast<std::size_t>(found - kStepNames.begin()));
}

bool is_decision(Step step) {
  return step == Step::approve || step == Step::verify || step == Step::accept;
}

bool Sop::may(const std::string& role, Step step) const {
  return holds(row(step).roles, role);
}

const Role* Sop::find_role(std::string_view id) const {
  const auto found = roles.find(std::string(id));
  return found == roles.end() ? nullptr : &found->second;
}

bool Sop::superior(std::string_view role, std::string_view inferior) const {
  const Role* top = find_role(role);
  if (top == nullptr) return false;
  for (const auto& below : top->superior_of)
    if (below == inferior || superior(below, inferior)) return true;
  return false;
}

std::string Sop::role_title(std::string_view role, Language language) const {
  if (role == kAdmin) return std::string(translate("Keeper of the register", language));
  if (role == kSystem) return std::string(translate("Machine", language));
  const Role* found = find_role(role);
  return found == nullptr ? std::string(role) : found->title.in(language);
}

std::string Sop::role_titles(std::span<const std::string> of, Language language) const {
  std::vector<std::string> titles;
  for (const std::string& role : of) titles.push_back(role_title(role, language));
  return join(titles, ", ");
}

Calendar Sop::calendar_of(std::string_view severity) const {
  return holds(around_the_clock, severity) ? calendar.around_the_clock() : calendar;
}

Instant Sop::approval_ends(Instant now) const {
  return policies.approval_span ? now + *policies.approval_span : end_of_next_working_day(now, calendar);
}

std::vector<std::string> builtin_names() {
  return {"form", "small-team"};
}

std::string_view builtin(std::string_view name) {
  if (name == "form") return embedded::sop_form.bytes;
  if (name == "small-team") return embedded::sop_small_team.bytes;
  throw Error{ExitCode::no_input, msg("no built-in procedure '{name}'", {{"name", printable(name)}}),
              msg("known names: {names}", {{"names", join(builtin_names(), ", ")}})};
}

std::vector<Message> loosened(const Sop& from, const Sop& to) {
  std::vector<Message> found;
  for (const Step step : kSteps) {
    for (const Step work : from.row(step).not_by) {
      const auto& rules = to.row(step).not_by;
      if (std::find(rules.begin(), rules.end(), work) == rules.end())
        found.push_back(msg("'{step}' may be done by the person who did '{work}'",
                            {{"step", std::string(name(step))}, {"work", std::string(name(work))}}));
    }
  }
  const Policies& old = from.policies;
  const Policies& now = to.policies;
  const auto loosens = [&](const std::string& policy) {
    if (policy == "countersign")
      return std::any_of(kSteps.begin(), kSteps.end(), [&](Step step) {
        return weaker(from.row(step).countersign, to.row(step).countersign);
      });
    if (policy == "confirm_system") return old.confirm_system && !now.confirm_system;
    if (policy == "open_from") return now.open_from > old.open_from;
    if (policy == "paper_decisions") return now.paper_decisions > old.paper_decisions;
    if (policy == "signed_paper")
      return std::any_of(old.signed_paper.begin(), old.signed_paper.end(), [&](const SignedCopy& was) {
        return std::none_of(now.signed_paper.begin(), now.signed_paper.end(), [&](const SignedCopy& is) {
          return is.step == was.step && is.paper == was.paper && is.required >= was.required;
        });
      });
    // The end of the next working day may be near or far: any other end counts as a longer one.
    return now.approval_runs > old.approval_runs ||
           (old.approval_span != now.approval_span &&
            (!old.approval_span || !now.approval_span || *now.approval_span > *old.approval_span));
  };
  for (const auto& policy : old.fixed) {
    if (!holds(now.fixed, policy))
      found.push_back(msg("the policy '{policy}' would no longer be locked", {{"policy", policy}}));
    if (loosens(policy))
      found.push_back(msg("the locked policy '{policy}' would be relaxed", {{"policy", policy}}));
  }
  return found;
}

}  // namespace jaga::sop
