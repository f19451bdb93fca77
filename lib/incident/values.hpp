// The words of the bodies of an incident's records (jaga-record(5), "Bodies"), each kind of them a type.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "sop/sop.hpp"

namespace jaga::incident {

// How the words of a type are spelled in a record, in the order of its enumerators.
template <typename Word>
inline constexpr std::nullptr_t kSpellings = nullptr;
template <typename Word>
concept Spelled = requires {
  kSpellings<Word>.size();
};

template <Spelled Word>
constexpr std::string_view name(Word word) {
  return kSpellings<Word>[static_cast<std::size_t>(word)];
}
// nullopt: no word of this version.
template <Spelled Word>
constexpr std::optional<Word> parse_word(std::string_view text) {
  for (std::size_t at = 0; at < kSpellings<Word>.size(); ++at)
    if (kSpellings<Word>[at] == text) return static_cast<Word>(at);
  return std::nullopt;
}

// What brought a fault to light.
enum class FaultSource { probe, report, schedule, security };
template <>
inline constexpr std::array<std::string_view, 4> kSpellings<FaultSource> = {"probe", "report", "schedule",
                                                                            "security"};

// What a rejection rejects: a decision of the procedure, or a withdrawal.
enum class RejectedStep { approve, verify, accept, withdraw };
template <>
inline constexpr std::array<std::string_view, 4> kSpellings<RejectedStep> = {"approve", "verify", "accept",
                                                                             "withdraw"};
// nullopt: a withdrawal, which is not a step of the procedure.
std::optional<sop::Step> step_of(RejectedStep rejected);
Message word(RejectedStep rejected);  // as sop::word; a withdrawal by its noun
// Precondition: sop::is_decision(step).
RejectedStep rejected_step(sop::Step step);

enum class RepairMode { run, hand, vendor };
template <>
inline constexpr std::array<std::string_view, 3> kSpellings<RepairMode> = {"run", "hand", "vendor"};

// How a command ended. not_sent: it surely did not begin; rebooted: its target is back, as itself.
enum class CommandEnding { exit, signal, unknown, not_sent, rebooted };
template <>
inline constexpr std::array<std::string_view, 5> kSpellings<CommandEnding> = {"exit", "signal", "unknown",
                                                                              "not-sent", "rebooted"};

enum class RepairOutcome { done, failed, given_up };
template <>
inline constexpr std::array<std::string_view, 3> kSpellings<RepairOutcome> = {"done", "failed", "given-up"};

// The disposition of the replaced part; none: nothing was replaced.
enum class PartDisposition { stored, returned, destroyed, none };
template <>
inline constexpr std::array<std::string_view, 4> kSpellings<PartDisposition> = {"stored", "returned",
                                                                                "destroyed", "none"};

// Why an incident is closed without a repair.
enum class WithdrawalOutcome { recovered, false_alarm, duplicate, risk_accepted, handed_over };
template <>
inline constexpr std::array<std::string_view, 5> kSpellings<WithdrawalOutcome> = {
    "recovered", "false-alarm", "duplicate", "risk-accepted", "handed-over"};

}  // namespace jaga::incident
