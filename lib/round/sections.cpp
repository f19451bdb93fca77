#include "round/sections.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "base/clipped.hpp"
#include "base/format.hpp"
#include "base/text.hpp"

namespace jaga::round {
namespace {

bool take_mark(std::string_view& line, std::string_view nonce, std::string_view what) {
  if (line.size() < nonce.size() + what.size() + 3 || line.substr(0, nonce.size()) != nonce) return false;
  const std::string_view rest = line.substr(nonce.size());
  if (rest.front() != ' ' || rest.substr(1, what.size()) != what || rest[what.size() + 1] != ' ')
    return false;
  line = rest.substr(what.size() + 2);
  return true;
}

// What a failed program prints distinguishes a missing permission from other failures.
int status_of(const Section& section) {
  switch (section.status) {
    case -1:
    case 0:
    case 75:
    case 77:
    case 124:
    case 127:
      return section.status;
    default:
      break;
  }
  for (const std::string_view line : section.lines) {
    if (contains(line, "not been booted with systemd")) return 127;
    for (const std::string_view denied :
         {"ermission denied", "peration not permitted", "ccess denied", "authentication required"})
      if (contains(line, denied)) return 77;
  }
  return section.status;
}

}  // namespace

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<std::int64_t> hundredths(std::string_view text) {
  const std::size_t dot = text.find('.');
  const auto whole = number_of(text.substr(0, dot));
  if (!whole || *whole > 1'000'000'000) return std::nullopt;
  if (dot == std::string_view::npos) return *whole * 100;
  std::string_view fraction = text.substr(dot + 1);
  if (fraction.empty()) return std::nullopt;
  const auto part = number_of(fraction.substr(0, 2));
  if (!part) return std::nullopt;
  return *whole * 100 + (fraction.size() == 1 ? *part * 10 : *part);
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t begin = line.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    out.push_back(line.substr(begin, end - begin));
    at = end;
  }
  return out;
}

Sections sections_of(std::string_view output, std::string_view nonce) {
  Sections sections;
  Section* open = nullptr;
  while (!output.empty()) {
    const std::size_t end = output.find('\n');
    std::string_view line = output.substr(0, end);
    output = end == std::string_view::npos ? std::string_view{} : output.substr(end + 1);
    if (take_mark(line, nonce, "begin")) {
      open = sections.size() < 64 ? &sections[std::string(line)] : nullptr;
      if (open != nullptr) *open = {};
    } else if (open != nullptr && take_mark(line, nonce, "status")) {
      if (line == "cut")
        open->cut = true;
      else
        open->status = static_cast<int>(number_of(line).value_or(126) & 0xff);
    } else if (take_mark(line, nonce, "end")) {
      open = nullptr;
    } else if (open != nullptr && !line.empty()) {
      open->lines.push_back(line);
    }
  }
  return sections;
}

std::string said(std::string_view text, std::size_t most) {
  return printable_once(clipped(text, most));
}

std::string Names::of(const std::string& name, std::string_view which) const {
  const auto at = seen_.find(name);
  if (which.empty() || at == seen_.end() || at->second < 2) return name;
  return formatted("{} ({})", name, which);
}

State over(std::int64_t value, const inventory::Limit& limit) {
  if (limit.crit && value >= *limit.crit) return State::critical;
  if (limit.warn && value >= *limit.warn) return State::warning;
  return State::ok;
}
State under(std::int64_t value, const inventory::Limit& limit) {
  if (limit.crit && value <= *limit.crit) return State::critical;
  if (limit.warn && value <= *limit.warn) return State::warning;
  return State::ok;
}

Message several(std::int64_t count, Message one, Message many) {
  return counted(static_cast<std::size_t>(count), std::move(one), std::move(many));
}
Message days(std::int64_t count) {
  return several(count, sentence("1 day"), sentence("{count} days"));
}
Message hours(std::int64_t count) {
  return several(count, sentence("1 hour"), sentence("{count} hours"));
}
Message not_understood() {
  return sentence("output not understood");
}
Message not_returned() {
  return sentence("an earlier query has not returned yet");
}

std::int64_t percent(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return 0;
  constexpr double kMost = 1e15;
  return static_cast<std::int64_t>(
      std::clamp(static_cast<double>(part) * 100.0 / static_cast<double>(whole), -kMost, kMost));
}

Result& Findings::add(std::string check, State state, Sentence summary, std::string object) {
  Result result;
  result.host = host_.name;
  result.check = std::move(check);
  result.object = std::move(object);
  result.state = state;
  result.reason = state == State::ok || state == State::unknown ? Reason::none : Reason::limit_reached;
  constexpr std::size_t kMostSummary = 512;
  result.summary = summary.text().size() <= kMostSummary && summary.message() != nullptr
                       ? std::move(summary)
                       : Sentence(said(summary.text(), kMostSummary));
  out_.results.push_back(std::move(result));
  return out_.results.back();
}

Collected Findings::take() {
  std::set<std::pair<std::string, std::string>> known;
  for (Result& result : out_.results) {
    const std::string object = result.object;
    for (std::size_t number = 2; !known.emplace(result.check, result.object).second; ++number)
      result.object = object.empty() ? formatted("({})", number) : formatted("{} ({})", object, number);
  }
  return std::move(out_);
}

void Findings::unknown(std::string check, Reason reason, Sentence summary) {
  add(std::move(check), State::unknown, std::move(summary)).reason = reason;
}

Section* Findings::raw(std::string_view name) {
  const auto at = sections_.find(name);
  return at == sections_.end() ? nullptr : &at->second;
}

const Section* Findings::usable(const std::string& name, bool may_be_absent) {
  if (!is_asked(name)) return nullptr;
  const auto at = sections_.find(name);
  const auto fail = [&](Reason reason, const Message& why) {
    unknown(name, reason, why);
    return nullptr;
  };
  const int status = at == sections_.end() ? -1 : status_of(at->second);
  if (may_be_absent && status == 127) return nullptr;
  if (status < 0) return fail(Reason::lost, sentence("the measuring script ended before this part"));
  if (at->second.cut) return fail(Reason::output_cut, sentence("too much output"));
  switch (status) {
    case 0:
      return &at->second;
    case 124:
    case 137:
    case 143:
      return fail(Reason::timed_out, sentence("took too long"));
    case 75:
      return fail(Reason::timed_out, not_returned());
    case 77:
      return fail(Reason::needs_root, sentence("the login lacks permission"));
    case 127:
      return fail(Reason::absent,
                  sentence("not measured: the program or file that this check needs was not found"));
    default:
      return fail(Reason::bad_output,
                  sentence("ended with status {status}", {{"status", std::to_string(status)}}));
  }
}

}  // namespace jaga::round
